# What other projects need for drivers with their own kernels, by find_package(Quartet) or by
# pkg-config: the header of kernels, the libraries, and quartet_add_drivers().
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Quartet)
set(generated ${CMAKE_BINARY_DIR}/development)
set(libraries ${CMAKE_INSTALL_LIBDIR}/quartet)

# As in the sources, so that a kernel can be moved into Quartet without a change.
install(FILES kernels/kernel.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/quartet/kernels
  COMPONENT quartet-dev)
install(FILES common/bound.h common/error.h common/memory.h common/strict_math.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/quartet/common COMPONENT quartet-dev)

get_property(drivers GLOBAL PROPERTY QUARTET_DRIVERS)
set(targets quartet_flags quartet_kernel_flags quartet_common quartet_kernels quartet_engine
  quartet_driver)
set(libs "-lquartet_driver -lquartet_engine -lquartet_kernels -lquartet_common")
if(QUARTET_HWCAPS) # the kernels' library has quartet_build
  string(PREPEND libs "-Wl,-rpath,\${libdir} ")
else()
  list(APPEND targets quartet_build)
  string(APPEND libs " -lquartet_build")
endif()
foreach(target quartet_alarm quartet_omp quartet_mpi quartet_loop)
  if(TARGET ${target})
    list(APPEND targets ${target})
  endif()
endforeach()
foreach(driver IN LISTS drivers)
  list(APPEND targets quartet_main_${driver})
endforeach()
# The programs need shared libraries, too.
install(TARGETS ${targets} EXPORT QuartetTargets
  ARCHIVE DESTINATION ${libraries} COMPONENT quartet-dev
  LIBRARY DESTINATION ${libraries} COMPONENT quartet)
install(EXPORT QuartetTargets NAMESPACE Quartet:: DESTINATION ${package} COMPONENT quartet-dev)

get_property(QUARTET_KERNELS GLOBAL PROPERTY QUARTET_KERNELS)
set(modules "")
foreach(name HWLOC UV FFTW)
  if(QUARTET_HAVE_${name})
    list(APPEND modules ${name}=${${name}_MODULE_NAME})
    get_property(debian GLOBAL PROPERTY QUARTET_PACKAGE_${name})
    list(APPEND QUARTET_DEVELOPMENT_PACKAGES ${debian}) # of Debian, for QuartetPackage.cmake
  endif()
endforeach()
configure_package_config_file(cmake/QuartetConfig.cmake.in ${generated}/QuartetConfig.cmake
  INSTALL_DESTINATION ${package} PATH_VARS QUARTET_INSTALL_PROGRAMS)
write_basic_package_version_file(${generated}/QuartetConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${generated}/QuartetConfig.cmake ${generated}/QuartetConfigVersion.cmake
  cmake/quartet_add_drivers.cmake DESTINATION ${package} COMPONENT quartet-dev)
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT quartet-dev)

# quartet.pc, and quartet-serial_driver.pc and so on, which differ in main() and the workers.
file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
set(requires_of_quartet "")
foreach(name HWLOC FFTW)
  if(QUARTET_HAVE_${name})
    string(APPEND requires_of_quartet "${${name}_MODULE_NAME} ")
  endif()
endforeach()
get_target_property(kernel_flags quartet_kernel_flags INTERFACE_COMPILE_OPTIONS)
list(FILTER kernel_flags EXCLUDE REGEX "CONFIG:") # -O3
list(JOIN kernel_flags " " kernel_flags)
string(APPEND kernel_flags " -O3")
set(requires ${requires_of_quartet})
string(APPEND libs " ${CMAKE_THREAD_LIBS_INIT} -ldl -lm")
if(QUARTET_SANITIZE)
  string(APPEND kernel_flags " -fsanitize=${QUARTET_SANITIZE}")
  string(APPEND libs " -fsanitize=${QUARTET_SANITIZE}")
endif()
configure_file(cmake/quartet.pc.in ${generated}/quartet.pc @ONLY)
set(libs_serial_driver "")
set(libs_omp_driver "-lquartet_omp ${OpenMP_C_FLAGS}")
set(libs_mpi_driver "-lquartet_mpi") # to be linked by mpicc
if(OpenMP_C_FOUND)
  string(APPEND libs_mpi_driver " ${libs_omp_driver}")
endif()
set(libs_async_driver "-lquartet_loop -lquartet_alarm")
set(requires_async_driver "${UV_MODULE_NAME}")
set(files ${generated}/quartet.pc)
foreach(driver IN LISTS drivers)
  set(requires "${requires_${driver}}")
  set(libs "${libs_${driver}}")
  configure_file(cmake/quartet-driver.pc.in ${generated}/quartet-${driver}.pc @ONLY)
  list(APPEND files ${generated}/quartet-${driver}.pc)
endforeach()
install(FILES ${files} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT quartet-dev)
