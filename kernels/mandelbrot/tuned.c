/* mandelbrot's tuned path: several vectors of orbits at a time; those that have ended make room for
 * others. */
#include "kernels/blocks/vector.h"
#include "kernels/mandelbrot/mandelbrot.h"

/* As many vectors at a time as hide the latencies: an iteration waits for two dependent fused
 * operations (8 cycles), of which two start in a cycle, and takes three of them for each vector. */
enum { CHAINS = 6, GROUP = CHAINS * LANES };

_Static_assert((int)GROUP <= (int)MANDELBROT_PADDING, "the last group is filled up");

enum {
  FIRST = 8,   /* iterations of all of them before those that ended are dropped */
  TESTED = 32, /* up to here the bound is looked at in each iteration, as many end */
  LONGEST = 64 /* iterations between two looks after that */
};

struct group {
  vector x[CHAINS], y[CHAINS], cx[CHAINS], cy[CHAINS];
};

ALWAYS_INLINE struct group load_group(const struct mandelbrot_orbits *o, int64_t at) {
  struct group g;
  for (int k = 0; k < CHAINS; k++) {
    g.x[k] = vector_load(o->x, at + k * LANES);
    g.y[k] = vector_load(o->y, at + k * LANES);
    g.cx[k] = vector_load(o->cx, at + k * LANES);
    g.cy[k] = vector_load(o->cy, at + k * LANES);
  }
  return g;
}

ALWAYS_INLINE void store_group(struct mandelbrot_orbits *o, int64_t at, const struct group *g) {
  for (int k = 0; k < CHAINS; k++) {
    vector_store(o->x, at + k * LANES, g->x[k]);
    vector_store(o->y, at + k * LANES, g->y[k]);
  }
}

/* Orbits near the border of the set are chaotic, and each rounding shows in the counts: the
 * reference rounds like this, too. */
ALWAYS_INLINE void iterate(struct group *g) {
  for (int k = 0; k < CHAINS; k++) {
    vector rest = vector_madd(-g->y[k], g->y[k], g->cx[k]);
    g->y[k] = vector_madd(g->x[k] + g->x[k], g->y[k], g->cy[k]);
    g->x[k] = vector_madd(g->x[k], g->x[k], rest);
  }
}

/* All bits of a lane where |z| <= 2; none where it is more, infinite or no number any more. */
ALWAYS_INLINE vector_int within(vector x, vector y) {
  return (vector_int)(vector_madd(x, x, y * y) <= vector_all(4));
}

/* Writes the counts of the group's orbits as they are by now, and notes which have ended. */
ALWAYS_INLINE void note_ended(struct mandelbrot_orbits *o, int64_t at, int64_t iterations,
                              const int64_t stayed[GROUP], int32_t *restrict counts) {
  const int32_t *restrict pixel = o->pixel + at;
  int32_t *restrict ended = o->ended;
  int64_t done = o->done, ended_count = o->ended_count;
  int64_t used = o->count - at < GROUP ? o->count - at : GROUP;
  for (int64_t l = 0; l < used; l++) {
    counts[pixel[l]] = (int32_t)(done + stayed[l]);
    ended[ended_count] = (int32_t)(at + l);
    ended_count += stayed[l] < iterations;
  }
  o->ended_count = ended_count;
}

/* Iterates the group at `at` that many times and counts those that stay within the bound.
 */
static void advance_counting(struct mandelbrot_orbits *o, int64_t at, int64_t iterations,
                             int32_t *restrict counts) {
  struct group g = load_group(o, at);
  vector_int stayed[CHAINS] = {{0}};
  int64_t stayed_each[GROUP];
  for (int64_t i = 0; i < iterations; i++) {
    iterate(&g);
    for (int k = 0; k < CHAINS; k++)
      stayed[k] -= within(g.x[k], g.y[k]);
  }
  store_group(o, at, &g);
  memcpy(stayed_each, stayed, sizeof stayed);
  note_ended(o, at, iterations, stayed_each, counts);
}

/* The same, for when few orbits are expected to end: the bound is checked only at the end, since an
 * orbit that has exceeded it does not return (with |c| > 2 it exceeds it from the first iteration
 * on). */
static void advance_blindly(struct mandelbrot_orbits *o, int64_t at, int64_t iterations,
                            int32_t *restrict counts) {
  struct group g = load_group(o, at);
  for (int64_t i = 0; i < iterations; i++)
    iterate(&g);
  vector_int all = within(g.x[0], g.y[0]);
  for (int k = 1; k < CHAINS; k++)
    all &= within(g.x[k], g.y[k]);
  if (vector_all_true(all))
    store_group(o, at, &g);
  else
    advance_counting(o, at, iterations, counts);
}

/* The last orbits take the places of those that have ended. */
static void close_gaps(struct mandelbrot_orbits *o) {
  while (o->ended_count > 0) {
    int32_t to = o->ended[--o->ended_count];
    int64_t from = --o->count;
    o->x[to] = o->x[from];
    o->y[to] = o->y[from];
    o->cx[to] = o->cx[from];
    o->cy[to] = o->cy[from];
    o->pixel[to] = o->pixel[from];
  }
}

/* Iterates all orbits that many times and drops those that end. */
static void advance(struct mandelbrot_orbits *o, int64_t iterations, int32_t *restrict counts) {
  for (int64_t i = o->count; i % GROUP != 0; i++) /* these stay at 0 */
    o->x[i] = o->y[i] = o->cx[i] = o->cy[i] = 0;
  for (int64_t at = 0; at < o->count; at += GROUP)
    if (o->done < TESTED)
      advance_counting(o, at, iterations, counts);
    else
      advance_blindly(o, at, iterations, counts);
  close_gaps(o);
  o->done += iterations;
}

/* The rarer orbits end, the longer the blocks of iterations: fewer end at k the greater k is. */
void mandelbrot_tuned(struct mandelbrot_orbits *o, int64_t iterations, int32_t *restrict counts) {
  while (o->done < iterations && o->count > 0) {
    int64_t block = o->done < 2 * FIRST ? FIRST : o->done / 2;
    block = block < LONGEST ? block : LONGEST;
    advance(o, block < iterations - o->done ? block : iterations - o->done, counts);
  }
  for (int64_t i = 0; i < o->count; i++)
    counts[o->pixel[i]] = (int32_t)iterations;
}
