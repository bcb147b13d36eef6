/* The page's content security policy. */
#ifndef QUARTET_ANALYSIS_PAGE_POLICY_H
#define QUARTET_ANALYSIS_PAGE_POLICY_H

#include <stddef.h>
#include <stdio.h>

#include "analysis/page/assets.h"

enum { POLICY_DIGEST_TEXT = 45 }; /* 32 bytes as base64 (RFC 4648), and the NUL */

/* The SHA-256 digest of `bytes` bytes as base64. Returns text. */
char *policy_digest(const void *data, size_t bytes, char text[POLICY_DIGEST_TEXT]);

/* Writes the policy (W3C Content Security Policy Level 3): nothing is loaded, and only this style
 * sheet and this script run, each allowed by the digest of exactly the bytes between its tags. */
void policy_write(FILE *file, const struct page_asset *style, const struct page_asset *script);

#endif
