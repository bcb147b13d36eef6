/* fft: the matrices, the roots of unity, and the work model. */
#include <math.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/fft/fft.h"

/* Own data beyond which no cache holds what is written. */
#define CACHED_BYTES (INT64_C(48) << 20)

enum { CHUNKS_MIN = 8 }; /* the minimum number of chunks, if a part's units suffice */

/* The k of n = 2^k, rounded down. */
static int bits_of(int64_t n) {
  int bits = 0;
  while (n >> bits > 1)
    bits++;
  return bits;
}

int64_t fft_units(const struct problem *problem) {
  return INT64_C(1) << bits_of(problem->n) / 2;
}

/* Rows of w are padded by a cache line: at distances of powers of two, all elements of a column
 * would map to few sets of a cache. x is one array without padding. */
static int64_t stride_of(int64_t n1) {
  return n1 + FFT_LINE;
}

static int64_t chunk_of(int64_t most_units, int64_t n2) {
  int64_t fit = (FFT_CHUNK_MIB << 20) / (n2 * (int64_t)sizeof(complex_pair));
  return max_of(min_of(most_units / CHUNKS_MIN, fit), min_of(most_units, FFT_GROUP));
}

/* The angle is brought to the first octant in whole numbers. */
void fft_unit_root(int64_t e, int64_t n, double root[2]) {
  const int64_t eighth = n / 8, octant = e / eighth, rest = e % eighth;
  const double angle =
      2 * 3.14159265358979323846 * ((double)(octant % 2 ? eighth - rest : rest) / (double)n);
  const double c = cos(angle), s = sin(angle);
  const bool swapped = octant % 4 == 1 || octant % 4 == 2;
  const double re = swapped ? s : c, im = swapped ? c : s;
  root[0] = octant >= 2 && octant < 6 ? -re : re;
  root[1] = octant >= 4 ? -im : im;
}

static int roots_open(struct fft_roots *roots, int bits, struct error *error) {
  const int low_bits = (bits + 1) / 2;
  const int64_t n = INT64_C(1) << bits, low = INT64_C(1) << low_bits, high = n >> low_bits;
  *roots = (struct fft_roots){.n = n, .bits = bits, .low_bits = low_bits};
  if (memory_allocate(&roots->low, low + high, sizeof(complex_pair), "the roots of unity", error))
    return error->code;
  roots->high = roots->low + 2 * low;
  for (int64_t i = 0; i < low + high; i++) {
    int64_t e = i < low ? i : (i - low) << low_bits;
    fft_unit_root((8 * n - 8 * e) % (8 * n), 8 * n, roots->low + 2 * i);
  }
  return 0;
}

int fft_open(struct fft_state *s, const struct problem *problem, const struct part *part,
             bool tuned, struct error *error) {
  const int64_t own = part->end - part->begin;
  s->n = problem->n;
  s->bits = bits_of(s->n);
  s->n1 = INT64_C(1) << s->bits / 2;
  s->n2 = s->n / s->n1;
  s->begin = part->begin;
  s->end = part->end;
  s->parts = part->count;
  s->part = part->index;
  s->step = s->parts > 1 ? FFT_SPREAD : FFT_COLUMNS;
  s->nontemporal =
      HAVE_NONTEMPORAL && tuned && own * s->n2 * 2 * (int64_t)sizeof(complex_pair) > CACHED_BYTES;
  s->x = (struct fft_matrix){NULL, s->n2, s->n2, 1};
  s->w = (struct fft_matrix){NULL, s->n1, stride_of(s->n1), s->n2 / s->n1};
  if (memory_allocate(&s->x.points, own * s->n2, sizeof(complex_pair), "the numbers", error) ||
      memory_allocate(&s->w.points, own * s->w.rows_of_unit * s->w.stride, sizeof(complex_pair),
                      "the numbers, transposed", error) ||
      roots_open(&s->roots, s->bits, error) || fft_plans_open(&s->plans, s->n1, s->n2, error))
    return error->code;
  return s->parts == 1 ? 0
                       : pipeline_open(&s->pipeline, part, chunk_of(pipeline_units(part), s->n2),
                                       s->n2 / s->n1, sizeof(complex_pair), error);
}

void fft_close(void *opaque) {
  struct fft_state *s = opaque;
  free(s->x.points);
  free(s->w.points);
  free(s->roots.low);
  fft_plans_close(&s->plans);
  pipeline_close(&s->pipeline);
}

struct work fft_work(const struct problem *problem, int parts) {
  const int bits = bits_of(problem->n);
  const int64_t n1 = INT64_C(1) << bits / 2, n2 = (INT64_C(1) << bits) / n1;
  const int64_t chunk = chunk_of(quotient_up(n1, parts), n2);
  const double n = (double)n1 * (double)n2, point = sizeof(complex_pair);
  return (struct work){
      .operations = 5 * n * bits,
      .bytes = 2 * n * point,
      .traffic = (parts > 1 && n1 > 1 ? 6 : 4) * n * point,
      .messages = 3 * pipeline_messages(n1, parts, chunk),
      .memory = n * point + (double)n2 * (double)stride_of(n1) * point +
                pipeline_bytes(n1, parts, chunk, n2 / n1, sizeof(complex_pair)) +
                parts * (double)((INT64_C(1) << (bits + 1) / 2) + n1) * point,
  };
}
