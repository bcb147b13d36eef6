/* Writes JSON (RFC 8259) as it goes, keys in the order of the calls: no document is held in memory.
 * Errors of the stream are found at the end, by ferror. */
#ifndef QUARTET_ANALYSIS_EXPORTS_JSON_WRITER_H
#define QUARTET_ANALYSIS_EXPORTS_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_writer {
  FILE *file;
  bool compact; /* one line; otherwise two blanks of indentation a level */
  int depth;
  bool filled; /* whether the innermost array or object has an item */
};

/* A value in an object has a name; in an array, or at the top, it is NULL. Texts that are not UTF-8
 * are repaired: U+FFFD stands for each wrong byte. NULL as a text is null. */
void json_begin_object(struct json_writer *writer, const char *name);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer, const char *name);
void json_end_array(struct json_writer *writer);
void json_put_text(struct json_writer *writer, const char *name, const char *text);
/* The fewest digits, 17 at most, that read back as the same number; null for NaN and infinity. */
void json_put_real(struct json_writer *writer, const char *name, double value);
void json_put_integer(struct json_writer *writer, const char *name, int64_t value);
void json_put_size(struct json_writer *writer, const char *name, size_t value);
void json_put_bool(struct json_writer *writer, const char *name, bool value);
void json_put_null(struct json_writer *writer, const char *name);

enum { REAL_TEXT = 32 };
/* The fewest digits that read back as the same number: "0.1", "1e-09"; "" for NaN and infinity.
 * Returns text. */
char *real_text(double value, char text[REAL_TEXT]);

#endif
