/* Texts of any origin as lines for a terminal. */
#ifndef QUARTET_ANALYSIS_DOCUMENT_LINES_H
#define QUARTET_ANALYSIS_DOCUMENT_LINES_H

#include <stddef.h>

#include "common/lines.h" /* lines_width */

/* A copy in which what must not reach a terminal is '?': control characters, bytes that are not
 * UTF-8, characters that change the direction of writing or take no room. The caller frees it. */
char *lines_plain(const char *text);

/* A copy with `instead` in the place of each soft hyphen. The caller frees it. */
char *lines_soft_hyphens(const char *text, const char *instead);

struct text_lines {
  char **items;
  size_t count;
};

/* Breaks a plain text into lines of at most `width` columns at blanks (and line breaks); a longer
 * word is broken where it must be. At least one line, perhaps an empty one. To be freed. */
struct text_lines lines_wrap(const char *plain, size_t width);
void lines_append(struct text_lines *lines, const struct text_lines *more); /* copies */
void lines_free(struct text_lines *lines);

#endif
