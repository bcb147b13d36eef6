# One build for unlike processors: the kernels as a shared library for any x86-64, and one for each
# level in QUARTET_HWCAPS in a folder from which the loader (glibc 2.33 and newer) takes the best
# that the processor can execute. All else is compiled for any x86-64, so no program needs an
# instruction that is not there.
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  message(FATAL_ERROR "QUARTET_HWCAPS has levels of x86-64; this processor is ${CMAKE_SYSTEM_PROCESSOR}")
endif()
set(options -fno-semantic-interposition) # a kernel's functions call each other directly
check_c_compiler_flag(${options} QUARTET_COMPILER_HAS_NO_INTERPOSITION)
if(NOT QUARTET_COMPILER_HAS_NO_INTERPOSITION)
  set(options "")
endif()

# quartet_kernel_level(TARGET FOLDER FLAGS...): the library in FOLDER below that of libraries.
# What it needs of common/ is in the program. It knows how it was compiled (common/build.h).
function(quartet_kernel_level target folder)
  list(JOIN ARGN " " flags)
  quartet_kernel_library(${target} SHARED)
  target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/common/build.c)
  target_include_directories(${target} PRIVATE $<TARGET_PROPERTY:quartet_build,INCLUDE_DIRECTORIES>)
  add_dependencies(${target} quartet_revision)
  target_compile_options(${target} PRIVATE ${options} ${ARGN})
  target_compile_definitions(${target} PRIVATE "QUARTET_KERNEL_LEVEL=\" ${flags}\"")
  target_link_options(${target} PRIVATE -Wl,-Bsymbolic)
  target_link_libraries(${target} PRIVATE m)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME quartet_kernels
    LIBRARY_OUTPUT_DIRECTORY ${QUARTET_PROGRAM_FOLDER}/lib/quartet/${folder})
endfunction()

quartet_kernel_level(quartet_kernels "")
target_link_libraries(quartet_kernels INTERFACE quartet_common)
set(tuning_v3 haswell)
set(tuning_v4 znver3)
foreach(level IN LISTS QUARTET_HWCAPS)
  if(NOT level MATCHES "^v[234]$")
    message(FATAL_ERROR "QUARTET_HWCAPS: '${level}' must be one of: v2 v3 v4 (several: \"v2;v3;v4\")")
  endif()
  set(flags -march=x86-64-${level})
  # The default, -mtune=generic, also considers processors without AVX: in nbody its order of the
  # instructions is 3 % slower on a Zen 4. For v4, haswell costs cg 3 % there, and the first Intel
  # processors with AVX-512 mandelbrot 5 % and dot 14 % (vectors of 256 bits). Not measured on
  # Intel's.
  if(DEFINED tuning_${level})
    list(APPEND flags -mtune=${tuning_${level}})
  endif()
  quartet_kernel_level(quartet_kernels_${level} glibc-hwcaps/x86-64-${level} ${flags})
  add_dependencies(quartet_kernels quartet_kernels_${level})
  install(TARGETS quartet_kernels_${level}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/quartet/glibc-hwcaps/x86-64-${level})
endforeach()
file(RELATIVE_PATH QUARTET_KERNELS_FROM_PROGRAMS ${CMAKE_INSTALL_FULL_LIBEXECDIR}/quartet
  ${CMAKE_INSTALL_FULL_LIBDIR}/quartet)
set(QUARTET_KERNELS_FROM_PROGRAMS ${QUARTET_KERNELS_FROM_PROGRAMS} PARENT_SCOPE)
