/* Paths and words of the command line as texts of JSON, whatever bytes they are of. */
#ifndef QUARTET_RUNNER_RECORD_JSON_BYTES_H
#define QUARTET_RUNNER_RECORD_JSON_BYTES_H

#include <jansson.h>

/* Bytes as a text of JSON, which holds Unicode only: those that are not UTF-8 become \xe9, and a
 * backslash before an x becomes \x5c, so that bytes_read() brings back what was there. The caller
 * releases it. */
json_t *bytes_value(const char *bytes);

/* The bytes of such a text, in memory that the caller frees. */
char *bytes_read(const char *text);

#endif
