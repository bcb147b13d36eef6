/* Texts of JSON: what is written in words, and paths and words of the command line, whatever bytes
 * they are of. */
#ifndef QUARTET_RUNNER_RECORD_JSON_BYTES_H
#define QUARTET_RUNNER_RECORD_JSON_BYTES_H

#include <jansson.h>
#include <stdint.h>

/* A text as JSON has it, null for NULL. JSON holds Unicode only: in a text that is not UTF-8 the
 * bytes above 0x7f become '?'. The caller's to release. */
json_t *text_value(const char *text);

/* Bytes as a text of JSON, which holds Unicode only: those that are not UTF-8 become \xe9, and a
 * backslash before an x becomes \x5c, so that bytes_read() brings back what was there. The caller
 * releases it. */
json_t *bytes_value(const char *bytes);

/* The bytes of such a text, in memory that the caller frees. */
char *bytes_read(const char *text);

/* Sets a member: as text_value() has it; a whole number; a real, null if it is not finite. */
void set_text(json_t *object, const char *name, const char *text);
void set_integer(json_t *object, const char *name, int64_t value);
void set_real(json_t *object, const char *name, double value);

#endif
