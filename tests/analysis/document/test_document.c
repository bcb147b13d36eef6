/* A document as text and as Markdown: widths, hostile texts, tables that are too wide. */
#include <stdlib.h>
#include <string.h>

#include "analysis/document/lines.h"
#include "analysis/document/text.h"
#include "tests/check.h"

static char *rendered(const struct document *document, const struct text_options *options) {
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (options != NULL)
    text_write(file, document, options);
  else
    markdown_write(file, document, SHOW_EVERYWHERE);
  fclose(file);
  return text;
}

static size_t longest_line(const char *text) {
  size_t longest = 0;
  while (*text != '\0') {
    char line[4096];
    size_t length = strcspn(text, "\n");
    snprintf(line, sizeof line, "%.*s", (int)length, text);
    longest = lines_width(line) > longest ? lines_width(line) : longest;
    text += length + (text[length] == '\n');
  }
  return longest;
}

static void check_plain(void) {
  static const struct {
    const char *raw, *plain;
  } cases[] = {
      {"threads", "threads"},
      {"a\033[31mb", "a?[31mb"},                          /* an escape sequence */
      {"a\rb\x7f", "a?b?"},                               /* controls */
      {"\xc3\xa4 \xe2\x82\xac", "\xc3\xa4 \xe2\x82\xac"}, /* UTF-8 stays */
      {"\xc0\xaf", "??"},                                 /* an overlong slash */
      {"\xed\xa0\x80", "???"},                            /* a surrogate */
      {"\xff", "?"},                                      /* no UTF-8 at all */
      {"\xe2\x80\xae"
       "exe",
       "?exe"},              /* right-to-left override */
      {"\xe2\x80\x8b", "?"}, /* zero width */
      {"\xc2\x9b"
       "31m",
       "?31m"},           /* the C1 form of an escape sequence */
      {"\xe2\x82", "??"}, /* cut */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *plain = lines_plain(cases[i].raw);
    CHECK(strcmp(plain, cases[i].plain) == 0, "case %zu: '%s'", i, plain);
    free(plain);
  }
}

static void check_wrap(void) {
  struct text_lines lines = lines_wrap("one two  three\nfour", 8);
  static const char *const expected[] = {"one two", "three", "four"};
  CHECK(lines.count == 3, "%zu lines", lines.count);
  for (size_t i = 0; i < lines.count && i < 3; i++)
    CHECK(strcmp(lines.items[i], expected[i]) == 0, "'%s'", lines.items[i]);
  lines_free(&lines);
  lines = lines_wrap("abcdefghij", 4); /* a word that is too long is broken, not lost */
  CHECK(lines.count == 3 && strcmp(lines.items[2], "ij") == 0, "%zu lines", lines.count);
  lines_free(&lines);
  lines = lines_wrap("", 4);
  CHECK(lines.count == 1 && *lines.items[0] == '\0');
  lines_free(&lines);
}

/* A table of a text column and `numbers` columns with wide cells. */
static struct table *add_table(struct document *document, int numbers, bool optional) {
  struct table *table = document_table(document, SHOW_EVERYWHERE, "t", "A table");
  table_column(table, false, false, "work", NULL);
  for (int i = 0; i < numbers; i++) {
    char title[32];
    snprintf(title, sizeof title, "column %d", i);
    table_column(table, true, optional && i % 2 == 1, title, NULL);
  }
  for (int row = 0; row < 3; row++) {
    table_cell(table, TONE_NONE, row, "work %d", row);
    for (int i = 0; i < numbers; i++)
      table_cell(table, i == 1 ? TONE_WINNER : TONE_NONE, i, "%d.%d00000", row, i)->second = NULL;
  }
  return table;
}

static void check_wide_table(void) {
  const struct text_options options = {.shown = SHOW_SUMMARY, .columns = 80};
  struct document document = {0};
  add_table(&document, 20, false);
  char *text = rendered(&document, &options);
  CHECK(longest_line(text) <= 80, "%zu columns", longest_line(text));
  for (int i = 0; i < 20; i++) { /* nothing is lost */
    char cell[32];
    snprintf(cell, sizeof cell, "2.%d00000", i);
    CHECK(strstr(text, cell) != NULL, "%s is not there", cell);
  }
  const char *first = strstr(text, "work 2");
  CHECK(first != NULL && strstr(first + 1, "work 2") != NULL, "rows are not named again below");
  free(text);
  document_free(&document);
}

static void check_optional_columns(void) {
  const struct text_options narrow = {.shown = SHOW_SUMMARY, .columns = 80};
  const struct text_options wide = {.shown = SHOW_SUMMARY, .columns = 200};
  struct document document = {0};
  add_table(&document, 9, true);
  char *text = rendered(&document, &narrow), *all = rendered(&document, &wide);
  CHECK(longest_line(text) <= 80);
  CHECK(strstr(text, "2.800000") != NULL && strstr(text, "2.700000") == NULL, "%s", text);
  CHECK(strstr(all, "2.700000") != NULL);
  CHECK(strstr(all, "*1.100000") != NULL, "the winner is not marked");
  free(text);
  free(all);
  document_free(&document);
}

static void check_blocks(void) {
  struct text_options options = {.shown = SHOW_SUMMARY, .columns = 80};
  struct document document = {0};
  document_heading(&document, SHOW_EVERYWHERE, 2, "Verdict");
  document_paragraph(&document, SHOW_SUMMARY, TONE_NONE, "%0200d", 7);
  document_item(&document, SHOW_SUMMARY, 1, TONE_SUSPECT, "an item \033[2J of a list");
  document_paragraph(&document, SHOW_PAGE, TONE_NONE, "on the page only");
  document_code(&document, SHOW_SUMMARY, "report --html DIR\nsecond line");
  char *text = rendered(&document, &options);
  CHECK(longest_line(text) <= 80, "%zu", longest_line(text));
  CHECK(strchr(text, '\033') == NULL, "an escape sequence went through");
  CHECK(strstr(text, "on the page") == NULL);
  CHECK(strstr(text, "    ! an item ?[2J of a list\n") != NULL, "%s", text);
  CHECK(strstr(text, "  report --html DIR\n  second line\n") != NULL, "%s", text);
  free(text);
  options.colour = true;
  text = rendered(&document, &options);
  CHECK(strstr(text, "\033[33m") != NULL && strstr(text, "\033[0m") != NULL);
  free(text);
  document_free(&document);
}

static void check_markdown(void) {
  struct document document = {0};
  document_paragraph(&document, SHOW_EVERYWHERE, TONE_NONE, "<script>*x*|[a](javascript:b)");
  struct table *table = document_table(&document, SHOW_EVERYWHERE, "t", "a|b");
  table_column(table, false, false, "c|d", NULL);
  table_cell(table, TONE_WINNER, 1, "e|f");
  document_code(&document, SHOW_EVERYWHERE, "a ```` fence");
  char *text = rendered(&document, NULL);
  CHECK(strstr(text, "<script>") == NULL && strstr(text, "\\<script\\>\\*x\\*\\|\\[a](") != NULL,
        "%s", text);
  CHECK(strstr(text, "| c\\|d |\n|---|\n| \\* **e\\|f** |") != NULL, "%s", text);
  CHECK(strstr(text, "`````\na ```` fence\n`````\n") != NULL, "%s", text);
  free(text);
  document_free(&document);
}

int main(void) {
  check_plain();
  check_wrap();
  check_wide_table();
  check_optional_columns();
  check_blocks();
  check_markdown();
  return test_result();
}
