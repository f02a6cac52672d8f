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
find_package(PkgConfig REQUIRED)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo)

# Debian ships two configs that both call themselves NLopt: the C one and the C++ one. The second holds
# every algorithm Porogen uses, so only its file is asked for.
find_package(NLopt CONFIG REQUIRED PATHS "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/nlopt_cxx" NO_DEFAULT_PATH)

# UDUNITS ships neither a CMake config nor a pkg-config file.
if(NOT TARGET UDUNITS::UDUNITS)
  find_path(UDUNITS_INCLUDE_DIR udunits2.h PATH_SUFFIXES udunits2 REQUIRED)
  find_library(UDUNITS_LIBRARY udunits2 REQUIRED)
  add_library(UDUNITS::UDUNITS UNKNOWN IMPORTED)
  set_target_properties(UDUNITS::UDUNITS PROPERTIES
    IMPORTED_LOCATION "${UDUNITS_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${UDUNITS_INCLUDE_DIR}")
endif()
