/* nbody's tuned path: as many bodies as a vector has lanes are pulled at a time. */
#include <string.h>

#include "kernels/blocks/vector.h"
#include "kernels/nbody/nbody.h"

/* Of each body on each, mass / (r*r + softening^2)^(3/2), with r2 = r*r + softening^2 the square.
 *
 * Where the processor has an estimate y of 1 / sqrt(r2), the power follows from it and from how far
 * it is off, e = 1 - r2*y*y, which one fused operation gives exactly but for a rounding:
 *   r2^(-3/2) = y^3 * (1 - e)^(-3/2) = y^3 * (1 + 3/2 e + 15/8 e^2 + 35/16 e^3 + 315/128 e^4 + ...)
 * That is one polynomial where Newton's method would take two steps for the root and three
 * multiplications for its power. The first omitted power is compensated by what of it the lower
 * ones can say at |e| <= limit (the Chebyshev polynomial of that degree), which leaves 1/16 or 1/8
 * of it. */
#if defined(VECTOR_AVX512) /* vrsqrt14pd: relative error below 2^-14 */
#  define ESTIMATED
static const double limit = 1.0 / 8192;

ALWAYS_INLINE vector inverse_root(vector r2) {
  return (vector)_mm512_rsqrt14_pd((__m512d)r2);
}

/* (1 - e)^(-3/2) to 7e-17: e^4 = limit^2 * e^2 - limit^4 / 8 + at most limit^4 / 8 */
ALWAYS_INLINE vector power_of(vector e) {
  const double left_out = 315.0 / 128;
  vector p = vector_madd(e, vector_all(35.0 / 16), vector_all(15.0 / 8 + left_out * limit * limit));
  p = vector_madd(p, e, vector_all(3.0 / 2));
  return vector_madd(p, e, vector_all(1));
}
#elif defined(VECTOR_AVX2) /* vrsqrtps: relative error below 1.5 * 2^-12 */
#  define ESTIMATED
static const double limit = 3.0 / 4096;

ALWAYS_INLINE vector inverse_root(vector r2) {
  return (vector)_mm256_cvtps_pd(_mm_rsqrt_ps(_mm256_cvtpd_ps((__m256d)r2)));
}

/* (1 - e)^(-3/2) to 4e-17: e^5 = 5/4 limit^2 * e^3 - 5/16 limit^4 * e + at most limit^5 / 16 */
ALWAYS_INLINE vector power_of(vector e) {
  const double left_out = 693.0 / 256, limit2 = limit * limit;
  const double third = 35.0 / 16 + left_out * 5 / 4 * limit2;
  const double first = 3.0 / 2 - left_out * 5 / 16 * limit2 * limit2;
  vector p = vector_madd(e, vector_all(315.0 / 128), vector_all(third));
  p = vector_madd(p, e, vector_all(15.0 / 8));
  p = vector_madd(p, e, vector_all(first));
  return vector_madd(p, e, vector_all(1));
}
#else
ALWAYS_INLINE vector inverse_root(vector r2) {
#  if defined(__SSE2__) && !defined(LANES_EMULATED)
  return 1 / (vector)_mm_sqrt_pd((__m128d)r2);
#  else
  for (int l = 0; l < LANES; l++)
    r2[l] = 1 / sqrt(r2[l]);
  return r2;
#  endif
}
#endif

ALWAYS_INLINE vector pull_of(vector mass, vector r2, vector root) {
  vector root2 = root * root;
#if defined(ESTIMATED)
  return mass * root * root2 * power_of(vector_madd(-r2, root2, vector_all(1)));
#else
  (void)r2;
  return mass * root * root2;
#endif
}

enum {
  BLOCK = 16, /* bodies whose roots are begun before the first of them is used */
  TILE = 512  /* bodies that pull all of a range before the next ones do: 16 KiB */
};

/* As many bodies as a vector has lanes. */
struct group {
  vector x, y, z, ax, ay, az;
};

/* One body after another pulls, so that the sums are the same in whatever lane or range a body is.
 * The way from a distance to its pull takes some 60 cycles and what each pair takes is 10: more
 * than a processor looks ahead over. Hence two loops, the roots first. */
ALWAYS_INLINE void pull_block(struct group *g, const struct nbody_body *restrict from,
                              int64_t count) {
  vector square[BLOCK], root[BLOCK];
  for (int64_t j = 0; j < count; j++) {
    vector dx = vector_all(from[j].x) - g->x, dy = vector_all(from[j].y) - g->y,
           dz = vector_all(from[j].z) - g->z;
    square[j] = vector_madd(dz, dz, vector_all(NBODY_SOFTENING2));
    square[j] = vector_madd(dy, dy, square[j]);
    square[j] = vector_madd(dx, dx, square[j]);
    root[j] = inverse_root(square[j]);
  }
  for (int64_t j = 0; j < count; j++) {
    vector dx = vector_all(from[j].x) - g->x, dy = vector_all(from[j].y) - g->y,
           dz = vector_all(from[j].z) - g->z;
    vector pull = pull_of(vector_all(from[j].mass), square[j], root[j]);
    g->ax = vector_madd(pull, dx, g->ax);
    g->ay = vector_madd(pull, dy, g->ay);
    g->az = vector_madd(pull, dz, g->az);
  }
}

static void pull_tile(struct group *group, const struct nbody_body *restrict from, int64_t count) {
  struct group g = *group;
  int64_t whole = count / BLOCK * BLOCK;
  for (int64_t j = 0; j < whole; j += BLOCK)
    pull_block(&g, from + j, BLOCK);
  pull_block(&g, from + whole, count - whole);
  *group = g;
}

/* Lanes [0, used) from memory, the others 0. */
ALWAYS_INLINE vector load_some(const double *from, int64_t used) {
  double value[LANES] = {0};
  memcpy(value, from, (size_t)used * sizeof *from);
  return vector_load(value, 0);
}

ALWAYS_INLINE void store_some(double *to, vector value, int64_t used) {
  memcpy(to, &value, (size_t)used * sizeof *to);
}

/* Adds what the bodies [first, last) pull to the accelerations of [begin, end). */
static void add_pulls(const struct nbody_body *all, int64_t begin, int64_t end, int64_t first,
                      int64_t last, double *const a[3]) {
  for (int64_t i = begin; i < end; i += LANES) {
    int64_t used = end - i < LANES ? end - i : LANES, own = i - begin;
    struct group g = {.ax = load_some(a[0] + own, used),
                      .ay = load_some(a[1] + own, used),
                      .az = load_some(a[2] + own, used)};
    for (int64_t l = 0; l < used; l++) {
      g.x[l] = all[i + l].x;
      g.y[l] = all[i + l].y;
      g.z[l] = all[i + l].z;
    }
    pull_tile(&g, all + first, last - first);
    store_some(a[0] + own, g.ax, used);
    store_some(a[1] + own, g.ay, used);
    store_some(a[2] + own, g.az, used);
  }
}

void nbody_tuned(const struct nbody_body *all, int64_t n, int64_t begin, int64_t end,
                 double *const a[3]) {
  for (int d = 0; d < 3; d++)
    memset(a[d], 0, (size_t)(end - begin) * sizeof *a[d]);
  for (int64_t first = 0; first < n; first += TILE)
    add_pulls(all, begin, end, first, n - first < TILE ? n : first + TILE, a);
}
