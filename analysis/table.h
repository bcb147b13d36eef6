/* The tables for people: one for each problem, and which model won it. */
#ifndef QUARTET_ANALYSIS_TABLE_H
#define QUARTET_ANALYSIS_TABLE_H

#include "analysis/cells.h"

/* Prints a group's cells, compared with those of the driver `base`, to stdout. */
void table_print(const struct group *group, const char *base);

#endif
