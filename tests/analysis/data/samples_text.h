/* Texts of samples.csv for tests: rows from defaults and what differs. */
#ifndef QUARTET_TESTS_ANALYSIS_DATA_SAMPLES_TEXT_H
#define QUARTET_TESTS_ANALYSIS_DATA_SAMPLES_TEXT_H

#include <stddef.h>

#include "analysis/data/dataset.h"

/* Lines, the first of them the header. Zeroed, it is empty. */
struct samples_text {
  char **lines;
  size_t count;
};

/* Adds a row of a verified, timed repetition of sumsq by serial_driver, but for the cells in
 * `changes`, "column=value|column=value"; the first row brings the header. seq is the row's number.
 */
__attribute__((format(printf, 2, 3))) void samples_row(struct samples_text *text,
                                                       const char *changes, ...);

/* The same with the cells that a failed launch leaves empty. */
__attribute__((format(printf, 2, 3))) void samples_failed(struct samples_text *text,
                                                          const char *changes, ...);

void samples_free(struct samples_text *text);

/* Reads the lines as a file; those of `text` and nothing else. */
int samples_read(const struct samples_text *text, struct dataset *dataset, struct error *error);

/* Reads bytes as a file. Its name is `path`, which is a place for 64 characters. */
int bytes_read(const char *bytes, size_t count, char *path, struct dataset *dataset,
               struct error *error);

/* The dataset as text, which the caller frees. */
char *dataset_text(const struct dataset *dataset);

#endif
