# `cpack -G DEB` in the build folder: a package for this release of Debian or Ubuntu; `-G TGZ`: an
# archive that is unpacked anywhere. docs/packaging.md has the whole.
set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_NAME quartet)
set(CPACK_PACKAGE_VENDOR "The Quartet authors")
set(CPACK_PACKAGE_CONTACT "The Quartet authors <quartet@localhost>" CACHE STRING "Who makes the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "benchmark suite that compares execution models")
set(CPACK_PACKAGE_DESCRIPTION
  "Quartet runs the same kernels serially, with OpenMP threads, as cooperative tasks and as MPI processes. It
verifies each result and reports which model is fastest for which kind of work.")
set(CPACK_STRIP_FILES TRUE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What is loaded on demand, or started.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox, libcurl4")
if(MPI_C_FOUND)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", openmpi-bin | mpich")
endif()
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libopenblas0-pthread")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
if(QUARTET_HWCAPS)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR}/lib/quartet)
endif()
include(CPack)
