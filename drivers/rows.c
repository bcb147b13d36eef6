#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/build.h"
#include "common/csv.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/samples.h"
#include "drivers/output.h"
#include "engine/options.h"
#include "engine/suspect.h"

/* A row in the making: cells point at `texts`, or at strings that live longer. */
struct row {
  const char *cells[COLUMN_COUNT];
  char *texts[COLUMN_COUNT];
};

__attribute__((format(printf, 3, 4))) static void put(struct row *row, enum samples_column column,
                                                      const char *format, ...) {
  va_list arguments;
  free(row->texts[column]);
  va_start(arguments, format);
  row->cells[column] = row->texts[column] = grow_vtext(format, arguments);
  va_end(arguments);
}

static void free_row(struct row *row) {
  for (size_t i = 0; i < COLUMN_COUNT; i++)
    free(row->texts[i]);
}

/* "delay=50ms;other=3": every option, so that a default that changes later does no harm. */
static void put_options(struct row *row, const struct kernel *kernel,
                        const struct problem *problem) {
  char value[NUMBER_TEXT];
  put(row, COLUMN_options, "%s", "");
  for (int i = 0; kernel->options && kernel->options[i].name; i++) {
    char *before = row->texts[COLUMN_options];
    row->texts[COLUMN_options] = NULL;
    put(row, COLUMN_options, "%s%s%s=%s", before, i > 0 ? ";" : "", kernel->options[i].name,
        options_format(kernel, problem, i, value));
    free(before);
  }
}

/* What was run, and how. */
static void put_factors(struct row *row, const struct facts *facts) {
  const struct launch *launch = facts->launch;
  const struct settings *settings = launch->settings;
  const struct comm *comm = &launch->comm;
  char text[48];
  put(row, COLUMN_schema, SAMPLES_SCHEMA);
  put(row, COLUMN_kernel, "%s", settings->kernel->name);
  put(row, COLUMN_bound, "%s", bound_names[settings->kernel->bound]);
  put(row, COLUMN_model, "%s", launch_model(launch));
  put(row, COLUMN_driver, "%s", launch->driver->facts->name);
  put(row, COLUMN_n, "%" PRId64, launch->session.problem.n);
  put(row, COLUMN_jobs, "%" PRId64, settings->jobs);
  put_options(row, settings->kernel, &launch->session.problem);
  put(row, COLUMN_cores, "%d", comm->processes * launch->team.workers);
  put(row, COLUMN_nodes, "%d", comm->nodes);
  put(row, COLUMN_ranks, "%d", comm->processes);
  put(row, COLUMN_threads, "%d", launch->team.workers);
  if (launch->driver->tasks)
    put(row, COLUMN_tasks, "%" PRId64, launch->driver->tasks(launch));
  put(row, COLUMN_grain, "%" PRId64, settings->grain);
  put(row, COLUMN_schedule, "%s", schedule_format(&settings->schedule, text));
  row->cells[COLUMN_lock] = row->texts[COLUMN_lock] =
      lock_text(settings->lock, settings->lock_fraction, settings->switch_ns);
  put(row, COLUMN_sync, "%s", start_names[facts->start]);
  row->cells[COLUMN_binding] = facts->placement->binding;
  put(row, COLUMN_oversubscribed, "%d", facts->placement->oversubscribed);
  row->cells[COLUMN_hosts] = facts->launch->hosts;
  put(row, COLUMN_work_unit, "%s", settings->kernel->operation);
  row->cells[COLUMN_build_warning] = build_warning;
  row->cells[COLUMN_bound_to] = bound_to_names[facts->placement->bound_to];
  row->cells[COLUMN_core_types] = facts->locality->core_types;
  row->cells[COLUMN_thread_nodes] = facts->locality->thread_nodes;
  row->cells[COLUMN_page_nodes] = facts->locality->page_nodes;
}

/* What the driver adds to the figures of a repetition, less those that it does not have. */
static void complete_figures(double figures[COLUMN_COUNT], const struct facts *facts) {
  const struct driver *driver = facts->launch->driver;
  struct work work = session_work(&facts->launch->session);
  figures[COLUMN_startup_s] = facts->starts.all;
  if (driver->open_comm)
    figures[COLUMN_comm_start_s] = facts->starts.comm;
  if (driver->open_workers)
    figures[COLUMN_workers_start_s] = facts->starts.workers;
  if (!driver->tasks)
    figures[COLUMN_longest_step_s] = NAN;
  if (!facts->launch->settings->kernel->needs)
    figures[COLUMN_failures] = figures[COLUMN_retries] = NAN;
  figures[COLUMN_work_op] = work.operations;
  figures[COLUMN_work_byte] = work.bytes;
  figures[COLUMN_work_traffic_byte] = work.traffic;
  figures[COLUMN_work_message] = work.messages;
  figures[COLUMN_timer_overhead_s] = facts->timer_overhead_s;
  figures[COLUMN_remote_pages] = facts->locality->remote_pages;
  figures[COLUMN_huge_pages] = facts->locality->huge_pages;
}

/* What was measured; of a wrong result only the failures that may explain it. */
static void put_figures(struct row *row, const struct facts *facts, const struct repetition *r) {
  double figures[COLUMN_COUNT];
  char text[SAMPLES_TEXT];
  memcpy(figures, r->figures, sizeof figures);
  complete_figures(figures, facts);
  for (int column = 0; column < COLUMN_COUNT; column++)
    if (samples_is_figure(column) &&
        (r->right || column == COLUMN_failures || column == COLUMN_retries))
      put(row, (enum samples_column)column, "%s", samples_format(column, figures[column], text));
}

/* Notes whether the file has become shorter, and how long it is. */
static void look_at_size(struct rows *rows) {
  struct stat facts;
  if (fstat(fileno(rows->file), &facts) || !S_ISREG(facts.st_mode))
    return;
  rows->truncated = rows->truncated || facts.st_size < rows->bytes;
  rows->bytes = facts.st_size;
}

static int write_cells(struct rows *rows, const char *const *cells, struct error *error) {
  look_at_size(rows);
  if (csv_write(rows->file, cells, rows->columns) || fflush(rows->file))
    return error_set(error, EXIT_MACHINE, "--csv: cannot write: %s", strerror(errno));
  look_at_size(rows);
  return 0;
}

/* Whether rows can be appended to what is there: 0 and *columns says how many columns its header
 * has; 0: it has no header yet. */
static int check_file(const char *name, size_t *columns, struct error *error) {
  struct stat facts;
  struct csv_reader reader = {.name = name};
  *columns = 0;
  /* what is not a regular file (a pipe, a terminal) has nothing to be read back */
  if (stat(name, &facts) || !S_ISREG(facts.st_mode) || facts.st_size == 0)
    return 0;
  reader.file = fopen(name, "re");
  if (!reader.file)
    return error_set(error, EXIT_MACHINE, "--csv: %s: %s", name, strerror(errno));
  int read = csv_read(&reader, error);
  bool ours = read == 1 && samples_is_header(reader.cells, reader.count);
  *columns = reader.count;
  bool whole = fseek(reader.file, -1, SEEK_END) == 0 && fgetc(reader.file) == '\n';
  csv_close(&reader);
  fclose(reader.file);
  if (read < 0)
    return error_prefix(error, "--csv");
  if (!ours)
    return error_set(error, EXIT_USAGE, "--csv: %s: has other columns; name a new file", name);
  if (!whole)
    return error_set(error, EXIT_USAGE,
                     "--csv: %s: the last line is truncated; repair it or name a new file", name);
  return 0;
}

static FILE *claimed; /* standard output, for rows alone; NULL: not claimed */

int rows_claim_stdout(struct error *error) {
  int descriptor = fflush(stdout) == 0 ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : -1;
  claimed = descriptor >= 0 ? fdopen(descriptor, "a") : NULL;
  if (claimed && dup2(STDERR_FILENO, STDOUT_FILENO) == STDOUT_FILENO)
    return 0;
  return error_set(error, EXIT_MACHINE, "cannot write to standard output: %s", strerror(errno));
}

int rows_open(struct rows *rows, const char *name, struct error *error) {
  size_t columns = 0;
  if (name && check_file(name, &columns, error))
    return error->code;
  FILE *file = name ? fopen(name, "ae") : claimed ? claimed : stdout;
  if (!file)
    return error_set(error, EXIT_MACHINE, "--csv: %s: %s", name, strerror(errno));
  *rows = (struct rows){.file = file, .columns = columns ? columns : COLUMN_COUNT};
  return columns ? 0 : write_cells(rows, samples_names, error);
}

/* What has become of a regular file that rows were appended to, as an error says it; NULL: they are
 * there. */
static const char *find_loss(struct rows *rows, const char *name) {
  struct stat own, named;
  if (fstat(fileno(rows->file), &own) || !S_ISREG(own.st_mode))
    return NULL;
  if (stat(name, &named))
    return errno == ENOENT ? "was removed" : NULL;
  if (named.st_dev != own.st_dev || named.st_ino != own.st_ino)
    return "was replaced by another file";
  look_at_size(rows);
  return rows->truncated ? "was truncated" : NULL;
}

int rows_close(struct rows *rows, const char *name, struct error *error) {
  FILE *file = rows->file;
  if (!file || file == stdout)
    return 0;
  const char *loss = name ? find_loss(rows, name) : NULL;
  rows->file = NULL;
  if (fclose(file))
    return error_set(error, EXIT_MACHINE, "--csv: cannot write: %s", strerror(errno));
  if (loss)
    return error_set(error, EXIT_MACHINE, "--csv: %s: %s while rows were written; they are lost",
                     name, loss);
  return 0;
}

int rows_write(struct rows *rows, const struct facts *facts, int64_t sequence,
               const struct repetition *repetition, struct error *error) {
  struct row row = {0};
  const char *status = status_names[repetition->right ? STATUS_OK : STATUS_WRONG];
  put_factors(&row, facts);
  put(&row, COLUMN_seq, "%" PRId64, sequence);
  put(&row, COLUMN_launch, "0");
  put(&row, COLUMN_rep, "%" PRId64, repetition->index);
  put(&row, COLUMN_warmup, "%d", repetition->warmup);
  put(&row, COLUMN_start_ns, "%" PRId64, repetition->start_wall_ns);
  put(&row, COLUMN_value, "%s", repetition->verdict.value);
  put(&row, COLUMN_verify, "%s", status);
  put(&row, COLUMN_error, "%.3g", repetition->verdict.error);
  put(&row, COLUMN_attempt, "0");
  put(&row, COLUMN_status, "%s", status);
  put_figures(&row, facts, repetition);
  row.cells[COLUMN_suspect] = row.texts[COLUMN_suspect] = suspect_text(
      suspect_find(repetition, &(struct suspect_launch){facts->timer_overhead_s,
                                                        facts->clock_step_s, facts->locality}));
  write_cells(rows, row.cells, error);
  free_row(&row);
  return error->code;
}
