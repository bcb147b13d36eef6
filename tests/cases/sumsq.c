#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 2, 5, 7, 64, 97, -1};

const struct kernel_case case_sumsq = {
    .sizes = sizes,
    .fault_size = 24,
};
