/* How the bytes of a text file stand for characters: what is read here is UTF-8. Editors and
 * spreadsheets may have saved a file in another encoding, or put a byte-order mark before it. */
#ifndef QUARTET_ENCODING_H
#define QUARTET_ENCODING_H

#include <stddef.h>
#include <stdio.h>

#include "common/error.h"

/* Bytes of the UTF-8 byte-order mark that the text begins with: 3, or 0 for none. */
size_t encoding_mark(const char *text, size_t bytes);

/* The name of the text's encoding when that is UTF-16 or UTF-32, by the byte-order mark, or by the
 * zero bytes beside a first character of ASCII; NULL: it is neither. Four bytes are enough. */
const char *encoding_foreign(const char *text, size_t bytes);

/* Passes over a byte-order mark of UTF-8 at the beginning of a file that can be rewound.
 * EXIT_USAGE: "is encoded as UTF-16 (little-endian); it must be UTF-8". */
int encoding_start(FILE *file, struct error *error);

#endif
