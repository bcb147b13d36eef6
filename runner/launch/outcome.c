#include "runner/launch/outcome.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "common/error.h"
#include "common/grow.h"
#include "common/limits.h"
#include "common/number.h"
#include "common/samples.h"
#include "common/stats.h"
#include "common/utf8.h"

void outcome_say(struct outcome *outcome, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = grow_vtext(format, arguments);
  va_end(arguments);
  error_shorten(text, sizeof outcome->message);
  memcpy(outcome->message, text, strlen(text) + 1);
  free(text);
}

/* --- the driver's rows ------------------------------------------------------------------------ */

static bool open_rows(struct csv_reader *reader, const struct launch_result *result) {
  *reader = (struct csv_reader){.name = "its output"};
  if (result->output_bytes > 0)
    reader->file = fmemopen(result->output, result->output_bytes, "r");
  return reader->file != NULL;
}

static void close_rows(struct csv_reader *reader) {
  csv_close(reader);
  fclose(reader->file);
}

static int check_header(const struct csv_reader *reader, struct error *error) {
  if (samples_is_header(reader->cells, reader->count))
    return 0;
  for (size_t i = 0; i < reader->count && i < COLUMN_COUNT; i++)
    if (strcmp(reader->cells[i], samples_names[i]) != 0)
      return error_set(error, EXIT_USAGE, "its column %zu is '%.60s', not '%s'", i + 1,
                       reader->cells[i], samples_names[i]);
  return error_set(error, EXIT_USAGE, "its header has %zu columns, not %d", reader->count,
                   (int)COLUMN_COUNT);
}

static int check_cell(const struct csv_reader *reader, enum samples_column column,
                      const char *wanted, struct error *error) {
  if (strcmp(reader->cells[column], wanted) == 0)
    return 0;
  return error_set(error, EXIT_USAGE, "line %ld: %s is '%.60s', expected '%s'", reader->line,
                   samples_names[column], reader->cells[column], wanted);
}

static bool is_wrong(const struct csv_reader *reader) {
  return strcmp(reader->cells[COLUMN_verify], status_names[STATUS_WRONG]) == 0;
}

/* A row must have the header's number of columns and be of the launched point. */
static int check_factors(const struct csv_reader *reader, size_t columns, const struct point *point,
                         struct error *error) {
  const struct {
    enum samples_column column;
    int64_t wanted;
  } numbers[] = {
      {COLUMN_n, point->n},         {COLUMN_jobs, point->jobs},       {COLUMN_cores, point->cores},
      {COLUMN_ranks, point->ranks}, {COLUMN_threads, point->threads}, {COLUMN_nodes, point->nodes}};
  char text[24];
  if (reader->count != columns)
    return error_set(error, EXIT_USAGE, "its line %ld has %zu cells, not %zu", reader->line,
                     reader->count, columns);
  if (check_cell(reader, COLUMN_schema, SAMPLES_SCHEMA, error) != 0 ||
      check_cell(reader, COLUMN_kernel, point->workload->kernel, error) != 0 ||
      check_cell(reader, COLUMN_driver, point->setup->driver->name, error) != 0)
    return error->code;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    if (numbers[i].column == COLUMN_nodes && !point->placed)
      continue;
    snprintf(text, sizeof text, "%" PRId64, numbers[i].wanted);
    if (check_cell(reader, numbers[i].column, text, error) != 0)
      return error->code;
  }
  return 0;
}

/* A row of a launch that went well: its figures are numbers, and its wall time is there. */
static int check_row(const struct csv_reader *reader, size_t columns, const struct point *point,
                     struct error *error) {
  double value;
  if (check_factors(reader, columns, point, error) != 0)
    return error->code;
  if (is_wrong(reader))
    return error_set(error, EXIT_USAGE, "its line %ld is a wrong result, but it ended well",
                     reader->line);
  for (int i = 0; i < (int)columns; i++)
    if (samples_is_figure(i) && (*reader->cells[i] != '\0' || i == COLUMN_wall_s) &&
        real_parse(reader->cells[i], 0, INFINITY, &value, error) != 0)
      return error_prefix(error, "its line %ld: %s", reader->line, samples_names[i]);
  return 0;
}

static bool is_timed(const struct csv_reader *reader) {
  return strcmp(reader->cells[COLUMN_warmup], "1") != 0;
}

/* Whether the workers ran where they were asked to: all rows of a launch say the same. */
static void judge_binding(struct outcome *outcome, const struct csv_reader *reader, size_t columns,
                          const struct point *point, const struct tools *tools) {
  const char *binding = reader->cells[COLUMN_binding];
  const struct binding_cells cells = {binding, reader->cells[COLUMN_hosts],
                                      columns > COLUMN_bound_to ? reader->cells[COLUMN_bound_to]
                                                                : ""};
  outcome->binding = binding_judge(&cells, point, tools);
  utf8_cut(outcome->bound, sizeof outcome->bound, binding);
  snprintf(outcome->hosts, sizeof outcome->hosts, "%s", reader->cells[COLUMN_hosts]);
}

/* Reads all rows; leaves the median wall time. */
static int check_rows(struct csv_reader *reader, const struct point *point,
                      const struct tools *tools, struct outcome *outcome, struct error *error) {
  double *walls = NULL;
  size_t count = 0;
  int read = csv_read(reader, error);
  int code = read < 0    ? error->code
             : read == 0 ? error_set(error, EXIT_USAGE, "it is empty")
                         : check_header(reader, error);
  size_t columns = reader->count;
  while (code == 0 && (read = csv_read(reader, error)) > 0) {
    code = check_row(reader, columns, point, error);
    if (code == 0 && is_timed(reader)) {
      real_parse(reader->cells[COLUMN_wall_s], 0, INFINITY, GROW(walls, count), error);
      outcome->suspect += columns > COLUMN_suspect && *reader->cells[COLUMN_suspect] != '\0';
      outcome->operations = strtod(reader->cells[COLUMN_work_op], NULL);
      outcome->bytes = strtod(reader->cells[COLUMN_work_byte], NULL);
      utf8_cut(outcome->work_unit, sizeof outcome->work_unit,
               columns > COLUMN_work_unit ? reader->cells[COLUMN_work_unit] : "");
      if (count == 1)
        judge_binding(outcome, reader, columns, point, tools);
    }
  }
  if (code == 0 && read < 0)
    code = error->code;
  if (code == 0 && count != (size_t)point->reps)
    code = error_set(error, EXIT_USAGE, "it has %zu timed repetitions, not %" PRId64, count,
                     point->reps);
  if (code == 0) {
    stats_sort(walls, count);
    outcome->wall_s = stats_median(walls, count);
    outcome->timed = count;
  }
  free(walls);
  return code;
}

static void judge_output(struct outcome *outcome, const struct point *point,
                         const struct tools *tools, const struct launch_result *result) {
  struct csv_reader reader;
  struct error error = {0};
  if (result->output_cut)
    error_set(&error, EXIT_USAGE, "it is longer than %zu bytes", result->output_bytes);
  else if (memchr(result->output, '\0', result->output_bytes) != NULL)
    error_set(&error, EXIT_USAGE, "it holds NUL bytes");
  else if (!open_rows(&reader, result))
    error_set(&error, EXIT_USAGE, "it is empty");
  else {
    check_rows(&reader, point, tools, outcome, &error);
    close_rows(&reader);
  }
  if (error.code != 0) {
    outcome->status = STATUS_FAIL;
    outcome_say(outcome, "unusable output: %s", error.message);
  }
}

/* Whether the driver's rows say that a result of this point was wrong. Then `reader` stands at the
 * row, and the caller closes it with close_rows. */
static bool find_wrong_row(struct csv_reader *reader, const struct point *point,
                           const struct launch_result *result) {
  struct error error = {0};
  if (!open_rows(reader, result))
    return false;
  bool right_header = csv_read(reader, &error) > 0 && check_header(reader, &error) == 0;
  size_t columns = reader->count;
  while (right_header && csv_read(reader, &error) > 0 &&
         check_factors(reader, columns, point, &error) == 0)
    if (is_wrong(reader))
      return true;
  close_rows(reader);
  return false;
}

/* --- judging ---------------------------------------------------------------------------------- */

/* Puts a line into the message, unprintable characters as '?'. */
static void set_message(struct outcome *outcome, const char *line, size_t length) {
  char *text = grow_text("%.*s", (int)length, line);
  for (char *at = text; *at != '\0'; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = '?';
  outcome_say(outcome, "%s", text);
  free(text);
}

/* What went wrong, as the driver reports it. Without such a report, a line from standard error:
 * mpirun wraps what it says into lines of dashes and ends with general words, others end with what
 * matters. Returns whether it is a report. */
static bool pick_message(struct outcome *outcome, const struct point *point,
                         const struct launch_result *result) {
  const char *driver = point->setup->driver->name;
  size_t length;
  const char *quote = launch_quote(result, point->setup->driver->use == CORES_RANKS, &length);
  if (result->failure.code != 0) {
    char *text = grow_text("%s: %s", driver, result->failure.message);
    set_message(outcome, text, strlen(text));
    free(text);
  } else if (length > 0) {
    set_message(outcome, quote, length);
  }
  return result->failure.code != 0;
}

static void judge_signal(struct outcome *outcome, int signal, bool oom_killed) {
  outcome->signal = signal;
  outcome->status = signal == SIGKILL && oom_killed ? STATUS_OOM : STATUS_FAIL;
  const char *name = strsignal(signal);
  snprintf(outcome->message, sizeof outcome->message, "killed by signal %d (%s)%s", signal,
           name != NULL ? name : "unknown",
           outcome->status == STATUS_OOM ? ": the system ran out of memory" : "");
}

static void judge_exit(struct outcome *outcome, const struct point *point,
                       const struct tools *tools, const struct launch_result *result,
                       bool oom_killed) {
  bool under_mpirun = point->setup->driver->use == CORES_RANKS;
  int code = outcome->exit_code = result->exit_code;
  if (code == 0) {
    judge_output(outcome, point, tools, result);
    return;
  }
  snprintf(outcome->message, sizeof outcome->message, "exit status %d", code);
  bool own = pick_message(outcome, point, result);
  memcpy(outcome->failed_hosts, result->failure_hosts, sizeof outcome->failed_hosts);
  outcome->status = STATUS_FAIL;
  /* Libraries and mpirun end with 1 too: wrong is only what a row says, a verdict of our own. */
  struct csv_reader reader;
  if (code == EXIT_WRONG && find_wrong_row(&reader, point, result)) {
    outcome->status = STATUS_WRONG;
    close_rows(&reader);
  } else if (code == EXIT_USAGE && (own || !under_mpirun))
    outcome->hopeless = true;
  else if (under_mpirun && code > 128 && code < 128 + NSIG)
    judge_signal(outcome, code - 128, oom_killed);
}

void outcome_judge(struct outcome *outcome, const struct point *point, const struct tools *tools,
                   const struct launch_result *result, bool oom_killed, int64_t timeout_ns) {
  char limit[NUMBER_TEXT];
  *outcome = (struct outcome){.status = STATUS_OK, .exit_code = -1, .wall_s = NAN};
  outcome->process_s = result->seconds;
  switch (result->ending) {
  case ENDED_EXIT:
    judge_exit(outcome, point, tools, result, oom_killed);
    break;
  case ENDED_SIGNAL:
    judge_signal(outcome, result->signal, oom_killed);
    break;
  case ENDED_TIMEOUT:
    outcome->status = STATUS_TIMEOUT;
    outcome->hopeless = true;
    snprintf(outcome->message, sizeof outcome->message, "not done within %s, killed",
             duration_format(timeout_ns, limit));
    break;
  case ENDED_UNSTARTED:
    outcome->status = STATUS_FAIL;
    outcome->hopeless = !limits_is_exhausted(result->error_number);
    snprintf(outcome->message, sizeof outcome->message, "cannot be run: %s",
             strerror(result->error_number));
    break;
  case ENDED_INTERRUPTED:
    break; /* leaves no row */
  }
}

void outcome_settle(const struct outcome *outcome, struct launch_schedule *schedule,
                    const struct scheduled_launch *next, uint64_t population) {
  bool ok = outcome->status == STATUS_OK;
  if (ok)
    schedule_population(schedule, next->point, population);
  schedule_settle(schedule, next, ok, outcome->hopeless, outcome->wall_s);
  if (ok)
    schedule_note_work(schedule, next->point, outcome->operations, outcome->bytes,
                       outcome->work_unit);
}

/* --- rows ------------------------------------------------------------------------------------- */

enum { CELL_BYTES = 24 };

/* The cells that the runner fills in every row; the texts live in `numbers`. */
struct own_cells {
  char seq[CELL_BYTES], launch[CELL_BYTES], exit_code[CELL_BYTES], signal[CELL_BYTES];
  char attempt[CELL_BYTES], process_s[CELL_BYTES], build_id[BUILD_ID_TEXT];
};

static void set_own_cells(const char *cells[COLUMN_COUNT], struct own_cells *own,
                          const struct outcome *outcome, const struct point *point,
                          const struct scheduled_launch *next, struct row_context *context) {
  snprintf(own->seq, sizeof own->seq, "%" PRId64, ++context->seq);
  snprintf(own->launch, sizeof own->launch, "%" PRId64, next->launch);
  snprintf(own->attempt, sizeof own->attempt, "%" PRId64, next->attempt);
  snprintf(own->exit_code, sizeof own->exit_code, "%d", outcome->exit_code);
  snprintf(own->signal, sizeof own->signal, "%d", outcome->signal);
  cells[COLUMN_process_s] = NULL;
  if (outcome->status == STATUS_OK && !isnan(outcome->process_s)) {
    snprintf(own->process_s, sizeof own->process_s, "%.9g", outcome->process_s);
    cells[COLUMN_process_s] = own->process_s;
  }
  cells[COLUMN_run_id] = context->run_id;
  cells[COLUMN_seq] = own->seq;
  cells[COLUMN_cell_id] = point->cell_id;
  cells[COLUMN_build] = point->build != NULL ? point->build->label : NULL;
  cells[COLUMN_build_id] = programs_build_id(context->programs, point, own->build_id);
  cells[COLUMN_launch] = own->launch;
  cells[COLUMN_attempt] = own->attempt;
  cells[COLUMN_status] = status_names[outcome->status];
  cells[COLUMN_exit_code] = outcome->exit_code >= 0 ? own->exit_code : NULL;
  cells[COLUMN_signal] = outcome->signal > 0 ? own->signal : NULL;
}

static void remember(char **slot, const char *text) {
  if (*slot == NULL && text != NULL)
    *slot = grow_text("%s", text);
}

void workload_cells_free(struct workload_cells *cells) {
  free(cells->bound);
  free(cells->options);
  free(cells->work_unit);
  *cells = (struct workload_cells){0};
}

/* The cells of the row just read; NULL in columns that the driver, of an older version, lacks. */
static void get_cells(const struct csv_reader *reader, const char *cells[COLUMN_COUNT]) {
  for (size_t i = 0; i < COLUMN_COUNT; i++)
    cells[i] = i < reader->count ? reader->cells[i] : NULL;
}

static int write_driver_rows(const struct outcome *outcome, const struct point *point,
                             size_t workload, const struct launch_result *result,
                             const struct scheduled_launch *next, struct row_context *context,
                             FILE *file) {
  struct csv_reader reader;
  struct error error = {0};
  int code = 0;
  if (!open_rows(&reader, result))
    return -1;
  csv_read(&reader, &error); /* the header; all of it has been read once already */
  while (code == 0 && csv_read(&reader, &error) > 0) {
    struct own_cells own;
    const char *cells[COLUMN_COUNT];
    get_cells(&reader, cells);
    remember(&context->workloads[workload].bound, cells[COLUMN_bound]);
    remember(&context->workloads[workload].options, cells[COLUMN_options]);
    remember(&context->workloads[workload].work_unit, cells[COLUMN_work_unit]);
    set_own_cells(cells, &own, outcome, point, next, context);
    code = csv_write(file, cells, context->columns);
  }
  close_rows(&reader);
  return error.code != 0 ? -1 : code;
}

/* For a wrong result the driver reports the value: its row, without the figures. Returns 1 if
 * there was such a row, 0 if not, -1 if stdio has failed. */
static int write_wrong_row(const struct outcome *outcome, const struct point *point,
                           const struct launch_result *result, const struct scheduled_launch *next,
                           struct row_context *context, FILE *file) {
  struct csv_reader reader;
  struct own_cells own;
  const char *cells[COLUMN_COUNT];
  if (!find_wrong_row(&reader, point, result))
    return 0;
  get_cells(&reader, cells);
  for (int i = 0; i < COLUMN_COUNT; i++)
    if (samples_is_figure(i))
      cells[i] = NULL;
  set_own_cells(cells, &own, outcome, point, next, context);
  int written = csv_write(file, cells, context->columns) == 0 ? 1 : -1;
  close_rows(&reader);
  return written;
}

/* The column lock as the drivers write it, from the options of the config. */
static char *lock_cell(const struct option_settings *setup) {
  const char *lock = settings_find(setup, "lock"), *share = settings_find(setup, "lock_fraction");
  const char *interval = settings_find(setup, "switch_interval");
  double fraction = 1;
  int64_t switch_ns = LOCK_SWITCH_NS;
  bool global;
  struct error ignored = {0}; /* the config's reader has checked them */
  if (lock == NULL || lock_parse(lock, &global, &ignored) != 0)
    return grow_text("%s", "");
  if (share != NULL)
    real_parse(share, 0, 1, &fraction, &ignored);
  if (interval != NULL)
    duration_parse(interval, 0, INT64_MAX, &switch_ns, &ignored);
  return lock_text(global, fraction, switch_ns);
}

/* The hosts of a launch that failed: as its ranks have stated them, or those that it was given. */
static char *launch_hosts(const struct outcome *outcome, const struct point *point,
                          const struct row_context *context) {
  bool elsewhere = point->setup->driver->use == CORES_RANKS && context->allocation != NULL;
  if (*outcome->failed_hosts != '\0')
    return grow_text("%s", outcome->failed_hosts);
  return elsewhere ? allocation_hosts(context->allocation, point->nodes, context->host)
                   : grow_text("%s", context->host);
}

static int write_failed_row(const struct outcome *outcome, const struct point *point,
                            size_t workload, const struct scheduled_launch *next,
                            struct row_context *context, FILE *file) {
  const struct option_settings *setup = &point->setup->settings;
  struct own_cells own;
  const char *cells[COLUMN_COUNT] = {NULL};
  char *options = settings_text(&point->workload->settings, ";");
  char *lock = lock_cell(setup);
  const struct {
    enum samples_column column;
    int64_t value;
  } numbers[] = {{COLUMN_n, point->n},         {COLUMN_jobs, point->jobs},
                 {COLUMN_cores, point->cores}, {COLUMN_ranks, point->ranks},
                 {COLUMN_grain, point->grain}, {COLUMN_threads, point->threads},
                 {COLUMN_nodes, point->nodes}};
  enum { NUMBERS = sizeof numbers / sizeof *numbers };
  char texts[NUMBERS][CELL_BYTES];
  for (size_t i = 0; i < NUMBERS; i++) {
    snprintf(texts[i], CELL_BYTES, "%" PRId64, numbers[i].value);
    cells[numbers[i].column] = texts[i];
  }
  cells[COLUMN_schema] = SAMPLES_SCHEMA;
  cells[COLUMN_kernel] = point->workload->kernel;
  const struct workload_cells *known = &context->workloads[workload];
  cells[COLUMN_bound] = known->bound;
  cells[COLUMN_work_unit] = known->work_unit;
  cells[COLUMN_model] = point_model(point);
  cells[COLUMN_driver] = point->setup->driver->name;
  cells[COLUMN_options] = known->options != NULL ? known->options : options;
  cells[COLUMN_tasks] = settings_find(setup, "tasks");
  cells[COLUMN_schedule] = settings_find(setup, "schedule");
  cells[COLUMN_lock] = lock;
  cells[COLUMN_oversubscribed] = point->oversubscribed ? "1" : "0";
  char *hosts = launch_hosts(outcome, point, context);
  cells[COLUMN_hosts] = hosts;
  set_own_cells(cells, &own, outcome, point, next, context);
  int code = csv_write(file, cells, context->columns);
  free(lock);
  free(hosts);
  free(options);
  return code;
}

int outcome_write(const struct outcome *outcome, const struct point *point, size_t workload,
                  const struct launch_result *result, const struct scheduled_launch *next,
                  struct row_context *context, FILE *file) {
  if (outcome->status == STATUS_OK)
    return write_driver_rows(outcome, point, workload, result, next, context, file);
  int written = outcome->status == STATUS_WRONG
                    ? write_wrong_row(outcome, point, result, next, context, file)
                    : 0;
  if (written != 0)
    return written < 0 ? -1 : 0;
  return write_failed_row(outcome, point, workload, next, context, file);
}
