/* The words that the drivers, sweep and report exchange: in samples.csv, in the answers to --work,
 * on command lines and in configs. Each is written here once. common/samples.h has the columns. */
#ifndef QUARTET_PROTOCOL_H
#define QUARTET_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bound.h"
#include "common/error.h"

/* The index of a word in a list of `count`, or `count` if it is not there. */
int word_find(const char *word, const char *const *words, int count);

/* The words as a message lists them, "a, b, c", in memory that the caller frees. */
char *word_list(const char *const *words, int count);

/* The option for the options of kernels; it stands before messages about them. */
#define SET_OPTION "--set"

/* How a launch ended: the column status. */
enum status {
  STATUS_OK,
  STATUS_WRONG,   /* the oracle says that the result is wrong */
  STATUS_FAIL,    /* it could not start, crashed, refused, or did not print what it should */
  STATUS_TIMEOUT, /* killed at its time limit */
  STATUS_OOM,     /* killed by the system for want of memory */
  STATUS_SKIPPED, /* not launched, as an earlier launch of the point failed beyond mending */
  STATUSES
};
extern const char *const status_names[STATUSES];

/* The execution models in the order in which they are shown: the column model. */
enum model {
  MODEL_SERIAL,
  MODEL_THREADS,
  MODEL_THREADS_LOCK,
  MODEL_ASYNC,
  MODEL_PROCESSES,
  MODEL_HYBRID,
  MODEL_OTHER, /* of a file that another program has written */
  MODELS
};
extern const char *const model_names[MODELS];

/* How a driver uses cores. */
enum cores_use {
  CORES_ONE,     /* one worker: runs where cores is 1 */
  CORES_THREADS, /* a thread for each core */
  CORES_RANKS    /* started by mpirun: cores = ranks x threads */
};

/* Groups of options that only some drivers have. */
enum option_group {
  OPTIONS_ALL = 0,     /* what every driver has */
  OPTIONS_THREADS = 1, /* --threads, --bind, --schedule */
  OPTIONS_LOCK = 2,    /* --lock, --lock-fraction, --switch-interval */
  OPTIONS_TASKS = 4,   /* --tasks, --in-flight */
  OPTIONS_PARTS = 8    /* --overlap, --time-limit */
};

/* The ranges of options that a config may give, too: members of a row in a table of options. */
#define RANGE_THREADS .min = 1, .max = 4096
#define RANGE_TASKS .max = INT64_C(1) << 40 /* of --tasks and --in-flight */
#define RANGE_LOCK_FRACTION .max = 1
#define RANGE_SWITCH_NS .min = 1000, .max = INT64_C(3600000000000)

/* The drivers: one executable for each, which makes one model, or one of several by its options. */
enum driver_index { DRIVER_SERIAL, DRIVER_OMP, DRIVER_ASYNC, DRIVER_MPI, DRIVERS };
struct driver_facts {
  const char *name; /* the executable's, and the column driver */
  enum cores_use use;
  unsigned options; /* enum option_group, or'ed */
  enum model model, with_lock, with_threads;
};
extern const struct driver_facts driver_list[DRIVERS];
extern const char *const driver_names[DRIVERS + 1]; /* the same; NULL ends them, for cli.h */

/* The driver of that name, or NULL. */
const struct driver_facts *driver_find(const char *name);

/* The model of a driver with the global lock, or with this number of threads in each process. */
enum model driver_model(const struct driver_facts *driver, bool lock, int64_t threads);

/* The drivers that have an option of these groups, "omp_driver and mpi_driver", in memory that the
 * caller frees. */
char *driver_owners(unsigned groups);

/* How ranges are handed to workers: the column schedule, --schedule. */
enum schedule_kind { SCHEDULE_STATIC, SCHEDULE_DYNAMIC, SCHEDULE_GUIDED, SCHEDULE_KINDS };
extern const char *const schedule_names[SCHEDULE_KINDS + 1];

/* Reads "static" or "dynamic,4"; *chunk is 0 where no size follows. Returns 0 or EXIT_USAGE. */
int schedule_parse(const char *text, enum schedule_kind *kind, int64_t *chunk, struct error *error);

/* What a worker is to have for itself: --bind. */
enum bind_kind {
  BIND_CORE,     /* a core, with all its hardware threads */
  BIND_HWTHREAD, /* a hardware thread, of which a core has several: they share it */
  BIND_NUMA,     /* the NUMA node in which its core would be */
  BIND_NONE,
  BIND_KINDS
};
extern const char *const bind_names[BIND_KINDS + 1];

/* What the workers of a launch have got, on all hosts: the column bound_to. */
enum bound_to {
  BOUND_TO_CORE,     /* each may use one core, and no two the same */
  BOUND_TO_HWTHREAD, /* each may use one hardware thread, and no two the same */
  BOUND_TO_SHARED,   /* each may use one core, which some of them share */
  BOUND_TO_NUMA,     /* each may use cores of one NUMA node only, of several */
  BOUND_TO_NONE,     /* the system may move them */
  BOUND_TO_WORDS
};
extern const char *const bound_to_names[BOUND_TO_WORDS];

/* Whether one lock lets a single worker compute at a time: the column lock, --lock. */
#define LOCK_NONE "none"
#define LOCK_GLOBAL "global"
enum { LOCK_SWITCH_NS = 5000000 }; /* CPython's switch interval, sys.getswitchinterval() */

/* Reads LOCK_NONE or LOCK_GLOBAL. Returns 0 or EXIT_USAGE. */
int lock_parse(const char *text, bool *global, struct error *error);

/* The column lock: "none", "global", "global,0.5" where that share of the ranges computes under the
 * lock, "global,1,1ms" with another switch interval than CPython's. The caller frees it. */
char *lock_text(bool global, double fraction, int64_t switch_ns);

/* What counts as the work of a problem: --work-by, `scaling: by`. */
enum work_measure { WORK_OPERATIONS, WORK_BYTES, WORK_MEMORY, WORK_MEASURES };
extern const char *const work_measure_names[WORK_MEASURES + 1];

/* The columns that --work prints, a row for each problem. `bound` came later: older drivers end
 * before it. */
/* clang-format off */
#define WORK_COLUMNS(X)                                                                            \
  X(n) X(jobs) X(parts) X(factor) X(size) X(met) X(work_op) X(work_byte) X(work_traffic_byte)      \
  X(work_message) X(memory_byte) X(bound)
/* clang-format on */

enum work_column {
#define X(name) WORK_##name,
  WORK_COLUMNS(X)
#undef X
      WORK_COLUMN_COUNT
};
extern const char *const work_column_names[WORK_COLUMN_COUNT];

#endif
