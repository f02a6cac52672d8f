# Used by the build and, installed, by porogenConfig.cmake. The block keeps what the modules set
# (OpenVDB's turns BUILD_SHARED_LIBS on) away from the project that asks; targets get out of it.
block()
  # TBB comes before OpenVDB: OpenVDB's folder holds a FindTBB.cmake that would shadow the TBB config.
  find_package(TBB CONFIG REQUIRED)
  find_package(Eigen3 REQUIRED)
  list(APPEND CMAKE_MODULE_PATH "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/OpenVDB")
  find_package(OpenVDB 10 REQUIRED)
  find_package(nlohmann_json 3.11 REQUIRED)
  find_package(tomlplusplus REQUIRED)
  find_package(CLI11 REQUIRED)
  find_package(TIFF REQUIRED)
  find_package(PNG REQUIRED)
  find_package(SQLite3 REQUIRED)

  # Debian ships two configs that both call themselves NLopt: the C one and the C++ one. The second holds
  # every algorithm Porogen uses, so only its file is asked for.
  find_package(NLopt CONFIG REQUIRED PATHS "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/nlopt_cxx" NO_DEFAULT_PATH)

  # UDUNITS and Cairo ship no CMake config.
  foreach(library "UDUNITS::UDUNITS|udunits2.h|udunits2" "Cairo::Cairo|cairo.h|cairo")
    string(REPLACE "|" ";" library "${library}")
    list(GET library 0 target)
    list(GET library 1 header)
    list(GET library 2 name)
    find_path(${name}_INCLUDE_DIR ${header} PATH_SUFFIXES ${name} REQUIRED)
    find_library(${name}_LIBRARY ${name} REQUIRED)
    if(NOT TARGET ${target})
      add_library(${target} UNKNOWN IMPORTED)
      set_target_properties(${target} PROPERTIES
        IMPORTED_LOCATION "${${name}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${${name}_INCLUDE_DIR}")
    endif()
  endforeach()
endblock()
