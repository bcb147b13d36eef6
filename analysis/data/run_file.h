/* The run.json beside a samples.csv: what is known of a run beside its measurements
 * (results/README.md). Every key may be missing, null or of another type than expected: then the
 * field is unknown. Texts are never NULL. */
#ifndef QUARTET_ANALYSIS_DATA_RUN_FILE_H
#define QUARTET_ANALYSIS_DATA_RUN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* Unknown: text "", integer RUN_UNKNOWN, real NaN, truth TRUTH_UNKNOWN. */
#define RUN_UNKNOWN INT64_MIN
enum truth { TRUTH_UNKNOWN = -1, TRUTH_NO = 0, TRUTH_YES = 1 };

struct run_machine {
  char *host, *system, *kernel, *architecture, *processor; /* kernel: the release, "6.1.0" */
  char *governor, *binding, *cgroup_cpu_quota;
  int64_t cores, physical_cores, cores_online, memory_bytes; /* cores: that may be used */
  int64_t packages, numa_nodes, topology_cores, hardware_threads;
  int64_t l1d_bytes, l2_bytes, l3_bytes; /* of one cache */
  int64_t l1d_count, l2_count, l3_count;
};

/* How the drivers were built. */
struct run_build {
  char *label;  /* of the axis `build`; "" without such an axis */
  char *folder; /* of the drivers */
  char *version, *git_revision, *compiler, *compiler_path, *build_type, *kernel_flags;
  char *sanitizers, *mpi;
  enum truth git_dirty;
};

struct run_session {
  char *run_id, *start, *end, *result, *host, *config_sha256;
  int64_t launches;
  int64_t population; /* sessions of the same measured under the same conditions; see
                       * results/README.md */
  char *differences;  /* from the conditions of the session before, "cores: 8, before 4; ..."; "" */
};

/* A name and what it stands for: a variable, an option. */
struct run_setting {
  char *name, *value;
};

struct run_point {
  char *cell_id;
  int64_t launches; /* that are settled */
  char *enough;     /* "running", "narrow", "most", "hopeless" */
  enum truth binding_as_asked;
  char *driver_options; /* "in_flight=64;lock=global", in the order of the names */
  struct run_setting *derived;
  size_t derived_count;
  int64_t base_n;  /* with weak scaling: of which n was made */
  double work_met; /* with weak scaling: the work of n over the requested work */
};

struct run_exclusion {
  char *kernel, *driver, *model, *why;
  char *options, *driver_options; /* as in run_point */
  int64_t n, jobs, cores, ranks, threads;
};

struct run_warning {
  char *kind, *text, *cell_id; /* cell_id "": of the whole run */
};

/* A result checked against a reference value. */
struct run_acceptance {
  char *cell_id, *point, *where, *metric, *unit;
  double reference, lower, upper, measured; /* in `unit`; NaN: none */
  enum truth accepted;
};

struct run_include {
  char *name, *path, *sha256;
};

struct run_file {
  bool found; /* there is such a file; without, all else is unknown */
  char *path;
  char *description;                                     /* for people, of the config; "" */
  char *name, *baseline, *run_id, *start, *end, *result; /* times: UTC, ISO 8601 */
  char *order;                                           /* "interleave", "batch", "random" */
  int64_t seed, launches_done, launches_failed, launches_min, launches_max;
  double width, load_at_start;
  double equivalence_margin; /* 0.03 if unknown, or not in (0, 1) */
  char *drivers, *mpirun, *mpirun_version;
  char *config_path, *config_text, *config_sha256;
  struct run_include *includes;
  size_t include_count;
  struct run_machine machine;
  struct run_build build;   /* of the runner and, without an axis `build`, of the drivers */
  struct run_build *builds; /* with an axis `build`: each */
  size_t build_count;
  struct run_setting *environment; /* sorted by name */
  size_t environment_count;
  char **modules;
  size_t module_count;
  char **arguments; /* the command line */
  size_t argument_count;
  struct run_session *sessions;
  size_t session_count;
  struct run_point *points; /* sorted by cell_id */
  size_t point_count;
  struct run_exclusion *exclusions;
  size_t exclusion_count;
  struct run_warning *warnings;
  size_t warning_count;
  struct run_acceptance *acceptance;
  size_t acceptance_count;
  char **mistyped; /* names of keys whose value has an unexpected type, "machine.cores" */
  size_t mistyped_count;
};

/* Reads the run.json in the folder of a samples.csv. A file that is not there is no error; nor is a
 * CSV of another name, which a driver has written by itself: no run.json describes it. Returns 0,
 * EXIT_USAGE for what is not JSON (FILE:LINE), EXIT_MACHINE. To be freed in all cases. */
int run_file_read(struct run_file *run, const char *samples_path, struct error *error);
void run_file_free(struct run_file *run);

/* The same from memory; `name` is for messages. */
int run_file_parse(struct run_file *run, const char *text, size_t bytes, const char *name,
                   struct error *error);

/* The point of that cell_id, or NULL. */
const struct run_point *run_file_point(const struct run_file *run, const char *cell_id);

/* The facts of the drivers of that label: an entry of builds, else build. */
const struct run_build *run_file_build(const struct run_file *run, const char *label);

#endif
