/* Files that are no samples.csv, or that people and programs have changed: a clear error with the
 * line, the column and the text, or an answer; never a wrong one. */
#include <math.h>
#include <stdlib.h>

#include "common/grow.h"
#include "common/samples.h"
#include "tests/analysis/data/samples_text.h"
#include "tests/check.h"

/* The lines one after the other; the caller frees them. */
static char *join(struct samples_text *text, size_t *bytes) {
  char *joined = NULL;
  FILE *file = open_memstream(&joined, bytes);
  for (size_t i = 0; i < text->count; i++)
    fputs(text->lines[i], file);
  fclose(file);
  samples_free(text);
  return joined;
}

/* The message without the file's name must be `expected`. */
static void check_refused(const char *bytes, size_t count, const char *expected) {
  char path[64];
  struct dataset dataset;
  struct error error = {0};
  CHECK(bytes_read(bytes, count, path, &dataset, &error) == EXIT_USAGE, "%s", expected);
  const char *message = error.message;
  CHECK(strncmp(message, path, strlen(path)) == 0, "%s", message);
  message += strlen(path) <= strlen(message) ? strlen(path) : 0;
  CHECK(strcmp(message, expected) == 0, "<%s>, not <%s>", message, expected);
  CHECK(dataset.point_count == 0 && dataset.rows == 0);
  dataset_free(&dataset);
}

/* Refused, as its third line has so many cells, and not those of the header of today. */
static void check_width(const char *text, int cells) {
  char *expected = grow_text(":3: %d cells, but the header has %d", cells, (int)COLUMN_COUNT);
  check_refused(text, strlen(text), expected);
  free(expected);
}

static struct dataset check_read(const char *bytes, size_t count) {
  char path[64];
  struct dataset dataset;
  struct error error = {0};
  CHECK(bytes_read(bytes, count, path, &dataset, &error) == 0, "%s", error.message);
  return dataset;
}

/* Puts `to` in the place of the first `from`. */
static char *replace(const char *text, const char *from, const char *to) {
  const char *at = strstr(text, from);
  CHECK(at != NULL, "%s", from);
  return grow_text("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* --- the header ------------------------------------------------------------------------------- */

static void test_header(void) {
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  char *good = join(&text, &bytes);
  check_refused("", 0, ": the file is empty");
  check_refused("\n", 1, ":1: no column 'schema'; is it a samples.csv?");
  check_refused(good, 100, ":1: the header is not complete");
  check_refused("<!DOCTYPE html>\n<html>\n", 23, ":1: no column 'schema'; is it a samples.csv?");
  check_refused("\"a\nb", 4, ":1: the header is not complete");
  static const char *const changes[][3] = {
      {",wall_s,", ",wall_time,", ":1: no column 'wall_s'; is it a samples.csv?"},
      {",rank_min_s,", ",wall_s,", ":1: column 'wall_s' appears twice in the header"},
      {",status,", ",Status,", ":1: no column 'status'; is it a samples.csv?"}};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    char *changed = replace(good, changes[i][0], changes[i][1]);
    check_refused(changed, strlen(changed), changes[i][2]);
    free(changed);
  }
  free(good);
}

/* Columns that nothing is read from, even twice, quoted names, and none of the newer columns. */
static void test_other_columns(void) {
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  char *good = join(&text, &bytes);
  static const char *const changes[][2] = {
      {",sync,", ",note,"},         {",value,", ",note,"},     {",verify,", ",=1+1,"},
      {",kernel,", ",\"kernel\","}, {",work_unit,", ",unit,"}, {",build,", ",\"bu\"\"ild\","}};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    char *changed = replace(good, changes[i][0], changes[i][1]);
    free(good);
    good = changed;
  }
  struct dataset dataset = check_read(good, strlen(good));
  CHECK(dataset.point_count == 1 && dataset.points[0].launches[0].median_s == 0.5);
  CHECK(*dataset.works[0].unit == '\0' && *dataset.variants[0].build == '\0');
  dataset_free(&dataset);
  free(good);
}

static void test_many_columns(void) {
  enum { MANY = 1000000 };
  char *wide = malloc(2 * MANY);
  CHECK(wide != NULL);
  for (size_t i = 0; wide != NULL && i < MANY; i++)
    memcpy(wide + 2 * i, i + 1 < MANY ? "a," : "a\n", 2);
  check_refused(wide, 2 * MANY, ":1: 1000000 columns, at most 4096 are expected");
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  char *good = join(&text, &bytes);
  char *both = grow_text("%s%.*s", good, 2 * MANY, wide);
  check_width(both, 1000000);
  free(both);
  free(good);
  free(wide);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void check_row(const char *changes, const char *expected) {
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  samples_row(&text, "%s", changes);
  char *joined = join(&text, &bytes);
  check_refused(joined, bytes, expected);
  free(joined);
}

static void test_rows(void) {
  check_row("wall_s=nan", ":3: column wall_s: not a number in its range: 'nan'");
  check_row("wall_s=inf", ":3: column wall_s: not a number in its range: 'inf'");
  check_row("wall_s=1e999", ":3: column wall_s: not a number in its range: '1e999'");
  check_row("wall_s=-1", ":3: column wall_s: not a number in its range: '-1'");
  check_row("wall_s=", ":3: column wall_s: a timed repetition has no time: ''");
  check_row("wall_s=0x1p3", ":3: column wall_s: not a number in its range: '0x1p3'");
  check_row("wall_s=0,5", ":3: column wall_s: not a number in its range: '0,5'");
  check_row("wall_s=1.", ":3: column wall_s: not a number in its range: '1.'");
  check_row("comm_s=NaN", ":3: column comm_s: not a number in its range: 'NaN'");
  check_row("work_op=1e400", ":3: column work_op: not a number in its range: '1e400'");
  check_row("n=ten", ":3: column n: not a whole number: 'ten'");
  check_row("n=1.5", ":3: column n: not a whole number: '1.5'");
  check_row("n=99999999999999999999", ":3: column n: not a whole number: '99999999999999999999'");
  check_row("cores=-1", ":3: column cores: not a whole number: '-1'");
  check_row("launch=9999999999999999", ":3: column launch: too large: '9999999999999999'");
  check_row("status=good", ":3: column status: unknown: 'good'");
  check_row("status=", ":3: column status: unknown: ''");
  check_row("bound=disk", ":3: column bound: unknown: 'disk'");
  check_row("warmup=yes", ":3: column warmup: must be 0 or 1: 'yes'");
  check_row("schema=2", ":3: column schema: must be 1: '2'");
  check_row("kernel=\xff\xfe", ":3: column kernel: not UTF-8: '?\?'");
  check_row("options=\xc0\xaf", ":3: column options: not UTF-8: '?\?'");
  check_row("binding=\xed\xa0\x80", ":3: column binding: not UTF-8: '?\?\?'");
  check_row("run_id=\xf4\x90\x80\x80", ":3: column run_id: not UTF-8: '?\?\?\?'");
}

/* What a message shows is cut between characters and has no control characters. */
static void test_shown_text(void) {
  check_row("wall_s=\x1b[31mred\x07", ":3: column wall_s: not a number in its range: '?[31mred?'");
  check_row("wall_s=12345678901234567890123456789012345678901234567890123456789\u00e9x",
            ":3: column wall_s: not a number in its range: "
            "'12345678901234567890123456789012345678901234567890123456789...'");
  check_row("wall_s=1234567890123456789012345678901234567890123456789012345678\u00e9x",
            ":3: column wall_s: not a number in its range: "
            "'1234567890123456789012345678901234567890123456789012345678\u00e9...'");
}

static void test_second_header(void) {
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  char *good = join(&text, &bytes), *twice = grow_text("%s%s", good, good);
  check_refused(twice, strlen(twice), ":3: column schema: a second header: 'schema'");
  free(twice);
  char *row = grow_text("%s1,2,3\n", good);
  check_width(row, 3);
  free(row);
  char *quote = replace(good, ",0.25,", ",0.2\"5,");
  check_refused(quote, strlen(quote), ":2: a quote inside an unquoted cell");
  free(quote);
  free(good);
}

/* Failed launches have no figures, and what is in their columns does not matter. */
static void test_failed_figures(void) {
  struct samples_text text = {0};
  size_t bytes;
  samples_failed(&text, "wall_s=nan|error=inf|work_op=x");
  char *joined = join(&text, &bytes);
  struct dataset dataset = check_read(joined, bytes);
  CHECK(dataset.point_count == 1 && isnan(dataset.points[0].figures[COLUMN_error]));
  CHECK(dataset.wall_count == 0);
  dataset_free(&dataset);
  free(joined);
}

/* --- what is read ----------------------------------------------------------------------------- */

/* A file that a spreadsheet has written: CRLF and a byte-order mark. */
static void test_spreadsheet(void) {
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  samples_row(&text, "wall_s=0.75|launch=2|lock=global,0.5");
  char *good = join(&text, &bytes), *crlf = grow_text("\xEF\xBB\xBF");
  for (const char *line = good; *line != '\0'; line = strchr(line, '\n') + 1) {
    char *longer = grow_text("%s%.*s\r\n", crlf, (int)strcspn(line, "\n"), line);
    free(crlf);
    crlf = longer;
  }
  struct dataset plain = check_read(good, bytes), changed = check_read(crlf, strlen(crlf));
  char *expected = dataset_text(&plain), *found = dataset_text(&changed);
  CHECK(strcmp(found, expected) == 0 && plain.point_count == 2, "%s\nis not\n%s", found, expected);
  free(found);
  free(expected);
  dataset_free(&plain);
  dataset_free(&changed);
  free(crlf);
  free(good);
}

/* Markup and formulas are texts like others: reports escape them. */
static void test_markup(void) {
  static const char *const texts[] = {"<script>alert(1)</script>",
                                      "=HYPERLINK(\"x\")",
                                      "@SUM(1)",
                                      "<img src=x onerror=alert(1)>",
                                      "a\nb",
                                      "a,b",
                                      "\"\"\"",
                                      "%s%n",
                                      "\u202e\u2066"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct samples_text text = {0};
    size_t bytes;
    samples_row(&text, "kernel=%s|hosts=%s|model=%s", texts[i], texts[i], texts[i]);
    char *joined = join(&text, &bytes);
    struct dataset dataset = check_read(joined, bytes);
    CHECK(dataset.point_count == 1 && strcmp(dataset.works[0].kernel, texts[i]) == 0);
    CHECK(strcmp(dataset.variants[0].model_text, texts[i]) == 0);
    CHECK(strcmp(dataset.machines[0].hosts, texts[i]) == 0);
    CHECK(dataset.variants[0].model == MODEL_OTHER);
    dataset_free(&dataset);
    free(joined);
  }
}

/* A header alone: a run that has just begun. */
static void test_no_rows(void) {
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  free(text.lines[--text.count]);
  char *header = join(&text, &bytes);
  struct dataset dataset = check_read(header, bytes);
  CHECK(dataset.rows == 0 && dataset.point_count == 0 && !dataset.looks_batched);
  dataset_free(&dataset);
  free(header);
}

/* Cut anywhere, what is whole is read, and the rest is counted. */
static void test_truncated(void) {
  struct samples_text text = {0};
  size_t bytes;
  for (int launch = 1; launch <= 3; launch++)
    samples_row(&text, "launch=%d|lock=global,0.5|binding=0\u00e9", launch);
  char *good = join(&text, &bytes);
  const char *rows = strchr(good, '\n') + 1;
  for (size_t count = (size_t)(rows - good); count <= bytes; count++) {
    const char *last = good + count;
    long whole = 0;
    for (const char *at = rows; at < good + count; at++)
      whole += *at == '\n';
    while (last[-1] != '\n')
      last--;
    struct dataset dataset = check_read(good, count);
    CHECK(dataset.rows == whole, "%zu: %ld rows, not %ld", count, dataset.rows, whole);
    CHECK(dataset.truncated_bytes == (size_t)(good + count - last), "%zu", count);
    CHECK(dataset.point_count == (whole > 0));
    dataset_free(&dataset);
  }
  free(good);
}

/* A quote that is never closed swallows lines: that is no line cut off. */
static void test_open_quote(void) {
  struct samples_text text = {0};
  size_t bytes;
  samples_row(&text, "wall_s=0.5");
  samples_row(&text, "launch=2|lock=global,0.5");
  samples_row(&text, "launch=3");
  char *good = join(&text, &bytes), *open = replace(good, "global,0.5\"", "global,0.5");
  check_refused(open, strlen(open), ":3: a quote is opened here and never closed");
  free(open);
  free(good);
}

static void test_no_file(void) {
  struct dataset dataset;
  struct error error = {0};
  CHECK(dataset_read(&dataset, "/nonexistent/samples.csv", &error) == EXIT_USAGE);
  CHECK(strcmp(error.message, "/nonexistent/samples.csv: No such file or directory") == 0, "%s",
        error.message);
  dataset_free(&dataset);
  error = (struct error){0};
  CHECK(dataset_read(&dataset, "/", &error) == EXIT_MACHINE, "%s", error.message);
  dataset_free(&dataset);
}

int main(void) {
  test_header();
  test_other_columns();
  test_many_columns();
  test_rows();
  test_shown_text();
  test_second_header();
  test_failed_figures();
  test_spreadsheet();
  test_markup();
  test_no_rows();
  test_truncated();
  test_open_quote();
  test_no_file();
  return test_result();
}
