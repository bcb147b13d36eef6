/* A table as text: as many columns beside each other as the lines have room for; the others follow
 * below, with the first column repeated. */
#include <stdlib.h>
#include <string.h>

#include "analysis/document/lines.h"
#include "analysis/document/text.h"
#include "common/grow.h"

/* Columns are two blanks apart; one blank if otherwise a column would be omitted. */
enum { GAP = 2, NARROW_GAP = 1, INDENT = 2 };

/* A table in layout: every cell as lines. */
struct table_layout {
  const struct table *table;
  const struct text_options *options;
  size_t rows;
  struct text_lines *titles; /* of each column */
  struct text_lines *cells;  /* row by row */
  size_t *widths;            /* of each column */
  bool *left_out;            /* optional columns that there is no room for */
  size_t gap;                /* blanks between columns */
};

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

static size_t widest(const struct text_lines *lines) {
  size_t width = 0;
  for (size_t i = 0; i < lines->count; i++)
    width = larger(width, lines_width(lines->items[i]));
  return width;
}

/* The longest part of a title that cannot be broken. */
static size_t longest_word(const char *title) {
  size_t longest = 0;
  while (*title != '\0') {
    size_t length = strcspn(title, " ");
    longest = larger(longest, length);
    title += length + strspn(title + length, " ");
  }
  return longest;
}

/* Texts may take two fifths of a line, and so may the first column, which names the row. Numbers
 * are not broken, unless one has a unit so long that it would not fit beside the first column. */
static size_t width_allowed(const struct table_layout *layout, size_t column) {
  size_t columns = (size_t)layout->options->columns, share = columns * 2 / 5;
  return column > 0 && layout->table->columns[column].number ? columns - share - INDENT - GAP
                                                             : share;
}

static struct text_lines cell_lines(const struct table_cell *cell, bool number, size_t width) {
  char *marked = grow_text("%s%s", text_mark(cell->tone), cell->text);
  char *plain = lines_plain(number ? marked : cell->text);
  struct text_lines lines = lines_wrap(plain, width);
  free(plain);
  free(marked);
  if (cell->second != NULL) {
    plain = lines_plain(cell->second);
    struct text_lines second = lines_wrap(plain, width);
    lines_append(&lines, &second);
    lines_free(&second);
    free(plain);
  }
  return lines;
}

static void lay_out_column(struct table_layout *layout, size_t column) {
  const struct table *table = layout->table;
  size_t allowed = width_allowed(layout, column), width = 0;
  for (size_t row = 0; row < layout->rows; row++) {
    size_t at = row * table->column_count + column;
    layout->cells[at] = cell_lines(&table->cells[at], table->columns[column].number, allowed);
    width = larger(width, widest(&layout->cells[at]));
  }
  char *raw = lines_soft_hyphens(table->columns[column].title, "");
  if (lines_width(raw) > width) {
    free(raw);
    raw = lines_soft_hyphens(table->columns[column].title, "- ");
  }
  char *title = lines_plain(raw);
  free(raw);
  width = larger(width, longest_word(title));
  width = width < allowed ? width : allowed;
  layout->titles[column] = lines_wrap(title, larger(width, 1));
  layout->widths[column] = larger(width, 1);
  free(title);
}

static size_t line_width(const struct table_layout *layout) {
  size_t width = INDENT;
  for (size_t i = 0; i < layout->table->column_count; i++)
    width += layout->left_out[i] ? 0 : layout->widths[i] + layout->gap;
  return width - layout->gap;
}

static void make_room(struct table_layout *layout) {
  if (line_width(layout) > (size_t)layout->options->columns)
    layout->gap = NARROW_GAP;
  for (size_t i = layout->table->column_count; i-- > 1;)
    if (line_width(layout) > (size_t)layout->options->columns)
      layout->left_out[i] = layout->table->columns[i].optional;
}

static void write_aligned(FILE *file, const char *text, size_t width, bool right, bool last) {
  size_t blanks = *text == '\0' && last ? 0 : width - lines_width(text);
  if (right)
    fprintf(file, "%*s%s", (int)blanks, "", text);
  else
    fprintf(file, "%s%*s", text, last ? 0 : (int)blanks, "");
}

/* One cell's line; titles and short columns stand at the bottom and at the top. */
static const char *line_of(const struct text_lines *lines, size_t at) {
  return at < lines->count ? lines->items[at] : "";
}

static bool is_shown(const struct table_layout *layout, size_t column, size_t first, size_t end) {
  return !layout->left_out[column] && (column == 0 || (column >= first && column < end));
}

static size_t last_shown(const struct table_layout *layout, size_t first, size_t end) {
  size_t last = 0;
  for (size_t column = 0; column < layout->table->column_count; column++)
    if (is_shown(layout, column, first, end))
      last = column;
  return last;
}

static void write_titles(FILE *file, const struct table_layout *layout, size_t first, size_t end) {
  size_t height = 0, last = last_shown(layout, first, end);
  for (size_t c = 0; c < layout->table->column_count; c++)
    if (is_shown(layout, c, first, end))
      height = larger(height, layout->titles[c].count);
  for (size_t line = 0; line < height; line++) {
    fprintf(file, "%*s", INDENT, "");
    for (size_t c = 0; c <= last; c++) {
      if (!is_shown(layout, c, first, end))
        continue;
      const struct text_lines *title = &layout->titles[c];
      size_t missing = height - title->count;
      write_aligned(file, line < missing ? "" : line_of(title, line - missing), layout->widths[c],
                    layout->table->columns[c].number, c == last);
      fprintf(file, "%*s", c == last ? 0 : (int)layout->gap, "");
    }
    putc('\n', file);
  }
}

static void write_row(FILE *file, const struct table_layout *layout, size_t row, size_t first,
                      size_t end) {
  const struct table *table = layout->table;
  size_t height = 0, last = last_shown(layout, first, end);
  for (size_t c = 0; c <= last; c++)
    if (is_shown(layout, c, first, end))
      height = larger(height, layout->cells[row * table->column_count + c].count);
  for (size_t line = 0; line < height; line++) {
    fprintf(file, "%*s", INDENT, "");
    for (size_t c = 0; c <= last; c++) {
      if (!is_shown(layout, c, first, end))
        continue;
      size_t at = row * table->column_count + c;
      enum tone tone = line == 0 ? table->cells[at].tone : TONE_QUIET;
      fputs(text_tone(tone, layout->options), file);
      write_aligned(file, line_of(&layout->cells[at], line), layout->widths[c],
                    table->columns[c].number, c == last);
      fputs(text_reset(tone, layout->options), file);
      fprintf(file, "%*s", c == last ? 0 : (int)layout->gap, "");
    }
    putc('\n', file);
  }
}

/* The columns from `first` for which one line has room, at least one: where the next part begins.
 */
static size_t end_of_part(const struct table_layout *layout, size_t first) {
  size_t width = INDENT + layout->widths[0], end = first;
  for (; end < layout->table->column_count; end++) {
    if (layout->left_out[end])
      continue;
    width += layout->gap + layout->widths[end];
    if (width > (size_t)layout->options->columns && end > first)
      break;
  }
  return end;
}

static void write_parts(FILE *file, const struct table_layout *layout) {
  size_t first = 1;
  do {
    size_t end = end_of_part(layout, first);
    if (first > 1)
      putc('\n', file);
    write_titles(file, layout, first, end);
    for (size_t row = 0; row < layout->rows; row++)
      write_row(file, layout, row, first, end);
    first = end;
  } while (first < layout->table->column_count);
}

static void write_notes(FILE *file, const struct table *table, const struct text_options *options) {
  for (size_t i = 0; i < table->note_count; i++) {
    char *plain = lines_plain(table->notes[i]);
    struct text_lines lines = lines_wrap(plain, (size_t)options->columns - INDENT);
    for (size_t k = 0; k < lines.count; k++)
      fprintf(file, "%*s%s\n", INDENT, "", lines.items[k]);
    lines_free(&lines);
    free(plain);
  }
}

void text_table(FILE *file, const struct table *table, const struct text_options *options) {
  size_t columns = table->column_count;
  struct table_layout layout = {
      .table = table, .options = options, .rows = table_rows(table), .gap = GAP};
  size_t cells = 0, titles = 0, widths = 0, out = 0;
  while (cells < layout.rows * columns)
    *GROW(layout.cells, cells) = (struct text_lines){0};
  for (size_t i = 0; i < columns; i++) {
    *GROW(layout.titles, titles) = (struct text_lines){0};
    *GROW(layout.widths, widths) = 0;
    *GROW(layout.left_out, out) = false;
    lay_out_column(&layout, i);
  }
  if (columns > 0) {
    make_room(&layout);
    char *title = lines_plain(table->title);
    struct text_lines lines = lines_wrap(title, (size_t)options->columns);
    for (size_t i = 0; i < lines.count; i++)
      fprintf(file, "%s\n", lines.items[i]);
    lines_free(&lines);
    free(title);
    write_parts(file, &layout);
  }
  write_notes(file, table, options);
  for (size_t i = 0; i < cells; i++)
    lines_free(&layout.cells[i]);
  for (size_t i = 0; i < titles; i++)
    lines_free(&layout.titles[i]);
  free(layout.cells);
  free(layout.titles);
  free(layout.widths);
  free(layout.left_out);
}
