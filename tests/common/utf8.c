/* Texts that are cut to a size say so, and stay UTF-8. */
#include "common/utf8.h"

#include "tests/check.h"

static void cuts(size_t size, const char *text, const char *expected) {
  char into[32];
  utf8_cut(into, size, text);
  CHECK(strcmp(into, expected) == 0, "<%s> in %zu bytes: <%s>, not <%s>", text, size, into,
        expected);
}

int main(void) {
  cuts(4, "", "");
  cuts(4, "abc", "abc");
  cuts(4, "abcd", "...");
  cuts(8, "abcdefg", "abcdefg");
  cuts(8, "abcdefgh", "abcd...");
  cuts(8,
       "abc\xc3\xa4"
       "efgh",
       "abc..."); /* no half of a character */
  cuts(8,
       "ab\xc3\xa4"
       "efgh",
       "ab\xc3\xa4...");
  return test_result();
}
