/* Whether a row's binding is the requested one: also of machines other than this one. */
#include "runner/launch/binding.h"

#include <stdlib.h>

#include "runner/launch/command.h"
#include "tests/check.h"

/* A machine of `cores` cores with two hardware threads each, numbered as Linux does on Intel's: the
 * second threads come after all first ones. */
static struct config config;
static char mpirun[] = "mpirun";
static struct launcher launcher = {
    .kind = LAUNCHER_OPENMPI, .program = mpirun, .settings = &config.launcher};

static struct tools machine(int cores) {
  struct tools tools = {.config = &config,
                        .launchers = &launcher,
                        .launcher_count = 1,
                        .physical_cores = cores,
                        .binds = true};
  for (int cpu = 0; cpu < TOOLS_CPUS; cpu++)
    tools.core_of[cpu] = (int16_t)(cpu < 2 * cores ? cpu % cores : -1);
  return tools;
}

static struct point point_of(const struct driver_setup *setup, int64_t ranks, int64_t threads) {
  return (struct point){.setup = setup,
                        .cores = ranks * threads,
                        .ranks = ranks,
                        .threads = threads,
                        .nodes = 1,
                        .ranks_per_node = ranks};
}

static void expect(enum binding expected, const char *binding, const struct point *point,
                   const struct tools *tools) {
  enum binding got = binding_judge(&(struct binding_cells){binding, "n1", "core"}, point, tools);
  CHECK(got == expected, "%s: %d, not %d", binding, (int)got, (int)expected);
}

static void test_cores(void) {
  struct tools tools = machine(4);
  struct driver_setup omp = {.driver = driver_find("omp_driver")};
  struct point point = point_of(&omp, 1, 4);
  CHECK(binding_asked(&point, &tools) == BINDING_CORES);
  expect(BINDING_GOT, "0,4/1,5/2,6/3,7", &point, &tools);
  expect(BINDING_GOT, "3/2/1/4", &point, &tools);
  expect(BINDING_OTHER, "0/4/1/2", &point, &tools);   /* 0 and 4 are one core */
  expect(BINDING_OTHER, "0-1/2/3/5", &point, &tools); /* may move */
  expect(BINDING_OTHER, "0/1/2/1", &point, &tools);
  expect(BINDING_OTHER, "0/1/2", &point, &tools);
  expect(BINDING_OTHER, "0-7", &point, &tools);
  expect(BINDING_OTHER, "0/1/2/9", &point, &tools); /* 9 is not in our mask */
  expect(BINDING_OTHER, "0/1/2/3,8", &point, &tools);
  expect(BINDING_UNKNOWN, "0/1/2/", &point, &tools);
  expect(BINDING_UNKNOWN, "0/1/2/3-1", &point, &tools);
  expect(BINDING_UNKNOWN, "0/1/2/1024", &point, &tools);
  point.oversubscribed = true;
  expect(BINDING_UNKNOWN, "0-7", &point, &tools);
  point.oversubscribed = false;
  tools.binds = false;
  expect(BINDING_UNKNOWN, "0-7", &point, &tools);
}

/* The base of every speedup is bound as all others are. */
static void test_one_worker(void) {
  struct tools tools = machine(4);
  struct driver_setup serial = {.driver = driver_find("serial_driver")};
  struct point point = point_of(&serial, 1, 1);
  CHECK(binding_asked(&point, &tools) == BINDING_CORES);
  expect(BINDING_GOT, "2", &point, &tools);
  expect(BINDING_GOT, "2,6", &point, &tools); /* one core's hardware threads */
  expect(BINDING_OTHER, "0-7", &point, &tools);
}

static void test_hardware_threads(void) {
  struct tools tools = machine(2);
  struct driver_setup mpi = {.driver = driver_find("mpi_driver")};
  struct point point = point_of(&mpi, 2, 2);
  CHECK(binding_asked(&point, &tools) == BINDING_THREADS);
  expect(BINDING_GOT, "0/2|1/3", &point, &tools);
  expect(BINDING_OTHER, "0,2|1,3", &point, &tools);
  expect(BINDING_OTHER, "0/2|1/0", &point, &tools);
  expect(BINDING_OTHER, "0/2|1/3|4/5", &point, &tools);
  expect(BINDING_OTHER, "0/2", &point, &tools);
  point = point_of(&mpi, 2, 1);
  CHECK(binding_asked(&point, &tools) == BINDING_CORES);
  expect(BINDING_GOT, "0,2|1,3", &point, &tools);
  expect(BINDING_OTHER, "0|2", &point, &tools);
}

static void expect_hosts(enum binding expected, const char *bound_to, const struct point *point,
                         const struct tools *tools) {
  const struct binding_cells cells = {"0|0|1|1", "n1+n2", bound_to};
  enum binding got = binding_judge(&cells, point, tools);
  CHECK(got == expected, "%s: %d, not %d", bound_to, (int)got, (int)expected);
}

/* The driver has compared the masks on each of several hosts. */
static void test_hosts(void) {
  struct tools tools = machine(4);
  struct driver_setup mpi = {.driver = driver_find("mpi_driver")};
  struct point point = point_of(&mpi, 4, 1);
  expect_hosts(BINDING_GOT, "core", &point, &tools);
  expect_hosts(BINDING_OTHER, "hwthread", &point, &tools);
  expect_hosts(BINDING_OTHER, "shared", &point, &tools); /* two ranks on one core of one host */
  expect_hosts(BINDING_OTHER, "none", &point, &tools);
  expect_hosts(BINDING_UNKNOWN, "", &point, &tools); /* of an older driver */
  tools = machine(2);
  CHECK(binding_asked(&point, &tools) == BINDING_THREADS);
  expect_hosts(BINDING_GOT, "hwthread", &point, &tools);
}

/* A process reports 255 bytes at most: what is truncated is not judged, be it within a number or
 * not. */
static void test_cut(void) {
  struct tools tools = machine(200);
  struct driver_setup omp = {.driver = driver_find("omp_driver")};
  struct point point = point_of(&omp, 1, 100);
  char text[400] = "";
  size_t used = 0;
  for (int i = 0; used < 255; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%d", i > 0 ? "/" : "", i);
  text[255] = '\0';
  expect(BINDING_UNKNOWN, text, &point, &tools);
  text[strlen(text) - 2] = '\0'; /* "/87/8" less the truncated number */
  CHECK(strlen(text) < 255 && text[strlen(text) - 1] != '/', "%s", text);
  expect(BINDING_OTHER, text, &point, &tools);
}

/* Rows of a session with another mask are judged by whether workers share cores, no more. */
static void test_another_mask(void) {
  struct tools tools = machine(2);
  struct driver_setup omp = {.driver = driver_find("omp_driver")};
  struct point point = point_of(&omp, 1, 2);
  expect(BINDING_OTHER, "0/8", &point, &tools);
  tools_forget_mask(&tools);
  expect(BINDING_GOT, "0/8", &point, &tools);
  expect(BINDING_OTHER, "8/8", &point, &tools);
}

static void expect_text(const char *expected, char *text) {
  CHECK(strcmp(text, expected) == 0, "%s", text);
  free(text);
}

static void test_asked_text(void) {
  struct tools tools = machine(2);
  tools.drivers = "/d";
  struct driver_setup mpi = {.driver = driver_find("mpi_driver")};
  struct workload workload = {.kernel = "sumsq"};
  struct point point = point_of(&mpi, 2, 1);
  point.workload = &workload;
  char known[] = "--bindings\t\t\t\n--bind\t\tUNIT\tcore none\n", older[] = "--binding\t\t\t\n";
  config.own.options[DRIVER_MPI] = known;
  expect_text("mpirun -np 2 --map-by ppr:2:node --bind-to none mpi_driver --bind core",
              command_binding_text(&point, &tools));
  point.cores = 4;
  point.threads = 2;
  launcher.kind = LAUNCHER_MPICH;
  expect_text("mpirun -np 2 -ppn 2 mpi_driver --bind hwthread",
              command_binding_text(&point, &tools));
  launcher.kind = LAUNCHER_OTHER;
  expect_text("mpirun -np 2 mpi_driver --bind hwthread", command_binding_text(&point, &tools));
  config.own.options[DRIVER_MPI] = older;
  expect_text("mpirun -np 2 mpi_driver, which has no --bind", command_binding_text(&point, &tools));
  config.own.options[DRIVER_MPI] = NULL;
  expect_text("mpirun -np 2 mpi_driver, which has no --bind", command_binding_text(&point, &tools));
  struct driver_setup omp = {.driver = driver_find("omp_driver")};
  point.setup = &omp;
  expect_text("OMP_PROC_BIND=close OMP_PLACES=threads", command_binding_text(&point, &tools));
}

/* A unit of the config: hardware threads are judged as such, what is larger than a core is not. */
static void test_option(void) {
  struct tools tools = machine(2);
  struct setting bind = {"bind", "hwthread"};
  struct driver_setup mpi = {.driver = driver_find("mpi_driver"), .settings = {&bind, 1}};
  struct point point = point_of(&mpi, 2, 1);
  CHECK(binding_asked(&point, &tools) == BINDING_THREADS);
  expect(BINDING_GOT, "0|2", &point, &tools);
  bind.value = "numa";
  expect(BINDING_UNKNOWN, "0-3|0-3", &point, &tools);
  bind.value = "none";
  expect(BINDING_UNKNOWN, "0-3|0-3", &point, &tools);
}

int main(void) {
  test_cores();
  test_one_worker();
  test_hardware_threads();
  test_hosts();
  test_cut();
  test_another_mask();
  test_asked_text();
  test_option();
  return test_result();
}
