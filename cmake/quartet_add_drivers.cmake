# Drivers are executables with a list of kernels, kernel_list[]. kernels/CMakeLists.txt and projects
# that use an installed Quartet (docs/packaging.md) write it by the same function.

# quartet_write_kernel_list(FILE NAME...): the source FILE with these kernels, in this order.
function(quartet_write_kernel_list file)
  set(declarations "")
  set(entries "")
  foreach(kernel IN LISTS ARGN)
    string(APPEND declarations "extern const struct kernel kernel_${kernel};\n")
    string(APPEND entries "&kernel_${kernel}, ")
  endforeach()
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT [[
/* Written by quartet_write_kernel_list (CMake). */
#include "kernels/kernel.h"

@declarations@
const struct kernel *const kernel_list[] = {@entries@NULL};
]])
endfunction()

# quartet_add_drivers(NAME KERNELS KERNEL... SOURCES FILE...): the drivers that Quartet was built
# with (QUARTET_DRIVERS), with Quartet's kernels and these. They are in the folder NAME of the build
# folder, which `quartet run --drivers` and the key `build` of a config accept. The sources are
# compiled as Quartet's kernels are. Targets: NAME_kernels, and NAME_serial_driver and so on.
function(quartet_add_drivers name)
  cmake_parse_arguments(PARSE_ARGV 1 own "" "" "KERNELS;SOURCES")
  if(NOT own_KERNELS OR NOT own_SOURCES OR own_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "quartet_add_drivers(${name} ...): expected KERNELS NAME... SOURCES FILE...")
  endif()
  foreach(kernel IN LISTS own_KERNELS)
    if(NOT kernel MATCHES "^[a-z0-9_]+$" OR kernel IN_LIST QUARTET_KERNELS)
      message(FATAL_ERROR "quartet_add_drivers(${name} ...): kernel '${kernel}': a name consists of "
        "a-z, 0-9 and _, and must not be one of Quartet's: ${QUARTET_KERNELS}")
    endif()
  endforeach()
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}_kernel_list.c)
  quartet_write_kernel_list(${list} ${QUARTET_KERNELS} ${own_KERNELS})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name})

  add_library(${name}_kernels OBJECT ${own_SOURCES})
  target_link_libraries(${name}_kernels PUBLIC Quartet::quartet_flags Quartet::quartet_kernel_flags)
  target_compile_options(${name}_kernels PRIVATE -O3) # in a build for debugging, too: it is measured
  set(targets ${name}_kernels)
  foreach(driver IN LISTS QUARTET_DRIVERS)
    add_executable(${name}_${driver} ${list})
    # The whole archive: it has the check of the processor, to which nothing refers.
    target_link_libraries(${name}_${driver}
      PRIVATE ${name}_kernels $<LINK_LIBRARY:WHOLE_ARCHIVE,Quartet::quartet_main_${driver}>)
    set_target_properties(${name}_${driver} PROPERTIES OUTPUT_NAME ${driver}
      RUNTIME_OUTPUT_DIRECTORY ${folder}/$<1:>)
    list(APPEND targets ${name}_${driver})
  endforeach()
  set_target_properties(${targets} PROPERTIES C_STANDARD 17 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  if(EXISTS "${QUARTET_PROGRAMS}/delay_server") # the drivers start it for the kernel fetch
    file(MAKE_DIRECTORY ${folder})
    file(CREATE_LINK "${QUARTET_PROGRAMS}/delay_server" ${folder}/delay_server SYMBOLIC)
  endif()
endfunction()
