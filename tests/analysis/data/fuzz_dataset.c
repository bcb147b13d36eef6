/* The reader of samples.csv against any bytes: what is read must be freed, what is accepted must be
 * consistent, and the order of the rows must not matter.
 *
 * An input is a samples.csv. If it begins with '+', it is a short form, with which a fuzzer gets
 * further: each line is a row, "column=value|column=value", other cells as in an ordinary row. */
#include <inttypes.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/grow.h"
#include "common/samples.h"
#include "tests/analysis/data/dump.h"
#include "tests/fuzz.h"

/* --- what must hold --------------------------------------------------------------------------- */

static void check_launch(const struct dataset *dataset, const struct data_launch *launch) {
  MUST(launch->status < STATUSES && launch->session < dataset->session_count);
  MUST(launch->first <= dataset->wall_count);
  MUST(launch->count <= dataset->wall_count - launch->first);
  MUST(isnan(launch->median_s) || (launch->status == STATUS_OK && launch->count > 0));
  for (size_t i = 0; i < launch->count; i++) {
    double wall_s = dataset->walls_s[launch->first + i];
    MUST(wall_s >= 0 && isfinite(wall_s));
  }
  MUST(launch->number >= 0 && launch->round > 0);
  MUST(isnan(launch->wall_s) || launch->wall_s >= 0);
}

static void check_point(const struct dataset *dataset, const struct data_point *point,
                        size_t *walls) {
  MUST(point->problem < dataset->problem_count && point->variant < dataset->variant_count);
  MUST(point->machine < dataset->machine_count && point->launch_count > 0);
  for (size_t i = 0; i < point->launch_count; i++) {
    check_launch(dataset, &point->launches[i]);
    MUST(point->launches[i].first == *walls); /* consecutive, without a gap */
    *walls += point->launches[i].count;
    MUST(i == 0 || point->launches[i].round > point->launches[i - 1].round);
  }
  size_t count = point_times(point, NULL, NULL);
  MUST(count <= point->launch_count);
  MUST(!points_are_batched(point, point));
}

static int compare_points(const struct data_point *a, const struct data_point *b) {
  const int64_t numbers[][2] = {{(int64_t)a->problem, (int64_t)b->problem},
                                {(int64_t)a->variant, (int64_t)b->variant},
                                {a->cores, b->cores},
                                {(int64_t)a->machine, (int64_t)b->machine}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i][0] != numbers[i][1])
      return numbers[i][0] < numbers[i][1] ? -1 : 1;
  return 0;
}

static void check_labels(const struct dataset *dataset) {
  for (size_t i = 0; i < dataset->variant_count; i++) {
    MUST(*dataset->variants[i].label != '\0');
    for (size_t k = 0; k < i; k++)
      MUST(strcmp(dataset->variants[i].label, dataset->variants[k].label) != 0);
  }
  for (size_t i = 0; i < dataset->machine_count; i++) {
    MUST(*dataset->machines[i].label != '\0');
    for (size_t k = 0; k < i; k++)
      MUST(strcmp(dataset->machines[i].label, dataset->machines[k].label) != 0);
  }
}

static void check_dataset(const struct dataset *dataset) {
  size_t walls = 0;
  for (size_t i = 0; i < dataset->point_count; i++) {
    check_point(dataset, &dataset->points[i], &walls);
    MUST(i == 0 || compare_points(&dataset->points[i - 1], &dataset->points[i]) < 0);
  }
  MUST(walls == dataset->wall_count);
  for (size_t i = 1; i < dataset->work_count; i++)
    MUST(dataset->works[i - 1].kind <= dataset->works[i].kind);
  for (size_t i = 0; i < dataset->problem_count; i++)
    MUST(dataset->problems[i].work < dataset->work_count);
  for (size_t i = 1; i < dataset->session_count; i++)
    MUST(strcmp(dataset->sessions[i - 1], dataset->sessions[i]) < 0);
  MUST((dataset->rows > 0) == (dataset->point_count > 0));
  check_labels(dataset);
}

static void check_message(const char *message) {
  MUST(*message != '\0');
  for (; *message != '\0'; message++)
    MUST((unsigned char)*message >= ' ' && *message != 0x7f);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The dataset as text, which the caller frees; NULL if the bytes are refused. */
static char *read_bytes(const char *text, size_t bytes) {
  static int file = -1;
  static char path[32];
  struct dataset dataset;
  struct error error = {0};
  if (file < 0) {
    file = memfd_create("samples.csv", MFD_CLOEXEC);
    MUST(file >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  }
  MUST(ftruncate(file, 0) == 0 && pwrite(file, text, bytes, 0) == (ssize_t)bytes);
  int code = dataset_read(&dataset, path, &error);
  MUST(code == 0 || code == EXIT_USAGE);
  MUST(code == error.code);
  char *dump = NULL;
  size_t dump_bytes = 0;
  if (code == 0) {
    check_dataset(&dataset);
    FILE *stream = open_memstream(&dump, &dump_bytes);
    MUST(stream != NULL);
    dump_dataset(stream, &dataset);
    fclose(stream);
  } else {
    check_message(error.message);
  }
  dataset_free(&dataset);
  return dump;
}

/* The lines after the first one backwards; a last one without its end stays where it is. The caller
 * frees it. */
static char *backwards(const char *text, size_t bytes) {
  const char *first = memchr(text, '\n', bytes);
  char *turned = malloc(bytes + 1);
  MUST(turned != NULL && first != NULL);
  const char *end = text + bytes;
  while (end[-1] != '\n')
    end--;
  size_t head = (size_t)(first - text) + 1;
  memcpy(turned, text, bytes);
  turned[bytes] = '\0';
  char *into = turned + (end - text);
  for (const char *line = text + head; line < end;) {
    size_t length = (size_t)((const char *)memchr(line, '\n', (size_t)(end - line)) - line) + 1;
    into -= length;
    memcpy(into, line, length);
    line += length;
  }
  return turned;
}

/* --- the short form --------------------------------------------------------------------------- */

static const char *const ordinary[COLUMN_COUNT] = {
    [COLUMN_schema] = "1",      [COLUMN_run_id] = "r",    [COLUMN_seq] = "1",
    [COLUMN_cell_id] = "c",     [COLUMN_kernel] = "k",    [COLUMN_bound] = "compute",
    [COLUMN_model] = "threads", [COLUMN_driver] = "d",    [COLUMN_n] = "1",
    [COLUMN_jobs] = "1",        [COLUMN_cores] = "1",     [COLUMN_nodes] = "1",
    [COLUMN_ranks] = "1",       [COLUMN_threads] = "1",   [COLUMN_schedule] = "static",
    [COLUMN_lock] = "none",     [COLUMN_launch] = "1",    [COLUMN_warmup] = "0",
    [COLUMN_start_ns] = "1",    [COLUMN_startup_s] = "1", [COLUMN_wall_s] = "1",
    [COLUMN_attempt] = "1",     [COLUMN_status] = "ok",   [COLUMN_hosts] = "h"};

/* Unknown columns are passed over. */
static void add_row(FILE *file, const char *line, size_t length) {
  const char *cells[COLUMN_COUNT];
  char *copy = grow_text("%.*s", (int)length, line);
  memcpy(cells, ordinary, sizeof cells);
  for (char *at = copy, *next; at != NULL; at = next) {
    next = strchr(at, '|');
    if (next != NULL)
      *next++ = '\0';
    char *value = strchr(at, '=');
    if (value == NULL)
      continue;
    *value++ = '\0';
    int column = samples_column(at);
    if (column >= 0)
      cells[column] = value;
  }
  csv_write(file, cells, COLUMN_COUNT);
  free(copy);
}

/* A samples.csv of the short form; the caller frees it. */
static char *expand(const char *text, size_t *bytes) {
  char *expanded = NULL;
  FILE *file = open_memstream(&expanded, bytes);
  MUST(file != NULL);
  csv_write(file, samples_names, COLUMN_COUNT);
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    add_row(file, text, length);
    text += length + (text[length] == '\n');
  }
  fclose(file);
  return expanded;
}

static bool try_samples(const char *text, size_t bytes) {
  char *dump = read_bytes(text, bytes);
  /* A line break in quotes does not end a row; a CR before the header's LF is not part of it. */
  if (dump != NULL && memchr(text, '"', bytes) == NULL) {
    char *turned = backwards(text, bytes), *again = read_bytes(turned, bytes);
    MUST(again != NULL && strcmp(again, dump) == 0);
    free(again);
    free(turned);
  }
  bool read = dump != NULL;
  free(dump);
  return read;
}

static unsigned try_bytes(const char *text, size_t bytes) {
  if (bytes == 0 || *text != '+')
    return try_samples(text, bytes) ? FUZZ_READ : 0;
  size_t expanded_bytes = 0;
  char *expanded = expand(text + 1, &expanded_bytes);
  bool read = try_samples(expanded, expanded_bytes);
  free(expanded);
  return read ? FUZZ_READ : 0;
}
