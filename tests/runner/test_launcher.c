/* The command line of each launcher for a table of layouts, and which launcher is chosen. */
#include "runner/launch/launcher.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/process/launch.h"
#include "tests/check.h"

/* The line without the variables that root needs. */
static void expect(const struct launcher *launcher, const struct layout *layout,
                   const char *expected) {
  struct command_line line = {0};
  command_line_set(&line, "OMP_PLACES", "cores");
  launcher_add(&line, launcher, layout);
  struct command_line shown = line;
  shown.variable_count = 0; /* the test is also run by others than root */
  char *text = command_line_text(&shown);
  CHECK(strcmp(text, expected) == 0, "%s\n  expected %s", text, expected);
  free(text);
  command_line_free(&line);
}

static const struct launcher_settings none;

static struct launcher launcher_of(enum launcher_kind kind, enum mpi_library library,
                                   const struct launcher_settings *settings) {
  static char program[] = "L";
  return (struct launcher){
      .kind = kind, .program = program, .library = library, .settings = settings};
}

static const struct layout one_node = {4, 1, 4, 1, BINDING_CORES},
                           hybrid = {2, 2, 1, 2, BINDING_CORES},
                           smt = {8, 2, 4, 1, BINDING_THREADS},
                           crowded = {8, 2, 4, 2, BINDING_NOTHING},
                           wide = {4, 2, 2, 3, BINDING_CORES};

static void test_openmpi(void) {
  struct launcher launcher = launcher_of(LAUNCHER_OPENMPI, LIBRARY_OPENMPI, &none);
  expect(&launcher, &one_node, "L -np 4 --map-by ppr:4:node --bind-to none");
  expect(&launcher, &hybrid, "L -np 2 --map-by ppr:1:node --bind-to none -x OMP_PLACES");
  expect(&launcher, &smt, "L -np 8 --map-by ppr:4:node --bind-to none -x OMP_PLACES");
  expect(&launcher, &crowded,
         "L -np 8 --map-by ppr:4:node:OVERSUBSCRIBE --bind-to none --mca mpi_yield_when_idle 1 "
         "-x OMP_PLACES");
  expect(&launcher, &wide, "L -np 4 --map-by ppr:2:node --bind-to none -x OMP_PLACES");
}

static void test_mpich(void) {
  struct launcher launcher = launcher_of(LAUNCHER_MPICH, LIBRARY_MPICH, &none);
  expect(&launcher, &one_node, "L -np 4 -ppn 4");
  expect(&launcher, &hybrid, "L -np 2 -ppn 1");
  expect(&launcher, &smt, "L -np 8 -ppn 4");
  expect(&launcher, &crowded, "L -np 8 -ppn 4");
  expect(&launcher, &wide, "L -np 4 -ppn 2");
}

static void test_srun(void) {
  struct launcher launcher = launcher_of(LAUNCHER_SRUN, LIBRARY_OPENMPI, &none);
  expect(&launcher, &one_node,
         "L --mpi=pmix --nodes=1 --ntasks=4 --ntasks-per-node=4 --cpus-per-task=1 "
         "--cpu-bind=cores --distribution=block:block --export=ALL");
  expect(&launcher, &hybrid,
         "L --mpi=pmix --nodes=2 --ntasks=2 --ntasks-per-node=1 --cpus-per-task=2 "
         "--cpu-bind=cores --distribution=block:block --export=ALL");
  launcher.library = LIBRARY_MPICH;
  expect(&launcher, &smt,
         "L --mpi=pmi2 --nodes=2 --ntasks=8 --ntasks-per-node=4 --cpus-per-task=1 "
         "--cpu-bind=threads --distribution=block:block --export=ALL");
  launcher.library = LIBRARY_UNKNOWN;
  expect(&launcher, &crowded,
         "L --nodes=2 --ntasks=8 --ntasks-per-node=4 --overcommit --cpus-per-task=1 "
         "--cpu-bind=none --distribution=block:block --export=ALL");
  const char *options[] = {"--mpi=cray_shasta", "--mem=0"};
  struct launcher_settings settings = {.options = options, .option_count = 2};
  launcher = launcher_of(LAUNCHER_SRUN, LIBRARY_MPICH, &settings);
  expect(&launcher, &wide,
         "L --nodes=2 --ntasks=4 --ntasks-per-node=2 --cpus-per-task=3 --cpu-bind=cores "
         "--distribution=block:block --export=ALL --mpi=cray_shasta --mem=0");
}

static void test_flux(void) {
  struct launcher launcher = launcher_of(LAUNCHER_FLUX, LIBRARY_OPENMPI, &none);
  expect(&launcher, &hybrid,
         "L run --nodes=2 --ntasks=2 --cores-per-task=2 --setopt=cpu-affinity=per-task");
  expect(&launcher, &crowded,
         "L run --nodes=2 --exclusive --tasks-per-node=4 --setopt=cpu-affinity=off");
  expect(&launcher, &wide,
         "L run --nodes=2 --ntasks=4 --cores-per-task=3 --setopt=cpu-affinity=per-task");
}

static void test_custom(void) {
  const char *words[] = {"/opt/my run", "-n{ranks}", "{nodes}x{ranks_per_node}:{threads}", "it's"};
  struct launcher_settings settings = {.command = words, .command_count = 4};
  struct launcher launcher = launcher_of(LAUNCHER_CUSTOM, LIBRARY_UNKNOWN, &settings);
  expect(&launcher, &wide, "'/opt/my run' -n4 2x2:3 'it'\\''s'");
}

/* In a job mpirun counts its tasks, which may be fewer than the cores. */
static void test_openmpi_in_job(void) {
  struct launcher launcher = launcher_of(LAUNCHER_OPENMPI, LIBRARY_OPENMPI, &none);
  setenv("SLURM_TASKS_PER_NODE", "1(x2)", 1);
  expect(&launcher, &one_node,
         "L -np 4 --map-by ppr:4:node:OVERSUBSCRIBE --bind-to none --mca mpi_yield_when_idle 0");
  setenv("OMPI_MCA_mpi_yield_when_idle", "1", 1);
  expect(&launcher, &one_node, "L -np 4 --map-by ppr:4:node:OVERSUBSCRIBE --bind-to none");
  unsetenv("OMPI_MCA_mpi_yield_when_idle");
  struct launcher_settings settings = {.hostfile = "hosts"};
  launcher.settings = &settings;
  expect(&launcher, &one_node,
         "L -np 4 --hostfile hosts --map-by ppr:4:node --bind-to none -x OMP_PLACES");
  unsetenv("SLURM_TASKS_PER_NODE");
}

/* What the config adds: a hostfile, options after ours, variables. */
static void test_settings(void) {
  const char *options[] = {"--mca", "btl", "tcp,self"};
  struct setting variable = {"UCX_TLS", "tcp"};
  struct launcher_settings settings = {
      .hostfile = "hosts", .options = options, .option_count = 3, .environment = {&variable, 1}};
  struct launcher launcher = launcher_of(LAUNCHER_OPENMPI, LIBRARY_OPENMPI, &settings);
  expect(&launcher, &hybrid,
         "L -np 2 --hostfile hosts --map-by ppr:1:node --bind-to none -x OMP_PLACES -x "
         "UCX_TLS --mca btl tcp,self");
  launcher.kind = LAUNCHER_MPICH;
  expect(&launcher, &hybrid, "L -np 2 -f hosts -ppn 1 --mca btl tcp,self");
  struct command_line line = {0};
  launcher_add(&line, &launcher, &hybrid);
  const char *value = command_line_value(&line, "UCX_TLS");
  CHECK(value != NULL && strcmp(value, "tcp") == 0);
  command_line_free(&line);
}

static void test_srun_variables(void) {
  struct launcher launcher = launcher_of(LAUNCHER_SRUN, LIBRARY_OPENMPI, &none);
  struct command_line line = {0};
  launcher_add(&line, &launcher, &one_node);
  char *text = command_line_text(&line);
  CHECK(strncmp(text, "env -u SLURM_CPU_BIND -u ", 25) == 0, "%s", text);
  free(text);
  command_line_free(&line);
}

static void test_kinds(void) {
  static const struct {
    const char *version;
    enum launcher_kind kind;
  } cases[] = {{"mpirun (Open MPI) 4.1.4\n\nReport bugs to ...", LAUNCHER_OPENMPI},
               {"mpirun.real (OpenRTE) 4.1.4", LAUNCHER_OPENMPI},
               {"HYDRA build details:\n    Version:   4.0.2", LAUNCHER_MPICH},
               {"slurm 22.05.8", LAUNCHER_SRUN},
               {"slurm-wlm 22.05.8", LAUNCHER_SRUN}, /* Debian's */
               {"commands:    \t0.50.0\nlibflux-core:\t0.50.0", LAUNCHER_FLUX},
               {"Intel(R) MPI Library for Linux* OS, Version 2021.9", LAUNCHER_OTHER},
               {"", LAUNCHER_OTHER}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK(launcher_kind_of(cases[i].version) == cases[i].kind, "%s", cases[i].version);
  CHECK(mpi_library_of("Open MPI 4.1.4, MPI 3.1") == LIBRARY_OPENMPI);
  CHECK(mpi_library_of("MPICH 4.0.2, MPI 4.0") == LIBRARY_MPICH);
  CHECK(mpi_library_of("MPI 3.1") == LIBRARY_UNKNOWN && mpi_library_of(NULL) == LIBRARY_UNKNOWN);
}

/* --- programs that stand in for launchers, in a PATH of their own ----------------------------- */

static char folder[] = "/tmp/quartet_launcher.XXXXXX";

static void write_program(const char *name, const char *body) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  CHECK(file != NULL, "%s", path);
  if (file == NULL)
    return;
  fprintf(file, "#!/bin/sh\n%s\n", body);
  fclose(file);
  CHECK(chmod(path, 0755) == 0);
}

static void remove_program(const char *name) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  CHECK(unlink(path) == 0, "%s", path);
}

static void expect_found(const struct launcher_settings *settings, const struct mpi_build *build,
                         enum launcher_kind kind, const char *program, bool runs) {
  struct launcher launcher;
  launcher_find(&launcher, settings, build);
  CHECK(launcher.kind == kind && strstr(launcher.program, program) != NULL &&
            (launcher.error_number == 0) == runs,
        "%s '%s' '%s' %d, expected %s", launcher_kind_name(launcher.kind), launcher.program,
        launcher.version, launcher.error_number, program);
  launcher_free(&launcher);
}

static void test_choice(void) {
  char own[200];
  snprintf(own, sizeof own, "%s/own", folder);
  struct mpi_build openmpi = {"Open MPI 4.1.4, MPI 3.1", NULL}, mpich = {"MPICH 4.0.2", NULL};
  struct mpi_build recorded = {"MPICH 4.0.2", own}, unknown = {NULL, NULL};
  struct launcher_settings srun = {.given = true, .kind = LAUNCHER_SRUN};
  expect_found(&none, &openmpi, LAUNCHER_OTHER, "mpirun", false); /* there is nothing yet */
  write_program("mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
  expect_found(&none, &openmpi, LAUNCHER_OPENMPI, "mpirun", true);
  expect_found(&none, &unknown, LAUNCHER_OPENMPI, "mpirun", true);
  write_program("mpiexec.mpich", "echo 'HYDRA build details:'");
  expect_found(&none, &mpich, LAUNCHER_MPICH, "mpiexec.mpich", true);
  write_program("own", "echo 'HYDRA build details:'");
  expect_found(&none, &recorded, LAUNCHER_MPICH, own, true);
  expect_found(&srun, &recorded, LAUNCHER_SRUN, "srun", false);
  /* Inside a job: srun, if it can start ranks of the library. */
  write_program("srun", "case $1 in --version) echo slurm 22.05.8 ;; --mpi=list) printf "
                        "'MPI plugin types are...\\n\\tnone\\n\\tpmi2\\n' >&2 ;; esac");
  expect_found(&none, &mpich, LAUNCHER_MPICH, "mpiexec.mpich", true);
  setenv("SLURM_JOB_ID", "7", 1);
  expect_found(&none, &mpich, LAUNCHER_SRUN, "srun", true);
  expect_found(&none, &openmpi, LAUNCHER_OPENMPI, "mpirun", true);
  setenv("QUARTET_MPIRUN", own, 1);
  expect_found(&none, &mpich, LAUNCHER_MPICH, own, true);
  unsetenv("QUARTET_MPIRUN");
  unsetenv("SLURM_JOB_ID");
  static const char *const programs[] = {"mpirun", "mpiexec.mpich", "own", "srun"};
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
    remove_program(programs[i]);
}

int main(void) {
  static const char *const variables[] = {"SLURM_JOB_ID",
                                          "FLUX_URI",
                                          "QUARTET_MPIRUN",
                                          "SLURM_TASKS_PER_NODE",
                                          "PBS_NODEFILE",
                                          "LSB_MCPU_HOSTS",
                                          "OMPI_MCA_mpi_yield_when_idle"};
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
    unsetenv(variables[i]);
  test_openmpi();
  test_openmpi_in_job();
  test_mpich();
  test_srun();
  test_flux();
  test_custom();
  test_settings();
  test_srun_variables();
  test_kinds();
  launch_prepare();
  if (mkdtemp(folder) == NULL)
    return TEST_SKIPPED;
  setenv("PATH", folder, 1);
  test_choice();
  CHECK(rmdir(folder) == 0, "%s", folder);
  return test_result();
}
