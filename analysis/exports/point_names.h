/* Names of points in files for other programs. */
#ifndef QUARTET_ANALYSIS_EXPORTS_POINT_NAMES_H
#define QUARTET_ANALYSIS_EXPORTS_POINT_NAMES_H

#include "analysis/data/dataset.h"

/* A point's name, which follows from its factors alone, so that it is the same in every run:
 * "sumsq/omp_driver/n:10000000/cores:2" and what is not the usual, "/jobs:4"; path=tuned is. The
 * cell_id and the hosts are added only where the names of two points of the run would be the same
 * without. The caller frees it. */
char *point_name(const struct dataset *data, const struct data_point *point);

/* A work's name, made in the same way: "sumsq/jobs:4/op:triad". The caller frees it. */
char *work_path(const struct dataset *data, size_t work);

/* In which factors the points of each kernel differ. */
struct callpaths {
  unsigned *differing; /* of each work's kernel: a bit for each factor */
};

void callpaths_make(struct callpaths *callpaths, const struct dataset *data);
void callpaths_free(struct callpaths *callpaths);

/* The call path that Extra-P models over n and the number of cores: the kernel and the other
 * factors that distinguish its points, "sumsq->omp_driver->jobs:4". The caller frees it. */
char *point_callpath(const struct callpaths *callpaths, const struct dataset *data,
                     const struct data_point *point);

#endif
