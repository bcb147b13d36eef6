/* The evaluation of a run: the figures of each point, which model wins for which work, from which
 * size on, with which confidence. The sections of the report print and draw these data. */
#ifndef QUARTET_ANALYSIS_ANSWER_ANSWER_H
#define QUARTET_ANALYSIS_ANSWER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/data/dataset.h"
#include "analysis/data/run_file.h"
#include "analysis/statistics/comparison.h"
#include "analysis/statistics/describe.h"
#include "analysis/statistics/quality.h"
#include "common/error.h"

/* No index. */
#define NONE ((size_t)-1)

struct answer_options {
  const char *baseline; /* a driver's name; NULL: the run's own, else serial_driver */
  double margin;        /* of equivalence, 0.03; NaN: the run's own, else 0.03 */
};

/* The figures of one point. */
struct standing {
  const struct data_point *point;
  const struct data_problem *problem;
  const struct data_work *work;
  const struct data_variant *variant;
  double *times_s; /* the median of each verified launch, in order of the launches */
  int64_t *rounds; /* of each */
  size_t count;
  bool sound;                   /* all launches verified, and there is one */
  struct description described; /* of times_s; all NaN without any */
  struct quality quality;
  size_t base;                 /* the standing that ratios are over; NONE */
  struct comparison over_base; /* this one against its base, decided over all points of the run;
                                * VERDICT_CANNOT_TELL for the base itself and without a base */
  double speedup; /* how much faster the same work is done than by the base: the estimate that
                   * belongs to over_base's interval; 1 for the base; NaN */
  double speedup_low, speedup_high; /* NaN: too few launches */
  double efficiency;                /* speedup / (cores / the base's cores) */
  double compute, comm, wait;       /* shares of its wall time, 0 .. 1; NaN unknown */
};

/* A row of the matrix: one work on one machine, at the size and the cores at which variants are
 * compared: the largest size that the base ran (weak scaling: each at the size for its cores), each
 * variant on the most cores that are not oversubscribed (waiting: on the most at all). Chosen by
 * these rules alone and never by the times, so that the choice cannot favour anyone. */
struct contest {
  size_t work, machine;
  size_t begin, end; /* the work's standings: [begin, end), of all machines */
  int64_t n;         /* of the base or of most entries */
  size_t *entries;   /* for each variant of the dataset its standing, or NONE */
  size_t *present;   /* the variants that have an entry with verified launches */
  size_t present_count;
  struct comparison *pairs; /* present_count^2, row against column; decided over the whole matrix */
  size_t base;              /* a variant, or NONE */
  size_t best; /* the variant of least time (of time per work in weak scaling), or NONE */
  size_t faster_elsewhere; /* a standing of the best variant on other cores that is faster; NONE */
  bool between; /* one of a sweep over one option, neither its first nor its last: omitted from
                 * short answers; see sweeps.h */
  bool sure;    /* the best is faster than, or the same as, each of the others */
};

struct laws;

struct crossing;

struct answer {
  const struct dataset *data;
  const struct run_file *run; /* NULL: no run.json */
  char *baseline;             /* the driver */
  double margin;
  bool weak;                  /* weak scaling: sizes grow with the cores */
  enum design design;         /* of comparisons within the run */
  const char *design_why;     /* how that is known, for people */
  struct standing *standings; /* of each point of the dataset, in its order */
  size_t standing_count;
  struct contest *contests; /* by kind of work, then as the works are ordered, then machine */
  size_t contest_count;
  size_t matrix_family, points_family; /* comparisons that were decided together */
  struct crossing *crossings;          /* break-even sizes; see crossings.h */
  size_t crossing_count;
  struct laws *laws;  /* see laws.h */
  double noise_floor; /* of the typical point against itself; see noise_floor_typical; NaN */
};

/* Works out all of it. EXIT_USAGE: no such baseline in the data, with the drivers that there are.
 * To be freed in all cases; data and run must outlive it. */
int answer_make(struct answer *answer, const struct dataset *data, const struct run_file *run,
                const struct answer_options *options, struct error *error);
void answer_free(struct answer *answer);

/* The comparison of two entries of a contest, by variant. */
const struct comparison *contest_pair(const struct contest *contest, size_t a, size_t b);

/* "threads on 2 cores", "async", "processes on 4 cores on 2 nodes, node01". The caller frees it. */
char *standing_name(const struct answer *answer, const struct standing *standing);

/* " on 2 nodes" if points of the run are on different numbers of nodes, else "". The caller frees
 * it. */
char *nodes_text(const struct answer *answer, int64_t nodes);

/* "sumsq, 4 jobs of n = 10000000, op=triad": options only where works of the kernel differ in them.
 */
char *work_name(const struct answer *answer, size_t work, int64_t n);
/* The same in few characters, without n: "sumsq x4", "stream triad". */
char *work_short_name(const struct answer *answer, size_t work);

/* The position of a build on the config's axis of builds; 0 without such an axis. */
size_t build_rank(const struct answer *answer, const char *build);

/* Digits in groups of three: "10,000,000". Returns text. */
enum { SIZE_TEXT = 32 };
char *size_text(int64_t n, char text[SIZE_TEXT]);

#endif
