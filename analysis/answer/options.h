/* Options of works as the CSV has them: "rounds=30;burst=16;compute=0". */
#ifndef QUARTET_ANALYSIS_ANSWER_OPTIONS_H
#define QUARTET_ANALYSIS_ANSWER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/data/dataset.h"

/* The value of an option as text; the caller frees it. NULL: there is no such option. */
char *option_text(const struct data_work *work, const char *name);

/* The value as a number, NaN if it is missing: "4096", "0.5"; a time is in s: "10ms" is 0.01. */
double option_number(const struct data_work *work, const char *name);

/* The same of any such text, of a driver's options say. */
double options_number(const char *options, const char *name);

/* The one option in which two works of the same kernel and jobs differ, if it is one alone and
 * has a number in both: writes where its name begins in a's options and the name's length. */
bool options_differ_in_one(const struct data_work *a, const struct data_work *b, const char **name,
                           size_t *length);

#endif
