/* The roofline: what a machine's arithmetic and its memory allow at most (S. Williams, A. Waterman,
 * D. Patterson, CACM 52, 2009).
 *
 * A kernel of intensity I, in operations per byte of traffic, cannot do more than
 * min(peak, I x bandwidth) operations per s. The peak is measured (dgemm, say) and so is the
 * bandwidth of each level of the memory (stream with working sets of several sizes). */
#ifndef QUARTET_ANALYSIS_MODELS_ROOFLINE_H
#define QUARTET_ANALYSIS_MODELS_ROOFLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/models/estimate.h"

/* One value of each launch, in any order; the array is the caller's. */
struct launch_values {
  const double *values; /* > 0 */
  size_t count;
};

/* The bandwidth with one size of working set. */
struct roofline_stream {
  double working_set_bytes;   /* of all cores together */
  struct launch_values rates; /* B/s */
};

enum { ROOFLINE_LEVELS = 8 };

struct roofline_level {
  double capacity_bytes;     /* the largest working set that it stands for; the last: INFINITY */
  double working_set_bytes;  /* that it was measured with */
  struct estimate bandwidth; /* B/s: the median of the launches, its distribution-free interval */
  struct estimate ridge;     /* operations/B from which on the peak is the limit */
  double *sorted;            /* the rates of its launches, rising */
  size_t count;
};

struct roofline {
  enum fit_status status; /* FIT_BAD_DATA: no launches of the peak or of any stream, or a value that
                           * is not finite and above 0 */
  struct estimate peak;   /* operations/s */
  double *sorted;         /* of its launches, rising */
  size_t count;
  struct roofline_level levels[ROOFLINE_LEVELS]; /* by capacity */
  size_t level_count;
};

/* Makes the roofline. cache_bytes: the rising sizes of the caches, of all cores together, if they
 * are known (at most ROOFLINE_LEVELS - 1 are used): a stream belongs to the smallest cache that
 * holds its working set, where the fastest one counts, since others lie partly elsewhere, or to the
 * memory, where the largest counts. cache_count 0: each stream, with the ROOFLINE_LEVELS - 1
 * smallest and the largest working set, is a level by itself. To be freed in all cases. */
void roofline_make(struct roofline *roofline, struct launch_values peak,
                   const struct roofline_stream *streams, size_t stream_count,
                   const double *cache_bytes, size_t cache_count, double level);
void roofline_free(struct roofline *roofline);

/* A kernel on the roofline. */
struct roofline_place {
  enum fit_status status;
  size_t level;             /* index into roofline.levels: the memory that it works from */
  bool bound_by_memory;     /* or else by arithmetic */
  double limit;             /* operations/s that it cannot exceed */
  struct estimate rate;     /* operations/s, as measured */
  struct estimate fraction; /* rate / limit. The interval is by signs of the launches (score.h) of
                             * the kernel and of the lower limit by the medians, the peak or the
                             * stream; NaN with fewer than 6 of either. Above 1 where the work model
                             * counts traffic that caches save. */
};

/* Places a kernel: its intensity in operations per byte (INFINITY: no traffic), its working set (0
 * or NaN if unknown: the memory), its rates in operations/s. */
struct roofline_place roofline_locate(const struct roofline *roofline, double intensity,
                                      double working_set_bytes, struct launch_values rates,
                                      const struct fit_options *options);

/* min(peak, intensity x bandwidth) of a level. */
double roofline_limit(const struct roofline *roofline, size_t level, double intensity);

#endif
