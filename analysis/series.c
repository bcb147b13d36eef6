#include "analysis/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cells.h"
#include "analysis/samples_file.h"
#include "common/grow.h"
#include "common/number.h"

/* How a factor is called in names, and its usual value, which they need not tell. */
static const struct {
  enum samples_column column;
  const char *prefix, *usual;
} factors[SERIES_FACTORS] = {
    [SERIES_KERNEL] = {COLUMN_kernel, "", NULL},
    [SERIES_DRIVER] = {COLUMN_driver, "", NULL},
    [SERIES_N] = {COLUMN_n, "n:", NULL},
    [SERIES_CORES] = {COLUMN_cores, "cores:", NULL},
    [SERIES_JOBS] = {COLUMN_jobs, "jobs:", "1"},
    [SERIES_OPTIONS] = {COLUMN_options, "", ""},
    [SERIES_THREADS] = {COLUMN_threads, "threads:", ""},
    [SERIES_TASKS] = {COLUMN_tasks, "tasks:", ""},
    [SERIES_GRAIN] = {COLUMN_grain, "grain:", "0"},
    [SERIES_SCHEDULE] = {COLUMN_schedule, "schedule:", "static"},
    [SERIES_LOCK] = {COLUMN_lock, "lock:", "none"},
    [SERIES_CELL] = {COLUMN_cell_id, "cell:", ""},
};

/* --- reading -------------------------------------------------------------------------------------
 */

/* A count of the row; what is empty is 0. Returns 0 or EXIT_USAGE. */
static int read_count(const struct samples_file *file, enum samples_column column, int64_t *count,
                      struct error *error) {
  struct error ignored = {0};
  const char *text = file->row[column];
  *count = 0;
  if (*text == '\0' || number_parse(text, 0, INT64_MAX, count, &ignored) == 0)
    return 0;
  return error_set(error, EXIT_USAGE, "%s:%ld: %s is not a count: '%.60s'", file->reader.name,
                   file->reader.line, samples_names[column], text);
}

/* A figure times 10^shift, exactly as written; what is empty or no number is NaN. */
static double read_figure(const char *text, int shift) {
  double value;
  struct error ignored = {0};
  if (real_parse(text, 0, INFINITY, &value, &ignored) != 0)
    return NAN;
  if (shift == 0)
    return value;
  if (strpbrk(text, "eE") != NULL)
    return value * pow(10, shift);
  char *shifted = grow_text("%se%d", text, shift);
  real_parse(shifted, 0, INFINITY, &value, &ignored);
  free(shifted);
  return value;
}

static int read_measurement(const struct samples_file *file, struct measurement *measurement,
                            struct error *error) {
  const char *const *row = file->row;
  *measurement = (struct measurement){
      .wall_s = read_figure(row[COLUMN_wall_s], 0),
      .wall_ns = read_figure(row[COLUMN_wall_s], 9),
      .cpu_ns = read_figure(row[COLUMN_cpu_s], 9),
      .operations = read_figure(row[COLUMN_work_op], 0),
      .bytes = read_figure(row[COLUMN_work_byte], 0),
  };
  if (!isfinite(measurement->wall_s))
    return samples_fail(file, error, "wall_s is not a time:", row[COLUMN_wall_s]);
  if (read_count(file, COLUMN_launch, &measurement->launch, error) != 0)
    return error->code;
  return read_count(file, COLUMN_rep, &measurement->rep, error);
}

static const char *factor_text(const char *const *row, enum series_factor factor) {
  bool hybrid = strcmp(row[COLUMN_ranks], "1") != 0 && strcmp(row[COLUMN_threads], "1") != 0;
  return factor == SERIES_THREADS && !hybrid ? "" : row[factors[factor].column];
}

static bool is_of(const struct series *series, const char *const *row) {
  for (int i = SERIES_FACTORS; i-- > 0;) /* the cell_id first: it differs most often */
    if (strcmp(series->factors[i], factor_text(row, (enum series_factor)i)) != 0)
      return false;
  return true;
}

static int find_series(struct series_set *set, const struct samples_file *file,
                       struct series **found, struct error *error) {
  const char *const *row = file->row;
  for (size_t i = set->count; i-- > 0;) /* most often it is that of the row before */
    if (is_of(&set->items[i], row)) {
      *found = &set->items[i];
      return 0;
    }
  struct series *series = *found = GROW(set->items, set->count);
  for (int i = 0; i < SERIES_FACTORS; i++)
    series->factors[i] = grow_text("%s", factor_text(row, (enum series_factor)i));
  if (read_count(file, COLUMN_n, &series->n, error) != 0 ||
      read_count(file, COLUMN_cores, &series->cores, error) != 0)
    return error->code;
  return read_count(file, COLUMN_threads, &series->threads, error);
}

static int add_row(struct series_set *set, const struct samples_file *file, struct error *error) {
  const char *const *row = file->row;
  struct series *series;
  struct measurement measurement;
  enum cell_status status = cell_status_of(row[COLUMN_status]);
  if (status == CELL_STATUSES)
    return samples_fail(file, error, "unknown status", row[COLUMN_status]);
  if (status != CELL_OK || strcmp(row[COLUMN_warmup], "0") != 0)
    return 0;
  if (read_measurement(file, &measurement, error) != 0 ||
      find_series(set, file, &series, error) != 0)
    return error->code;
  series->oversubscribed |= strcmp(row[COLUMN_oversubscribed], "1") == 0;
  *GROW(series->measurements, series->count) = measurement;
  if (set->host != NULL)
    return 0;
  set->host = grow_text("%s", row[COLUMN_hosts]);
  return read_count(file, COLUMN_start_ns, &set->start_ns, error);
}

int series_read(struct series_set *set, const char *path, struct error *error) {
  struct samples_file file;
  int read = 0;
  *set = (struct series_set){0};
  if (samples_open(&file, path, error) == 0)
    while ((read = samples_next(&file, error)) > 0 && add_row(set, &file, error) == 0)
      ;
  samples_close(&file);
  return error->code;
}

void series_free(struct series_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    for (int factor = 0; factor < SERIES_FACTORS; factor++)
      free(set->items[i].factors[factor]);
    free(set->items[i].measurements);
  }
  free(set->items);
  free(set->host);
  *set = (struct series_set){0};
}

/* --- names ---------------------------------------------------------------------------------------
 */

/* "a=1;b=2" becomes "/a:1/b:2". */
static char *with_options(char *name, const char *separator, const char *options) {
  while (*options != '\0') {
    size_t length = strcspn(options, ";"), name_length = strcspn(options, "=;");
    bool valued = name_length < length;
    char *longer =
        grow_text("%s%s%.*s%s%.*s", name, separator, (int)name_length, options, valued ? ":" : "",
                  valued ? (int)(length - name_length - 1) : 0, options + name_length + valued);
    free(name);
    name = longer;
    options += length + (options[length] == ';');
  }
  return name;
}

/* Puts a factor behind a name, which it frees. */
static char *with_factor(char *name, const char *separator, const struct series *series,
                         enum series_factor factor) {
  const char *text = series->factors[factor];
  if (factor == SERIES_OPTIONS)
    return with_options(name, separator, text);
  char *longer = grow_text("%s%s%s%s", name, separator, factors[factor].prefix, text);
  free(name);
  return longer;
}

static bool has_same(const struct series *a, const struct series *b, enum series_factor factor) {
  return strcmp(a->factors[factor], b->factors[factor]) == 0;
}

/* Whether another series differs from this one in the cell_id alone. */
static bool needs_cell(const struct series_set *set, const struct series *series) {
  for (size_t i = 0; i < set->count; i++) {
    const struct series *other = &set->items[i];
    int factor = 0;
    while (factor < SERIES_CELL && has_same(other, series, (enum series_factor)factor))
      factor++;
    if (factor == SERIES_CELL && other != series)
      return true;
  }
  return false;
}

static bool is_unusual(const struct series *series, enum series_factor factor) {
  const char *usual = factors[factor].usual, *text = series->factors[factor];
  return usual == NULL || (*text != '\0' && strcmp(text, usual) != 0);
}

char *series_name(const struct series_set *set, const struct series *series) {
  char *name = grow_text("%s", series->factors[SERIES_KERNEL]);
  for (int i = SERIES_DRIVER; i < SERIES_CELL; i++)
    if (is_unusual(series, (enum series_factor)i))
      name = with_factor(name, "/", series, (enum series_factor)i);
  return needs_cell(set, series) ? with_factor(name, "/", series, SERIES_CELL) : name;
}

/* Whether the kernel's series differ in this factor. The number of tasks follows n where it is left
 * to the driver: then it is no factor of its own. */
static bool is_telling(const struct series_set *set, const struct series *series,
                       enum series_factor factor) {
  for (size_t i = 0; i < set->count; i++) {
    const struct series *other = &set->items[i];
    bool beside = factor != SERIES_TASKS ||
                  (has_same(other, series, SERIES_DRIVER) && has_same(other, series, SERIES_N) &&
                   has_same(other, series, SERIES_CORES));
    if (has_same(other, series, SERIES_KERNEL) && beside && !has_same(other, series, factor))
      return true;
  }
  return false;
}

char *series_way(const struct series_set *set, const struct series *series) {
  char *way = grow_text("%s", series->factors[SERIES_KERNEL]);
  for (int i = SERIES_DRIVER; i < SERIES_CELL; i++)
    if (i != SERIES_N && i != SERIES_CORES && is_unusual(series, (enum series_factor)i) &&
        is_telling(set, series, (enum series_factor)i))
      way = with_factor(way, "->", series, (enum series_factor)i);
  return needs_cell(set, series) ? with_factor(way, "->", series, SERIES_CELL) : way;
}
