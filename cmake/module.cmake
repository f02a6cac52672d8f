# porogen_module(<name> SOURCES … [PUBLIC …] [PRIVATE …])
# One static library per module, exported as porogen::<name>.
function(porogen_module name)
  cmake_parse_arguments(M "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(porogen_${name} STATIC ${M_SOURCES})
  add_library(porogen::${name} ALIAS porogen_${name})
  set_target_properties(porogen_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(porogen_${name}
    PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>"
    PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(porogen_${name} PUBLIC ${M_PUBLIC} PRIVATE ${M_PRIVATE})
  porogen_compile_options(porogen_${name} PUBLIC)
  install(TARGETS porogen_${name} EXPORT porogenTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  set_property(GLOBAL APPEND PROPERTY POROGEN_MODULES porogen_${name})
endfunction()

# Flags that every one of our own targets shares. Contraction is off because a fused multiply-add that
# one compiler makes and another does not would change the numbers. GCC 12's -Wrestrict misfires on
# std::string (GCC bug 105651).
function(porogen_compile_options target scope)
  target_compile_features(${target} ${scope} cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                         -ffp-contract=off $<$<BOOL:${POROGEN_WERROR}>:-Werror>)
  if(POROGEN_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-omit-frame-pointer)
    target_link_options(${target} ${scope} -fsanitize=address,undefined)
  endif()
endfunction()
