/* The rows of a samples.csv, gathered by what they have in common: the first step of
 * dataset_read. */
#ifndef QUARTET_ANALYSIS_DATA_ROWS_H
#define QUARTET_ANALYSIS_DATA_ROWS_H

#include "analysis/data/dataset.h"
#include "analysis/data/hash.h"
#include "analysis/data/run_file.h"
#include "common/csv.h"
#include "common/samples.h"

/* The factors that distinguish points, as texts of the CSV. */
enum factor {
  FACTOR_CELL,
  FACTOR_BUILD,
  FACTOR_BUILD_ID,
  FACTOR_HOSTS,
  FACTOR_KERNEL,
  FACTOR_OPTIONS,
  FACTOR_JOBS,
  FACTOR_N,
  FACTOR_MODEL,
  FACTOR_DRIVER,
  FACTOR_LOCK,
  FACTOR_SCHEDULE,
  FACTOR_GRAIN,
  FACTOR_TASKS,
  FACTOR_CORES,
  FACTOR_NODES,
  FACTOR_RANKS,
  FACTOR_THREADS,
  FACTORS
};

/* A sum that does not depend on the order of what is added: whole multiples of 2^-60. Holds more
 * than 10^8 values of at most SUMMAND_MAX each. */
__extension__ typedef unsigned __int128 exact_sum;
#define SUMMAND_MAX 1e12
#define SUMMAND_SCALE 0x1p60

/* The sums over the timed repetitions of a launch. */
enum total { TOTAL_WALL, TOTAL_COMPUTE, TOTAL_COMM, TOTAL_WAIT, TOTAL_CPU, TOTALS };

/* Launches are numbered from 1; sums over sessions stay in range. */
#define LAUNCH_NUMBER_MAX (INT64_C(1) << 40)

/* Rows with the same factors. */
struct row_group {
  char *key; /* the texts one after the other, each ended by a NUL */
  size_t key_bytes;
  const char *text[FACTORS]; /* into a key: this one's, or that of the group which it joins */
  int64_t n, cores, nodes, ranks, threads;
  bool complete; /* the driver has printed the factors: a row has status ok */
  bool oversubscribed;
  enum bound kind;
  char *unit;          /* "" unknown; owned */
  char *build_warning; /* "" none or unknown; owned */
  char *binding;       /* of the first launch in order; NULL unknown; owned */
  size_t binding_session;
  int64_t binding_launch;
  double figures[COLUMN_COUNT]; /* by their rule in common/samples.h; NaN: none */
};

struct row_launch {
  uint32_t group, session;
  int64_t number, attempt;
  double startup_s;     /* NaN unknown */
  double own_startup_s; /* of a driver's own rows, which have no number: distinguishes launches */
  double process_s;
  enum status status;
  int64_t start_ns, first_seq; /* 0 unknown */
  uint32_t repetitions;
  bool lacks[TOTALS];
  exact_sum totals[TOTALS];
  long exit_code, signal;
  size_t final; /* set when launches of points are made: index of the
                 * one that it became part of; SIZE_MAX: superseded */
};

/* A timed repetition. */
struct row_time {
  uint32_t launch;
  int64_t rep;
  double wall_s;
};

struct sample_rows {
  struct row_group *groups;
  size_t group_count;
  struct row_launch *launches;
  size_t launch_count;
  struct row_time *times;
  size_t time_count;
  char **sessions; /* run_ids, in order of appearance */
  size_t session_count;
  char **texts; /* that groups point to beside their keys; owned */
  size_t text_count;
  long count;
  size_t truncated_bytes;
  const char *form; /* as in struct dataset */
};

/* Reads a file. Where `run` says that a session measured under other conditions than the first one,
 * its hosts get "#2", "#3", ... behind them: they are another machine. Returns 0, EXIT_USAGE,
 * EXIT_MACHINE as dataset_read; to be freed in all cases. */
int rows_read(struct sample_rows *rows, const char *path, const struct run_file *run,
              struct error *error);
void rows_free(struct sample_rows *rows);

/* Names the builds of drivers of which there are several files; see mixed_builds.c. Before
 * rows_join. */
void rows_name_builds(struct sample_rows *rows);

/* Groups of one work whose options are written differently (see options_comparable) all get the
 * longest of these texts. Before rows_join. */
void rows_complete_options(struct sample_rows *rows);

/* Gives rows of failed launches, which know only what the config says, the factors of the point
 * that they belong to; see join.c. */
void rows_join(struct sample_rows *rows);

/* Rows of some nodes of a cluster get the hosts of the rows of most nodes, so that they are of one
 * machine: where only one widest set of hosts has them, and no other part of it is as large. See
 * nodes.c. After rows_join. */
void rows_unite_nodes(struct sample_rows *rows);

/* Compares texts so that "n=9" comes before "n=10": runs of digits by their value; 0 only for equal
 * texts. */
int natural_compare(const char *a, const char *b);

#endif
