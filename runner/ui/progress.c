#include "runner/ui/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "common/number.h"
#include "runner/ui/bar.h"
#include "runner/ui/events.h"

static size_t total(const struct progress *progress) {
  return progress->done + schedule_left(progress->schedule);
}

/* A terminal that can go back in its line, and on which no JSON is to be seen. */
static bool can_draw(const struct progress_how *how) {
  const char *kind = getenv("TERM");
  return !how->quiet && isatty(STDERR_FILENO) == 1 && (kind == NULL || strcmp(kind, "dumb") != 0) &&
         !(how->json_lines && isatty(STDOUT_FILENO) == 1);
}

void progress_begin(struct progress *progress, const struct launch_schedule *schedule, size_t done,
                    const struct progress_how *how) {
  *progress = (struct progress){.quiet = how->quiet,
                                .bar = can_draw(how),
                                .json_lines = how->json_lines,
                                .config = how->config,
                                .plan = schedule->plan,
                                .schedule = schedule,
                                .done = done};
  estimate_open(&progress->estimate, schedule);
  if (progress->bar)
    bar_open();
  if (progress->json_lines)
    events_start(&(struct events_start){.name = how->name,
                                        .run_id = how->run_id,
                                        .folder = how->folder,
                                        .points = schedule->plan->point_count,
                                        .points_done = progress->estimate.points_done,
                                        .launches = total(progress),
                                        .launches_done = done});
}

static void draw(const struct progress *progress) {
  char text[POINT_TEXT], current[POINT_TEXT + 40];
  const struct scheduled_launch *next = &progress->next;
  snprintf(current, sizeof current, "%s, launch %" PRId64,
           point_text(&progress->plan->points[next->point], text), next->launch);
  bar_show(&(struct bar){.launches_done = progress->done,
                         .launches = total(progress),
                         .seconds_left = estimate_left(&progress->estimate),
                         .last = progress->last,
                         .current = current});
}

void progress_launch(struct progress *progress, const struct scheduled_launch *next) {
  progress->next = *next;
  if (progress->json_lines)
    events_launch(&progress->plan->points[next->point], progress->config, next);
  if (progress->bar && !next->skip)
    draw(progress);
}

void progress_woken(void *context) {
  struct progress *progress = context;
  if (progress->bar && bar_is_resized())
    draw(progress);
}

static void send_result(const struct progress *progress, const struct scheduled_launch *next,
                        const struct outcome *outcome, bool enough) {
  const struct point *point = &progress->plan->points[next->point];
  events_result(point, next, outcome,
                &(struct events_state){.done = progress->done,
                                       .left = schedule_left(progress->schedule),
                                       .seconds_left = estimate_left(&progress->estimate)});
  if (enough)
    events_enough(point, schedule_enough(progress->schedule, next->point));
}

void progress_result(struct progress *progress, const struct scheduled_launch *next,
                     const struct outcome *outcome) {
  char text[POINT_TEXT], wall[NUMBER_TEXT];
  bool ok = outcome->status == STATUS_OK;
  bool enough = estimate_note(&progress->estimate, next->point,
                              outcome->process_s > 0 ? outcome->process_s : NAN);
  progress->done++;
  progress->timed += outcome->timed;
  progress->suspect += outcome->suspect;
  snprintf(progress->last, sizeof progress->last, "%s",
           ok ? seconds_format(outcome->wall_s, wall) : status_names[outcome->status]);
  if (progress->json_lines)
    send_result(progress, next, outcome, enough);
  if (outcome->status == STATUS_SKIPPED || (ok && (progress->quiet || progress->bar)))
    return; /* why it is skipped has been printed with the launch before */
  point_text(&progress->plan->points[next->point], text);
  if (progress->bar)
    bar_clear();
  if (ok)
    lines_printf(stderr, "", 2, "[%zu/%zu] %s, launch %" PRId64 ": %s", progress->done,
                 total(progress), text, next->launch, progress->last);
  else
    lines_printf(stderr, "", 2, "[%zu/%zu] %s, launch %" PRId64 ": %s: %s%s", progress->done,
                 total(progress), text, next->launch, status_names[outcome->status],
                 outcome->message,
                 outcome->hopeless && next->launch < progress->plan->least
                     ? " (its other launches are skipped)"
                     : "");
}

void progress_warn(struct progress *progress, const char *text) {
  if (progress->bar)
    bar_clear();
  lines_message(stderr, "sweep", "warning: %s", text);
}

void progress_end(struct progress *progress) {
  if (progress->bar)
    bar_clear();
  if (progress->suspect > 0 && !progress->quiet && !progress->json_lines)
    lines_message(stderr, "sweep",
                  "%zu of %zu timed repetitions show a disturbance (column suspect)",
                  progress->suspect, progress->timed);
  estimate_close(&progress->estimate);
  *progress = (struct progress){0};
}
