/* UTF-8 as in RFC 3629. */
#ifndef QUARTET_UTF8_H
#define QUARTET_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* U+FFFD, what stands for a byte that is not UTF-8. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/* Bytes of the character that the text begins with, 1 .. 4; 0 if it begins with none: a stray or
 * missing continuation byte, an overlong form, a surrogate, or beyond U+10FFFF. */
size_t utf8_length(const char *text);

/* The same, and the character's code point. */
size_t utf8_decode(const char *text, uint32_t *code);

/* Whether a whole text is UTF-8. */
bool utf8_valid(const char *text);

/* Copies a text into `size` bytes, 4 at least; a longer one ends, after a whole character, with
 * "...". Returns `into`. */
char *utf8_cut(char *into, size_t size, const char *text);

#endif
