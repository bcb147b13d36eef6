#include "runner/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/number.h"

void progress_begin(struct progress *progress, const struct schedule *schedule, size_t done,
                    bool quiet) {
  *progress = (struct progress){.quiet = quiet,
                                .terminal = isatty(STDERR_FILENO) == 1,
                                .plan = schedule->plan,
                                .schedule = schedule,
                                .done = done};
  for (size_t i = 0, count = 0; i < schedule->plan->point_count; i++)
    *GROW(progress->seconds, count) = NAN;
}

static size_t total(const struct progress *progress) {
  return progress->done + schedule_left(progress->schedule);
}

/* The time that is left, at most: each launch to come takes as long as the last of its point, or as
 * the mean point if there was none. NaN before the first result. */
static double seconds_left(const struct progress *progress) {
  const struct plan *plan = progress->plan;
  double known = 0, left = 0;
  size_t known_count = 0;
  for (size_t i = 0; i < plan->point_count; i++)
    if (!isnan(progress->seconds[i])) {
      known += progress->seconds[i];
      known_count++;
    }
  double mean = known / (double)known_count;
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct track *track = &progress->schedule->tracks[i];
    if (!track->hopeless && schedule_enough(progress->schedule, i) == ENOUGH_NOT)
      left += (double)(plan->most - track->settled) *
              (isnan(progress->seconds[i]) ? mean : progress->seconds[i]);
  }
  return left;
}

static int terminal_width(void) {
  struct winsize size;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
    return size.ws_col;
  return 80;
}

static void clear_line(const struct progress *progress) {
  if (progress->terminal && !progress->quiet)
    fputs("\r\033[K", stderr);
}

void progress_launch(struct progress *progress, const struct turn *turn) {
  char text[POINT_TEXT], left_text[NUMBER_TEXT] = "", line[400];
  if (progress->quiet || !progress->terminal)
    return;
  double left = seconds_left(progress);
  if (!isnan(left))
    snprintf(left_text, sizeof left_text, ", %.0f s left", left);
  snprintf(line, sizeof line, "[%zu/%zu%s%s%s] %s, launch %" PRId64, progress->done,
           total(progress), left_text, *progress->last ? ", last " : "", progress->last,
           point_text(&progress->plan->points[turn->point], text), turn->launch);
  clear_line(progress);
  fprintf(stderr, "%.*s", terminal_width() - 1, line);
  fflush(stderr);
}

void progress_result(struct progress *progress, const struct turn *turn, double seconds,
                     const struct outcome *outcome) {
  char text[POINT_TEXT], wall[NUMBER_TEXT];
  bool ok = outcome->status == STATUS_OK;
  progress->done++;
  progress->seconds[turn->point] = seconds;
  snprintf(progress->last, sizeof progress->last, "%s",
           ok ? seconds_format(outcome->wall_s, wall) : status_name(outcome->status));
  if (outcome->status == STATUS_SKIPPED || (ok && (progress->quiet || progress->terminal)))
    return; /* why it is skipped has been told with the launch before */
  point_text(&progress->plan->points[turn->point], text);
  clear_line(progress);
  if (ok)
    fprintf(stderr, "[%zu/%zu] %s, launch %" PRId64 ": %s\n", progress->done, total(progress), text,
            turn->launch, progress->last);
  else
    fprintf(stderr, "[%zu/%zu] %s, launch %" PRId64 ": %s: %s%s\n", progress->done, total(progress),
            text, turn->launch, status_name(outcome->status), outcome->message,
            outcome->hopeless && turn->launch < progress->plan->least
                ? " (its other launches are skipped)"
                : "");
}

void progress_end(struct progress *progress) {
  clear_line(progress);
  free(progress->seconds);
  *progress = (struct progress){0};
}
