/* A sweep's config: what the YAML file says, and those that it includes, checked and typed.
 * docs/config.md describes all keys, configs/quick.yaml is an example. */
#ifndef QUARTET_RUNNER_CONFIG_CONFIG_H
#define QUARTET_RUNNER_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/config/document.h"
#include "runner/config/drivers.h"
#include "runner/config/expression.h"
#include "runner/config/problems.h"

enum { CONFIG_UNSET = -1 }; /* a number that the config does not give */
enum { CONFIG_ALL = -1 };   /* on the axis of cores: all cores of this machine */

/* Options as texts, sorted by name. */
struct setting {
  const char *name, *value;
};
struct option_settings {
  struct setting *items;
  size_t count;
};

/* A series whose last value is the number of cores of the machine, {geom: [1, all, 2]}: its values
 * are known when that is. */
enum series_kind { SERIES_NONE, SERIES_GEOM, SERIES_RANGE };
struct series {
  enum series_kind kind;
  int64_t first, step;
};

/* The values along one axis; none when the config is silent. Either values or a series. */
struct axis {
  int64_t *values; /* of cores: CONFIG_ALL may be among them */
  size_t count;
  struct series series;
  struct located at;
};

/* The values of an axis on a machine of `cores` cores, in an array of *count items that the caller
 * frees: CONFIG_ALL is that number, and a series ends with it. */
int64_t *axis_values(const struct axis *axis, int64_t machine_cores, size_t *count);

/* A kernel with its options, and what is fixed for it alone; CONFIG_UNSET: the axes, zip, derive or
 * measure say. */
struct workload {
  const char *kernel;
  struct option_settings settings; /* with one value of each of axes' options */
  int64_t n, jobs, reps, warmup;
  struct axis
      cores;   /* of drivers that take any, in the place of the axis; at.node NULL: not fixed */
  char *label; /* "wait delay=10ms n=100": distinguishes workloads of one kernel */
  struct located at;          /* of the kernel's name */
  const yaml_node_t *options; /* the map of its own options; NULL: it has none */
};

/* A driver with its own options. */
struct driver_setup {
  const struct driver_facts *driver;
  struct option_settings settings; /* without threads */
  int64_t threads;                 /* fixed for this setup, or CONFIG_UNSET */
  char *label;                     /* "omp_driver lock=global" */
  struct located at;               /* of the driver's name */
};

/* The drivers of a folder. */
struct build {
  const char *label;  /* "clang", on the axis of builds; NULL: there is no such axis */
  const char *folder; /* as the config has it, relative to the current one; or absolute */
  struct located at;  /* of the folder, on the axis */
  /* How it was made, when it has been asked; see builds.h. */
  struct setting *facts; /* as in run.json: "compiler", ... */
  size_t fact_count;
  char *answer;           /* that holds them */
  char *options[DRIVERS]; /* what the options of each driver are, by enum driver_index; NULL: it was
                             not asked, or does not say */
};

/* The folder of a build's drivers; of none, without an axis of builds: `drivers`. */
const char *build_folder(const struct build *build, const char *drivers);

/* The values of an option of kernels: each makes a workload of its own. */
struct option_axis {
  const char *kernel; /* that it is for; NULL: all */
  const char *name;
  const char **values;
  size_t count;
  struct located at;
};

/* Factors that advance together: value i of one goes with value i of the others. */
struct zip {
  struct axis axes[FACTOR_COUNT]; /* as many values each, or none */
  size_t count;                   /* of the values of one */
};

/* A name of `derive`. */
struct derivation {
  const char *name;
  enum point_factor factor; /* that it sets; FACTOR_COUNT: none, the name is a new one */
  struct expression *expression;
  struct located at; /* of the expression */
};

struct exclusion {
  struct expression *where; /* a condition */
  const char *why;
  struct located at; /* of where, to be read last: it names drivers and kernels */
};

enum metric {
  METRIC_TIME,      /* s: the median repetition */
  METRIC_RATE,      /* the kernel's operations in a second */
  METRIC_BANDWIDTH, /* bytes in a second */
  METRICS
};
extern const char *const metric_names[METRICS + 1]; /* "time", "rate", "bandwidth"; NULL */

/* A reference value with its bounds, for acceptance tests. */
struct reference {
  struct expression *where; /* a condition; NULL: cell_id says which point */
  const char *cell_id;      /* NULL: where says which points */
  struct located at;        /* of where, to be read last, or of cell_id */
  enum metric metric;
  double value;
  double lower, upper; /* relative to it: -0.1, 0.2; NaN: no such bound */
};

/* The size n on more cores. */
struct scaling_rule {
  bool weak; /* n is for one core; on more it grows, so that each has as much work; else n stays */
  enum work_measure by; /* that work, as --work-by has it */
  int64_t multiple;     /* the sizes are multiples of it */
  struct located at;
  const yaml_node_t *by_node; /* of what is of weak scaling alone, or NULL */
};

/* How the sweep is to be run as a batch job; a text that is not given is NULL. Every text can stand
 * in a line of a job script as it is: letters, digits and a few signs, no space and no quote. */
struct batch_job {
  bool given;
  const char *scheduler; /* "slurm", ...; see ui/job.h */
  const char *account, *partition, *qos, *constraint;
  int64_t time_ns;      /* the job's time limit; CONFIG_UNSET: the scheduler's own */
  int64_t nodes;        /* CONFIG_UNSET: one */
  const char **modules; /* to be loaded first */
  size_t module_count;
  const char **setup; /* commands before the sweep, a line each */
  size_t setup_count;
  const char **options; /* others of the scheduler, "--mem=0" */
  size_t option_count;
};

/* The programs that start MPI ranks; runner/launch/launcher.h has what each of them wants. */
enum launcher_kind {
  LAUNCHER_OPENMPI,
  LAUNCHER_MPICH,
  LAUNCHER_SRUN,
  LAUNCHER_FLUX,
  LAUNCHER_CUSTOM,                /* a command of the config */
  LAUNCHER_KINDS,                 /* how many a config can name */
  LAUNCHER_OTHER = LAUNCHER_KINDS /* an mpirun of another MPI: it gets the number of ranks alone */
};
extern const char *const launcher_names[LAUNCHER_KINDS + 1]; /* NULL ends them */

/* The names that stand in braces in a custom command: "ranks", ...; NULL ends them. */
enum launcher_number {
  NUMBER_RANKS,
  NUMBER_NODES,
  NUMBER_RANKS_PER_NODE,
  NUMBER_THREADS,
  LAUNCHER_NUMBERS
};
extern const char *const launcher_numbers[LAUNCHER_NUMBERS + 1];

/* How MPI ranks are to be started. */
struct launcher_settings {
  bool given;              /* kind is set */
  enum launcher_kind kind; /* not given: the scheduler's, or that of the drivers' MPI library */
  const char *hostfile;    /* of openmpi, mpich and custom; NULL: none */
  const char **options;    /* words that follow the launcher's own */
  size_t option_count;
  const char **command; /* of custom: words with {ranks}, {nodes}, {ranks_per_node}, {threads} */
  size_t command_count;
  struct option_settings environment; /* variables of each launch of ranks */
};

enum order {
  ORDER_INTERLEAVE, /* launch 1 of every point, then launch 2 of every point */
  ORDER_BATCH,      /* all launches of a point in a row */
  ORDER_RANDOM,     /* interleaved, in another order each time */
  ORDERS
};
extern const char *const order_names[ORDERS]; /* "interleave", "batch", "random" */

struct measure {
  int64_t least, most; /* launches of each point */
  double width; /* enough when the median's interval is that wide, relative to it; 0: never */
  int64_t reps, warmup, timeout_ns;
  int64_t retries; /* of a launch that failed, unless another would fail alike */
  int64_t seed;    /* of the random order */
  enum order order;
  double equivalence; /* relative differences below this do not matter: the report's margin */
};

/* A file that the config includes. */
struct included {
  const char *name; /* as the config has it */
  char *path;       /* where it was read */
  struct yaml_document document;
};

struct config {
  const char *path; /* as the user gave it */
  struct yaml_document document;
  struct included *includes; /* in the order of the config; the addresses stay */
  size_t include_count;
  const char *name;
  const char *description; /* for people; NULL: none */
  struct workload *workloads;
  size_t workload_count;
  struct driver_setup *setups;
  size_t setup_count;
  struct build *builds; /* of the axis */
  size_t build_count;
  struct build own; /* without an axis of builds: the only one, when it has been asked */
  struct axis axes[FACTOR_COUNT]; /* of n, cores, jobs and grain */
  struct option_axis *options;
  size_t option_count;
  struct zip *zips;
  size_t zip_count;
  struct derivation *derivations;         /* in the order in which they are evaluated */
  size_t derivation_count, derived_count; /* derived: those that are new names */
  struct exclusion *exclusions;
  size_t exclusion_count;
  struct reference *references;
  size_t reference_count;
  const char *baseline;                  /* a driver, or NULL */
  struct located baseline_at, kernel_at; /* where they are, if they are */
  struct scaling_rule scaling;
  struct batch_job batch;
  struct launcher_settings launcher;
  struct measure measure;
  struct located measure_at; /* where launches or width were given last */
};

/* Reads a config and what it includes. Returns 0, or EXIT_USAGE with everything that is wrong in
 * `problems`. To be closed in both cases. `path` must outlive it. The config must stay where it is:
 * what it holds refers to it. */
int config_open(struct config *config, const char *path, struct problems *problems);

/* An included file that is at hand, or known to be elsewhere than the config says. */
struct config_source {
  const char *name; /* as the config has it */
  const char *path; /* for messages and the record; and to read it, if there is no text */
  const char *text; /* NULL: the file at `path` is read */
};

struct config_sources {
  const char *text; /* of the config itself; NULL: its file is read */
  const struct config_source *includes;
  size_t include_count;
  bool closed; /* no file is opened: an include without a text here is a problem */
};

/* The same from texts and places that are at hand, which may go when it returns. */
int config_open_from(struct config *config, const char *path, const struct config_sources *sources,
                     struct problems *problems);

/* The same from a text that includes nothing; `path` is for messages and the record. */
int config_open_text(struct config *config, const char *path, const char *text,
                     struct problems *problems);
void config_close(struct config *config);

/* Whether the workload fixes that factor for itself, whatever axes, zip and derive say; then to
 * *value, which may be NULL; not of cores, which may be several. */
bool workload_fixes(const struct workload *workload, enum point_factor factor, int64_t *value);

/* Frees what a workload holds. */
void workload_free(struct workload *workload);

/* Puts "FILE:LINE:COLUMN: " before an error that is found when the config has been read: the place
 * of a node, and so many bytes further in its text. Returns the code. */
int config_place(struct error *error, const struct config *config, const struct located *at,
                 size_t offset);

/* The least and the largest value of a factor that a config can give. */
int64_t factor_min(enum point_factor factor);
int64_t factor_max(enum point_factor factor);

/* "a=1 b=2" with that text between them, in memory that the caller frees; "" for none. */
char *settings_text(const struct option_settings *settings, const char *between);

/* The value of that name; NULL: it is not among them. */
const char *settings_find(const struct option_settings *settings, const char *name);

#endif
