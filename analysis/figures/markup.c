#include "analysis/figures/markup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

static const char *skip_blanks(const char *at) {
  while (isspace((unsigned char)*at))
    at++;
  return at;
}

static const char *skip_name(const char *at) {
  while (*at != '\0' && !isspace((unsigned char)*at) && strchr("=/>'\"<", *at) == NULL)
    at++;
  return at;
}

/* The end of <!...> and <?...>; NULL if it does not end. */
static const char *skip_declaration(const char *at) {
  const char *end = strncmp(at, "<!--", 4) == 0 ? "-->" : at[1] == '?' ? "?>" : ">";
  const char *found = strstr(at, end);
  return found == NULL ? NULL : found + strlen(end);
}

/* KEY = 'VALUE'; NULL where it is not one. */
static const char *read_attribute(const char *at, struct markup_tag *tag) {
  const char *key = at;
  at = skip_name(at);
  size_t length = (size_t)(at - key);
  at = skip_blanks(at);
  if (length == 0 || *at != '=')
    return NULL;
  at = skip_blanks(at + 1);
  if (*at != '\'' && *at != '"')
    return NULL;
  const char *end = strchr(at + 1, *at);
  if (end == NULL)
    return NULL;
  if (tag->attribute_count < MARKUP_ATTRIBUTES) {
    tag->keys[tag->attribute_count] = (struct markup_slice){key, length};
    tag->values[tag->attribute_count++] = (struct markup_slice){at + 1, (size_t)(end - at - 1)};
  }
  return end + 1;
}

bool markup_next(const char **at, struct markup_slice *text, struct markup_tag *tag) {
  const char *here = *at;
  *text = (struct markup_slice){here, strcspn(here, "<")};
  here += text->length;
  while (here[0] == '<' && (here[1] == '!' || here[1] == '?')) {
    here = skip_declaration(here);
    if (here == NULL)
      return false;
    here += strcspn(here, "<"); /* text behind a declaration is lost: gnuplot writes none */
  }
  if (*here != '<')
    return false;
  *tag = (struct markup_tag){.closing = here[1] == '/'};
  here += tag->closing ? 2 : 1;
  tag->name.at = here;
  here = skip_name(here);
  tag->name.length = (size_t)(here - tag->name.at);
  for (;;) {
    here = skip_blanks(here);
    if (*here == '/' && here[1] == '>') {
      tag->empty = true;
      here++;
    }
    if (*here == '>') {
      *at = here + 1;
      return true;
    }
    here = read_attribute(here, tag);
    if (here == NULL)
      return false;
  }
}

static bool equals(struct markup_slice slice, const char *text) {
  return slice.length == strlen(text) && memcmp(slice.at, text, slice.length) == 0;
}

bool markup_is(const struct markup_tag *tag, const char *name) {
  return equals(tag->name, name);
}

struct markup_slice markup_attribute(const struct markup_tag *tag, const char *key) {
  for (size_t i = 0; i < tag->attribute_count; i++)
    if (equals(tag->keys[i], key))
      return tag->values[i];
  return (struct markup_slice){"", 0};
}

char *markup_text(struct markup_slice slice) {
  static const struct {
    const char *name, *text;
  } entities[] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                  {"&quot;", "\""}, {"&apos;", "'"}, {"&#39;", "'"}};
  char *text = grow(NULL, 0, slice.length + 1);
  size_t length = 0;
  for (size_t i = 0; i < slice.length;) {
    size_t step = 1;
    text[length] = slice.at[i];
    for (size_t e = 0; e < sizeof entities / sizeof *entities; e++) {
      size_t bytes = strlen(entities[e].name);
      if (bytes <= slice.length - i && memcmp(slice.at + i, entities[e].name, bytes) == 0) {
        text[length] = entities[e].text[0];
        step = bytes;
      }
    }
    length++;
    i += step;
  }
  text[length] = '\0';
  return text;
}
