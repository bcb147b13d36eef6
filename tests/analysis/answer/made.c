#include "tests/analysis/answer/made.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/document/text.h"

/* In -0.005 .. 0.005, different for each point and launch; over the launches of a point as many
 * above 0 as below. */
static double noise(size_t point, int launch) {
  int place = (launch * 5 + (int)(point * 7)) % MADE_LAUNCHES;
  return 0.01 * ((place + 0.5) / MADE_LAUNCHES - 0.5) * (1 + 0.03 * (double)(point % 7));
}

void made_point(struct made *made, double time_s, const char *changes, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, changes);
  if (vasprintf(&text, changes, arguments) < 0)
    abort();
  va_end(arguments);
  size_t point = made->text.count / MADE_LAUNCHES;
  for (int launch = 1; launch <= MADE_LAUNCHES; launch++)
    samples_row(
        &made->text,
        "cell_id=c%zu|seq=%zu|launch=%d|start_ns=%lld|wall_s=%.15g|compute_s=%.15g|comm_s=0|"
        "wait_s=0|%s",
        point, (size_t)launch * 10000 + point, launch,
        1000000000LL * launch + (long long)point * 1000, time_s * (1 + noise(point, launch)),
        time_s, text);
  free(text);
}

void made_answer(struct made *made, const char *json) {
  struct error error = {0};
  struct answer_options options = {.margin = NAN};
  const char *run = json != NULL ? json : "{}";
  if (samples_read(&made->text, &made->data, &error) != 0 ||
      run_file_parse(&made->run, run, strlen(run), "run.json", &error) != 0 ||
      answer_make(&made->answer, &made->data, &made->run, &options, &error) != 0) {
    fprintf(stderr, "%s\n", error.message);
    abort();
  }
}

void made_free(struct made *made) {
  answer_free(&made->answer);
  run_file_free(&made->run);
  dataset_free(&made->data);
  samples_free(&made->text);
  *made = (struct made){0};
}

char *made_text(const struct made *made, void (*section)(struct document *, const struct answer *),
                unsigned shown) {
  struct document document = {0};
  struct text_options options = {.columns = 80, .shown = shown};
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  section(&document, &made->answer);
  text_write(file, &document, &options);
  fclose(file);
  document_free(&document);
  return text;
}

size_t longest_line(const char *text) {
  size_t longest = 0;
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    longest = length > longest ? length : longest;
    text += length + (text[length] == '\n');
  }
  return longest;
}

bool is_near(double value, double truth, double off) {
  return fabs(value - truth) <= off * fabs(truth);
}
