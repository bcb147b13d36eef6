/* Notes on the data: what a careful reader must know before trusting a number. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/disturbance.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* So many names stand in a note; the page's table of points has them all. */
enum { NAMES_IN_NOTE = 3 };

typedef bool (*condition)(const struct standing *);

static bool has_failures(const struct standing *s) {
  return s->count < s->point->launch_count;
}
static bool was_retried(const struct standing *s) {
  return s->point->superseded > 0;
}
static bool is_crowded(const struct standing *s) {
  return s->point->oversubscribed && s->work->kind != BOUND_WAIT;
}
static bool has_outliers(const struct standing *s) {
  return s->quality.extreme > 0;
}
static bool drifts(const struct standing *s) {
  return s->quality.drifts;
}
static bool is_correlated(const struct standing *s) {
  return s->quality.correlated;
}
static bool has_two_modes(const struct standing *s) {
  return s->quality.two_modes;
}
static bool is_wide(const struct standing *s) {
  return (s->described.high - s->described.low) / s->described.median > 0.1;
}
static bool has_no_interval(const struct standing *s) {
  return s->count > 0 && isnan(s->described.low);
}
static bool is_near_clock(const struct standing *s) {
  return s->point->figures[COLUMN_timer_overhead_s] > 0.01 * s->described.median;
}

/* Of more than 5 % of the repetitions the system disturbed a measurement, or the engine itself. */
static bool is_suspect(const struct standing *s) {
  size_t repetitions = 0;
  for (size_t i = 0; i < s->point->launch_count; i++)
    repetitions += s->point->launches[i].count;
  return s->point->figures[COLUMN_suspect] > 0.05 * (double)repetitions;
}

static bool is_of_no_release(const struct standing *s) {
  return *s->point->build_warning != '\0';
}

/* Each note: which points it is of, what it means, what to do. */
static const struct {
  condition holds;
  enum tone tone;
  const char *what, *advice;
} notes[] = {
    {has_failures, TONE_FAILED, "with failed launches",
     "they cannot win; the column status of samples.csv says how each ended"},
    {was_retried, TONE_NONE, "with launches that succeeded only when tried again",
     "the last attempt counts; the failed ones stay in samples.csv"},
    {is_of_no_release, TONE_SUSPECT, "not measured with a release build (column build_warning)",
     "measure with cmake --preset release"},
    {is_crowded, TONE_SUSPECT, "oversubscribed (more workers than cores)",
     "their times say little of the model"},
    {is_near_clock, TONE_SUSPECT,
     "whose repetitions are so short that reading the clock takes "
     "more than 1 % of them",
     "use a larger n"},
    {is_suspect, TONE_SUSPECT, "with a disturbance in more than 5 % of their repetitions",
     "the column suspect names it; a quieter machine, or cores of its own, would help"},
    {has_no_interval, TONE_SUSPECT, "with fewer than 6 verified launches",
     "too few for a 95 % interval; raise launches"},
    {is_wide, TONE_SUSPECT, "whose 95 % interval is wider than 10 % of the median",
     "more launches or a quieter machine would narrow it"},
    {has_outliers, TONE_NONE, "with extreme outliers (beyond 3 interquartile ranges)",
     "they are kept: medians and rank tests do not follow them"},
    {drifts, TONE_SUSPECT, "that drift (Mann-Kendall test, 1 % over all points)",
     "the machine changed during the run; only tests over rounds (from about 14 launches on) bear "
     "it"},
    {is_correlated, TONE_SUSPECT, "whose launches resemble the one before (Bartels' rank test)",
     "intervals are narrower than they should be"},
    {has_two_modes, TONE_SUSPECT, "whose launches fall into two groups (Hartigans' dip test)",
     "the median may jump between them; look at the distribution"},
};

static char *point_name(const struct answer *answer, const struct standing *standing) {
  char *work = work_short_name(answer, standing->problem->work), size[SIZE_TEXT];
  char *name = standing_name(answer, standing);
  char *text = grow_text("%s n = %s, %s", work, size_text(standing->problem->n, size), name);
  free(work);
  free(name);
  return text;
}

static void add_note(struct document *document, const struct answer *answer, size_t note) {
  char *names = grow_text("%s", "");
  size_t count = 0;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    if (!notes[note].holds(standing))
      continue;
    if (count++ >= NAMES_IN_NOTE)
      continue;
    char *name = point_name(answer, standing);
    char *longer = grow_text("%s%s%s", names, count > 1 ? "; " : "", name);
    free(names);
    free(name);
    names = longer;
  }
  if (count > 0)
    document_item(document, SHOW_EVERYWHERE, 0, notes[note].tone, "%zu of %zu points %s: %s (%s%s)",
                  count, answer->standing_count, notes[note].what, notes[note].advice, names,
                  count > NAMES_IN_NOTE ? "; ..." : "");
  free(names);
}

/* Sessions under other conditions, and drivers from different files: which launches are reported
 * as separate points, and why. */
static void add_populations(struct document *document, const struct answer *answer) {
  const struct run_file *run = answer->run;
  for (size_t i = 0; run != NULL && i < run->session_count; i++)
    if (*run->sessions[i].differences != '\0')
      document_item(document, SHOW_EVERYWHERE, 0, TONE_SUSPECT,
                    "the session of %s measured under other conditions, and its launches are "
                    "separate points: %s",
                    run->sessions[i].start, run->sessions[i].differences);
  if (answer->data->numbered_builds)
    document_item(
        document, SHOW_EVERYWHERE, 0, TONE_SUSPECT,
        "drivers were rebuilt between launches: each file of a driver is a variant of its "
        "own, named after the column build_id");
}

/* A warning of the build is a note on points where the rows have it; older rows do not. */
static bool stands_in_rows(const struct answer *answer, const struct run_warning *warning) {
  for (size_t i = 0; i < answer->standing_count; i++)
    if (strcmp(warning->kind, "build") == 0 && is_of_no_release(&answer->standings[i]))
      return true;
  return false;
}

static void add_run_notes(struct document *document, const struct answer *answer) {
  const struct run_file *run = answer->run;
  if (answer->data->form != NULL)
    document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE,
                  "samples.csv %s: another program has saved it; its rows are read as they are",
                  answer->data->form);
  if (answer->data->truncated_bytes > 0)
    document_item(document, SHOW_EVERYWHERE, 0, TONE_SUSPECT,
                  "the last %zu bytes of the file are an incomplete row and are ignored: the run "
                  "is in progress or was killed",
                  (size_t)answer->data->truncated_bytes);
  add_populations(document, answer);
  if (answer->design == DESIGN_BATCH)
    document_item(document, SHOW_EVERYWHERE, 0, TONE_SUSPECT,
                  "no verdicts: %s, so a drift of the machine looks like a difference between "
                  "points; use order: interleave or random",
                  answer->design_why);
  for (size_t i = 0; run != NULL && i < run->warning_count; i++)
    if (!stands_in_rows(answer, &run->warnings[i]))
      document_item(document, SHOW_EVERYWHERE, 0, TONE_SUSPECT, "during the run: %s",
                    run->warnings[i].text);
}

static void add_disturbance(struct document *document, const struct answer *answer) {
  struct disturbance found = disturbance_find(answer);
  if (answer->design == DESIGN_ROUNDS && found.disturbed > 0)
    document_item(
        document, SHOW_EVERYWHERE, 0, TONE_SUSPECT,
        "%zu of %zu rounds were disturbed: all points together were 10 %% or more off their "
        "medians (at worst %.2fx their time): other load came or went",
        found.disturbed, found.rounds, found.worst);
}

static void add_noise_floor(struct document *document, const struct answer *answer) {
  if (!isnan(answer->noise_floor))
    document_item(
        document, SHOW_EVERYWHERE, 0, TONE_NONE,
        "noise floor: the median of the typical point differs from that of the same point "
        "measured again in the same rounds by up to %.2g %% (95 %% of the time)",
        100 * answer->noise_floor);
}

void section_quality(struct document *document, const struct answer *answer) {
  document_heading(document, SHOW_EVERYWHERE, 2, "Data quality");
  size_t before = document->block_count;
  add_run_notes(document, answer);
  add_disturbance(document, answer);
  for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
    add_note(document, answer, i);
  if (document->block_count == before && answer->standing_count > 0)
    document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE,
                  "nothing to report: all launches verified, no drift, no two modes");
  add_noise_floor(document, answer);
}
