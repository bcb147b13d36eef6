#include "analysis/compare/point_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/answer.h"
#include "common/grow.h"
#include "common/number.h"

/* Whether the list "name=value;..." has this item. */
static bool has_option(const char *options, const char *option, size_t length) {
  while (*options != '\0') {
    size_t other = strcspn(options, ";");
    if (other == length && strncmp(options, option, length) == 0)
      return true;
    options += other + (options[other] == ';');
  }
  return false;
}

/* Whether all works of the kernel have this option. */
static bool is_common(const struct dataset *data, const char *kernel, const char *option,
                      size_t length) {
  for (size_t i = 0; i < data->work_count; i++)
    if (strcmp(data->works[i].kernel, kernel) == 0 &&
        !has_option(data->works[i].options, option, length))
      return false;
  return true;
}

static bool differs_in_jobs(const struct dataset *data, const struct data_work *work) {
  for (size_t i = 0; i < data->work_count; i++)
    if (strcmp(data->works[i].kernel, work->kernel) == 0 &&
        strcmp(data->works[i].jobs, work->jobs) != 0)
      return true;
  return false;
}

char *work_short_text(const struct dataset *data, size_t index) {
  const struct data_work *work = &data->works[index];
  bool jobs = differs_in_jobs(data, work);
  char *text = grow_text("%s", work->kernel);
  for (const char *at = work->options; *at != '\0';) {
    size_t length = strcspn(at, ";"), name = strcspn(at, "=;");
    size_t skipped = name < length ? name + 1 : 0;
    if (!is_common(data, work->kernel, at, length)) {
      char *longer = grow_text("%s %.*s", text, (int)(length - skipped), at + skipped);
      free(text);
      text = longer;
    }
    at += length + (at[length] == ';');
  }
  char *whole = grow_text("%s%s%s", text, jobs ? " x" : "", jobs ? work->jobs : "");
  free(text);
  return whole;
}

char *compared_text(const struct compare *compare, const struct compared_point *point) {
  const struct dataset *data;
  const struct data_point *any = compared_data_point(compare, point, &data);
  const struct data_problem *problem = &data->problems[any->problem];
  bool several = compare->run_count > 2;
  char size[SIZE_TEXT], *work = work_short_text(data, problem->work);
  bool machines = data->machine_count > 1;
  char *text = grow_text("%s%s%s, n = %s, %s on %" PRId64 " core%s%s%s",
                         several ? compare->runs[point->run].letter : "", several ? ": " : "", work,
                         size_text(problem->n, size), data->variants[any->variant].label,
                         any->cores, any->cores == 1 ? "" : "s", machines ? " of " : "",
                         machines ? data->machines[any->machine].label : "");
  free(work);
  return text;
}

/* "10M", "1.5k": three significant digits at most, without zeros at the end. */
static char *size_short(int64_t n, char text[NUMBER_TEXT]) {
  quantity_format((double)n, text);
  char *blank = strchr(text, ' ');
  if (blank == NULL)
    return text;
  char *end = blank;
  while (strchr(text, '.') != NULL && end > text && (end[-1] == '0' || end[-1] == '.'))
    if (*--end == '.')
      break;
  memmove(end, blank + 1, strlen(blank));
  return text;
}

char *compared_short_text(const struct compare *compare, const struct compared_point *point) {
  const struct dataset *data;
  const struct data_point *any = compared_data_point(compare, point, &data);
  const struct data_problem *problem = &data->problems[any->problem];
  char size[NUMBER_TEXT];
  char *work = work_short_text(data, problem->work);
  char *text = grow_text("%s %s %s %" PRId64 "c", work, size_short(problem->n, size),
                         data->variants[any->variant].label, any->cores);
  free(work);
  return text;
}
