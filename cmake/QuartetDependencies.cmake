# Finds what the parts of the project need. Each missing library is reported in one line, with
# the features that are disabled for it. The serial, OpenMP and MPI drivers need only the compiler
# and MPI.
find_package(PkgConfig QUIET)
find_package(OpenMP COMPONENTS C QUIET)
find_package(MPI COMPONENTS C QUIET)

# quartet_optional(NAME MODULE PACKAGE LEFT_OUT): QUARTET_HAVE_NAME, and the target PkgConfig::NAME.
set(QUARTET_WITHOUT "" CACHE STRING "Optional libraries to do without: UV;CURL, by the names below")
function(quartet_optional name module package features)
  if(name IN_LIST QUARTET_WITHOUT)
    set(${name}_FOUND FALSE)
  elseif(PKG_CONFIG_FOUND)
    pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${module})
  endif()
  if(${name}_FOUND)
    set(QUARTET_HAVE_${name} TRUE PARENT_SCOPE)
  else()
    set(QUARTET_HAVE_${name} FALSE PARENT_SCOPE)
    message(STATUS "Disabled: ${features} (no ${module}; Debian's package ${package} has it)")
  endif()
endfunction()

if(NOT OpenMP_C_FOUND)
  message(STATUS "Disabled: omp_driver, hybrid runs (no OpenMP in ${CMAKE_C_COMPILER_ID}; Debian's packages: gcc, libomp-dev for clang)")
endif()
if(NOT MPI_C_FOUND)
  message(STATUS "Disabled: mpi_driver (no MPI; Debian's packages: libopenmpi-dev openmpi-bin)")
endif()
quartet_optional(UV libuv libuv1-dev "async_driver, delay_server")
quartet_optional(YAML yaml-0.1 libyaml-dev "sweep")
quartet_optional(JANSSON jansson libjansson-dev "sweep, report --export")
quartet_optional(ZIP libzip libzip-dev "sweep pack")
quartet_optional(GSL gsl libgsl-dev "report")
quartet_optional(HWLOC hwloc libhwloc-dev "the topology in run.json, the caches' sizes")
quartet_optional(CURL libcurl libcurl4-openssl-dev "fetching over HTTP (kernel fetch)")

# OpenBLAS: of Debian's three variants only the one for threads can be called by several of them at
# once; the sequential one's calls take each other's buffers, OpenMP's would change our own threads.
quartet_optional(OPENBLAS openblas libopenblas-pthread-dev "blas=openblas in dgemm")
if(QUARTET_HAVE_OPENBLAS)
  include(CheckCSourceRuns)
  set(CMAKE_REQUIRED_LIBRARIES PkgConfig::OPENBLAS)
  check_c_source_runs("#include <cblas.h>
    int main(void) { return openblas_get_parallel() != OPENBLAS_THREAD; }" QUARTET_OPENBLAS_HAS_THREADS)
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(NOT QUARTET_OPENBLAS_HAS_THREADS)
    set(QUARTET_HAVE_OPENBLAS FALSE)
    message(STATUS "Disabled: blas=openblas in dgemm (this OpenBLAS is not for threads; Debian's package libopenblas-pthread-dev is)")
  endif()
endif()
quartet_optional(FFTW fftw3 libfftw3-dev "FFTW in the tuned path of fft")

find_program(HELP2MAN help2man)
if(NOT HELP2MAN)
  message(STATUS "Disabled: man pages (no help2man; Debian's package help2man has it)")
endif()
