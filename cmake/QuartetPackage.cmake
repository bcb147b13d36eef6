# `cpack -G DEB` in the build folder: packages for this release of Debian or Ubuntu, one for each
# component of the installation; `-G TGZ`: one archive that is unpacked anywhere. docs/packaging.md
# has the whole.
set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_NAME quartet)
set(CPACK_PACKAGE_VENDOR "The Quartet authors")
set(CPACK_PACKAGE_CONTACT "The Quartet authors <quartet@localhost>" CACHE STRING "Who makes the package")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES TRUE)
# What is done with the files of a package before it is written.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/packaging/staged.cmake)
set(CPACK_QUARTET_STRIP ${CMAKE_STRIP})
set(CPACK_QUARTET_DOCUMENTS ${CMAKE_INSTALL_DOCDIR})
set(CPACK_QUARTET_MAN_PAGES ${CMAKE_INSTALL_MANDIR})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(QUARTET_HWCAPS)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR}/lib/quartet)
endif()
# The first line of each description is the summary; CPack's own would be the same for both.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_DEBIAN_QUARTET_PACKAGE_NAME quartet)
set(CPACK_DEBIAN_QUARTET_PACKAGE_SECTION science)
set(CPACK_COMPONENT_QUARTET_DESCRIPTION "benchmark suite that compares execution models
Quartet runs the same kernels serially, with OpenMP threads, as
cooperative tasks and as MPI processes. It verifies each result and
reports which model is fastest for which kind of work.")
# What is loaded on demand, or started.
set(CPACK_DEBIAN_QUARTET_PACKAGE_RECOMMENDS "gnuplot-nox, libcurl4")
set(CPACK_DEBIAN_QUARTET_PACKAGE_SUGGESTS libopenblas0-pthread)

set(CPACK_DEBIAN_QUARTET-DEV_PACKAGE_NAME quartet-dev)
set(CPACK_DEBIAN_QUARTET-DEV_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_QUARTET-DEV_DESCRIPTION "benchmark suite - kernels of other projects
Header, static libraries and the files for CMake and pkg-config by which
another project builds Quartet's drivers with kernels of its own.")
set(CPACK_DEBIAN_QUARTET-DEV_PACKAGE_RECOMMENDS "cmake, gcc, pkg-config")
list(PREPEND QUARTET_DEVELOPMENT_PACKAGES "quartet (= ${PROJECT_VERSION})")

if(MPI_C_FOUND) # the launcher and the headers of the MPI that mpi_driver is linked with
  if("${MPI_C_LIBRARIES};${MPI_C_INCLUDE_DIRS}" MATCHES "mpich")
    string(APPEND CPACK_DEBIAN_QUARTET_PACKAGE_RECOMMENDS ", mpich")
    list(APPEND QUARTET_DEVELOPMENT_PACKAGES libmpich-dev)
  else()
    string(APPEND CPACK_DEBIAN_QUARTET_PACKAGE_RECOMMENDS ", openmpi-bin")
    list(APPEND QUARTET_DEVELOPMENT_PACKAGES libopenmpi-dev)
  endif()
endif()
list(JOIN QUARTET_DEVELOPMENT_PACKAGES ", " CPACK_DEBIAN_QUARTET-DEV_PACKAGE_DEPENDS)
include(CPack)
