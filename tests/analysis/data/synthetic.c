/* Writes a run of known truth: samples.csv, run.json and truth.csv, for tests of the report from
 * end to end. The same arguments give the same bytes. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/error.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/samples.h"

static const char help[] =
    "Usage: synthetic [OPTION]... DIR\n"
    "Writes DIR/samples.csv and DIR/run.json as a run would, with times of known truth, and\n"
    "DIR/truth.csv: the true median time of each point (without drift).\n"
    "\n"
    "  time = overhead + base * (n / first n)^exponent * ratio * scaling(cores) * noise\n"
    "\n"
    "What is run (lists are separated by commas; every combination is a point):\n"
    "  --kernels LIST     sumsq (default), wait, dgemm, stream, spin, pingpong; others compute\n"
    "  --models LIST      serial,threads (default), threads+lock, async, processes, hybrid\n"
    "  --n LIST           sizes; default 1e6\n"
    "  --sizes COUNT      instead: COUNT sizes, each 1000 more than the one before\n"
    "  --cores LIST       default 1; serial and async run on the first one alone, as 1 core\n"
    "  --machine-cores C  more cores are oversubscribed; default 64\n"
    "  --builds LIST      labels for the column build; default none\n"
    "  --hosts LIST       each has all points; default node01\n"
    "  --launches COUNT   default 10\n"
    "  --reps COUNT       timed repetitions in each launch; default 3\n"
    "  --warmup COUNT     default 1\n"
    "\n"
    "The truth:\n"
    "  --base TIME        default 1ms\n"
    "  --exponent X       of n; default 1\n"
    "  --ratio NAME=X     factor on the time of a model, kernel, build or host; may be repeated\n"
    "  --overhead NAME=TIME  constant time of a model; may be repeated\n"
    "  --amdahl F         serial fraction: scaling(p) = F + (1 - F) / p\n"
    "  --usl SIGMA,KAPPA  universal scalability law: (1 + SIGMA (p - 1) + KAPPA p (p - 1)) / p\n"
    "                     default: ideal, 1 / p\n"
    "\n"
    "Disturbances:\n"
    "  --noise KIND       normal (default), lognormal, two-mode: 30 % of launches are slower\n"
    "  --sigma X          relative standard deviation between launches; default 0.01\n"
    "  --rep-sigma X      the same between repetitions of one launch; default 0\n"
    "  --modes X          distance of the two modes, relative; default 0.1\n"
    "  --drift X          relative growth of all times from the first launch to the last\n"
    "  --failures P       share of launches that fail\n"
    "  --retry            such a launch is tried again, and verifies\n"
    "  --broken NAME      a model or kernel of which no launch ends in time\n"
    "\n"
    "  --order ORDER      interleave (default), random or batch\n"
    "  --seed SEED        default 1\n"
    "  --cut BYTES        omit BYTES bytes at the end of samples.csv\n";

enum { LIST_MAX = 64, FACTORS_MAX = 64 };

struct list {
  char *items[LIST_MAX];
  size_t count;
};

struct planted_factor {
  char *name;
  double value;
};

enum dataset_noise { NOISE_NORMAL, NOISE_LOGNORMAL, NOISE_TWO_MODE };
enum dataset_order { ORDER_INTERLEAVE, ORDER_RANDOM, ORDER_BATCH };

struct dataset_settings {
  const char *folder;
  struct list kernels, models, builds, hosts, broken;
  int64_t *sizes, *cores;
  size_t size_count, core_count;
  int64_t machine_cores, launches, reps, warmup, seed, cut;
  double base_s, exponent, amdahl, sigma_usl, kappa_usl;
  struct planted_factor ratios[FACTORS_MAX], overheads[FACTORS_MAX];
  size_t ratio_count, overhead_count;
  enum dataset_noise noise;
  double sigma, rep_sigma, modes, drift, failures;
  bool retry;
  enum dataset_order order;
};

struct planted_point {
  const char *kernel, *model, *build, *host;
  int64_t n, cores;
  double true_s; /* before noise */
  char cell_id[13];
};

struct planted_run {
  const struct dataset_settings *settings;
  struct planted_point *points;
  size_t point_count, position, launches;
  FILE *samples;
  int64_t seq, clock_ns;
};

/* --- random numbers --------------------------------------------------------------------------- */

/* splitmix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static double next_uniform(uint64_t *state) {
  return ((double)(next_random(state) >> 11) + 0.5) * 0x1p-53;
}

/* G. Box, M. Muller, Ann. Math. Stat. 29 (1958). */
static double next_normal(uint64_t *state) {
  double radius = sqrt(-2 * log(next_uniform(state)));
  return radius * cos(2 * 3.14159265358979323846 * next_uniform(state));
}

/* A stream of its own for each purpose, so that the times do not depend on the order. */
static uint64_t stream(const struct dataset_settings *settings, uint64_t purpose, uint64_t item) {
  uint64_t state = (uint64_t)settings->seed * 0xd1b54a32d192ed03u + purpose;
  next_random(&state);
  state += item * 0x2545f4914f6cdd1du;
  next_random(&state);
  return state;
}

static double next_noise(const struct dataset_settings *settings, uint64_t *state) {
  double slow = next_uniform(state) < 0.3 ? 1 + settings->modes : 1;
  double normal = settings->sigma * next_normal(state);
  double noise = settings->noise == NOISE_LOGNORMAL  ? exp(normal)
                 : settings->noise == NOISE_TWO_MODE ? slow * (1 + normal)
                                                     : 1 + normal;
  return noise > 0.01 ? noise : 0.01; /* a time is positive */
}

/* The median of the noise: of two modes, where their mixture's distribution function is 1/2. */
static double noise_median(const struct dataset_settings *settings) {
  double low = 0.5, high = 2 + settings->modes;
  if (settings->noise != NOISE_TWO_MODE)
    return 1;
  if (settings->sigma == 0)
    return 1;
  for (int i = 0; i < 100; i++) {
    double middle = (low + high) / 2, slow = 1 + settings->modes;
    double below = 0.7 * erfc((1 - middle) / settings->sigma / sqrt(2)) / 2 +
                   0.3 * erfc((1 - middle / slow) / settings->sigma / sqrt(2)) / 2;
    if (below < 0.5)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* --- points ----------------------------------------------------------------------------------- */

static const struct kernel {
  const char *name, *bound, *options, *config_options, *unit;
  double operations, exponent, bytes; /* operations: times n^exponent; bytes: for each n */
} kernels[] = {
    {"sumsq", "compute", "", "", "flop", 2, 1, 0},
    {"wait", "wait", "delay=10ms;distribution=fixed;seed=1;work=0", "delay=10ms", "waits", 1, 1, 0},
    {"dgemm", "compute", "", "", "flop", 2, 3, 0},
    {"stream", "memory", "operation=triad", "", "flop", 2, 1, 24},
    {"spin", "compute", "work=1000", "", "flop", 1000, 1, 0},
    {"pingpong", "network", "bytes=8", "", "messages", 2, 1, 0}};

static struct kernel find_kernel(const char *name) {
  for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
    if (strcmp(kernels[i].name, name) == 0)
      return kernels[i];
  return (struct kernel){name, "compute", "", "", "flop", 1, 1, 0};
}

static bool is_parallel(const char *model) {
  return strcmp(model, "serial") != 0 && strcmp(model, "async") != 0;
}

static bool is_in(const struct list *list, const char *name) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->items[i], name) == 0)
      return true;
  return false;
}

static double factor_of(const struct planted_factor *factors, size_t count, const char *name,
                        double none) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(factors[i].name, name) == 0)
      return factors[i].value;
  return none;
}

static double scaling(const struct dataset_settings *settings, double cores) {
  if (settings->amdahl >= 0)
    return settings->amdahl + (1 - settings->amdahl) / cores;
  return (1 + settings->sigma_usl * (cores - 1) + settings->kappa_usl * cores * (cores - 1)) /
         cores;
}

static double true_time(const struct dataset_settings *settings,
                        const struct planted_point *point) {
  const char *const names[] = {point->model, point->kernel, point->build, point->host};
  double time_s = settings->base_s *
                  pow((double)point->n / (double)settings->sizes[0], settings->exponent) *
                  scaling(settings, (double)point->cores);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    time_s *= factor_of(settings->ratios, settings->ratio_count, names[i], 1);
  return time_s + factor_of(settings->overheads, settings->overhead_count, point->model, 0);
}

/* A hash in the place of the runner's; like that, it does not depend on the host. */
static void set_cell_id(struct planted_point *point) {
  char *text = grow_text("%s|%s|%s|%" PRId64 "|%" PRId64, point->kernel, point->model, point->build,
                         point->n, point->cores);
  uint64_t hash = 1469598103934665603u;
  for (const char *at = text; *at != '\0'; at++)
    hash = (hash ^ (unsigned char)*at) * 1099511628211u;
  snprintf(point->cell_id, sizeof point->cell_id, "%012" PRIx64,
           next_random(&hash) & 0xffffffffffff);
  free(text);
}

static void add_point(struct planted_run *run, struct planted_point point) {
  point.true_s = true_time(run->settings, &point);
  set_cell_id(&point);
  *GROW(run->points, run->point_count) = point;
}

static void add_sizes(struct planted_run *run, struct planted_point point) {
  const struct dataset_settings *settings = run->settings;
  for (size_t n = 0; n < settings->size_count; n++)
    for (size_t c = 0; c < (is_parallel(point.model) ? settings->core_count : 1); c++) {
      point.n = settings->sizes[n];
      point.cores = is_parallel(point.model) ? settings->cores[c] : 1;
      add_point(run, point);
    }
}

static void add_points(struct planted_run *run) {
  const struct dataset_settings *settings = run->settings;
  for (size_t h = 0; h < settings->hosts.count; h++)
    for (size_t k = 0; k < settings->kernels.count; k++)
      for (size_t m = 0; m < settings->models.count; m++)
        for (size_t b = 0; b < settings->builds.count; b++)
          add_sizes(run, (struct planted_point){.kernel = settings->kernels.items[k],
                                                .model = settings->models.items[m],
                                                .build = settings->builds.items[b],
                                                .host = settings->hosts.items[h]});
}

/* --- samples.csv ------------------------------------------------------------------------------ */

enum { CELL_BYTES = 32 };

/* A row: texts that live elsewhere, and numbers in `room`. */
struct planted_row {
  const char *cells[COLUMN_COUNT];
  char room[COLUMN_COUNT][CELL_BYTES];
};

static void put_text(struct planted_row *row, const char *column, const char *text) {
  int place = samples_column(column);
  if (place >= 0)
    row->cells[place] = text;
}

__attribute__((format(printf, 3, 4))) static void put(struct planted_row *row, int column,
                                                      const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(row->room[column], CELL_BYTES, format, arguments);
  va_end(arguments);
  row->cells[column] = row->room[column];
}

static void put_factors(struct planted_row *row, const struct planted_point *point,
                        const struct dataset_settings *settings) {
  struct kernel kernel = find_kernel(point->kernel);
  const char *model = point->model;
  bool ranks = strcmp(model, "processes") == 0, hybrid = strcmp(model, "hybrid") == 0;
  int64_t threads = hybrid && point->cores % 2 == 0 ? 2 : ranks || hybrid ? 1 : point->cores;
  row->cells[COLUMN_schema] = SAMPLES_SCHEMA;
  row->cells[COLUMN_run_id] = "20260101T000000.000Z-1";
  row->cells[COLUMN_cell_id] = point->cell_id;
  row->cells[COLUMN_kernel] = point->kernel;
  row->cells[COLUMN_bound] = kernel.bound;
  row->cells[COLUMN_model] = model;
  row->cells[COLUMN_driver] = strcmp(model, "serial") == 0  ? "serial_driver"
                              : strcmp(model, "async") == 0 ? "async_driver"
                              : ranks || hybrid             ? "mpi_driver"
                                                            : "omp_driver";
  put(row, COLUMN_n, "%" PRId64, point->n);
  row->cells[COLUMN_jobs] = "1";
  row->cells[COLUMN_options] = kernel.options;
  put(row, COLUMN_cores, "%" PRId64, point->cores);
  row->cells[COLUMN_nodes] = "1";
  put(row, COLUMN_ranks, "%" PRId64, point->cores / threads);
  put(row, COLUMN_threads, "%" PRId64, threads);
  row->cells[COLUMN_tasks] = strcmp(model, "async") == 0 ? "64" : "";
  row->cells[COLUMN_grain] = "0";
  row->cells[COLUMN_schedule] = strcmp(model, "hybrid") == 0 ? "dynamic,4" : "static";
  row->cells[COLUMN_lock] = strcmp(model, "threads+lock") == 0 ? "global" : "none";
  row->cells[COLUMN_sync] = ranks || hybrid ? "barrier" : "none";
  row->cells[COLUMN_binding] = "0-1";
  row->cells[COLUMN_oversubscribed] = point->cores > settings->machine_cores ? "1" : "0";
  row->cells[COLUMN_hosts] = point->host;
  put_text(row, "build", point->build);
  put_text(row, "work_unit", kernel.unit);
}

static void put_figures(struct planted_row *row, const struct planted_point *point) {
  struct kernel kernel = find_kernel(point->kernel);
  row->cells[COLUMN_startup_s] = "0.000100000";
  row->cells[COLUMN_comm_s] = row->cells[COLUMN_wait_s] = "0.000000000";
  put(row, COLUMN_work_op, "%.17g", kernel.operations * pow((double)point->n, kernel.exponent));
  put(row, COLUMN_work_byte, "%.17g", kernel.bytes * (double)point->n);
  put(row, COLUMN_work_traffic_byte, "%.17g", kernel.bytes * (double)point->n);
  row->cells[COLUMN_work_message] = strcmp(kernel.bound, "network") == 0 ? "2" : "0";
  row->cells[COLUMN_timer_overhead_s] = "0.000000025";
  row->cells[COLUMN_value] = "42";
  row->cells[COLUMN_verify] = "ok";
  row->cells[COLUMN_error] = "0";
  row->cells[COLUMN_peak_rss_kib] = "4096";
  row->cells[COLUMN_status] = "ok";
  row->cells[COLUMN_exit_code] = "0";
}

/* Twelve decimals: rounding makes no ties. */
static void put_time(struct planted_row *row, double time_s) {
  static const int same[] = {COLUMN_rank_min_s, COLUMN_rank_median_s, COLUMN_rank_max_s,
                             COLUMN_compute_s, COLUMN_cpu_s};
  put(row, COLUMN_wall_s, "%.12f", time_s);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    row->cells[same[i]] = row->cells[COLUMN_wall_s];
}

static int write_row(struct planted_run *run, struct planted_row *row) {
  put(row, COLUMN_seq, "%" PRId64, ++run->seq);
  return csv_write(run->samples, row->cells, COLUMN_COUNT);
}

/* The row of a launch that failed, with what the config says. */
static int write_failed(struct planted_run *run, const struct planted_point *point, int64_t launch,
                        int64_t attempt, const char *status) {
  struct planted_row row = {0};
  put_factors(&row, point, run->settings);
  put(&row, COLUMN_launch, "%" PRId64, launch);
  put(&row, COLUMN_attempt, "%" PRId64, attempt);
  row.cells[COLUMN_options] = find_kernel(point->kernel).config_options;
  row.cells[COLUMN_schedule] = row.cells[COLUMN_tasks] = row.cells[COLUMN_binding] = NULL;
  row.cells[COLUMN_sync] = NULL;
  row.cells[COLUMN_status] = status;
  row.cells[COLUMN_exit_code] = strcmp(status, "fail") == 0 ? "1" : NULL;
  run->clock_ns += 1000000;
  return write_row(run, &row);
}

/* A launch that verified. */
static int write_launch(struct planted_run *run, const struct planted_point *point, int64_t launch,
                        int64_t attempt, double time_s, uint64_t *state) {
  const struct dataset_settings *settings = run->settings;
  struct planted_row row = {0};
  int failed = 0;
  put_factors(&row, point, settings);
  put_figures(&row, point);
  put(&row, COLUMN_launch, "%" PRId64, launch);
  put(&row, COLUMN_attempt, "%" PRId64, attempt);
  put(&row, COLUMN_process_s, "%.9f", time_s * (double)(settings->reps + settings->warmup) + 0.002);
  for (int64_t i = 0; i < settings->warmup + settings->reps && failed == 0; i++) {
    bool warmup = i < settings->warmup;
    double rep_s = time_s * fmax(0.01, 1 + settings->rep_sigma * next_normal(state));
    put_time(&row, warmup ? 2 * rep_s : rep_s);
    put(&row, COLUMN_rep, "%" PRId64, warmup ? i : i - settings->warmup);
    row.cells[COLUMN_warmup] = warmup ? "1" : "0";
    put(&row, COLUMN_start_ns, "%" PRId64, run->clock_ns);
    run->clock_ns += 1 + (int64_t)(1e9 * rep_s);
    failed = write_row(run, &row);
  }
  run->clock_ns += 1000000; /* until the next program runs */
  return failed;
}

static int make_launch(struct planted_run *run, size_t point_index, int64_t launch) {
  const struct dataset_settings *settings = run->settings;
  const struct planted_point *point = &run->points[point_index];
  uint64_t state = stream(settings, 1, point_index * 1000003 + (uint64_t)launch);
  double place = run->launches > 1 ? (double)run->position / (double)(run->launches - 1) : 0;
  double noise = next_noise(settings, &state);
  bool fails = next_uniform(&state) < settings->failures;
  run->position++;
  if (is_in(&settings->broken, point->model) || is_in(&settings->broken, point->kernel))
    return write_failed(run, point, launch, 1, launch == 1 ? "timeout" : "skipped");
  if (fails && (write_failed(run, point, launch, 1, "fail") != 0 || !settings->retry))
    return 0;
  return write_launch(run, point, launch, fails ? 2 : 1,
                      point->true_s * noise * (1 + settings->drift * place), &state);
}

/* The points of a round, in random order if requested. */
static void shuffle(const struct dataset_settings *settings, size_t *order, size_t count,
                    int64_t round) {
  uint64_t state = stream(settings, 2, (uint64_t)round);
  for (size_t i = 0; i < count; i++)
    order[i] = i;
  for (size_t i = count; settings->order == ORDER_RANDOM && i > 1; i--) {
    size_t k = next_random(&state) % i, kept = order[i - 1];
    order[i - 1] = order[k];
    order[k] = kept;
  }
}

static int write_samples(struct planted_run *run) {
  const struct dataset_settings *settings = run->settings;
  int failed = csv_write(run->samples, samples_names, COLUMN_COUNT);
  size_t *order = grow(NULL, 0, (run->point_count + 1) * sizeof *order);
  run->clock_ns = INT64_C(1767225600000000000);
  run->launches = run->point_count * (size_t)settings->launches;
  if (settings->order == ORDER_BATCH)
    for (size_t i = 0; i < run->point_count && failed == 0; i++)
      for (int64_t launch = 1; launch <= settings->launches && failed == 0; launch++)
        failed = make_launch(run, i, launch);
  else
    for (int64_t launch = 1; launch <= settings->launches && failed == 0; launch++) {
      shuffle(settings, order, run->point_count, launch);
      for (size_t i = 0; i < run->point_count && failed == 0; i++)
        failed = make_launch(run, order[i], launch);
    }
  free(order);
  return failed;
}

/* --- run.json and truth.csv ------------------------------------------------------------------- */

static void write_run(FILE *file, const struct planted_run *run) {
  static const char *const orders[] = {"interleave", "random", "batch"};
  const struct dataset_settings *settings = run->settings;
  fprintf(file,
          "{\n  \"schema\": \"1\",\n  \"run_id\": \"20260101T000000.000Z-1\",\n"
          "  \"name\": \"synthetic\",\n  \"baseline\": \"serial_driver\",\n"
          "  \"seed\": %" PRId64 ",\n  \"order\": \"%s\",\n"
          "  \"launches\": {\"min\": %" PRId64 ", \"max\": %" PRId64 "},\n"
          "  \"equivalence_margin\": 0.03,\n  \"result\": \"done\",\n"
          "  \"start\": \"2026-01-01T00:00:00.000Z\",\n  \"end\": \"2026-01-01T01:00:00.000Z\",\n"
          "  \"launches_done\": %zu,\n  \"launches_failed\": 0,\n",
          settings->seed, orders[settings->order], settings->launches, settings->launches,
          run->launches);
  fprintf(
      file,
      "  \"drivers\": \"/opt/quartet/bin\",\n  \"mpirun_version\": \"mpirun (Open MPI) 4.1.4\",\n"
      "  \"build\": {\"version\": \"0.1.0\", \"git_revision\": \"0123456789abcdef\","
      " \"git_dirty\": false, \"compiler\": \"GNU 12.2.0\", \"build_type\": \"Release\","
      " \"kernel_flags\": \"-O3 -march=native\", \"sanitizers\": \"\", \"mpi\": \"MPI 3.1\"},\n"
      "  \"machine\": {\"host\": \"%s\", \"system\": \"Linux\", \"kernel\": \"6.1.0\","
      " \"processor\": \"Synthetic CPU\", \"cores\": %" PRId64 ", \"physical_cores\": %" PRId64
      ",\n"
      "    \"memory_bytes\": 17179869184, \"governor\": \"performance\","
      " \"topology\": {\"l1d_bytes\": 32768, \"l2_bytes\": 1048576,"
      " \"l3_bytes\": 33554432}},\n",
      settings->hosts.items[0], settings->machine_cores, settings->machine_cores);
  fputs("  \"config\": {\"path\": \"synthetic.yaml\", \"sha256\": \"\", \"text\": \"\","
        " \"includes\": []},\n  \"sessions\": [], \"environment\": {}, \"warnings\": [],"
        " \"acceptance\": [], \"excluded\": [],\n  \"points\": [",
        file);
  for (size_t i = 0; i < run->point_count / settings->hosts.count; i++)
    fprintf(file, "%s\n    {\"cell_id\": \"%s\", \"launches\": %" PRId64 ", \"enough\": \"most\"}",
            i > 0 ? "," : "", run->points[i].cell_id, settings->launches);
  fputs("\n  ]\n}\n", file);
}

static void write_truth(FILE *file, const struct planted_run *run) {
  double median = noise_median(run->settings);
  fputs("kernel,n,model,build,cores,host,median_s\n", file);
  for (size_t i = 0; i < run->point_count; i++) {
    const struct planted_point *point = &run->points[i];
    fprintf(file, "%s,%" PRId64 ",%s,%s,%" PRId64 ",%s,%.12g\n", point->kernel, point->n,
            point->model, point->build, point->cores, point->host, point->true_s * median);
  }
}

/* --- options ---------------------------------------------------------------------------------- */

__attribute__((noreturn)) static void refuse(const char *what, const char *text) {
  fprintf(stderr, "synthetic: %s: '%s'\n", what, text);
  exit(EXIT_USAGE);
}

static struct list split(const char *text) {
  struct list list = {0};
  for (;;) {
    size_t length = strcspn(text, ",");
    if (list.count == LIST_MAX)
      refuse("too many items", text);
    list.items[list.count++] = grow_text("%.*s", (int)length, text);
    if (text[length] == '\0')
      return list;
    text += length + 1;
  }
}

static void free_list(struct list *list) {
  while (list->count > 0)
    free(list->items[--list->count]);
}

static int64_t whole(const char *text, int64_t min) {
  struct error error = {0};
  int64_t value = 0;
  if (number_parse(text, min, INT64_C(1) << 50, &value, &error) != 0)
    refuse(error.message, text);
  return value;
}

static double real(const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end != '\0' || !isfinite(value))
    refuse("not a number", text);
  return value;
}

static double seconds(const char *text) {
  struct error error = {0};
  int64_t value_ns = 0;
  if (duration_parse(text, 0, INT64_MAX, &value_ns, &error) != 0)
    refuse(error.message, text);
  return (double)value_ns * 1e-9;
}

static void read_numbers(const char *text, int64_t **numbers, size_t *count) {
  struct list list = split(text);
  *count = 0;
  for (size_t i = 0; i < list.count; i++) {
    *GROW(*numbers, *count) = whole(list.items[i], 1);
    free(list.items[i]);
  }
}

static void read_factor(const char *text, struct planted_factor *factors, size_t *count,
                        bool time) {
  size_t length = strcspn(text, "=");
  if (text[length] == '\0' || *count == FACTORS_MAX)
    refuse("must be NAME=VALUE", text);
  const char *value = text + length + 1;
  factors[(*count)++] = (struct planted_factor){grow_text("%.*s", (int)length, text),
                                                time ? seconds(value) : real(value)};
}

static int read_word(const char *text, const char *const *words, int count) {
  for (int i = 0; i < count; i++)
    if (strcmp(text, words[i]) == 0)
      return i;
  refuse("unknown word", text);
}

static void make_sizes(struct dataset_settings *settings, int64_t count) {
  settings->size_count = 0;
  for (int64_t i = 1; i <= count; i++)
    *GROW(settings->sizes, settings->size_count) = 1000 * i;
}

static void read_usl(struct dataset_settings *settings, const char *text) {
  struct list list = split(text);
  if (list.count != 2)
    refuse("must be SIGMA,KAPPA", text);
  settings->sigma_usl = real(list.items[0]);
  settings->kappa_usl = real(list.items[1]);
  free(list.items[0]);
  free(list.items[1]);
}

static void replace(struct list *list, const char *text) {
  free_list(list);
  *list = split(text);
}

/* Each reads the options of a part of the help; false for others. */
static bool read_points(struct dataset_settings *settings, int option, const char *text) {
  struct list *const lists[] = {
      ['k'] = &settings->kernels, ['m'] = &settings->models, ['b'] = &settings->builds,
      ['h'] = &settings->hosts,   ['B'] = &settings->broken, ['z'] = NULL};
  int64_t *const counts[] = {['C'] = &settings->machine_cores,
                             ['l'] = &settings->launches,
                             ['r'] = &settings->reps,
                             ['w'] = &settings->warmup,
                             ['x'] = &settings->seed,
                             ['q'] = &settings->cut,
                             ['z'] = NULL};
  if (option == 'n')
    read_numbers(text, &settings->sizes, &settings->size_count);
  else if (option == 'c')
    read_numbers(text, &settings->cores, &settings->core_count);
  else if (option == 'N')
    make_sizes(settings, whole(text, 1));
  else if (option <= 'z' && lists[option] != NULL)
    replace(lists[option], text);
  else if (option <= 'z' && counts[option] != NULL)
    *counts[option] = whole(text, strchr("wxq", option) == NULL);
  else
    return false;
  return true;
}

static bool read_truth(struct dataset_settings *settings, int option, const char *text) {
  static const char *const noises[] = {"normal", "lognormal", "two-mode"};
  static const char *const orders[] = {"interleave", "random", "batch"};
  double *const reals[] = {['e'] = &settings->exponent,  ['a'] = &settings->amdahl,
                           ['s'] = &settings->sigma,     ['M'] = &settings->modes,
                           ['S'] = &settings->rep_sigma, ['d'] = &settings->drift,
                           ['f'] = &settings->failures,  ['z'] = NULL};
  if (option == 't')
    settings->base_s = seconds(text);
  else if (option == 'R')
    read_factor(text, settings->ratios, &settings->ratio_count, false);
  else if (option == 'O')
    read_factor(text, settings->overheads, &settings->overhead_count, true);
  else if (option == 'u')
    read_usl(settings, text);
  else if (option == 'z')
    settings->noise = (enum dataset_noise)read_word(text, noises, 3);
  else if (option == 'o')
    settings->order = (enum dataset_order)read_word(text, orders, 3);
  else if (option == 'y')
    settings->retry = true;
  else if (option <= 'z' && reals[option] != NULL)
    *reals[option] = real(text);
  else
    return false;
  return true;
}

static void read_option(struct dataset_settings *settings, int option, const char *text) {
  if (option == '?')
    exit(EXIT_USAGE);
  if (read_points(settings, option, text) || read_truth(settings, option, text))
    return;
  fputs(help, stdout);
  exit(0);
}

static void read_settings(struct dataset_settings *settings, int argc, char **argv) {
  static const struct option options[] = {
      {"kernels", 1, NULL, 'k'},  {"models", 1, NULL, 'm'},    {"n", 1, NULL, 'n'},
      {"sizes", 1, NULL, 'N'},    {"cores", 1, NULL, 'c'},     {"machine-cores", 1, NULL, 'C'},
      {"builds", 1, NULL, 'b'},   {"hosts", 1, NULL, 'h'},     {"launches", 1, NULL, 'l'},
      {"reps", 1, NULL, 'r'},     {"warmup", 1, NULL, 'w'},    {"base", 1, NULL, 't'},
      {"exponent", 1, NULL, 'e'}, {"ratio", 1, NULL, 'R'},     {"overhead", 1, NULL, 'O'},
      {"amdahl", 1, NULL, 'a'},   {"usl", 1, NULL, 'u'},       {"noise", 1, NULL, 'z'},
      {"sigma", 1, NULL, 's'},    {"rep-sigma", 1, NULL, 'S'}, {"modes", 1, NULL, 'M'},
      {"drift", 1, NULL, 'd'},    {"failures", 1, NULL, 'f'},  {"retry", 0, NULL, 'y'},
      {"broken", 1, NULL, 'B'},   {"order", 1, NULL, 'o'},     {"seed", 1, NULL, 'x'},
      {"cut", 1, NULL, 'q'},      {"help", 0, NULL, 'H'},      {0}};
  *settings = (struct dataset_settings){.kernels = split("sumsq"),
                                        .models = split("serial,threads"),
                                        .builds = split(""),
                                        .hosts = split("node01"),
                                        .machine_cores = 64,
                                        .launches = 10,
                                        .reps = 3,
                                        .warmup = 1,
                                        .seed = 1,
                                        .base_s = 1e-3,
                                        .exponent = 1,
                                        .amdahl = -1,
                                        .sigma = 0.01,
                                        .modes = 0.1};
  read_numbers("1e6", &settings->sizes, &settings->size_count);
  read_numbers("1", &settings->cores, &settings->core_count);
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
    read_option(settings, option, optarg);
  if (optind + 1 != argc)
    refuse("one folder is expected; --help", optind < argc ? argv[optind + 1] : "");
  settings->folder = argv[optind];
}

static void free_settings(struct dataset_settings *settings) {
  struct list *const lists[] = {&settings->kernels, &settings->models, &settings->builds,
                                &settings->hosts, &settings->broken};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    free_list(lists[i]);
  while (settings->ratio_count > 0)
    free(settings->ratios[--settings->ratio_count].name);
  while (settings->overhead_count > 0)
    free(settings->overheads[--settings->overhead_count].name);
  free(settings->sizes);
  free(settings->cores);
}

/* --- all -------------------------------------------------------------------------------------- */

static FILE *open_file(const struct dataset_settings *settings, const char *name, char **path) {
  *path = grow_text("%s/%s", settings->folder, name);
  FILE *file = fopen(*path, "we");
  if (file == NULL)
    refuse(strerror(errno), *path);
  return file;
}

static void close_file(FILE *file, char *path) {
  bool failed = ferror(file);
  if (fclose(file) != 0 || failed)
    refuse("cannot be written", path);
  free(path);
}

static void cut_samples(const struct dataset_settings *settings) {
  char *path = grow_text("%s/samples.csv", settings->folder);
  struct stat facts;
  if (stat(path, &facts) != 0 || facts.st_size < settings->cut ||
      truncate(path, facts.st_size - settings->cut) != 0)
    refuse("cannot be cut", path);
  free(path);
}

int main(int argc, char **argv) {
  struct dataset_settings settings;
  char *path;
  read_settings(&settings, argc, argv);
  struct planted_run run = {.settings = &settings};
  if (mkdir(settings.folder, 0777) != 0 && errno != EEXIST)
    refuse(strerror(errno), settings.folder);
  add_points(&run);
  run.samples = open_file(&settings, "samples.csv", &path);
  if (write_samples(&run) != 0)
    refuse("cannot be written", path);
  close_file(run.samples, path);
  if (settings.cut > 0)
    cut_samples(&settings);
  FILE *file = open_file(&settings, "run.json", &path);
  write_run(file, &run);
  close_file(file, path);
  file = open_file(&settings, "truth.csv", &path);
  write_truth(file, &run);
  close_file(file, path);
  free(run.points);
  free_settings(&settings);
  return 0;
}
