/* SHA-256 (FIPS 180-4), for texts that lie in memory. */
#ifndef QUARTET_SHA256_H
#define QUARTET_SHA256_H

#include <stddef.h>

enum { SHA256_TEXT = 65 }; /* 64 hexadecimal digits and the NUL */

/* The digest of `bytes` bytes as lower-case hexadecimal digits. Returns text. */
char *sha256_hex(const void *data, size_t bytes, char text[SHA256_TEXT]);

#endif
