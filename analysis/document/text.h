/* A document as text for a terminal or a file, and as Markdown. */
#ifndef QUARTET_ANALYSIS_DOCUMENT_TEXT_H
#define QUARTET_ANALYSIS_DOCUMENT_TEXT_H

#include <stdio.h>

#include "analysis/document/document.h"

enum { TEXT_COLUMNS = 80, TEXT_COLUMNS_MAX = 200 };

struct text_options {
  unsigned shown; /* of enum audience: which blocks */
  int columns;    /* lines are no longer than this; TEXT_COLUMNS at least */
  bool colour;    /* escape sequences for tones and headings */
};

/* The format for a stream: as many columns as the terminal has (COLUMNS of the environment wins),
 * else 80; colour on a terminal unless NO_COLOR is set (no-color.org) or TERM is "dumb". */
struct text_options text_options_for(FILE *file, unsigned shown);

/* Figures are omitted. */
void text_write(FILE *file, const struct document *document, const struct text_options *options);

/* GitHub's Markdown: pipe tables; a figure becomes a link to figures/ID.svg. */
void markdown_write(FILE *file, const struct document *document, unsigned shown);

/* For text.c: one table. */
void text_table(FILE *file, const struct table *table, const struct text_options *options);
/* The escape sequence that begins a tone, "" without colour; text_reset ends it. */
const char *text_tone(enum tone tone, const struct text_options *options);
const char *text_reset(enum tone tone, const struct text_options *options);
/* "*", "=", "!", "x": the tone where there is no colour; "" for none. */
const char *text_mark(enum tone tone);

#endif
