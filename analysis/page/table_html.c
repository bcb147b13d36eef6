#include "analysis/page/table_html.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "analysis/page/escape.h"

/* Longer texts may break into lines; still longer ones get a box of their own that scrolls, so that
 * one cell cannot stretch the table. */
enum { LINE_TEXT_BYTES = 40, LONG_TEXT_BYTES = 240 };

static void write_classes(FILE *file, const char *first, bool filtered, bool paged) {
  fprintf(file, " class=\"%s%s%s\"", first, filtered ? " filter" : "", paged ? " paged" : "");
}

static void write_head(FILE *file, const struct table *table) {
  fputs("<thead><tr>", file);
  for (size_t i = 0; i < table->column_count; i++) {
    const struct table_column *column = &table->columns[i];
    fprintf(file, "<th scope=\"col\"%s><span class=\"label\">",
            column->number ? " class=\"n\"" : "");
    html_text(file, column->title);
    fputs("</span>", file);
    if (column->method != NULL) {
      fputs(" <a class=\"how\" href=\"#t-", file);
      html_id(file, table->id);
      fprintf(file, "-how-%zu\" aria-label=\"How it is obtained: ", i);
      html_text(file, column->title);
      fputs("\">i</a>", file);
    }
    fputs("</th>", file);
  }
  fputs("</tr></thead>\n", file);
}

static void write_cell_text(FILE *file, const struct table_cell *cell) {
  const char *text = cell->text ? cell->text : "";
  bool is_long = strlen(text) > LONG_TEXT_BYTES;
  html_mark(file, cell->tone);
  fputs(is_long ? "<div class=\"long\" tabindex=\"0\" role=\"group\" aria-label=\"long text\">"
                : "",
        file);
  html_text(file, text);
  fputs(is_long ? "</div>" : "", file);
  if (cell->second != NULL) {
    fputs("<small>", file);
    html_text(file, cell->second);
    fputs("</small>", file);
  }
}

/* Without </td> and </tr>, which are optional in HTML: a large table is a fifth smaller. */
static void write_cell(FILE *file, const struct table_column *column, const struct table_cell *cell,
                       bool heads_row) {
  bool breaks = cell->text != NULL && strlen(cell->text) > LINE_TEXT_BYTES;
  const char *tone = tone_class(cell->tone);
  fputs(heads_row ? "<th scope=\"row\"" : "<td", file);
  if (*tone != '\0' || breaks)
    fprintf(file, " class=\"%s%s%s\"", tone, *tone != '\0' && breaks ? " " : "",
            breaks ? "text" : "");
  if (column->number && isnan(cell->sort))
    fputs(" data-v=\"\"", file);
  else if (column->number)
    fprintf(file, " data-v=\"%.9g\"", cell->sort);
  if (cell->hint != NULL) {
    fputs(" tabindex=\"0\" data-hint=\"", file);
    html_text(file, cell->hint);
    fputs("\"", file);
  }
  fputs(">", file);
  write_cell_text(file, cell);
}

static void write_rows(FILE *file, const struct table *table) {
  fputs("<tbody>\n", file);
  for (size_t row = 0, rows = table_rows(table); row < rows; row++) {
    fputs("<tr>", file);
    for (size_t i = 0; i < table->column_count; i++)
      write_cell(file, &table->columns[i], &table->cells[row * table->column_count + i],
                 i == 0 && !table->columns[0].number);
    fputs("\n", file);
  }
  fputs("</tbody>", file);
}

static void write_legend(FILE *file, const struct table *table) {
  bool used[TONE_QUIET + 1] = {false};
  for (size_t i = 0; i < table->cell_count; i++)
    used[table->cells[i].tone] = true;
  bool any = false;
  for (int tone = TONE_NONE; tone <= TONE_QUIET; tone++) {
    if (!used[tone] || *tone_mark(tone) == '\0')
      continue;
    fprintf(file, "%s<span class=\"%s\"><span class=\"mark\">%s</span> %s</span>",
            any ? " " : "<p class=\"legend\">", tone_class(tone), tone_mark(tone),
            tone_meaning(tone));
    any = true;
  }
  fputs(any ? "</p>\n" : "", file);
}

static void write_notes(FILE *file, const struct table *table) {
  if (table->note_count == 0)
    return;
  fputs("<ul class=\"notes\">", file);
  for (size_t i = 0; i < table->note_count; i++) {
    fputs("<li>", file);
    html_text(file, table->notes[i]);
    fputs("</li>", file);
  }
  fputs("</ul>\n", file);
}

/* Whether a column before has the same method: then it is listed there. */
static bool is_repeated(const struct table *table, size_t column) {
  for (size_t i = 0; i < column; i++)
    if (table->columns[i].method != NULL &&
        strcmp(table->columns[i].method, table->columns[column].method) == 0)
      return true;
  return false;
}

/* The titles of all columns from `first` on with its method, and the method. */
static void write_method(FILE *file, const struct table *table, size_t first) {
  const char *method = table->columns[first].method;
  for (size_t i = first; i < table->column_count; i++) {
    if (table->columns[i].method == NULL || strcmp(table->columns[i].method, method) != 0)
      continue;
    fputs("<dt id=\"t-", file);
    html_id(file, table->id);
    fprintf(file, "-how-%zu\">", i);
    html_text(file, table->columns[i].title);
    fputs("</dt>", file);
  }
  fputs("<dd>", file);
  html_text(file, method);
  fputs("</dd>", file);
}

static void write_methods(FILE *file, const struct table *table) {
  bool any = false;
  for (size_t i = 0; i < table->column_count; i++) {
    if (table->columns[i].method == NULL || is_repeated(table, i))
      continue;
    fputs(any ? ""
              : "<details class=\"methods\"><summary>How these numbers are obtained</summary><dl>",
          file);
    any = true;
    write_method(file, table, i);
  }
  fputs(any ? "</dl></details>\n" : "", file);
}

void html_table(FILE *file, const struct table *table, bool folds) {
  bool paged = table_rows(table) >= TABLE_PAGE_ROWS;
  fputs("<div", file);
  write_classes(file, "table", table_rows(table) >= TABLE_FILTER_ROWS, paged);
  fputs(" id=\"t-", file);
  html_id(file, table->id);
  fputs("\">\n", file);
  folds = folds && paged;
  if (folds) {
    fputs("<details class=\"rows\"><summary>", file);
    html_text(file, table->title);
    fprintf(file, ": %zu rows</summary>\n", table_rows(table));
  }
  fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"t-", file);
  html_id(file, table->id);
  fputs("-title\"><table><caption><span id=\"t-", file);
  html_id(file, table->id);
  fputs("-title\">", file);
  html_text(file, table->title);
  fputs("</span></caption>\n", file);
  write_head(file, table);
  write_rows(file, table);
  fputs("</table></div>\n", file);
  fputs(folds ? "</details>\n" : "", file);
  write_legend(file, table);
  write_notes(file, table);
  write_methods(file, table);
  fputs("</div>\n", file);
}
