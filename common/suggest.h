/* "Did you mean": the nearest of a list of names. */
#ifndef QUARTET_SUGGEST_H
#define QUARTET_SUGGEST_H

#include <stddef.h>

/* The name nearest to `word` by edit distance (insert, delete, replace, swap of neighbours), or
 * NULL when none is near enough to be meant (more than a third of the word's letters differ, at
 * least 1 allowed). The pointer is one of `names`. */
const char *suggest(const char *word, const char *const *names, size_t count);

#endif
