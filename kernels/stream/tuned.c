/* stream's tuned path: whole cache lines, by vectors, with non-temporal stores or without. */
#include "kernels/stream/stream.h"

ALWAYS_INLINE vector result(int op, struct stream_arrays on, int64_t i) {
  switch (op) {
  case STREAM_COPY:
    return vector_load(on.b, i);
  case STREAM_SCALE:
    return STREAM_SCALAR * vector_load(on.b, i);
  case STREAM_ADD:
    return vector_load(on.b, i) + vector_load(on.c, i);
  case STREAM_TRIAD:
    return vector_load(on.b, i) + STREAM_SCALAR * vector_load(on.c, i);
  default:
    return vector_load(on.a, i) +
           (vector_load(on.b, i) + STREAM_NSTREAM_SCALAR * vector_load(on.c, i));
  }
}

/* The empty statement behind a line keeps the compiler from making a call of memcpy of the copy:
 * that one chooses its kind of store by itself. */
ALWAYS_INLINE void do_line(int op, bool nontemporal, struct stream_arrays on, int64_t line) {
  for (int k = 0; k < LINE / LANES; k++) {
    int64_t i = line + k * LANES;
    vector value = result(op, on, i);
    if (nontemporal)
      nontemporal_store(on.a, i, value);
    else
      vector_store(on.a, i, value);
  }
  __asm__ volatile("");
}

/* Non-temporal stores at two places of the range alternately, so that a core has more requests in
 * flight. On a Zen 4 that raises the triad on one core from 37 to 42 GB/s, and on two cores it is
 * no slower; with normal stores (nstream) it gains nothing. */
ALWAYS_INLINE void do_lines(int op, bool nontemporal, struct stream_arrays on, struct lines lines) {
  const int64_t half = nontemporal ? (lines.end - lines.begin) / LINE / 2 * LINE : 0;
  int64_t line = lines.begin;
  for (; line < lines.begin + half; line += LINE) {
    do_line(op, nontemporal, on, line);
    do_line(op, nontemporal, on, line + half);
  }
  for (line += half; line < lines.end; line += LINE)
    do_line(op, nontemporal, on, line);
  if (nontemporal)
    nontemporal_fence();
}

ALWAYS_INLINE void do_either(int op, bool nontemporal, struct stream_arrays on,
                             struct lines lines) {
  if (nontemporal)
    do_lines(op, true, on, lines);
  else
    do_lines(op, false, on, lines);
}

/* Two loops for each operation: `op` and `nontemporal` are known to them. */
void stream_lines(int op, bool nontemporal, struct stream_arrays on, struct lines lines) {
  switch (op) {
  case STREAM_COPY:
    do_either(STREAM_COPY, nontemporal, on, lines);
    break;
  case STREAM_SCALE:
    do_either(STREAM_SCALE, nontemporal, on, lines);
    break;
  case STREAM_ADD:
    do_either(STREAM_ADD, nontemporal, on, lines);
    break;
  case STREAM_TRIAD:
    do_either(STREAM_TRIAD, nontemporal, on, lines);
    break;
  default:
    do_either(STREAM_NSTREAM, nontemporal, on, lines);
  }
}
