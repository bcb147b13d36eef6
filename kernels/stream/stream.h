/* stream: what the kernel shares with its tuned implementation. */
#ifndef QUARTET_STREAM_H
#define QUARTET_STREAM_H

#include "kernels/blocks/nontemporal.h"

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

#endif
