/* The verdict in words: which model wins for which kind of work, how sure that is, and why. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "analysis/answer/sweeps.h"
#include "analysis/answer/why.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* The maximum number of works of a kind in the terminal's short answer; the page has all. */
enum { WORKS_IN_SUMMARY = 5 };

static const struct standing *entry(const struct answer *answer, const struct contest *contest,
                                    size_t variant) {
  return &answer->standings[contest->entries[variant]];
}

static char *name_of(const struct answer *answer, const struct contest *contest, size_t variant) {
  return standing_name(answer, entry(answer, contest, variant));
}

/* The variants whose comparison with `of` has this verdict, seen from `of`. */
static struct word_list names_with(const struct answer *answer, const struct contest *contest,
                                   size_t of, enum comparison_verdict verdict) {
  struct word_list list = {0};
  for (size_t i = 0; i < contest->present_count; i++) {
    size_t other = contest->present[i];
    if (other != of && contest_pair(contest, of, other)->verdict == verdict)
      words_add(&list, name_of(answer, contest, other));
  }
  return list;
}

/* The speedup of a variant over the base of its contest, from the matrix's own comparisons. */
static char *speedup_of(const struct contest *contest, size_t variant) {
  const struct comparison *pair = contest_pair(contest, variant, contest->base);
  return ratio_interval_text(pair->ratio, pair->low, pair->high);
}

/* "threads on 2 cores (693 us), 1.97x [1.96, 1.98] as fast as serial". */
static char *compared_text(const struct answer *answer, const struct contest *contest) {
  char *best = name_of(answer, contest, contest->best), time[NUMBER_TEXT], *text;
  seconds_format(entry(answer, contest, contest->best)->described.median, time);
  if (contest->base == NONE || contest->base == contest->best) {
    text = grow_text("%s (%s)", best, time);
  } else {
    char *base = name_of(answer, contest, contest->base);
    char *speedup = speedup_of(contest, contest->best);
    text = grow_text("%s (%s), %s as fast as %s", best, time, speedup, base);
    free(base);
    free(speedup);
  }
  free(best);
  return text;
}

/* How far the best is ahead of the next: the fastest of those that it beats. */
static char *next_text(const struct answer *answer, const struct contest *contest) {
  size_t next = NONE;
  double least = INFINITY;
  for (size_t i = 0; i < contest->present_count; i++) {
    size_t other = contest->present[i];
    const struct comparison *pair = contest_pair(contest, contest->best, other);
    if (other != contest->best && pair->verdict == VERDICT_FASTER && pair->ratio < least) {
      least = pair->ratio;
      next = other;
    }
  }
  if (next == NONE || next == contest->base)
    return grow_text("%s", "");
  const struct comparison *pair = contest_pair(contest, contest->best, next);
  char *name = name_of(answer, contest, next);
  char *ratio = ratio_interval_text(pair->ratio, pair->low, pair->high);
  char *text = grow_text(", %s as fast as the next, %s", ratio, name);
  free(name);
  free(ratio);
  return text;
}

static char *winner_text(const struct answer *answer, const struct contest *contest) {
  char *compared = compared_text(answer, contest), *next = next_text(answer, contest);
  struct word_list same = names_with(answer, contest, contest->best, VERDICT_SAME);
  char *equals = words_join(&same);
  char *text = same.count == 0 ? grow_text("Fastest: %s%s.", compared, next)
                               : grow_text("Fastest: %s%s. The same within %.3g %%: %s.", compared,
                                           next, 100 * answer->margin, equals);
  free(equals);
  words_free(&same);
  free(compared);
  free(next);
  return text;
}

/* Which of the others keeps it open, and what would decide: of several the one that needs most. */
static char *open_text(const struct answer *answer, const struct contest *contest) {
  struct word_list open = names_with(answer, contest, contest->best, VERDICT_CANNOT_TELL);
  const struct comparison *hardest = NULL;
  for (size_t i = 0; i < contest->present_count; i++) {
    const struct comparison *pair = contest_pair(contest, contest->best, contest->present[i]);
    if (contest->present[i] != contest->best && pair->verdict == VERDICT_CANNOT_TELL &&
        (hardest == NULL || pair->launches_needed > hardest->launches_needed))
      hardest = pair;
  }
  char *others = words_join(&open), *why = undecided_text(hardest);
  char *compared = compared_text(answer, contest);
  bool tested =
      hardest->undecided == UNDECIDED_NOISE || hardest->undecided == UNDECIDED_FEW_LAUNCHES;
  char *text =
      tested
          ? grow_text("No clear winner. Lowest median: %s; it does not differ clearly from %s: %s.",
                      compared, others, why)
          : grow_text("Not tested: %s. Lowest median: %s.", why, compared);
  words_free(&open);
  free(others);
  free(why);
  free(compared);
  return text;
}

/* Some other is faster than the one with the lowest median: medians and ranks disagree, or a point
 * with failed launches is fast. */
static bool is_beaten(const struct contest *contest) {
  for (size_t i = 0; i < contest->present_count; i++)
    if (contest->present[i] != contest->best &&
        contest_pair(contest, contest->best, contest->present[i])->verdict == VERDICT_SLOWER)
      return true;
  return false;
}

static char *contest_text(const struct answer *answer, const struct contest *contest) {
  if (contest->best == NONE)
    return grow_text("No verdict: nothing ran and verified in every launch.");
  if (contest->present_count == 1) {
    char *name = name_of(answer, contest, contest->best), time[NUMBER_TEXT];
    seconds_format(entry(answer, contest, contest->best)->described.median, time);
    char *text = grow_text("Only %s ran and verified (%s): nothing to compare.", name, time);
    free(name);
    return text;
  }
  if (contest->sure)
    return winner_text(answer, contest);
  if (is_beaten(contest))
    return grow_text("No clear winner: what is fastest by rank has failed launches, or ranks and "
                     "medians disagree; see the matrix.");
  return open_text(answer, contest);
}

/* "threads+lock on 2 cores and async: no gain (the same as serial within 3 %)", and the like. */
static void add_group(struct document *document, const struct answer *answer,
                      const struct contest *contest, enum comparison_verdict from_base,
                      const char *format) {
  struct word_list list = names_with(answer, contest, contest->base, from_base);
  for (size_t i = list.count; i-- > 0;) { /* the best has been named */
    char *best = name_of(answer, contest, contest->best);
    if (strcmp(list.items[i], best) == 0) {
      free(list.items[i]);
      memmove(&list.items[i], &list.items[i + 1], (list.count - i - 1) * sizeof *list.items);
      list.count--;
    }
    free(best);
  }
  char *names = words_join(&list);
  if (list.count > 0)
    document_item(document, SHOW_SUMMARY | SHOW_PAGE, 0, TONE_NONE, "%s: %s", names, format);
  free(names);
  words_free(&list);
}

static void add_others(struct document *document, const struct answer *answer,
                       const struct contest *contest) {
  if (contest->base == NONE || contest->best == NONE || answer->design == DESIGN_BATCH)
    return;
  char *base = name_of(answer, contest, contest->base);
  char *same = grow_text("no gain, the same as %s within %.3g %%", base, 100 * answer->margin);
  char *slower = grow_text("slower than %s", base);
  char *unknown = grow_text("no clear difference from %s", base);
  if (contest->base != contest->best || contest->sure) {
    add_group(document, answer, contest, VERDICT_SAME, same);
    add_group(document, answer, contest, VERDICT_FASTER, slower);
  }
  if (contest->base != contest->best)
    add_group(document, answer, contest, VERDICT_CANNOT_TELL, unknown);
  free(base);
  free(same);
  free(slower);
  free(unknown);
}

static void add_elsewhere(struct document *document, const struct answer *answer,
                          const struct contest *contest) {
  if (contest->faster_elsewhere == NONE)
    return;
  const struct standing *other = &answer->standings[contest->faster_elsewhere];
  char *name = standing_name(answer, other), time[NUMBER_TEXT];
  document_item(document, SHOW_SUMMARY | SHOW_PAGE, 0, TONE_SUSPECT,
                "More cores are not always better here: %s had a lower median, %s.", name,
                seconds_format(other->described.median, time));
  free(name);
}

/* *previous_why: the last reason that was printed, which is not repeated for the next work; the
 * caller frees it. */
static void add_contest(struct document *document, const struct answer *answer,
                        const struct contest *contest, unsigned shown, char **previous_why) {
  char *work = work_name(answer, contest->work, contest->n);
  char *text = contest_text(answer, contest), *why = why_text(answer, contest);
  bool many = answer->data->machine_count > 1;
  document_paragraph(document, shown, contest->sure ? TONE_WINNER : TONE_NONE, "%s%s%s: %s", work,
                     many ? " on " : "", many ? answer->data->machines[contest->machine].label : "",
                     text);
  if (shown & SHOW_SUMMARY) {
    add_others(document, answer, contest);
    add_elsewhere(document, answer, contest);
  }
  if (*why != '\0' && (*previous_why == NULL || strcmp(why, *previous_why) != 0))
    document_item(document, shown, 0, TONE_QUIET, "Why: %s", why);
  free(work);
  free(text);
  free(*previous_why);
  *previous_why = why;
}

/* For a kind with several works: which models are among the winners of how many. */
static void add_tally(struct document *document, const struct answer *answer, enum bound kind,
                      size_t works) {
  struct word_list list = {0};
  for (size_t v = 0; v < answer->data->variant_count; v++) {
    size_t won = 0;
    for (size_t i = 0; i < answer->contest_count; i++) {
      const struct contest *contest = &answer->contests[i];
      if (answer->data->works[contest->work].kind != kind || !contest->sure ||
          contest_pair(contest, contest->best, v) == NULL)
        continue;
      won += v == contest->best || contest_pair(contest, contest->best, v)->verdict == VERDICT_SAME;
    }
    if (won > 0)
      words_add(&list, grow_text("%s in %zu", answer->data->variants[v].label, won));
  }
  char *joined = words_join(&list);
  if (list.count > 0)
    document_paragraph(document, SHOW_SUMMARY | SHOW_PAGE, TONE_NONE,
                       "%zu works; fastest, or the same as the fastest: %s.", works, joined);
  free(joined);
  words_free(&list);
}

/* Before the first work of a sweep: a note that the short answer shows only its ends. */
static void add_sweep(struct document *document, const struct answer *answer, size_t contest,
                      unsigned shown) {
  char *text = sweep_text(answer, contest);
  if (text != NULL && (shown & SHOW_SUMMARY))
    document_paragraph(document, SHOW_SUMMARY, TONE_QUIET,
                       "%s; the first and the last are shown here, the page shows all.", text);
  free(text);
}

static void add_kind(struct document *document, const struct answer *answer, enum bound kind) {
  size_t works = 0, shown = 0, omitted = 0;
  char *previous_why = NULL;
  for (size_t i = 0; i < answer->contest_count; i++)
    works += answer->data->works[answer->contests[i].work].kind == kind;
  if (works == 0)
    return;
  document_heading(document, SHOW_SUMMARY | SHOW_PAGE, 3, "%s", kind_title(kind));
  if (works > 1)
    add_tally(document, answer, kind, works);
  for (size_t i = 0; i < answer->contest_count; i++) {
    const struct contest *contest = &answer->contests[i];
    if (answer->data->works[contest->work].kind != kind)
      continue;
    bool brief = !contest->between && shown < WORKS_IN_SUMMARY;
    shown += brief;
    omitted += !contest->between && !brief;
    add_sweep(document, answer, i, brief ? SHOW_SUMMARY | SHOW_PAGE : SHOW_PAGE);
    add_contest(document, answer, contest, brief ? SHOW_SUMMARY | SHOW_PAGE : SHOW_PAGE,
                &previous_why);
  }
  free(previous_why);
  if (omitted > 0)
    document_paragraph(document, SHOW_SUMMARY, TONE_QUIET,
                       "... and %zu more; the matrix below and the page have all of them.",
                       omitted);
}

void section_verdict(struct document *document, const struct answer *answer) {
  document_heading(document, SHOW_SUMMARY | SHOW_PAGE, 2, "Verdict");
  if (answer->standing_count == 0)
    document_paragraph(document, SHOW_SUMMARY | SHOW_PAGE, TONE_NONE,
                       "No verdict: the file has no launch yet.");
  if (was_busy(answer))
    document_item(document, SHOW_SUMMARY | SHOW_PAGE, 0, TONE_SUSPECT,
                  "The machine had other work during this run: what uses more cores may have "
                  "suffered more. Repeat it on a quiet machine before you rely on it.");
  for (int kind = 0; kind < BOUNDS; kind++)
    add_kind(document, answer, (enum bound)kind);
}
