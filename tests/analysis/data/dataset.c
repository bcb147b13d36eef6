/* What a dataset says of rows whose meaning is known. */
#include "analysis/data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/analysis/data/samples_text.h"
#include "tests/check.h"

static struct dataset read_rows(struct samples_text *text) {
  struct dataset dataset;
  struct error error = {0};
  CHECK(samples_read(text, &dataset, &error) == 0, "%s", error.message);
  samples_free(text);
  return dataset;
}

static bool near(double a, double b) {
  return fabs(a - b) <= 1e-15 * fabs(b);
}

/* --- figures ---------------------------------------------------------------------------------- */

static void test_figures(void) {
  struct samples_text text = {0};
  samples_row(&text, "warmup=1|wall_s=9|start_ns=500|work_op=|peak_rss_kib=90");
  samples_row(&text, "rep=0|wall_s=0.5|retries=2|failures=0|error=0.125");
  samples_row(&text, "rep=1|wall_s=0.3|start_ns=2000|retries=1|failures=1|peak_rss_kib=120");
  samples_row(&text, "rep=2|wall_s=0.4|start_ns=3000|retries=0|failures=0|binding=1");
  samples_row(&text, "rep=3|wall_s=0.2|start_ns=4000");
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.point_count == 1 && dataset.rows == 5 && dataset.wall_count == 4);
  const struct data_point *point = &dataset.points[0];
  CHECK(point->launch_count == 1);
  const struct data_launch *launch = &point->launches[0];
  CHECK(near(launch->median_s, 0.35), "%.17g", launch->median_s);
  CHECK(near(launch->wall_s, 1.4) && near(launch->compute_s, 0.8) && near(launch->comm_s, 0.04));
  CHECK(near(launch->wait_s, 0.08) && near(launch->cpu_s, 0.96));
  CHECK(launch->start_ns == 1000 && launch->seq == 1 && launch->first == 0 && launch->count == 4);
  CHECK(launch->startup_s == 0.001 && launch->process_s == 0.5 && launch->exit_code == -1);
  CHECK(dataset.walls_s[0] == 0.5 && dataset.walls_s[1] == 0.3 && dataset.walls_s[3] == 0.2);
  CHECK(point->figures[COLUMN_work_op] == 2000 && point->figures[COLUMN_peak_rss_kib] == 120 &&
        point->figures[COLUMN_error] == 0.125);
  CHECK(point->figures[COLUMN_retries] == 3 && point->figures[COLUMN_failures] == 1 &&
        point->figures[COLUMN_timer_overhead_s] == 2e-8);
  CHECK(strcmp(point->binding, "0") == 0 && strcmp(point->cell_id, "c1") == 0);
  CHECK(strcmp(dataset.works[0].unit, "flop") == 0 && dataset.works[0].kind == BOUND_COMPUTE);
  CHECK(point_is_sound(point));
  dataset_free(&dataset);
}

/* What is empty in some repetition is unknown of the launch. */
static void test_unknown_figures(void) {
  struct samples_text text = {0};
  samples_row(&text, "rep=0|comm_s=|startup_s=|process_s=|error=|work_byte=|bound=");
  samples_row(&text, "rep=1|startup_s=|process_s=|error=|work_byte=|bound=");
  struct dataset dataset = read_rows(&text);
  const struct data_point *point = &dataset.points[0];
  const struct data_launch *launch = &point->launches[0];
  CHECK(isnan(launch->comm_s) && near(launch->wall_s, 0.5));
  CHECK(isnan(launch->startup_s) && isnan(launch->process_s));
  CHECK(isnan(point->figures[COLUMN_error]) && isnan(point->figures[COLUMN_work_byte]) &&
        point->figures[COLUMN_work_op] == 2000);
  CHECK(isnan(point->figures[COLUMN_retries]) && isnan(point->figures[COLUMN_failures]));
  CHECK(dataset.works[0].kind == BOUND_UNKNOWN);
  dataset_free(&dataset);
}

/* Warm-ups give no time, but their status counts. */
static void test_warmup_alone(void) {
  struct samples_text text = {0};
  samples_row(&text, "launch=1|warmup=1");
  samples_row(&text, "launch=2");
  struct dataset dataset = read_rows(&text);
  const struct data_point *point = &dataset.points[0];
  double times_s[2] = {0};
  int64_t rounds[2] = {0};
  CHECK(point->launch_count == 2 && isnan(point->launches[0].median_s));
  CHECK(point->launches[0].status == STATUS_OK && point->launches[0].count == 0);
  CHECK(point_times(point, times_s, rounds) == 1 && times_s[0] == 0.25 && rounds[0] == 2);
  CHECK(point_times(point, NULL, NULL) == 1);
  dataset_free(&dataset);
}

/* --- where rows belong ------------------------------------------------------------------------ */

static void test_points(void) {
  struct samples_text text = {0};
  samples_row(&text, "cell_id=w|kernel=wait|bound=wait|n=10");
  samples_row(&text, "cell_id=s2|n=200000");
  samples_row(&text, "cell_id=s1|n=9000");
  samples_row(&text, "cell_id=t2|n=9000|model=threads|driver=omp_driver|cores=2|threads=2");
  samples_row(&text, "cell_id=t10|n=9000|model=threads|driver=omp_driver|cores=10|threads=10");
  samples_row(&text, "cell_id=s1|n=9000|hosts=node02");
  samples_row(&text, "cell_id=j|n=9000|jobs=4");
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.work_count == 3 && dataset.problem_count == 4 && dataset.variant_count == 2);
  CHECK(dataset.machine_count == 2 && dataset.point_count == 7);
  CHECK(dataset.works[2].kind == BOUND_WAIT && strcmp(dataset.works[1].jobs, "4") == 0);
  static const char *const ids[] = {"s1", "s1", "t2", "t10", "s2", "j", "w"};
  for (size_t i = 0; i < 7; i++)
    CHECK(strcmp(dataset.points[i].cell_id, ids[i]) == 0, "%zu: %s", i, dataset.points[i].cell_id);
  CHECK(strcmp(dataset.machines[dataset.points[1].machine].hosts, "node02") == 0);
  dataset_free(&dataset);
}

/* The same number in another notation is the same point. */
static void test_number_notation(void) {
  struct samples_text text = {0};
  samples_row(&text, "n=10000000|cores=1");
  samples_row(&text, "n=1E+07|cores=1|launch=2.0");
  struct dataset dataset;
  struct error error = {0};
  CHECK(samples_read(&text, &dataset, &error) == 0, "%s", error.message);
  CHECK(dataset.point_count == 1 && dataset.points[0].launch_count == 2);
  dataset_free(&dataset);
  samples_free(&text);
}

/* A failed row knows what the config says; it joins the point of its cell_id. */
static void test_failed_joins(void) {
  struct samples_text text = {0};
  samples_failed(&text, "cell_id=a|launch=1|options=delay=10ms|schedule=|hosts=login|bound=");
  samples_row(&text, "cell_id=a|launch=2|options=delay=10ms;seed=1|hosts=node01+node02");
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.point_count == 1 && dataset.work_count == 1 && dataset.variant_count == 1);
  CHECK(dataset.machine_count == 1);
  const struct data_point *point = &dataset.points[0];
  CHECK(point->launch_count == 2 && point->launches[0].status == STATUS_FAIL);
  CHECK(point->launches[0].exit_code == 1 && point->launches[0].signal == -1);
  CHECK(strcmp(dataset.works[0].options, "delay=10ms;seed=1") == 0);
  CHECK(!point_is_sound(point) && point_times(point, NULL, NULL) == 1);
  dataset_free(&dataset);
}

/* Rows from before the setting `path` are of the same work as those with its default, whatever
 * their order; those with another value are not. */
static void test_default_path(void) {
  static const char *const options[] = {"a=1", "a=1;path=tuned", "a=1;path=reference"};
  for (int first = 0; first < 3; first++) {
    struct samples_text text = {0};
    for (int i = 0; i < 3; i++)
      samples_row(&text, "options=%s|build=%d", options[(first + i) % 3], (first + i) % 3);
    struct dataset dataset = read_rows(&text);
    CHECK(dataset.work_count == 2, "%zu works", dataset.work_count);
    CHECK(strcmp(dataset.works[0].options, options[2]) == 0);
    CHECK(strcmp(dataset.works[1].options, options[1]) == 0, "%s", dataset.works[1].options);
    CHECK(dataset.point_count == 3);
    dataset_free(&dataset);
  }
}

/* A point that never verified belongs to the work, variant and machine that it fits. */
static void test_failed_points(void) {
  struct samples_text text = {0};
  samples_row(&text, "cell_id=a|options=delay=10ms;seed=1|n=10");
  samples_row(&text, "cell_id=x|options=delay=20ms;seed=1|n=10");
  samples_failed(&text, "cell_id=b|options=delay=10ms|n=20|schedule=|hosts=login|status=timeout");
  samples_failed(&text, "cell_id=b|options=delay=10ms;seed=1|n=20|schedule=|hosts=login|launch=2|"
                        "status=skipped|signal=9|exit_code=");
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.work_count == 2, "%zu works", dataset.work_count);
  CHECK(dataset.variant_count == 1, "%zu variants", dataset.variant_count);
  CHECK(dataset.machine_count == 1 && dataset.point_count == 3);
  const struct data_point *point = &dataset.points[1];
  CHECK(strcmp(point->cell_id, "b") == 0 && dataset.problems[point->problem].work == 0);
  CHECK(point->launch_count == 2 && point->launches[0].status == STATUS_TIMEOUT);
  CHECK(point->launches[1].status == STATUS_SKIPPED && point->launches[1].signal == 9);
  CHECK(point->launches[1].exit_code == -1 && isnan(point->launches[1].median_s));
  CHECK(!point_is_sound(point));
  dataset_free(&dataset);
}

/* What fits two works is neither's; what fails on a machine of its own stays there. */
static void test_failed_ambiguous(void) {
  struct samples_text text = {0};
  samples_row(&text, "cell_id=a|options=delay=10ms;seed=1|n=10");
  samples_row(&text, "cell_id=b|options=delay=10ms;seed=2|n=10");
  samples_failed(&text, "cell_id=c|options=delay=10ms|n=10");
  samples_row(&text, "cell_id=d|n=10|hosts=node02");
  samples_row(&text, "cell_id=e|n=10|hosts=node01+node02|nodes=2|cores=2|ranks=2|driver=mpi_driver|"
                     "model=processes");
  samples_failed(&text, "cell_id=d|n=10|hosts=node01|launch=2");
  samples_failed(&text, "cell_id=e|n=10|hosts=node01|launch=2|nodes=2|cores=2|ranks=2|"
                        "driver=mpi_driver|model=processes");
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.work_count == 4, "%zu works", dataset.work_count);
  CHECK(dataset.machine_count == 3, "%zu machines", dataset.machine_count);
  for (size_t i = 0; i < dataset.point_count; i++) {
    const struct data_point *point = &dataset.points[i];
    const char *hosts = dataset.machines[point->machine].hosts;
    if (strcmp(point->cell_id, "d") == 0)
      CHECK(point->launch_count == 1 &&
            (point->launches[0].status == STATUS_OK) == (strcmp(hosts, "node02") == 0));
    if (strcmp(point->cell_id, "e") == 0)
      CHECK(point->launch_count == 2 && strcmp(hosts, "node01+node02") == 0);
  }
  CHECK(dataset.point_count == 6, "%zu points", dataset.point_count);
  dataset_free(&dataset);
}

/* --- launches --------------------------------------------------------------------------------- */

static void test_attempts(void) {
  struct samples_text text = {0};
  samples_failed(&text, "launch=1|attempt=1");
  samples_failed(&text, "launch=1|attempt=2|status=timeout");
  samples_row(&text, "launch=1|attempt=3");
  samples_row(&text, "launch=2|attempt=1");
  samples_failed(&text, "launch=2|attempt=2");
  struct dataset dataset = read_rows(&text);
  const struct data_point *point = &dataset.points[0];
  CHECK(point->launch_count == 2 && point->superseded == 3, "%zu", point->superseded);
  CHECK(point->launches[0].status == STATUS_OK && point->launches[0].attempt == 3);
  CHECK(point->launches[1].status == STATUS_FAIL && dataset.wall_count == 1);
  dataset_free(&dataset);
}

/* Of one launch all rows should have one status; of a damaged file the launch is not ok, even where
 * its rows do not have the same factors. */
static void test_mixed_launch(void) {
  struct samples_text text = {0};
  samples_row(&text, "options=a=1;b=2|rep=0|wall_s=1");
  samples_failed(&text, "options=a=1|status=wrong|hosts=login");
  samples_row(&text, "options=a=1;b=2|rep=1|wall_s=2");
  samples_row(&text, "options=a=1;b=2|launch=2");
  struct dataset dataset = read_rows(&text);
  const struct data_point *point = &dataset.points[0];
  CHECK(dataset.point_count == 1 && point->launch_count == 2 && point->superseded == 0);
  CHECK(point->launches[0].status == STATUS_WRONG && isnan(point->launches[0].median_s));
  CHECK(point->launches[0].count == 2 && point->launches[0].seq == 1);
  CHECK(point->launches[1].status == STATUS_OK && dataset.wall_count == 3);
  dataset_free(&dataset);
}

/* Two sessions: a launch that failed in the first and was made again counts once; two that verified
 * are two, and rounds go on. */
static void test_sessions(void) {
  struct samples_text text = {0};
  samples_row(&text, "run_id=r2|launch=1|wall_s=4");
  samples_row(&text, "run_id=r1|launch=1|wall_s=1");
  samples_failed(&text, "run_id=r1|launch=2");
  samples_row(&text, "run_id=r2|launch=2|wall_s=5");
  samples_row(&text, "run_id=r1|launch=3|wall_s=3");
  samples_failed(&text, "run_id=r2|launch=3");
  struct dataset dataset = read_rows(&text);
  const struct data_point *point = &dataset.points[0];
  static const struct {
    size_t session;
    int64_t number, round;
    enum status status;
  } expected[] = {{0, 1, 1, STATUS_OK},
                  {0, 3, 3, STATUS_OK},
                  {1, 1, 4, STATUS_OK},
                  {1, 2, 5, STATUS_OK},
                  {1, 3, 6, STATUS_FAIL}};
  CHECK(point->launch_count == 5 && point->superseded == 1);
  for (size_t i = 0; i < 5 && i < point->launch_count; i++) {
    const struct data_launch *launch = &point->launches[i];
    CHECK(launch->session == expected[i].session && launch->number == expected[i].number &&
              launch->round == expected[i].round && launch->status == expected[i].status,
          "launch %zu: number %ld, round %ld", i, (long)launch->number, (long)launch->round);
  }
  dataset_free(&dataset);
}

/* Launches of two points in one round of a session have the same round, however many there were
 * before. */
static void test_rounds(void) {
  struct samples_text text = {0};
  for (int launch = 1; launch <= 3; launch++)
    samples_row(&text, "run_id=r1|cell_id=a|launch=%d", launch);
  samples_row(&text, "run_id=r1|cell_id=b|n=7|launch=1");
  samples_row(&text, "run_id=r2|cell_id=a|launch=1");
  samples_row(&text, "run_id=r2|cell_id=b|n=7|launch=1");
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.point_count == 2);
  for (size_t i = 0; i < dataset.point_count; i++) {
    const struct data_point *point = &dataset.points[i];
    const struct data_launch *last = &point->launches[point->launch_count - 1];
    CHECK(point->launch_count == (i == 0 ? 2 : 4) && last->session == 1);
    CHECK(last->number == 1 && last->round == 4, "round %ld", (long)last->round);
  }
  dataset_free(&dataset);
}

/* A driver numbers no launches: their times to start distinguish them, their times order them. */
static void test_own_launches(void) {
  struct samples_text text = {0};
  static const char own[] = "run_id=|seq=|cell_id=|launch=0|attempt=0|process_s=";
  samples_row(&text, "%s|startup_s=0.002|start_ns=5000|wall_s=2|rep=0", own);
  samples_row(&text, "%s|startup_s=0.002|start_ns=6000|wall_s=2|rep=1", own);
  samples_row(&text, "%s|startup_s=0.003|start_ns=1000|wall_s=1|rep=0", own);
  struct dataset dataset = read_rows(&text);
  const struct data_point *point = &dataset.points[0];
  CHECK(dataset.point_count == 1 && point->launch_count == 2);
  CHECK(point->launches[0].median_s == 1 && point->launches[0].round == 1);
  CHECK(point->launches[1].median_s == 2 && point->launches[1].round == 2);
  CHECK(point->launches[1].count == 2 && point->launches[0].number == 0);
  dataset_free(&dataset);
}

/* --- labels ----------------------------------------------------------------------------------- */

static void check_labels(struct samples_text *text, const char *const *labels, size_t count) {
  struct dataset dataset = read_rows(text);
  CHECK(dataset.variant_count == count, "%zu variants", dataset.variant_count);
  for (size_t i = 0; i < count && i < dataset.variant_count; i++)
    CHECK(strcmp(dataset.variants[i].label, labels[i]) == 0, "%zu: <%s>, not <%s>", i,
          dataset.variants[i].label, labels[i]);
  dataset_free(&dataset);
}

static void test_labels(void) {
  struct samples_text text = {0};
  samples_row(&text, "cell_id=l|model=threads+lock|lock=global,0.5");
  samples_row(&text, "cell_id=h4|model=hybrid|cores=4|threads=4");
  samples_row(&text, "cell_id=h2|model=hybrid|cores=4|threads=2|ranks=2");
  samples_row(&text, "cell_id=p|model=processes");
  samples_row(&text, "cell_id=a|model=async|tasks=10");
  samples_row(&text, "cell_id=a2|model=async|tasks=20|n=2000");
  samples_row(&text, "cell_id=t|model=threads");
  samples_row(&text, "cell_id=d|model=threads|schedule=dynamic,4");
  samples_row(&text, "cell_id=g|model=threads+lock|lock=global");
  samples_row(&text, "cell_id=s|model=serial");
  samples_row(&text, "cell_id=u|model=new way");
  static const char *const labels[] = {
      "serial", "threads dynamic,4", "threads static", "threads+lock", "threads+lock 0.5",
      "async",  "processes",         "hybrid 2t",      "hybrid 4t",    "new way"};
  check_labels(&text, labels, sizeof labels / sizeof *labels);
}

static void test_labels_builds(void) {
  struct samples_text text = {0};
  samples_row(&text, "cell_id=1|model=threads|build=gcc|grain=0");
  samples_row(&text, "cell_id=2|model=threads|build=clang|grain=100");
  samples_row(&text, "cell_id=3|model=serial|build=gcc");
  static const char *const labels[] = {"serial gcc", "threads grain 0 gcc",
                                       "threads grain 100 clang"};
  check_labels(&text, labels, sizeof labels / sizeof *labels);
  samples_row(&text, "cell_id=1|model=threads|build=gcc");
  static const char *const alone[] = {"threads"};
  check_labels(&text, alone, 1);
}

/* Two points of one problem that differ in tasks, or in nothing but the cell_id. */
static void test_labels_of_equals(void) {
  struct samples_text text = {0};
  samples_row(&text, "cell_id=1|model=async|tasks=10");
  samples_row(&text, "cell_id=2|model=async|tasks=200");
  samples_row(&text, "cell_id=3|model=async|tasks=10|n=5000");
  static const char *const tasks[] = {"async 10 tasks", "async 200 tasks"};
  check_labels(&text, tasks, 2);
  samples_row(&text, "cell_id=e1|model=async|tasks=10");
  samples_row(&text, "cell_id=e2|model=async|tasks=10");
  samples_row(&text, "cell_id=e3|model=async|tasks=10|n=5000");
  static const char *const cells[] = {"async", "async cell e1", "async cell e2"};
  check_labels(&text, cells, 3);
}

/* A point that never verified does not know its tasks: that is no difference. */
static void test_unknown_tasks(void) {
  struct samples_text text = {0};
  samples_row(&text, "cell_id=e1|model=async|tasks=10");
  samples_failed(&text, "cell_id=e2|model=async|tasks=");
  static const char *const cells[] = {"async cell e1", "async cell e2"};
  check_labels(&text, cells, 2);
  samples_failed(&text, "cell_id=e2|model=async|tasks=");
  samples_row(&text, "cell_id=e1|model=async|tasks=10");
  samples_row(&text, "cell_id=e3|model=async|tasks=20");
  static const char *const tasks[] = {"async", "async 10 tasks", "async 20 tasks"};
  check_labels(&text, tasks, 3);
}

/* Labels are cut, and still no two are the same. */
static void test_labels_long(void) {
  struct samples_text text = {0};
  char name[200];
  memset(name, 'x', sizeof name);
  for (int i = 0; i < 3; i++)
    samples_row(&text, "cell_id=%d|model=%.150s%d", i, name, i);
  samples_row(&text, "cell_id=4|model=%.40s... #2", name);
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.variant_count == 4);
  for (size_t i = 0; i < dataset.variant_count; i++) {
    CHECK(strlen(dataset.variants[i].label) < 60, "%s", dataset.variants[i].label);
    for (size_t k = 0; k < i; k++)
      CHECK(strcmp(dataset.variants[i].label, dataset.variants[k].label) != 0, "%s",
            dataset.variants[i].label);
  }
  dataset_free(&dataset);
}

/* The run.json beside the file knows options of drivers that have no column. */
static void test_labels_options(void) {
  char folder[] = "/tmp/quartet_data_XXXXXX", path[64];
  struct samples_text text = {0};
  struct dataset dataset;
  struct error error = {0};
  samples_row(&text, "cell_id=e1|model=async|tasks=10");
  samples_row(&text, "cell_id=e2|model=async|tasks=10");
  samples_row(&text, "cell_id=e3|model=async|tasks=10|n=5000");
  CHECK(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/run.json", folder);
  FILE *file = fopen(path, "w");
  fputs("{\"points\":[{\"cell_id\":\"e1\",\"driver_options\":{\"lock\":\"none\"}},"
        "{\"cell_id\":\"e2\",\"driver_options\":{\"in_flight\":\"64\",\"tasks\":\"10\"}},"
        "{\"cell_id\":\"e3\",\"driver_options\":{\"in_flight\":\"64\"}}]}",
        file);
  fclose(file);
  snprintf(path, sizeof path, "%s/samples.csv", folder);
  file = fopen(path, "w");
  for (size_t i = 0; i < text.count; i++)
    fputs(text.lines[i], file);
  fclose(file);
  CHECK(dataset_read(&dataset, path, &error) == 0, "%s", error.message);
  CHECK(dataset.variant_count == 2 && dataset.point_count == 3);
  CHECK(strcmp(dataset.variants[0].label, "async") == 0, "%s", dataset.variants[0].label);
  CHECK(strcmp(dataset.variants[1].label, "async in_flight=64") == 0);
  CHECK(dataset.points[2].variant == 1);
  dataset_free(&dataset);
  samples_free(&text);
  unlink(path);
  snprintf(path, sizeof path, "%s/run.json", folder);
  unlink(path);
  rmdir(folder);
}

static void test_machines(void) {
  struct samples_text text = {0};
  samples_row(&text, "hosts=node10");
  samples_row(&text, "hosts=node9");
  samples_row(&text, "hosts=a+b+c+d+e");
  samples_row(&text, "hosts=");
  struct dataset dataset = read_rows(&text);
  static const char *const labels[] = {"unknown host", "a+... (5 hosts)", "node9", "node10"};
  CHECK(dataset.machine_count == 4);
  for (size_t i = 0; i < 4 && i < dataset.machine_count; i++)
    CHECK(strcmp(dataset.machines[i].label, labels[i]) == 0, "%s", dataset.machines[i].label);
  dataset_free(&dataset);
}

/* --- order in time ---------------------------------------------------------------------------- */

/* Launches in the order of a text: "ABAB" is interleaved, lower case failed, '-' skipped. */
static void add_sequence(struct samples_text *text, const char *sequence, bool seq) {
  int launches[256] = {0};
  for (const char *at = sequence; *at != '\0'; at++) {
    int letter = (unsigned char)*at & 0xdf;
    const char *hidden = seq ? "" : "|seq=";
    int time = (int)(at - sequence) * 10 + 10;
    if (*at == '-')
      samples_failed(text, "cell_id=Z|n=90|launch=%d|status=skipped", ++launches['Z']);
    else if (*at >= 'a')
      samples_failed(text, "cell_id=%c|n=%d|launch=%d%s", letter, letter, ++launches[letter],
                     hidden);
    else
      samples_row(text, "cell_id=%c|n=%d|launch=%d|start_ns=%d%s", letter, letter,
                  ++launches[letter], time, hidden);
  }
}

static void check_batched(const char *sequence, bool seq, bool batched) {
  struct samples_text text = {0};
  add_sequence(&text, sequence, seq);
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.looks_batched == batched, "%s, %d", sequence, seq);
  dataset_free(&dataset);
}

static void test_batched(void) {
  static const struct {
    const char *sequence;
    bool batched;
  } cases[] = {
      {"AAABBB", true},      {"ABABAB", false},     {"ABBAAB", false}, {"AAAA", false},
      {"AB", false},         {"ABC", false},        {"AAAB", false}, /* B has one launch */
      {"ABABABBBBB", false},                                         /* B goes on alone */
      {"ABABCCC", true},                                             /* C was added */
      {"AABBCC", true},      {"ABCABCACAC", false}, {"AaBb", true},    {"abAB", false},
      {"AB--AB--", false}, /* Z was skipped */
      {"ABAB--", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    check_batched(cases[i].sequence, true, cases[i].batched);
  check_batched("AAABBB", false, true);
  check_batched("ABABAB", false, false);
}

static void test_pairs_batched(void) {
  struct samples_text text = {0};
  add_sequence(&text, "ABABCCC", true);
  struct dataset dataset = read_rows(&text);
  CHECK(dataset.point_count == 3);
  CHECK(!points_are_batched(&dataset.points[0], &dataset.points[1]));
  CHECK(points_are_batched(&dataset.points[0], &dataset.points[2]));
  CHECK(points_are_batched(&dataset.points[2], &dataset.points[1]));
  dataset_free(&dataset);
}

/* Sessions are looked at one by one: two runs of the same points, one after the other. */
static void test_batched_sessions(void) {
  struct samples_text text = {0};
  for (int session = 1; session <= 2; session++)
    for (int launch = 1; launch <= 2; launch++)
      for (int point = 0; point < 2; point++)
        samples_row(&text, "run_id=r%d|hosts=h%d|launch=%d|cell_id=%d|n=%d", session, session,
                    launch, point, 10 + point);
  struct dataset dataset = read_rows(&text);
  CHECK(!dataset.looks_batched && dataset.point_count == 4);
  dataset_free(&dataset);
}

int main(void) {
  test_figures();
  test_unknown_figures();
  test_warmup_alone();
  test_points();
  test_number_notation();
  test_failed_joins();
  test_default_path();
  test_failed_points();
  test_failed_ambiguous();
  test_attempts();
  test_mixed_launch();
  test_sessions();
  test_rounds();
  test_own_launches();
  test_labels();
  test_labels_builds();
  test_labels_of_equals();
  test_unknown_tasks();
  test_labels_long();
  test_labels_options();
  test_machines();
  test_batched();
  test_pairs_batched();
  test_batched_sessions();
  return test_result();
}
