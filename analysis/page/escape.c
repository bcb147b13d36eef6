#include "analysis/page/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/utf8.h"

static bool is_harmless(uint32_t code) {
  bool control = (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7f && code < 0xa0);
  bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  bool noncharacter = (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
  return !control && !direction && !noncharacter;
}

static const char *reference(uint32_t code) {
  switch (code) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

void html_bytes(FILE *file, const char *text, size_t bytes) {
  size_t start = 0, at = 0; /* the text between them is written unchanged */
  while (at < bytes) {
    uint32_t code = 0;
    size_t taken = utf8_decode(text + at, &code); /* not beyond the NUL that ends the text */
    bool as_it_is = taken > 0 && taken <= bytes - at && is_harmless(code);
    const char *instead = as_it_is ? reference(code) : UTF8_REPLACEMENT;
    size_t next = at + (taken > 0 ? taken : 1);
    if (instead != NULL) {
      fwrite(text + start, 1, at - start, file);
      fputs(instead, file);
      start = next;
    }
    at = next;
  }
  fwrite(text + start, 1, at - start, file);
}

void html_text(FILE *file, const char *text) {
  if (text != NULL)
    html_bytes(file, text, strlen(text));
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void html_prose(FILE *file, const char *text) {
  const char *start = text ? text : "", *at = start;
  bool in_interval = false;
  for (; *at != '\0'; at++) {
    in_interval = at[0] == '[' ? is_digit(at[1]) || at[1] == '-' : in_interval && at[0] != ']';
    bool percent = at > start && is_digit(at[-1]) && at[1] == '%';
    if (*at != ' ' || !(percent || in_interval))
      continue;
    html_bytes(file, start, (size_t)(at - start));
    fputs("&nbsp;", file);
    start = at + 1;
  }
  html_bytes(file, start, (size_t)(at - start));
}

void html_id(FILE *file, const char *text) {
  bool dash = false;
  for (const char *at = text ? text : ""; *at != '\0'; at++) {
    unsigned char c = (unsigned char)*at;
    bool word =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    if (word || !dash)
      fputc(word ? c : '-', file);
    dash = !word;
  }
}

static const struct {
  const char *class, *mark, *meaning;
} tones[] = {
    [TONE_NONE] = {"", "", ""},
    [TONE_WINNER] = {"winner", "★", "winner"},
    [TONE_EQUAL] = {"equal", "=", "same as the winner"},
    [TONE_BASE] = {"base", "", ""},
    [TONE_SUSPECT] = {"suspect", "!", "suspect"},
    [TONE_FAILED] = {"failed", "×", "failed"},
    [TONE_QUIET] = {"quiet", "", ""},
};

const char *tone_class(enum tone tone) {
  return tones[tone].class;
}

const char *tone_mark(enum tone tone) {
  return tones[tone].mark;
}

const char *tone_meaning(enum tone tone) {
  return tones[tone].meaning;
}

void html_mark(FILE *file, enum tone tone) {
  if (*tone_mark(tone) != '\0')
    fprintf(file,
            "<span class=\"mark\" aria-hidden=\"true\">%s</span><span class=\"sr\">%s: </span>",
            tone_mark(tone), tone_meaning(tone));
}
