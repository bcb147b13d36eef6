/* A reader for the XML that gnuplot writes: tags, attributes, text; no more than that needs.
 * Comments, declarations and processing instructions are skipped. */
#ifndef QUARTET_ANALYSIS_FIGURES_MARKUP_H
#define QUARTET_ANALYSIS_FIGURES_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

enum { MARKUP_ATTRIBUTES = 24 };

struct markup_slice {
  const char *at;
  size_t length;
};

struct markup_tag {
  struct markup_slice name;
  bool closing; /* </g> */
  bool empty;   /* <g/> */
  struct markup_slice keys[MARKUP_ATTRIBUTES], values[MARKUP_ATTRIBUTES];
  size_t attribute_count; /* those beyond MARKUP_ATTRIBUTES are lost */
};

/* Reads on from *at: the text before the next tag, and the tag. False at the end of the text or
 * where it is not well-formed. */
bool markup_next(const char **at, struct markup_slice *text, struct markup_tag *tag);

bool markup_is(const struct markup_tag *tag, const char *name);

/* The value of an attribute; "" if it is missing. */
struct markup_slice markup_attribute(const struct markup_tag *tag, const char *key);

/* The slice with the five entities of XML and character references replaced; the caller frees it.
 */
char *markup_text(struct markup_slice slice);

#endif
