# Refuses flags by which the compiler may change the results of floating-point code. The reasons are
# in common/strict_math.h, which reports the same error when a source is compiled by hand.

# The flags of each configuration that this build can make, with the variables that they come from.
function(quartet_strict_math)
  set(types ${CMAKE_BUILD_TYPE})
  if(CMAKE_CONFIGURATION_TYPES)
    set(types ${CMAKE_CONFIGURATION_TYPES})
  endif()
  set(variables CMAKE_C_COMPILER_ARG1 CMAKE_C_FLAGS CMAKE_EXE_LINKER_FLAGS)
  foreach(type IN LISTS types)
    string(TOUPPER "${type}" type)
    list(APPEND variables CMAKE_C_FLAGS_${type} CMAKE_EXE_LINKER_FLAGS_${type})
  endforeach()
  foreach(variable IN LISTS variables)
    quartet_strict_math_words(${variable})
  endforeach()
  foreach(variable IN LISTS variables)
    if(variable MATCHES "C_FLAGS" AND NOT variable STREQUAL "CMAKE_C_FLAGS")
      quartet_strict_math_compiler("${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS} ${${variable}}")
    endif()
  endforeach()
  quartet_strict_math_compiler("${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS}")
endfunction()

function(quartet_strict_math_refuse what)
  message(FATAL_ERROR "${what} is refused: with it the compiler may assume that there is no NaN "
    "and may reorder sums, so that verification accepts wrong results.\n"
    "Use -O3 instead; the kernels are compiled with -O3 -ffp-contract=fast in any case. "
    "CMake keeps flags in its cache: configure again with `cmake --fresh`.")
endfunction()

# By name: clang has no macro for some of these, and as linker flags they link code that flushes
# subnormal numbers to zero.
function(quartet_strict_math_words variable)
  set(refused -Ofast -ffast-math -funsafe-math-optimizations -ffinite-math-only -fassociative-math
    -freciprocal-math -fsingle-precision-constant -fapprox-func -fno-honor-nans -fno-honor-infinities
    -ffp-model=fast -ffp-model=aggressive -fp-model=fast -fp-model=fast=1 -fp-model=fast=2 -Mfprelaxed)
  separate_arguments(words UNIX_COMMAND "${${variable}}")
  foreach(word IN LISTS words)
    if(word IN_LIST refused)
      quartet_strict_math_refuse("${variable} has ${word}, which")
    endif()
  endforeach()
endfunction()

# By the macros: what the compiler's name, its configuration files or a wrapper add.
function(quartet_strict_math_compiler flags)
  separate_arguments(words UNIX_COMMAND "${flags}")
  execute_process(
    COMMAND ${CMAKE_C_COMPILER} ${words} -E ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../common/strict_math.h
    OUTPUT_QUIET ERROR_VARIABLE errors RESULT_VARIABLE status)
  if(NOT status EQUAL 0 AND errors MATCHES "\"?(-f[^\n\"]*) is refused")
    quartet_strict_math_refuse("${CMAKE_C_COMPILER} ${flags} sets ${CMAKE_MATCH_1}, which")
  endif()
endfunction()

quartet_strict_math()
