/* fft: roots of unity. */
#include <math.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/fft/fft.h"

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

int fft_roots_open(struct fft_roots *roots, int bits, struct error *error) {
  const int low_bits = (bits + 1) / 2;
  const int64_t n = INT64_C(1) << bits, low = INT64_C(1) << low_bits, high = n >> low_bits;
  void *memory;
  if (memory_allocate(&memory, low + high, sizeof(complex_pair), "the roots of unity", error))
    return error->code;
  *roots = (struct fft_roots){n, bits, low_bits, memory, (double *)memory + 2 * low};
  for (int64_t i = 0; i < low + high; i++) {
    int64_t e = i < low ? i : (i - low) << low_bits;
    fft_unit_root((8 * n - 8 * e) % (8 * n), 8 * n, roots->low + 2 * i);
  }
  return 0;
}

void fft_roots_close(struct fft_roots *roots) {
  free(roots->low);
}
