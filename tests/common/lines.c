/* Lines that fit 80 columns where there is no terminal. */
#include "common/lines.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static char *printed(size_t used, size_t indent, const char *text) {
  char *result = NULL;
  size_t bytes = 0;
  FILE *stream = open_memstream(&result, &bytes);
  if (stream == NULL)
    abort();
  lines_print(stream, used, indent, text);
  fclose(stream);
  return result;
}

static void check_text(size_t used, size_t indent, const char *text, const char *wanted) {
  char *found = printed(used, indent, text);
  CHECK(strcmp(found, wanted) == 0, "found '%s', expected '%s'", found, wanted);
  free(found);
}

#define TEN "0123456789"
#define SEVENTY_NINE TEN TEN TEN TEN TEN TEN TEN "012345678"

static void check_breaks(void) {
  check_text(0, 2, "a few words", "a few words\n");
  check_text(0, 2, "", "\n");
  check_text(0, 2, "two\nlines", "two\n  lines\n");
  check_text(0, 2, "a  b \n  c", "a  b\n    c\n");
  check_text(0, 2, "ends\n", "ends\n");
  /* The last column may be used, and no more. */
  check_text(0, 0, SEVENTY_NINE " b", SEVENTY_NINE "\nb\n");
  check_text(0, 0, TEN TEN TEN TEN TEN TEN TEN " 12345678 c",
             TEN TEN TEN TEN TEN TEN TEN " 12345678\nc\n");
  check_text(0, 0, TEN TEN TEN TEN TEN TEN TEN " 123456789 c",
             TEN TEN TEN TEN TEN TEN TEN " 123456789\nc\n");
  check_text(1, 4, TEN TEN TEN TEN TEN TEN TEN " 123456789 c",
             TEN TEN TEN TEN TEN TEN TEN "\n    123456789 c\n");
  /* A number keeps its unit. */
  check_text(0, 2, SEVENTY_NINE " 12.3 ms", SEVENTY_NINE "\n  12.3 ms\n");
  check_text(0, 2, TEN TEN TEN TEN TEN TEN TEN " 12.3 ms, then",
             TEN TEN TEN TEN TEN TEN TEN " 12.3 ms,\n  then\n");
  check_text(0, 2, TEN TEN TEN TEN TEN TEN TEN " 5678.3 ms)",
             TEN TEN TEN TEN TEN TEN TEN "\n  5678.3 ms)\n");
  check_text(0, 2, TEN TEN TEN TEN TEN TEN TEN " 567.3 words",
             TEN TEN TEN TEN TEN TEN TEN " 567.3\n  words\n");
  /* What does not fit a line stays whole. */
  check_text(0, 1, "a " SEVENTY_NINE TEN " b", "a\n " SEVENTY_NINE TEN "\n b\n");
}

static void check_widths(void) {
  CHECK(lines_width("") == 0);
  CHECK(lines_width("abc") == 3);
  CHECK(lines_width("\xc2\xb5s \xe2\x80\xa6") == 4); /* a micro sign, an ellipsis */
  FILE *file = tmpfile();
  CHECK(file != NULL && lines_columns(file) == LINES_COLUMNS);
  if (file != NULL)
    fclose(file);
}

int main(void) {
  check_breaks();
  check_widths();
  return test_result();
}
