/* Names of works and points. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/answer.h"
#include "common/grow.h"
#include "common/number.h"

static const struct data_work *work_of(const struct answer *answer, size_t work) {
  return &answer->data->works[work];
}

/* Whether another work of the kernel has another value of this "name=value". */
static bool distinguishes(const struct answer *answer, const struct data_work *work,
                          const char *option, size_t length) {
  for (size_t i = 0; i < answer->data->work_count; i++) {
    const struct data_work *other = work_of(answer, i);
    if (strcmp(other->kernel, work->kernel) != 0)
      continue;
    bool same = false;
    for (const char *at = other->options; *at != '\0' && !same;) {
      size_t other_length = strcspn(at, ";");
      same = other_length == length && strncmp(at, option, length) == 0;
      at += other_length + (at[other_length] == ';');
    }
    if (!same)
      return true;
  }
  return false;
}

/* The options in which works of the kernel differ, parted by `separator`; with or without their
 * names. The caller frees it. */
static char *distinguishing_options(const struct answer *answer, const struct data_work *work,
                                    const char *separator, bool named) {
  char *text = grow_text("%s", "");
  for (const char *at = work->options; *at != '\0';) {
    size_t length = strcspn(at, ";"), name = strcspn(at, "=;");
    if (distinguishes(answer, work, at, length)) {
      /* A bare number would say nothing. */
      bool is_word = name < length && (at[name + 1] < '0' || at[name + 1] > '9');
      size_t skip = !named && is_word ? name + 1 : 0;
      char *longer = grow_text("%s%s%.*s", text, separator, (int)(length - skip), at + skip);
      free(text);
      text = longer;
    }
    at += length + (at[length] == ';');
  }
  return text;
}

char *size_text(int64_t n, char text[SIZE_TEXT]) {
  char digits[NUMBER_TEXT];
  number_format(n, digits);
  size_t length = strlen(digits), used = 0;
  for (size_t i = 0; i < length && used + 2 < SIZE_TEXT; i++) {
    if (i > 0 && (length - i) % 3 == 0 && length > 4)
      text[used++] = ',';
    text[used++] = digits[i];
  }
  text[used] = '\0';
  return text;
}

char *work_name(const struct answer *answer, size_t work_index, int64_t n) {
  const struct data_work *work = work_of(answer, work_index);
  char size[SIZE_TEXT], *options = distinguishing_options(answer, work, ", ", true);
  bool single = strcmp(work->jobs, "1") == 0 || *work->jobs == '\0';
  char *name = grow_text("%s%s, %s%sn = %s", work->kernel, options, single ? "" : work->jobs,
                         single ? "" : " jobs of ", size_text(n, size));
  free(options);
  return name;
}

static bool differs_in_jobs(const struct answer *answer, const struct data_work *work) {
  for (size_t i = 0; i < answer->data->work_count; i++)
    if (strcmp(work_of(answer, i)->kernel, work->kernel) == 0 &&
        strcmp(work_of(answer, i)->jobs, work->jobs) != 0)
      return true;
  return false;
}

char *work_short_name(const struct answer *answer, size_t work_index) {
  const struct data_work *work = work_of(answer, work_index);
  char *options = distinguishing_options(answer, work, " ", false);
  bool jobs = differs_in_jobs(answer, work);
  char *name =
      grow_text("%s%s%s%s", work->kernel, options, jobs ? " x" : "", jobs ? work->jobs : "");
  free(options);
  return name;
}

char *nodes_text(const struct answer *answer, int64_t nodes) {
  if (!answer->data->several_nodes || nodes < 1)
    return grow_text("%s", "");
  return grow_text(" on %" PRId64 " node%s", nodes, nodes == 1 ? "" : "s");
}

char *standing_name(const struct answer *answer, const struct standing *standing) {
  const struct data_point *point = standing->point;
  bool one = point->cores == 1 &&
             (standing->variant->model == MODEL_SERIAL || standing->variant->model == MODEL_ASYNC);
  bool many_machines = answer->data->machine_count > 1;
  char *cores =
      one ? grow_text("%s", "")
          : grow_text(" on %" PRId64 " core%s", point->cores, point->cores == 1 ? "" : "s");
  /* Threads that mostly wait are not bound to how many cores there are. */
  if (!one && point->oversubscribed) {
    free(cores);
    cores = grow_text(" with %" PRId64 " workers", point->cores);
  }
  char *nodes =
      one || standing->variant->nodes > 0 ? grow_text("%s", "") : nodes_text(answer, point->nodes);
  char *name =
      grow_text("%s%s%s%s%s", standing->variant->label, cores, nodes, many_machines ? ", " : "",
                many_machines ? answer->data->machines[point->machine].label : "");
  free(cores);
  free(nodes);
  return name;
}

size_t build_rank(const struct answer *answer, const char *build) {
  size_t rank = 0;
  while (answer->run != NULL && rank < answer->run->build_count &&
         strcmp(answer->run->builds[rank].label, build) != 0)
    rank++;
  return rank;
}
