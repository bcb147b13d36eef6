/* SHA-256 (FIPS 180-4), of what lies in memory or in a file. */
#ifndef QUARTET_SHA256_H
#define QUARTET_SHA256_H

#include <stddef.h>

#include "common/error.h"

enum { SHA256_TEXT = 65 }; /* 64 hexadecimal digits and the NUL */

/* The digest of `bytes` bytes as lower-case hexadecimal digits. Returns text. */
char *sha256_hex(const void *data, size_t bytes, char text[SHA256_TEXT]);

/* The same of a file. Returns 0; EXIT_USAGE if it is not there, EXIT_MACHINE if it cannot be read:
 * then text is empty. */
int sha256_file(const char *path, char text[SHA256_TEXT], struct error *error);

#endif
