#include "analysis/data/rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/data/columns.h"
#include "common/grow.h"
#include "common/utf8.h"

static const enum samples_column factor_columns[FACTORS] = {
    [FACTOR_CELL] = COLUMN_cell_id,      [FACTOR_BUILD] = COLUMN_build,
    [FACTOR_BUILD_ID] = COLUMN_build_id, [FACTOR_HOSTS] = COLUMN_hosts,
    [FACTOR_KERNEL] = COLUMN_kernel,     [FACTOR_OPTIONS] = COLUMN_options,
    [FACTOR_JOBS] = COLUMN_jobs,         [FACTOR_N] = COLUMN_n,
    [FACTOR_MODEL] = COLUMN_model,       [FACTOR_DRIVER] = COLUMN_driver,
    [FACTOR_LOCK] = COLUMN_lock,         [FACTOR_SCHEDULE] = COLUMN_schedule,
    [FACTOR_GRAIN] = COLUMN_grain,       [FACTOR_TASKS] = COLUMN_tasks,
    [FACTOR_CORES] = COLUMN_cores,       [FACTOR_NODES] = COLUMN_nodes,
    [FACTOR_RANKS] = COLUMN_ranks,       [FACTOR_THREADS] = COLUMN_threads};

struct sample_reading {
  struct sample_rows *rows;
  const struct run_file *run;
  struct row_reader reader;
  struct hash_table groups, launches, sessions;
  char *key; /* of the row just read */
  size_t key_bytes, key_capacity;
  char *last_key; /* of the row before, whose group and session the next one often has, too */
  size_t last_bytes, last_capacity, last_group, last_session;
  int64_t population; /* of last_session */
  char *hosts;        /* of the row just read, where the population is not the first */
};

static int reserve(const struct sample_reading *reading, char **bytes, size_t *capacity,
                   size_t needed, struct error *error) {
  if (needed <= *capacity)
    return 0;
  char *larger = realloc(*bytes, 2 * needed);
  if (larger == NULL)
    return error_set(error, EXIT_MACHINE, "%s: %s", reading->reader.csv.name, strerror(ENOMEM));
  *bytes = larger;
  *capacity = 2 * needed;
  return 0;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* The factors of the row, one after the other, each with its NUL. */
static int make_key(struct sample_reading *reading, struct error *error) {
  size_t lengths[FACTORS], needed = 0;
  for (size_t i = 0; i < FACTORS; i++)
    needed += lengths[i] = strlen(reading->reader.cells[factor_columns[i]]) + 1;
  if (reserve(reading, &reading->key, &reading->key_capacity, needed, error) != 0)
    return error->code;
  char *at = reading->key;
  for (size_t i = 0; i < FACTORS; at += lengths[i], i++)
    memcpy(at, reading->reader.cells[factor_columns[i]], lengths[i]);
  reading->key_bytes = needed;
  return 0;
}

static bool group_equal(const void *items, size_t item, const void *key) {
  const struct row_group *group = &((const struct row_group *)items)[item];
  const struct sample_reading *reading = key;
  return group->key_bytes == reading->key_bytes &&
         memcmp(group->key, reading->key, reading->key_bytes) == 0;
}

static int check_text(const struct sample_reading *reading, enum samples_column column,
                      struct error *error) {
  return utf8_valid(reading->reader.cells[column])
             ? 0
             : row_fail(&reading->reader, error, column, "not UTF-8");
}

static int fill_group(struct sample_reading *reading, struct row_group *group,
                      struct error *error) {
  const struct {
    enum samples_column column;
    int64_t *value;
  } numbers[] = {{COLUMN_n, &group->n},
                 {COLUMN_cores, &group->cores},
                 {COLUMN_nodes, &group->nodes},
                 {COLUMN_ranks, &group->ranks},
                 {COLUMN_threads, &group->threads}};
  int code = 0;
  *group = (struct row_group){.kind = BOUND_UNKNOWN};
  samples_clear(group->figures);
  for (int i = 0; i < FACTORS && code == 0; i++)
    code = check_text(reading, factor_columns[i], error);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers && code == 0; i++)
    code = row_integer(&reading->reader, numbers[i].column, 0, numbers[i].value, error);
  if (code != 0)
    return code;
  group->unit = grow_text("%s", "");
  group->build_warning = grow_text("%s", "");
  group->key = malloc(reading->key_bytes);
  if (group->key == NULL)
    return error_set(error, EXIT_MACHINE, "%s: %s", reading->reader.csv.name, strerror(ENOMEM));
  memcpy(group->key, reading->key, reading->key_bytes);
  group->key_bytes = reading->key_bytes;
  const char *at = group->key;
  for (size_t i = 0; i < FACTORS; at += strlen(at) + 1, i++)
    group->text[i] = at;
  return 0;
}

static int find_group(struct sample_reading *reading, size_t *found, struct error *error) {
  struct sample_rows *rows = reading->rows;
  if (make_key(reading, error) != 0)
    return error->code;
  if (rows->group_count > 0 && reading->key_bytes == reading->last_bytes &&
      memcmp(reading->key, reading->last_key, reading->key_bytes) == 0) {
    *found = reading->last_group;
    return 0;
  }
  uint64_t hash = hash_bytes(reading->key, reading->key_bytes);
  *found = hash_place(&reading->groups, hash, group_equal, rows->groups, reading);
  if (*found == rows->group_count &&
      fill_group(reading, GROW(rows->groups, rows->group_count), error) != 0)
    return error->code;
  if (reserve(reading, &reading->last_key, &reading->last_capacity, reading->key_bytes, error) != 0)
    return error->code;
  memcpy(reading->last_key, reading->key, reading->key_bytes);
  reading->last_bytes = reading->key_bytes;
  reading->last_group = *found;
  return 0;
}

/* --- sessions and launches -------------------------------------------------------------------- */

static bool session_equal(const void *items, size_t item, const void *key) {
  return strcmp(((char *const *)items)[item], key) == 0;
}

static int64_t population_of(const struct run_file *run, const char *run_id) {
  for (size_t i = 0; i < run->session_count; i++)
    if (strcmp(run->sessions[i].run_id, run_id) == 0 && run->sessions[i].population > 1)
      return run->sessions[i].population;
  return 1;
}

static int find_session(struct sample_reading *reading, size_t *found, struct error *error) {
  struct sample_rows *rows = reading->rows;
  const char *run_id = reading->reader.cells[COLUMN_run_id];
  if (rows->session_count == 0 || strcmp(rows->sessions[reading->last_session], run_id) != 0) {
    if (check_text(reading, COLUMN_run_id, error) != 0)
      return error->code;
    uint64_t hash = hash_bytes(run_id, strlen(run_id));
    size_t place = hash_place(&reading->sessions, hash, session_equal, rows->sessions, run_id);
    if (place == rows->session_count)
      *GROW(rows->sessions, rows->session_count) = grow_text("%s", run_id);
    reading->last_session = place;
    reading->population = population_of(reading->run, run_id);
  }
  *found = reading->last_session;
  return 0;
}

static bool same_launch(const struct row_launch *a, const struct row_launch *b) {
  return a->group == b->group && a->session == b->session && a->number == b->number &&
         a->attempt == b->attempt && a->own_startup_s == b->own_startup_s;
}

static bool launch_equal(const void *items, size_t item, const void *key) {
  return same_launch(&((const struct row_launch *)items)[item], key);
}

static struct row_launch *find_launch(struct sample_reading *reading,
                                      const struct row_launch *wanted) {
  struct sample_rows *rows = reading->rows;
  if (rows->launch_count > 0 && same_launch(&rows->launches[rows->launch_count - 1], wanted))
    return &rows->launches[rows->launch_count - 1];
  const struct {
    uint32_t group, session;
    int64_t number, attempt;
    double startup_s;
  } key = {wanted->group, wanted->session, wanted->number, wanted->attempt, wanted->own_startup_s};
  size_t place = hash_place(&reading->launches, hash_bytes(&key, sizeof key), launch_equal,
                            rows->launches, wanted);
  if (place == rows->launch_count)
    *GROW(rows->launches, rows->launch_count) = *wanted;
  return &rows->launches[place];
}

/* --- figures ---------------------------------------------------------------------------------- */

static void note_largest(double *largest, double value) {
  if (!(value <= *largest) && !isnan(value))
    *largest = value;
}

static void add_exactly(exact_sum *sum, double value) {
  *sum += (exact_sum)(value * SUMMAND_SCALE);
}

/* Figures that are combined by their column's rule: the largest value of all verified rows,
 * warm-ups included, or the sum over the timed ones. Only counts are summed, which doubles add
 * exactly in any order. */
static int add_figures(const struct row_reader *reader, struct row_group *group, bool warmup,
                       struct error *error) {
  double value;
  for (int i = 0; i < COLUMN_COUNT; i++) {
    enum column_report rule = samples_facts[i].report;
    if (rule == REPORT_COUNT && !warmup)
      group->figures[i] =
          (isnan(group->figures[i]) ? 0 : group->figures[i]) + (*reader->cells[i] != '\0');
    if (rule != REPORT_LARGEST && (rule != REPORT_SUM || warmup))
      continue;
    if (row_real(reader, (enum samples_column)i, rule == REPORT_SUM ? SUMMAND_MAX : INFINITY,
                 &value, error) != 0)
      return error->code;
    if (rule == REPORT_SUM && !isnan(value) && !isnan(group->figures[i]))
      group->figures[i] += value;
    else
      note_largest(&group->figures[i], value);
  }
  return 0;
}

/* The times of a timed repetition. */
static int add_repetition(struct sample_reading *reading, struct row_launch *launch,
                          struct error *error) {
  static const enum samples_column columns[TOTALS] = {[TOTAL_WALL] = COLUMN_wall_s,
                                                      [TOTAL_COMPUTE] = COLUMN_compute_s,
                                                      [TOTAL_COMM] = COLUMN_comm_s,
                                                      [TOTAL_WAIT] = COLUMN_wait_s,
                                                      [TOTAL_CPU] = COLUMN_cpu_s};
  const struct row_reader *reader = &reading->reader;
  struct sample_rows *rows = reading->rows;
  double values[TOTALS];
  int64_t rep, start_ns;
  for (int i = 0; i < TOTALS; i++) {
    if (row_real(reader, columns[i], SUMMAND_MAX, &values[i], error) != 0)
      return error->code;
    if (isnan(values[i]))
      launch->lacks[i] = true;
    else
      add_exactly(&launch->totals[i], values[i]);
  }
  if (isnan(values[TOTAL_WALL]))
    return row_fail(reader, error, COLUMN_wall_s, "a timed repetition has no time");
  if (row_integer(reader, COLUMN_rep, 0, &rep, error) != 0 ||
      row_integer(reader, COLUMN_start_ns, 0, &start_ns, error) != 0)
    return error->code;
  if (start_ns > 0 && (launch->start_ns == 0 || start_ns < launch->start_ns))
    launch->start_ns = start_ns;
  launch->repetitions++;
  *GROW(rows->times, rows->time_count) =
      (struct row_time){(uint32_t)(launch - rows->launches), rep, values[TOTAL_WALL]};
  return 0;
}

/* --- rows ------------------------------------------------------------------------------------- */

static int read_word(const struct row_reader *reader, enum samples_column column,
                     const char *const *words, int count, int *word, struct error *error) {
  for (*word = 0; *word < count; ++*word)
    if (strcmp(reader->cells[column], words[*word]) == 0)
      return 0;
  return row_fail(reader, error, column, "unknown");
}

static int read_bit(const struct row_reader *reader, enum samples_column column, bool *bit,
                    struct error *error) {
  const char *text = reader->cells[column];
  *bit = strcmp(text, "1") == 0;
  return *bit || *text == '\0' || strcmp(text, "0") == 0
             ? 0
             : row_fail(reader, error, column, "must be 0 or 1");
}

/* Of several texts for the same group, the smallest, whatever the order of rows. */
static int note_text(const struct sample_reading *reading, enum samples_column column, char **text,
                     struct error *error) {
  const char *found = reading->reader.cells[column];
  if (*found == '\0' || (*text != NULL && strcmp(*text, found) == 0))
    return 0;
  if (check_text(reading, column, error) != 0)
    return error->code;
  if (*text != NULL && **text != '\0' && strcmp(*text, found) < 0)
    return 0;
  free(*text);
  *text = grow_text("%s", found);
  return 0;
}

/* The binding of the first launch: by session, then number. */
static int note_binding(const struct sample_reading *reading, struct row_group *group,
                        const struct row_launch *launch, struct error *error) {
  char *const *sessions = reading->rows->sessions;
  int order = 0;
  if (*reading->reader.cells[COLUMN_binding] == '\0')
    return 0;
  if (group->binding != NULL) {
    order = strcmp(sessions[launch->session], sessions[group->binding_session]);
    if (order == 0)
      order = (launch->number > group->binding_launch) - (launch->number < group->binding_launch);
  }
  if (order > 0)
    return check_text(reading, COLUMN_binding, error);
  if (order < 0) {
    free(group->binding);
    group->binding = NULL;
  }
  group->binding_session = launch->session;
  group->binding_launch = launch->number;
  return note_text(reading, COLUMN_binding, &group->binding, error);
}

static int note_facts(const struct sample_reading *reading, struct row_group *group,
                      const struct row_launch *launch, struct error *error) {
  const struct row_reader *reader = &reading->reader;
  int kind;
  bool oversubscribed;
  if (read_word(reader, COLUMN_bound, bound_names, BOUNDS, &kind, error) != 0 ||
      read_bit(reader, COLUMN_oversubscribed, &oversubscribed, error) != 0 ||
      note_text(reading, COLUMN_work_unit, &group->unit, error) != 0 ||
      note_text(reading, COLUMN_build_warning, &group->build_warning, error) != 0 ||
      note_binding(reading, group, launch, error) != 0)
    return error->code;
  group->oversubscribed |= oversubscribed;
  if (kind < (int)group->kind)
    group->kind = (enum bound)kind;
  return 0;
}

/* Another population is another machine: '#' stands in no host's name. */
static void mark_hosts(struct sample_reading *reading) {
  const char **hosts = &reading->reader.cells[COLUMN_hosts];
  if (reading->population <= 1)
    return;
  free(reading->hosts);
  *hosts = reading->hosts = grow_text("%s#%lld", *hosts, (long long)reading->population);
}

/* The key of a launch. A driver that prints by itself numbers none; its launches are distinguished
 * by their time to start, which is the same in all rows of one. */
static int identify(struct sample_reading *reading, struct row_launch *launch,
                    struct error *error) {
  const struct row_reader *reader = &reading->reader;
  size_t group = 0, session = 0;
  int status;
  if (read_word(reader, COLUMN_status, status_names, STATUSES, &status, error) != 0 ||
      find_session(reading, &session, error) != 0)
    return error->code;
  mark_hosts(reading);
  if (find_group(reading, &group, error) != 0)
    return error->code;
  *launch = (struct row_launch){.group = (uint32_t)group,
                                .session = (uint32_t)session,
                                .status = (enum status)status,
                                .process_s = NAN,
                                .exit_code = -1,
                                .signal = -1};
  if (row_integer(reader, COLUMN_launch, 0, &launch->number, error) != 0 ||
      row_integer(reader, COLUMN_attempt, 0, &launch->attempt, error) != 0 ||
      row_real(reader, COLUMN_startup_s, SUMMAND_MAX, &launch->startup_s, error) != 0)
    return error->code;
  if (launch->number > LAUNCH_NUMBER_MAX)
    return row_fail(reader, error, COLUMN_launch, "too large");
  if (launch->number == 0 && !isnan(launch->startup_s))
    launch->own_startup_s = launch->startup_s;
  return 0;
}

static int note_end(const struct row_reader *reader, struct row_launch *launch,
                    struct error *error) {
  int64_t exit_code, number, seq;
  double process_s;
  if (row_integer(reader, COLUMN_exit_code, -1, &exit_code, error) != 0 ||
      row_integer(reader, COLUMN_signal, -1, &number, error) != 0 ||
      row_integer(reader, COLUMN_seq, 0, &seq, error) != 0 ||
      row_real(reader, COLUMN_process_s, SUMMAND_MAX, &process_s, error) != 0)
    return error->code;
  if (exit_code > launch->exit_code)
    launch->exit_code = (long)exit_code;
  if (number > launch->signal)
    launch->signal = (long)number;
  if (seq > 0 && (launch->first_seq == 0 || seq < launch->first_seq))
    launch->first_seq = seq;
  note_largest(&launch->process_s, process_s);
  return 0;
}

static int add_row(struct sample_reading *reading, struct error *error) {
  const struct row_reader *reader = &reading->reader;
  struct row_launch wanted;
  bool warmup;
  if (identify(reading, &wanted, error) != 0 ||
      read_bit(reader, COLUMN_warmup, &warmup, error) != 0)
    return error->code;
  struct row_launch *launch = find_launch(reading, &wanted);
  struct row_group *group = &reading->rows->groups[launch->group];
  if (wanted.status > launch->status) /* of one launch all rows have the same */
    launch->status = wanted.status;
  note_largest(&launch->startup_s, wanted.startup_s);
  if (note_end(reader, launch, error) != 0 || note_facts(reading, group, launch, error) != 0)
    return error->code;
  if (wanted.status != STATUS_OK)
    return 0;
  group->complete = true;
  if (add_figures(reader, group, warmup, error) != 0)
    return error->code;
  return warmup ? 0 : add_repetition(reading, launch, error);
}

/* Whether what could not be read is the beginning of a line that is still being written, or that
 * was cut off when the run was killed: a cell with a line break is nothing that a run writes. */
static bool is_unended_line(const struct csv_reader *csv) {
  return csv->unended_bytes > 0 && csv->next_line == csv->line;
}

static int read_all(struct sample_reading *reading, struct error *error) {
  struct sample_rows *rows = reading->rows;
  int code = header_read(&reading->reader, error), read = 0;
  while (code == 0 && (read = row_next(&reading->reader, error)) > 0) {
    code = add_row(reading, error);
    rows->count++;
  }
  rows->form = csv_form(reading->reader.csv.mark, reading->reader.csv.crlf);
  if (code != 0 || read == 0)
    return code;
  if (!is_unended_line(&reading->reader.csv))
    return error->code;
  rows->truncated_bytes = reading->reader.csv.unended_bytes;
  *error = (struct error){0};
  return 0;
}

int rows_read(struct sample_rows *rows, const char *path, const struct run_file *run,
              struct error *error) {
  struct sample_reading reading = {.rows = rows, .run = run, .population = 1};
  struct csv_reader *csv = &reading.reader.csv;
  *rows = (struct sample_rows){0};
  csv->name = path;
  csv->file = fopen(path, "re");
  if (csv->file == NULL)
    return error_set(error, errno == ENOENT ? EXIT_USAGE : EXIT_MACHINE, "%s: %s", path,
                     strerror(errno));
  int code = read_all(&reading, error);
  csv_close(csv);
  fclose(csv->file);
  hash_free(&reading.groups);
  hash_free(&reading.launches);
  hash_free(&reading.sessions);
  free(reading.key);
  free(reading.last_key);
  free(reading.hosts);
  return code;
}

void rows_free(struct sample_rows *rows) {
  for (size_t i = 0; i < rows->group_count; i++) {
    free(rows->groups[i].key);
    free(rows->groups[i].unit);
    free(rows->groups[i].build_warning);
    free(rows->groups[i].binding);
  }
  for (size_t i = 0; i < rows->session_count; i++)
    free(rows->sessions[i]);
  for (size_t i = 0; i < rows->text_count; i++)
    free(rows->texts[i]);
  free(rows->texts);
  free(rows->groups);
  free(rows->launches);
  free(rows->times);
  free(rows->sessions);
  *rows = (struct sample_rows){0};
}
