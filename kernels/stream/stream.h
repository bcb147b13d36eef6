/* stream: what the kernel shares with its tuned implementation and its oracle. */
#ifndef QUARTET_STREAM_H
#define QUARTET_STREAM_H

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"

enum { STREAM_COPY, STREAM_SCALE, STREAM_ADD, STREAM_TRIAD, STREAM_NSTREAM }; /* operations */

#define STREAM_SCALAR 0.42
#define STREAM_NSTREAM_SCALAR 3

/* What an operation works on. */
struct stream_arrays {
  double *a;
  const double *b, *c;
};

/* Performs the operation on whole cache lines of the arrays, which all begin at one in memory;
 * nontemporal: with non-temporal stores. */
void stream_lines(int op, bool nontemporal, struct stream_arrays on, struct lines lines);

struct stream_state {
  int64_t begin; /* the first own element */
  int op;
  enum path path;
  bool nontemporal;
  int64_t runs;       /* of the operation, since SETUP */
  double *a, *b, *c;  /* own elements; c: NULL if the operation has none */
  struct minmax base; /* of all elements of a, see oracle.c: the same where all is right */
};

/* The phases `fill` and `check`, and the verdict. As in struct kernel. */
void stream_fill_body(void *state, int64_t begin, int64_t end, void *partial);
void stream_check_body(void *state, int64_t begin, int64_t end, void *partial);
int stream_check_then(void *state, const void *total);
struct verdict stream_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
