# Tests read the output of programs, so they run in the locale C, with decimal points. A test of
# another locale starts its command in that (tests/scripts/comma_locale.sh).
# QUARTET_COLUMNS names a program that prints the header of samples.csv (--names).
# quartet_test(NAME [LABELS ...] [TIMEOUT s] [PROCESSORS n] COMMAND ...): a CTest test; exit status
# 77 skips it.
function(quartet_test name)
  cmake_parse_arguments(PARSE_ARGV 1 t "" "TIMEOUT;PROCESSORS" "LABELS;COMMAND;ENVIRONMENT")
  if(NOT t_TIMEOUT)
    set(t_TIMEOUT 60)
  endif()
  if(NOT t_PROCESSORS)
    set(t_PROCESSORS 1)
  endif()
  # Those that may take long, or need several processors, come first: short ones fill the gaps.
  math(EXPR cost "${t_TIMEOUT} * ${t_PROCESSORS}")
  add_test(NAME ${name} COMMAND ${t_COMMAND})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${t_TIMEOUT} PROCESSORS ${t_PROCESSORS}
    COST ${cost}
    LABELS "${t_LABELS}" SKIP_RETURN_CODE 77
    ENVIRONMENT "LC_ALL=C;QUARTET_COLUMNS=$<TARGET_FILE:test_common_samples>;${t_ENVIRONMENT}")
endfunction()
