include(CMakePackageConfigHelpers)

install(DIRECTORY include/porogen DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY recipes data DESTINATION ${CMAKE_INSTALL_DATADIR}/porogen)
install(EXPORT porogenTargets NAMESPACE porogen:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/porogen)

configure_package_config_file(cmake/porogenConfig.cmake.in "${PROJECT_BINARY_DIR}/porogenConfig.cmake"
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/porogen)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/porogenConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/porogenConfig.cmake" "${PROJECT_BINARY_DIR}/porogenConfigVersion.cmake"
              cmake/dependencies.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/porogen)
