#include "analysis/answer/sweeps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/options.h"
#include "common/grow.h"

static const struct data_work *work_of(const struct answer *answer, size_t contest) {
  return &answer->data->works[answer->contests[contest].work];
}

/* The next contest on the same machine; NONE. */
static size_t next_of(const struct answer *answer, size_t contest) {
  for (size_t i = contest + 1; i < answer->contest_count; i++)
    if (answer->contests[i].machine == answer->contests[contest].machine)
      return i;
  return NONE;
}

/* The option of a sweep, from its first two works. */
struct swept {
  const char *name;
  size_t length;
};

static bool differ_in(const struct answer *answer, size_t a, size_t b, struct swept *option) {
  struct swept found;
  if (!options_differ_in_one(work_of(answer, a), work_of(answer, b), &found.name, &found.length))
    return false;
  bool same = option->name == NULL || (option->length == found.length &&
                                       strncmp(option->name, found.name, found.length) == 0);
  if (option->name == NULL)
    *option = found;
  return same;
}

/* The works of the sweep that begins at `first`, of its machine, at most `first` itself. */
static size_t follow(const struct answer *answer, size_t first, size_t *last,
                     struct swept *option) {
  size_t count = 1;
  *option = (struct swept){0};
  *last = first;
  for (size_t next; (next = next_of(answer, *last)) != NONE; *last = next) {
    if (!differ_in(answer, *last, next, option))
      break;
    count++;
  }
  return count;
}

static bool is_first_of_machine(const struct answer *answer, size_t contest) {
  for (size_t i = 0; i < contest; i++)
    if (answer->contests[i].machine == answer->contests[contest].machine)
      return false;
  return true;
}

void sweeps_mark(struct answer *answer) {
  for (size_t i = 0; i < answer->contest_count; i++) {
    size_t last;
    struct swept option;
    if (!is_first_of_machine(answer, i))
      continue;
    for (size_t first = i; first != NONE; first = next_of(answer, last)) {
      if (follow(answer, first, &last, &option) < SWEEP_WORKS)
        continue;
      for (size_t k = next_of(answer, first); k != last; k = next_of(answer, k))
        answer->contests[k].between = true;
    }
  }
}

size_t sweeps_between(const struct answer *answer, enum bound kind) {
  size_t count = 0;
  for (size_t i = 0; i < answer->contest_count; i++)
    count += answer->contests[i].between && (kind == BOUNDS || work_of(answer, i)->kind == kind);
  return count;
}

char *sweep_text(const struct answer *answer, size_t contest) {
  size_t last, next = next_of(answer, contest);
  struct swept option;
  if (next == NONE || answer->contests[contest].between || !answer->contests[next].between)
    return NULL;
  size_t count = follow(answer, contest, &last, &option);
  char *name = grow_text("%.*s", (int)option.length, option.name);
  char *from = option_text(work_of(answer, contest), name);
  char *to = option_text(work_of(answer, last), name);
  char *text = grow_text("%s over %s = %s ... %s: %zu works", work_of(answer, contest)->kernel,
                         name, from, to, count);
  free(name);
  free(from);
  free(to);
  return text;
}
