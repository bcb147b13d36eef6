/* Runs made up for tests of the answer: times of known truth with a little noise that is always
 * the same. */
#ifndef QUARTET_TESTS_ANALYSIS_ANSWER_MADE_H
#define QUARTET_TESTS_ANALYSIS_ANSWER_MADE_H

#include "analysis/answer/answer.h"
#include "analysis/document/document.h"
#include "tests/analysis/data/samples_text.h"

enum { MADE_LAUNCHES = 12 };

struct made {
  struct samples_text text;
  struct dataset data;
  struct run_file run;
  struct answer answer;
};

/* Adds a point: its launches, each of one repetition of about time_s (within 0.5 %, the median as
 * close as 0.1 %), with the cells in `changes` as samples_row takes them. Points differ in their
 * cell_id, which is made here. */
__attribute__((format(printf, 3, 4))) void made_point(struct made *made, double time_s,
                                                      const char *changes, ...);

/* Works out the answer. `json`: the run.json, or NULL. Ends the test if that fails. */
void made_answer(struct made *made, const char *json);
void made_free(struct made *made);

/* What a section prints to a terminal of 80 columns; the caller frees it. */
char *made_text(const struct made *made, void (*section)(struct document *, const struct answer *),
                unsigned shown);

/* The longest line of a text, in bytes. */
size_t longest_line(const char *text);

/* Whether a value is within a part `off` of another. */
bool is_near(double value, double truth, double off);

#endif
