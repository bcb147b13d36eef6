#include "analysis/answer/contests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

double standing_scale(const struct answer *answer, const struct standing *standing,
                      const struct standing *to) {
  if (!answer->weak || standing->problem == to->problem)
    return 1;
  return to->point->figures[COLUMN_work_op] / standing->point->figures[COLUMN_work_op];
}

struct comparison standing_compare(const struct answer *answer, const struct standing *a,
                                   const struct standing *b, size_t family) {
  double scale = standing_scale(answer, a, b), *scaled = NULL;
  size_t count = 0;
  struct population own = {a->times_s, a->rounds, a->count};
  struct population other = {b->times_s, b->rounds, b->count};
  while (scale != 1 && count < a->count) {
    double time_s = a->times_s[count] * scale;
    *GROW(scaled, count) = time_s;
  }
  if (scale != 1)
    own.times_s = scaled;
  struct comparison comparison = comparison_make(&own, &other, answer->design, family);
  free(scaled);
  return comparison;
}

/* --- which points are compared ---------------------------------------------------------------- */

/* Of two points of one variant and problem, whether `a` is the one for the matrix. Work that waits
 * may well have more workers than there are cores. */
static bool is_preferred(const struct standing *a, const struct standing *b) {
  bool waits = a->work->kind == BOUND_WAIT;
  if ((a->count > 0) != (b->count > 0))
    return a->count > 0;
  if (!waits && a->point->oversubscribed != b->point->oversubscribed)
    return b->point->oversubscribed;
  if (a->point->oversubscribed && !waits)
    return a->point->cores < b->point->cores;
  return a->point->cores > b->point->cores;
}

static bool is_of(const struct standing *standing, const struct contest *contest) {
  return standing->problem->work == contest->work && standing->point->machine == contest->machine;
}

/* The size at which a work is compared: of those with the most variants that ran, the largest that
 * has a base; else the largest. Sizes of one work follow each other. */
static int64_t choose_size(const struct answer *answer, const struct contest *contest) {
  size_t most = 0;
  bool based = false;
  int64_t size = -1;
  for (size_t first = contest->begin, last; first < contest->end; first = last) {
    size_t ran = 0;
    bool has_base = false;
    const struct data_variant *before = NULL;
    const struct data_problem *problem = answer->standings[first].problem;
    for (last = first; last < contest->end && answer->standings[last].problem == problem; last++) {
      const struct standing *standing = &answer->standings[last];
      if (!is_of(standing, contest) || standing->count == 0)
        continue;
      ran += standing->variant != before;
      has_base |= standing->base != NONE;
      before = standing->variant;
    }
    if (ran == 0 || (based && !has_base) || (based == has_base && ran < most))
      continue;
    most = ran;
    based = has_base;
    size = problem->n;
  }
  return size;
}

static void choose_entries(const struct answer *answer, struct contest *contest) {
  size_t count = 0, present = 0;
  while (count < answer->data->variant_count)
    *GROW(contest->entries, count) = NONE;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *standing = &answer->standings[i];
    size_t *entry = &contest->entries[standing->point->variant];
    if (!is_of(standing, contest) || (!answer->weak && standing->problem->n != contest->n))
      continue;
    if (*entry == NONE || is_preferred(standing, &answer->standings[*entry]))
      *entry = i;
  }
  for (size_t v = 0; v < count; v++)
    if (contest->entries[v] != NONE && answer->standings[contest->entries[v]].count > 0)
      *GROW(contest->present, present) = v;
  contest->present_count = present;
}

static void add_contest(struct answer *answer, size_t machine, size_t begin, size_t end) {
  struct contest contest = {.work = answer->standings[begin].problem->work,
                            .machine = machine,
                            .begin = begin,
                            .end = end,
                            .base = NONE,
                            .best = NONE,
                            .faster_elsewhere = NONE};
  bool any = false;
  for (size_t i = begin; i < end && !any; i++)
    any = is_of(&answer->standings[i], &contest);
  if (!any)
    return;
  contest.n = answer->weak ? -1 : choose_size(answer, &contest);
  if (contest.n < 0) /* nothing verified: what failed is still a row */
    contest.n = answer->standings[end - 1].problem->n;
  choose_entries(answer, &contest);
  if (answer->weak && contest.present_count > 0)
    contest.n =
        answer->standings[contest.entries[contest.present[contest.present_count - 1]]].problem->n;
  *GROW(answer->contests, answer->contest_count) = contest;
}

/* --- who wins --------------------------------------------------------------------------------- */

const struct comparison *contest_pair(const struct contest *contest, size_t a, size_t b) {
  size_t row = NONE, column = NONE;
  for (size_t i = 0; i < contest->present_count; i++) {
    row = contest->present[i] == a ? i : row;
    column = contest->present[i] == b ? i : column;
  }
  return row == NONE || column == NONE ? NULL
                                       : &contest->pairs[row * contest->present_count + column];
}

static const struct standing *entry_of(const struct answer *answer, const struct contest *contest,
                                       size_t i) {
  return &answer->standings[contest->entries[contest->present[i]]];
}

/* All pairs of the matrix: both orders of each are known then. */
static void compare_pairs(struct answer *answer) {
  struct comparison *all = NULL;
  size_t count = 0, at = 0;
  for (size_t c = 0; c < answer->contest_count; c++) {
    size_t entries = answer->contests[c].present_count;
    answer->matrix_family += entries * (entries - (entries > 0)) / 2;
  }
  for (size_t c = 0; c < answer->contest_count; c++) {
    const struct contest *contest = &answer->contests[c];
    for (size_t i = 0; i < contest->present_count; i++)
      for (size_t k = i + 1; k < contest->present_count; k++)
        *GROW(all, count) = standing_compare(answer, entry_of(answer, contest, i),
                                             entry_of(answer, contest, k), answer->matrix_family);
  }
  comparisons_decide(all, count, answer->margin);
  for (size_t c = 0; c < answer->contest_count; c++) {
    struct contest *contest = &answer->contests[c];
    size_t n = contest->present_count, cells = 0;
    while (cells < n * n)
      GROW(contest->pairs, cells);
    for (size_t i = 0; i < n; i++)
      for (size_t k = i + 1; k < n; k++) {
        contest->pairs[i * n + k] = all[at];
        contest->pairs[k * n + i] = comparison_reversed(&all[at++]);
      }
  }
  free(all);
}

static void find_best(const struct answer *answer, struct contest *contest) {
  const struct standing *best = NULL;
  for (size_t i = 0; i < contest->present_count; i++) {
    const struct standing *entry = entry_of(answer, contest, i);
    if (!entry->sound)
      continue;
    if (best == NULL ||
        entry->described.median * standing_scale(answer, entry, best) < best->described.median) {
      best = entry;
      contest->best = contest->present[i];
    }
  }
  contest->sure = contest->best != NONE && contest->present_count > 1;
  for (size_t i = 0; i < contest->present_count && contest->best != NONE; i++) {
    const struct comparison *pair = contest_pair(contest, contest->best, contest->present[i]);
    if (contest->present[i] != contest->best)
      contest->sure &= pair->verdict == VERDICT_FASTER || pair->verdict == VERDICT_SAME;
  }
}

static void find_base_entry(const struct answer *answer, struct contest *contest) {
  for (size_t i = 0; i < contest->present_count && contest->base == NONE; i++) {
    size_t standing = contest->entries[contest->present[i]];
    const struct standing *entry = &answer->standings[standing];
    if (entry->base == standing)
      contest->base = contest->present[i];
  }
}

/* The fastest variant on fewer cores, where that is faster than the best entry by more than the
 * margin. (An entry has the most cores that are not oversubscribed.) */
static void look_elsewhere(const struct answer *answer, struct contest *contest) {
  if (contest->best == NONE || answer->weak)
    return;
  double best_s = answer->standings[contest->entries[contest->best]].described.median;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *other = &answer->standings[i];
    if (!is_of(other, contest) || other->problem->n != contest->n || !other->sound ||
        other->point->oversubscribed || other->described.median * (1 + answer->margin) >= best_s)
      continue;
    /* It says something of cores only if its own model was slower on more. */
    const struct standing *entry = &answer->standings[contest->entries[other->point->variant]];
    if (entry != other && entry->sound && entry->point->cores > other->point->cores &&
        entry->described.median > other->described.median) {
      best_s = other->described.median * (1 + answer->margin);
      contest->faster_elsewhere = i;
    }
  }
}

void contests_make(struct answer *answer) {
  for (size_t begin = 0, end; begin < answer->standing_count; begin = end) {
    end = begin;
    while (end < answer->standing_count &&
           answer->standings[end].problem->work == answer->standings[begin].problem->work)
      end++;
    for (size_t machine = 0; machine < answer->data->machine_count; machine++)
      add_contest(answer, machine, begin, end);
  }
  compare_pairs(answer);
  for (size_t i = 0; i < answer->contest_count; i++) {
    find_best(answer, &answer->contests[i]);
    find_base_entry(answer, &answer->contests[i]);
    look_elsewhere(answer, &answer->contests[i]);
  }
}

void contests_free(struct answer *answer) {
  for (size_t i = 0; i < answer->contest_count; i++) {
    free(answer->contests[i].entries);
    free(answer->contests[i].present);
    free(answer->contests[i].pairs);
  }
  free(answer->contests);
}
