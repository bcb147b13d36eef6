/* The page's markup without a browser: texts, digests, data of figures, a file that is full. */
#include <math.h>
#include <stdlib.h>

#include "analysis/page/escape.h"
#include "analysis/page/figure_html.h"
#include "analysis/page/html.h"
#include "analysis/page/policy.h"
#include "common/grow.h"
#include "tests/check.h"

static void check_text(const char *text, const char *expected) {
  char *written = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&written, &bytes);
  html_text(file, text);
  fclose(file);
  CHECK(strcmp(written, expected) == 0, "'%s' instead of '%s'", written, expected);
  free(written);
}

#define INSTEAD "\xef\xbf\xbd" /* U+FFFD */

static void check_texts(void) {
  check_text(NULL, "");
  check_text("plain – ü 漢 😀", "plain – ü 漢 😀");
  check_text("<a href=\"x\" title='y'>&amp;",
             "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
  check_text("tab\tline\n", "tab\tline\n");
  check_text("\x01\r\x7f", INSTEAD INSTEAD INSTEAD);
  check_text("\xc2\x85", INSTEAD);                     /* U+0085, a control character */
  check_text("\xe2\x80\xaex", INSTEAD "x");            /* U+202E, right-to-left override */
  check_text("\xe2\x81\xa6x", INSTEAD "x");            /* U+2066, an isolate */
  check_text("\xef\xbf\xbe", INSTEAD);                 /* U+FFFE, a noncharacter */
  check_text("\xc0\x80", INSTEAD INSTEAD);             /* overlong NUL */
  check_text("\xe0\x80\x80", INSTEAD INSTEAD INSTEAD); /* overlong */
  check_text("\xed\xa0\x80", INSTEAD INSTEAD INSTEAD); /* a surrogate */
  check_text("\xf4\x90\x80\x80", INSTEAD INSTEAD INSTEAD INSTEAD); /* beyond U+10FFFF */
  check_text("\xc3", INSTEAD);                                     /* truncated */
  check_text("\xe2\x80<", INSTEAD INSTEAD "&lt;");                 /* truncated before markup */
}

/* Digests by `printf TEXT | openssl dgst -sha256 -binary | base64`. */
static void check_digests(void) {
  char text[POLICY_DIGEST_TEXT];
  CHECK(strcmp(policy_digest("", 0, text), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=") == 0,
        "%s", text);
  CHECK(strcmp(policy_digest("abc", 3, text), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=") == 0,
        "%s", text);
  CHECK(strcmp(policy_digest("alert(1)", 8, text),
               "bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=") == 0,
        "%s", text);
}

/* A style sheet or script that held these would end its own element. */
static void check_assets(void) {
  const struct page_asset *assets[] = {&page_css, &page_js};
  for (int i = 0; i < 2; i++) {
    CHECK(assets[i]->bytes > 1000, "%zu", assets[i]->bytes);
    CHECK(memmem(assets[i]->content, assets[i]->bytes, "</", 2) == NULL);
    CHECK(memmem(assets[i]->content, assets[i]->bytes, "<!--", 4) == NULL);
    CHECK(memchr(assets[i]->content, '\0', assets[i]->bytes) == NULL);
  }
}

static void check_row(const struct table *table, size_t row, const char *expected) {
  char *found = grow_text("%s", "");
  for (size_t i = 0; i < table->column_count; i++) {
    char *longer = grow_text("%s|%s", found, table->cells[row * table->column_count + i].text);
    free(found);
    found = longer;
  }
  CHECK(strcmp(found, expected) == 0, "%s instead of %s", found, expected);
  free(found);
}

static void check_figure_data(void) {
  struct figure *figure = figure_new(FIGURE_XY, "f", "title", "description");
  axis_set(&figure->x, "work", "", SCALE_LINEAR);
  axis_category(&figure->x, "sum");
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  struct figure_series *measured = figure_series(figure, SHAPE_LINE_POINTS, 0, "threads");
  series_point(measured, 1, 0.5, 0.4, 0.6);
  series_point(measured, 2, NAN, NAN, NAN)->mark = MARK_SUSPECT;
  struct figure_series *curve = figure_series(figure, SHAPE_LINE, 0, "Amdahl");
  for (int i = 0; i <= FIGURE_CURVE_POINTS; i++)
    series_point(curve, i, i, NAN, NAN);
  struct figure_series *launches = figure_series(figure, SHAPE_POINTS, 0, "launches");
  for (int i = 0; i <= FIGURE_LAUNCH_POINTS; i++)
    series_point(launches, 1, i, NAN, NAN);

  struct document document = {0};
  figure_data(&document, figure);
  CHECK(document.block_count == 1);
  const struct table *table = document.blocks[0].table;
  CHECK(table->column_count == 6, "%zu", table->column_count); /* no label: no notes */
  CHECK(strcmp(table->columns[2].title, "time (s)") == 0, "%s", table->columns[2].title);
  CHECK(table_rows(table) == 2, "%zu", table_rows(table));
  check_row(table, 0, "|threads|sum|0.5|0.4|0.6|");
  check_row(table, 1, "|threads|2|–|–|–|suspect"); /* no second category: the number */
  CHECK(table->note_count == 2, "%zu", table->note_count);
  document_free(&document);
  figure_free(figure);
}

/* In a distribution each series stands in the category of its own name. */
static void check_distribution_data(void) {
  struct figure *figure = figure_new(FIGURE_DISTRIBUTION, "d", "title", "description");
  axis_category(&figure->x, "serial");
  axis_category(&figure->x, "threads");
  series_point(figure_series(figure, SHAPE_POINTS, 0, "serial"), 1, 3, NAN, NAN);
  series_point(figure_series(figure, SHAPE_POINTS, 1, "threads"), 2, 2, NAN, NAN);
  struct document document = {0};
  figure_data(&document, figure);
  check_row(document.blocks[0].table, 1, "|threads|2|launch");
  document_free(&document);
  figure_free(figure);
}

static char *page_text(struct document *document) {
  char *written = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&written, &bytes);
  struct error error = {0};
  CHECK(page_write(file, document, &(struct page_options){0}, &error) == 0, "%s", error.message);
  fclose(file);
  return written;
}

static void check_holds(const char *text, const char *part) {
  CHECK(strstr(text, part) != NULL, "%s", part);
}

/* Only what the page is meant to show; sections by the topmost level that occurs; the verdict
 * first. */
static void check_structure(void) {
  struct document document = {.title = grow_text("Title")};
  document_heading(&document, SHOW_PAGE, 2, "Verdict");
  document_paragraph(&document, SHOW_ALL_POINTS, TONE_NONE, "not on the page");
  document_paragraph(&document, SHOW_PAGE, TONE_NONE, "a<b, n = 1: fastest: c");
  document_item(&document, SHOW_PAGE, 0, TONE_WINNER, "one");
  document_item(&document, SHOW_PAGE, 2, TONE_NONE, "two, 3 %% [1.2, 3.4] <");
  document_item(&document, SHOW_PAGE, 0, TONE_NONE, "three");
  document_heading(&document, SHOW_EVERYWHERE, 4, "Deep");
  document_heading(&document, SHOW_PAGE, 2, "Second");
  char *text = page_text(&document);
  CHECK(strstr(text, "not on the page") == NULL);
  check_holds(text,
              "<section class=\"lead\" aria-labelledby=\"s1-Verdict\">\n<h2 id=\"s1-Verdict\">");
  check_holds(text, "<p><b>a&lt;b, n = 1:</b> fastest: c</p>");
  check_holds(text, "<h3 id=\"s2-Deep\">");
  check_holds(text, "</section>\n<section aria-labelledby=\"s3-Second\">\n<h2");
  check_holds(text,
              "one<ul><li>two, 3&nbsp;% [1.2,&nbsp;3.4] &lt;</li></ul></li>\n<li>three</li></ul>");
  check_holds(text, "<a href=\"#s3-Second\">");
  free(text);
  document_free(&document);
}

static void check_full_disk(void) {
  FILE *file = fopen("/dev/full", "w");
  if (file == NULL)
    return;
  struct document document = {0};
  struct error error = {0};
  CHECK(page_write(file, &document, &(struct page_options){0}, &error) == EXIT_MACHINE);
  check_holds(error.message, "cannot write: No space left");
  fclose(file);
}

int main(void) {
  check_texts();
  check_digests();
  check_assets();
  check_figure_data();
  check_distribution_data();
  check_structure();
  check_full_disk();
  return test_result();
}
