/* The nearest name, and none for a word that is like no name. */
#include "common/suggest.h"

#include "tests/check.h"

static const char *const names[] = {"sumsq", "stencil", "wait", "n", "wavefront", "sum"};
enum { NAME_COUNT = sizeof names / sizeof *names };

static void suggests(const char *word, const char *expected) {
  const char *name = suggest(word, names, NAME_COUNT);
  CHECK(expected ? name && strcmp(name, expected) == 0 : !name, "%s: %s, not %s", word,
        name ? name : "(none)", expected ? expected : "(none)");
}

int main(void) {
  suggests("sumsq", "sumsq");
  suggests("sumqs", "sumsq");  /* a swap is one edit, so this is near enough */
  suggests("sums", "sumsq");   /* as near as "sum": the first in the list */
  suggests("umsq", "sumsq");   /* a letter lost */
  suggests("sumsqq", "sumsq"); /* a letter more */
  suggests("somsq", "sumsq");  /* another letter */
  suggests("stensil", "stencil");
  suggests("stencyls", "stencil"); /* two of eight letters */
  suggests("stxxxil", NULL);       /* three of seven are too many */
  suggests("wiat", "wait");
  suggests("iwta", NULL); /* two swaps of four letters are too many */
  suggests("wavefont", "wavefront");
  suggests("nn", "n");
  suggests("x", NULL); /* nothing in common with "n" */
  suggests("", NULL);
  suggests("matrix", NULL);
  char long_word[1000];
  memset(long_word, 'w', sizeof long_word - 1);
  long_word[sizeof long_word - 1] = '\0';
  suggests(long_word, NULL);
  CHECK(!suggest("wait", names, 0));
  const char *const long_names[] = {long_word, "wait"};
  CHECK(suggest("wayt", long_names, 2) == long_names[1]);
  return test_result();
}
