#include "common/suggest.h"

#include <string.h>

enum { LONGEST = 64 }; /* names are short: what is longer is not a slip of the finger */

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* The optimal string alignment distance: Levenshtein's, with a swap of neighbours as one edit. Only
 * three rows of its table are alive at a time. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][LONGEST + 1];
  size_t *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t j = 0; j <= b_length; j++)
    last[j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    now[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
      now[j] = least(replaced, least(last[j], now[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = least(now[j], before[j - 2] + 1);
    }
    size_t *free_row = before;
    before = last;
    last = now;
    now = free_row;
  }
  return last[b_length];
}

const char *suggest(const char *word, const char *const *names, size_t count) {
  size_t length = strlen(word);
  if (length == 0 || length > LONGEST)
    return NULL;
  size_t allowed = length < 3 ? 1 : length / 3;
  const char *nearest = NULL;
  for (size_t i = 0; i < count; i++) {
    size_t name_length = strlen(names[i]);
    if (name_length > LONGEST)
      continue;
    size_t edits = distance(word, length, names[i], name_length);
    /* As many edits as letters: the two have nothing in common ("x" and "n"). */
    if (edits > allowed || edits >= length || (nearest && edits == allowed))
      continue;
    nearest = names[i];
    allowed = edits;
  }
  return nearest;
}
