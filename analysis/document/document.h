/* A report as a list of blocks, which are rendered as text, Markdown or HTML. All texts are copied;
 * plain text, UTF-8, no markup. Texts from a CSV or run.json may hold any characters: renderers
 * escape them for their format. */
#ifndef QUARTET_ANALYSIS_DOCUMENT_DOCUMENT_H
#define QUARTET_ANALYSIS_DOCUMENT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/figures/figure.h"

/* The outputs in which a block is shown. */
enum audience {
  SHOW_SUMMARY = 1,    /* the terminal's short answer, Markdown without --all-points */
  SHOW_ALL_POINTS = 2, /* text and Markdown with --all-points */
  SHOW_PAGE = 4,       /* HTML */
  SHOW_EVERYWHERE = 7
};

/* The meaning of a cell or a line, for colour, shape and screen readers. */
enum tone {
  TONE_NONE,
  TONE_WINNER,  /* text renderers put "*" before it */
  TONE_EQUAL,   /* the same as the winner: "=" */
  TONE_BASE,    /* the base of ratios */
  TONE_SUSPECT, /* oversubscribed, noisy: "!" */
  TONE_FAILED,  /* no time: "x" */
  TONE_QUIET    /* of less weight */
};

struct table_cell {
  char *text;
  char *second; /* a second line under it (an interval), or NULL */
  char *hint;   /* how it was obtained, in a sentence; HTML shows it on hover and focus; or NULL */
  double sort;  /* the sort key of columns of numbers; NaN sorts last */
  enum tone tone;
};

struct table_column {
  char *title;   /* may have soft hyphens (U+00AD): where narrow columns break it */
  char *method;  /* how the numbers of the column are obtained; HTML: one click away; or NULL */
  bool number;   /* right-aligned, sorted by `sort` */
  bool optional; /* text leaves it out where the line would become too long */
};

struct table {
  char *id; /* unique in the document: letters, digits, '-' */
  char *title;
  struct table_column *columns;
  size_t column_count;
  struct table_cell *cells; /* row by row, column_count in each */
  size_t cell_count;        /* table_rows() x column_count once it is filled */
  char **notes;             /* lines under the table */
  size_t note_count;
};

enum block_kind {
  BLOCK_HEADING,   /* text, level 1 .. 4 */
  BLOCK_PARAGRAPH, /* text */
  BLOCK_ITEM,      /* text: an item of a list; items that follow each other are one list */
  BLOCK_TABLE,
  BLOCK_FIGURE, /* a figure with its data beside it */
  BLOCK_CODE    /* text, as it is: a command, a methods paragraph to copy */
};

struct block {
  enum block_kind kind;
  unsigned shown; /* of enum audience */
  int level;      /* of a heading; of a paragraph and an item: depth, from 0 */
  enum tone tone;
  char *text;
  struct table *table;
  struct figure *figure;
};

struct document {
  char *title;
  struct block *blocks;
  size_t block_count;
};

void document_free(struct document *document);

/* Each appends a block. Formats are printf's. */
void document_heading(struct document *document, unsigned shown, int level, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void document_paragraph(struct document *document, unsigned shown, enum tone tone,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
void document_item(struct document *document, unsigned shown, int level, enum tone tone,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
void document_code(struct document *document, unsigned shown, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A new table at the end of the document; it is filled by the calls below. The pointer stays valid.
 */
struct table *document_table(struct document *document, unsigned shown, const char *id,
                             const char *title_format, ...) __attribute__((format(printf, 4, 5)));
void table_column(struct table *table, bool number, bool optional, const char *title,
                  const char *method);
/* The next cell, row by row; its fields may be set through the pointer (copies: grow_text) until
 * the next call. Begin rows only after all columns are there. */
struct table_cell *table_cell(struct table *table, enum tone tone, double sort, const char *format,
                              ...) __attribute__((format(printf, 4, 5)));
size_t table_rows(const struct table *table);
void table_note(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes the figure over. */
void document_figure(struct document *document, unsigned shown, struct figure *figure);

#endif
