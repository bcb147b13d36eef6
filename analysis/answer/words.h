/* Phrases that several sections use. All texts are the caller's to free. */
#ifndef QUARTET_ANALYSIS_ANSWER_WORDS_H
#define QUARTET_ANALYSIS_ANSWER_WORDS_H

#include "analysis/answer/answer.h"

/* A list under construction: "a", "a and b", "a, b and c". */
struct word_list {
  char **items;
  size_t count;
};
void words_add(struct word_list *list, char *text); /* takes the text over */
char *words_join(const struct word_list *list);
void words_free(struct word_list *list);

/* "1.98x", three significant digits; "-" for NaN. */
char *ratio_text(double ratio);
/* "1.98x [1.96, 2.00]"; without an interval the ratio alone. */
char *ratio_interval_text(double ratio, double low, double high);
/* "1.96-2.00", for narrow columns; "" without an interval. */
char *narrow_interval_text(double low, double high);
/* "1.37 ms [1.36, 1.38]", one unit for all three where they have the same. */
char *time_interval_text(double value_s, double low_s, double high_s);
/* "[1.36, 1.38] ms"; "" without an interval. */
char *time_bounds_text(double low_s, double high_s);
/* The same, for use beside the value: "[1.36, 1.38]" where all three have one unit. */
char *bounds_beside_text(double value_s, double low_s, double high_s);
/* "97.2 %" of a share. */
char *percent_text(double share);
/* Work per time in the kernel's own unit: "28.2 Gflop/s", "12.5 GB/s"; "" if it has none. */
char *rate_text(const struct standing *standing, double time_s);
/* The same as a number and its unit: "flop/s", "B/s", "elements/s"; NULL: none. */
double rate_value(const struct standing *standing, double time_s, const char **unit);

/* Why a comparison is undecided, as the end of a sentence: "a difference below 2.1 % would not have
 * shown; about 24 launches of each would decide". */
char *undecided_text(const struct comparison *comparison);

/* The machine's name, for a line under a work, if the run has several machines; else NULL. */
char *machine_note(const struct answer *answer, size_t machine);

/* "Compute-bound work", ... */
const char *kind_title(enum bound kind);
const char *kind_adjective(enum bound kind);

#endif
