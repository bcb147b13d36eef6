/* How far works are from the limits of the machine: rooflines made of dgemm and stream of the same
 * run, and the matrix's entries placed on them by their own work models.
 *
 * Bytes are those that cross the memory bus (work_traffic_byte: with write-allocate), of stream and
 * of the kernels alike: by compulsory bytes alone, a kernel that only reads would exceed a
 * bandwidth of which a quarter goes into reading what is overwritten. A kernel is compared with the
 * roof of its own numbers of cores and nodes on its machine, whatever the model and the build. */
#ifndef QUARTET_ANALYSIS_ANSWER_BOUNDS_H
#define QUARTET_ANALYSIS_ANSWER_BOUNDS_H

#include "analysis/answer/answer.h"
#include "analysis/models/roofline.h"

enum { CACHE_LEVELS = 3 };

/* A roofline of a number of cores of a machine. */
struct bounds_roof {
  size_t machine;
  int64_t cores, nodes;
  size_t dgemm;                     /* the standing whose rate is the peak */
  double cache_bytes[CACHE_LEVELS]; /* total L1, L2, L3 of these cores; 0: unknown */
  struct roofline line;
};

/* An entry of a contest on its roof. */
struct bounds_place {
  size_t contest, standing, roof;
  bool by_bytes; /* its operations are no flops: rate, limit and intensity are of bytes alone, and
                  * only the bandwidth is a limit */
  double intensity;            /* flop/B; NaN by_bytes */
  struct roofline_place place; /* rates and limit in flop/s, or in B/s by_bytes */
};

struct bounds {
  struct bounds_roof *roofs; /* by machine, cores, nodes */
  size_t roof_count;
  struct bounds_place *places; /* by contest, then variant */
  size_t place_count;
  size_t without_roof; /* entries of works that could be placed, on cores without a roof */
};

/* To be freed. Without dgemm or stream there are no roofs. */
void bounds_make(struct bounds *bounds, const struct answer *answer);
void bounds_free(struct bounds *bounds);

/* The name of a level of a roof: "L1", "L2", "L3", "memory"; where the sizes of the caches are
 * unknown, "arrays of 1.54 MB". The caller frees it. */
char *bounds_level_name(const struct bounds_roof *roof, size_t level);

#endif
