/* The page's style sheet and script, embedded by the build (embed.cmake). */
#ifndef QUARTET_ANALYSIS_PAGE_ASSETS_H
#define QUARTET_ANALYSIS_PAGE_ASSETS_H

#include <stddef.h>

struct page_asset {
  const char *content; /* without a NUL at the end */
  size_t bytes;
};

extern const struct page_asset page_css, page_js;

#endif
