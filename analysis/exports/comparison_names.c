#include "analysis/exports/comparison_names.h"

const char *undecided_name(enum undecided undecided) {
  static const char *const names[] = {[UNDECIDED_NOT] = "",
                                      [UNDECIDED_NOISE] = "noise",
                                      [UNDECIDED_FEW_LAUNCHES] = "few-launches",
                                      [UNDECIDED_BATCH] = "batch",
                                      [UNDECIDED_DIFFERENT] = "different",
                                      [UNDECIDED_NO_DATA] = "no-data"};
  return names[undecided];
}

const char *rank_test_name(enum rank_test test) {
  static const char *const names[] = {
      [TEST_NONE] = "", [TEST_SIGNED_RANK] = "signed-rank", [TEST_MANN_WHITNEY] = "mann-whitney"};
  return names[test];
}
