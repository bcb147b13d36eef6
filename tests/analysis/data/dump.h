/* A dataset as text, all of it: for tests that compare two. */
#ifndef QUARTET_TESTS_ANALYSIS_DATA_DUMP_H
#define QUARTET_TESTS_ANALYSIS_DATA_DUMP_H

#include <stdio.h>

#include "analysis/data/dataset.h"

void dump_dataset(FILE *file, const struct dataset *dataset);

#endif
