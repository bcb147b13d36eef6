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

void progress_begin(struct progress *progress, const struct plan *plan, bool quiet) {
  *progress = (struct progress){.quiet = quiet,
                                .terminal = isatty(STDERR_FILENO) == 1,
                                .plan = plan,
                                .total = plan->point_count * (size_t)plan->launches};
  for (size_t i = 0, count = 0; i < plan->point_count; i++)
    *GROW(progress->seconds, count) = NAN;
}

/* The time that is left: each launch to come takes as long as the last of its point, or as the mean
 * point if there was none. NaN before the first result. */
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
  size_t rounds = progress->done / plan->point_count, in_round = progress->done % plan->point_count;
  for (size_t i = 0; i < plan->point_count; i++) {
    double launches = (double)plan->launches - (double)(rounds + (i < in_round ? 1 : 0));
    if (plan->batch) {
      size_t begun = i * (size_t)plan->launches;
      size_t done = progress->done <= begun ? 0 : progress->done - begun;
      launches = done >= (size_t)plan->launches ? 0 : (double)((size_t)plan->launches - done);
    }
    left += launches * (isnan(progress->seconds[i]) ? mean : progress->seconds[i]);
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

void progress_launch(struct progress *progress, size_t point, int64_t launch) {
  char text[POINT_TEXT], left_text[NUMBER_TEXT] = "", line[400];
  if (progress->quiet || !progress->terminal)
    return;
  double left = seconds_left(progress);
  if (!isnan(left))
    snprintf(left_text, sizeof left_text, ", %.0f s left", left);
  snprintf(line, sizeof line, "[%zu/%zu%s%s%s] %s, launch %" PRId64, progress->done,
           progress->total, left_text, *progress->last ? ", last " : "", progress->last,
           point_text(&progress->plan->points[point], text), launch);
  clear_line(progress);
  fprintf(stderr, "%.*s", terminal_width() - 1, line);
  fflush(stderr);
}

void progress_result(struct progress *progress, size_t point, int64_t launch, double seconds,
                     const struct outcome *outcome) {
  char text[POINT_TEXT], wall[NUMBER_TEXT];
  bool ok = outcome->status == STATUS_OK;
  progress->done++;
  progress->seconds[point] = seconds;
  snprintf(progress->last, sizeof progress->last, "%s",
           ok ? seconds_format(outcome->wall_s, wall) : status_name(outcome->status));
  if (outcome->status == STATUS_SKIPPED || (ok && (progress->quiet || progress->terminal)))
    return; /* why it is skipped has been told with the launch before */
  point_text(&progress->plan->points[point], text);
  clear_line(progress);
  if (ok)
    fprintf(stderr, "[%zu/%zu] %s, launch %" PRId64 ": %s\n", progress->done, progress->total, text,
            launch, progress->last);
  else
    fprintf(stderr, "[%zu/%zu] %s, launch %" PRId64 ": %s: %s%s\n", progress->done, progress->total,
            text, launch, status_name(outcome->status), outcome->message,
            outcome->hopeless && launch < progress->plan->launches
                ? " (its other launches are skipped)"
                : "");
}

void progress_end(struct progress *progress) {
  clear_line(progress);
  free(progress->seconds);
  *progress = (struct progress){0};
}
