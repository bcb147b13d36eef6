/* The writers of JSON, CSV and XML: what no file of ours should ever hold, and numbers. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/exports/csv_row.h"
#include "analysis/exports/json_writer.h"
#include "analysis/exports/xml_writer.h"
#include "common/utf8.h"
#include "tests/check.h"

static char *text;
static size_t bytes;

static FILE *open_text(void) {
  free(text);
  text = NULL;
  return open_memstream(&text, &bytes);
}

static void test_real_text(void) {
  static const double values[] = {0.1, 1e-9, 1.0 / 3, 0, -2.5, 1e300, DBL_MIN, 123456789.125};
  char digits[REAL_TEXT];
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    CHECK(strtod(real_text(values[i], digits), NULL) == values[i], "%s", digits);
  CHECK(strcmp(real_text(0.1, digits), "0.1") == 0, "%s", digits);
  CHECK(strcmp(real_text(1.0 / 3, digits), "0.3333333333333333") == 0, "%s", digits);
  CHECK(*real_text(NAN, digits) == '\0' && *real_text(-INFINITY, digits) == '\0');
}

static void test_json(void) {
  struct json_writer json = {.file = open_text(), .compact = true};
  json_begin_object(&json, NULL);
  json_put_text(&json, "a\"", "\n\x01<\xff\xc3\xa9\xed\xa0\x80");
  json_put_real(&json, "nan", NAN);
  json_begin_array(&json, "list");
  json_put_integer(&json, NULL, INT64_MIN);
  json_put_bool(&json, NULL, true);
  json_put_text(&json, NULL, NULL);
  json_end_array(&json);
  json_begin_object(&json, "empty");
  json_end_object(&json);
  json_end_object(&json);
  fclose(json.file);
  CHECK(strcmp(text, "{\"a\\\"\":\"\\u000a\\u0001<\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef"
                     "\xbf\xbd\",\"nan\":null,\"list\":[-9223372036854775808,true,null],"
                     "\"empty\":{}}\n") == 0,
        "%s", text);
}

static void test_xml(void) {
  FILE *file = open_text();
  xml_text(file, "<a b=\"c\">&\x01\x1b[0m\t\xef\xbf\xbf\xff]]>");
  fclose(file);
  CHECK(strcmp(text, "&lt;a b=&quot;c&quot;&gt;&amp;[0m&#9;\xef\xbf\xbd]]&gt;") == 0, "%s", text);
}

static void test_formulas(void) {
  static const struct {
    const char *cell, *written;
  } cases[] = {{"=1+1", "'=1+1"},
               {"@SUM(A1)", "'@SUM(A1)"},
               {"-2+3", "'-2+3"},
               {"-2.5e-3", "-2.5e-3"},
               {"+7", "+7"},
               {"\tx", "'\tx"},
               {"\rx", "\"'\rx\""},
               {"a=1", "a=1"},
               {"", ""},
               {"-", "'-"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    FILE *file = open_text();
    struct csv_row row = {0};
    csv_row_text(&row, "x");
    csv_row_text(&row, cases[i].cell);
    csv_row_real(&row, NAN);
    csv_row_write(file, &row);
    fclose(file);
    char expected[64];
    snprintf(expected, sizeof expected, "x,%s,\n", cases[i].written);
    CHECK(strcmp(text, expected) == 0, "%s", text);
    CHECK(row.count == 0 && row.cells == NULL);
  }
}

static void test_utf8(void) {
  static const struct {
    const char *bytes;
    size_t length;
  } cases[] = {
      {"a", 1},        {"\xc3\xa9", 2},         {"\xe2\x82\xac", 3}, {"\xf0\x9f\x98\x80", 4},
      {"\x80", 0},     {"\xc0\xaf", 0},         {"\xe0\x9f\xbf", 0}, {"\xed\xa0\x80", 0},
      {"\xc3", 0},     {"\xf4\x90\x80\x80", 0}, {"\xf0\x9f\x98", 0}, {"\xff", 0},
      {"\xe2\x82", 0}, {"\xf4\x8f\xbf\xbf", 4}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK(utf8_length(cases[i].bytes) == cases[i].length, "case %zu", i);
}

int main(void) {
  test_real_text();
  test_json();
  test_xml();
  test_formulas();
  test_utf8();
  free(text);
  return test_result();
}
