#include "bench/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/number.h"
#include "common/streams.h"
#include "common/suspension.h"

void sample_begin(const char *program, const struct cli_option *options, const char *summary,
                  const char *examples, int argc, char **argv) {
  const struct cli cli = {
      .program = program, .summary = summary, .options = options, .examples = examples};
  streams_hold();
  suspension_watch();
  int code = cli_read(&cli, argc, argv);
  if (code >= 0)
    exit(streams_finish(program, code));
}

char *sample_format_interval(const struct interval *interval_s, char text[SAMPLE_TEXT]) {
  char median[NUMBER_TEXT], low[NUMBER_TEXT], high[NUMBER_TEXT];
  seconds_format(interval_s->median, median);
  if (isnan(interval_s->low))
    snprintf(text, SAMPLE_TEXT, "%s", median);
  else
    snprintf(text, SAMPLE_TEXT, "%s [%s, %s]", median, seconds_format(interval_s->low, low),
             seconds_format(interval_s->high, high));
  return text;
}

char *sample_format(const double *sorted_s, size_t count, char text[SAMPLE_TEXT]) {
  struct interval i = stats_interval(sorted_s, count, 0.95);
  return sample_format_interval(&i, text);
}

void sample_print(const char *what, double *seconds, size_t count, bool bare) {
  char text[SAMPLE_TEXT];
  stats_sort(seconds, count);
  if (suspension_count() > 0)
    fprintf(stderr, "warning: the process was stopped meanwhile; its times contain the pause\n");
  if (bare)
    printf("%.12f\n", stats_median(seconds, count));
  else
    printf("%s: %s over %zu repetitions of this launch\n", what,
           sample_format(seconds, count, text), count);
}
