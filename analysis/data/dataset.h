/* The measurements of a run in memory: works, problems, variants, points, launches, repetitions.
 * Everything stands in an order of its own that does not depend on the order of the rows. */
#ifndef QUARTET_ANALYSIS_DATA_DATASET_H
#define QUARTET_ANALYSIS_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/protocol.h"
#include "common/samples.h"

/* One start of the program. */
struct data_launch {
  int64_t number;  /* which launch of its point, from 1; 0 in a driver's own rows */
  int64_t round;   /* from 1, strictly increasing in a point: launches of several points that have
                    * the same were made in the same round of the same session. In the first session
                    * it is the number; a driver's own launches are counted by time */
  int64_t attempt; /* the last one is kept */
  size_t session;  /* index into dataset.sessions: which run_id */
  enum status status;
  int64_t start_ns;    /* since 1970, of its first timed repetition; 0 unknown */
  int64_t seq;         /* of its first row in the file; 0 unknown */
  size_t first, count; /* its timed repetitions are dataset.walls_s[first .. first + count) */
  double median_s;     /* of them; NaN if the launch is not ok */
  double startup_s;    /* from main() until ready; NaN unknown */
  double process_s;    /* as its parent saw it; NaN unknown */
  double compute_s, comm_s, wait_s, wall_s,
      cpu_s;              /* sums over its timed repetitions; NaN unknown */
  long exit_code, signal; /* of one that is not ok; -1 unknown */
};

/* A kernel with its options, at any size: a row of the matrix. */
struct data_work {
  char *kernel, *options, *jobs; /* as in the CSV; options "name=value;..." */
  enum bound kind;
  char *unit; /* of work_op, "flop", "request"; "" unknown (a CSV without the column work_unit) */
};

/* A work of one size. */
struct data_problem {
  size_t work;
  int64_t n;
};

/* How it is run, whatever the number of cores: a column of the matrix. */
struct data_variant {
  enum model model;
  char *model_text; /* as in the CSV */
  char *driver, *lock, *schedule, *grain,
      *build;      /* as in the CSV; build "" where there is only one; "build2-3f2a91bc" where the
                    * rows are of several files of the driver, in the order of their sessions */
  char *build_id;  /* as in the CSV, of the driver's file; "" unknown */
  int64_t threads; /* of each process in model hybrid, else 0 */
  int64_t nodes; /* where points of it on as many cores are on different numbers of nodes, else 0 */
  char *tasks;   /* of async where points of one problem differ in it, else "" */
  char *extra;   /* where all else is the same: options of the driver that have no column, from
                    * the run.json beside the file, "in_flight=64", or the cell_id; else "" */
  char *label;   /* unique in the dataset and short: "threads", "threads+lock 0.5", "hybrid 2t",
                    * "threads gcc" */
};

/* The hosts that a launch ran on: times of different ones are never compared as equals. A run on
 * some of the nodes of another one is of the same machine, if it is clear which; data_point.nodes
 * says how many they were. */
struct data_machine {
  char *hosts; /* as in the CSV, of the most nodes, "node01+node02"; "node01#2": under other
                * conditions, of population 2 (results/README.md) */
  char *label; /* for people */
};

/* One configuration point on one machine. */
struct data_point {
  size_t problem, variant, machine; /* indices */
  int64_t cores, ranks, threads, nodes;
  char *cell_id; /* "" in a driver's own rows */
  bool oversubscribed;
  double figures[COLUMN_COUNT]; /* of a repetition, by the column's rule in common/samples.h: the
                                 * largest or the sum of all; NaN: unknown, or no such rule */
  char *build_warning;          /* why its build is no release build; "" none or unknown */
  char *binding;                /* of its first launch; "" unknown */
  char *tasks;                  /* as in the CSV: of async, in which it may follow n; else "" */
  struct data_launch *launches; /* by session, then number; superseded ones are not among them */
  size_t launch_count;
  size_t superseded; /* earlier attempts of launches that were tried again, also of those that
                      * failed in one session and were repeated in a later one */
};

struct dataset {
  char *path; /* of the samples.csv */
  struct data_work *works;
  size_t work_count; /* by kind of work, then kernel, options, jobs */
  struct data_problem *problems;
  size_t problem_count; /* by work, then n */
  struct data_variant *variants;
  size_t variant_count; /* by model, then label */
  struct data_machine *machines;
  size_t machine_count; /* by hosts */
  struct data_point *points;
  size_t point_count; /* by problem, variant, cores, machine */
  char **sessions;
  size_t session_count; /* run_ids, sorted */
  double *walls_s;
  size_t wall_count;
  long rows;
  size_t truncated_bytes; /* of a last line without an end, which was not read: the run is still
                           * writing, or was killed; 0: none */
  const char *form;       /* changes by another program: "has lines that end with CRLF"
                     * (csv_form() of common/csv.h); NULL: nothing */
  /* Whether the launches of some point of two or more all follow each other in time while other
   * points of the same session and machine wait, found from seq or start_ns. run.json, where there
   * is one, says it with more right. */
  bool looks_batched;
  bool several_nodes;   /* points are on different numbers of nodes: texts name them */
  bool numbered_builds; /* launches of some driver are of several of its files */
};

/* Reads a samples.csv: a million rows of the usual width in about a second. Columns may stand in
 * any order, others may be there too; build and work_unit may be missing (older files). Refused
 * with FILE:LINE, the column and the text, and EXIT_USAGE: what is not CSV, text that is not UTF-8
 * in a column that is read, a column missing or twice, an invalid schema, status or number, NaN
 * and infinite times, more than 4096 columns. A byte-order mark and CRLF are read; a last line
 * without its end is passed over (truncated_bytes). A header without rows gives a dataset without
 * points. EXIT_MACHINE: it could not be read. To be freed in all cases.
 *
 * The row of a failed launch knows only what the config says. It belongs to the point of the same
 * cell_id and build; where none of its launches verified, to the work, variant and machine of other
 * points which it fits, if these are unique. */
int dataset_read(struct dataset *dataset, const char *path, struct error *error);
void dataset_free(struct dataset *dataset);

/* The launches of a point that count: status ok, with a timed repetition. Writes their medians and
 * rounds to arrays of launch_count items, in order; returns how many. Either array may be NULL. */
size_t point_times(const struct data_point *point, double *times_s, int64_t *rounds);

/* Whether all launches of one of the two were made before the first of the other, as far as seq or
 * start_ns show it, both having two or more: then a drift of the machine looks like a difference.
 */
bool points_are_batched(const struct data_point *a, const struct data_point *b);

/* The options of a work as they are compared: without settings that are missing in the rows of
 * older versions, where they have the value that they had then. The caller frees the text. */
char *options_comparable(const char *options);

/* Whether every launch of the point verified: only such a point can win. */
bool point_is_sound(const struct data_point *point);

#endif
