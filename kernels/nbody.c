/* nbody: gravity among n bodies by direct summation, moved on by the leapfrog. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/vector.h"
#include "kernels/kernel.h"

enum { STEPS };
enum { PHASE_PLACE, PHASE_FIRST_PULL, PHASE_DRIFT, PHASE_PULL, PHASE_CHECK };

static const struct kernel_option options[] = {
    {"steps", OPTION_COUNT, 5, 1, 1000000, "step", "steps of the leapfrog in one repetition"},
    {0},
};

static const double span = 0.25; /* the time that a pass covers; the step is a part of it */
static const double softening2 = 0.05 * 0.05;

/* What all parts have of each body. One stream of memory, of which each body is half a cache line;
 * the vectors run over the bodies that are pulled, so that nothing is gained by arrays apart. */
struct body {
  double x, y, z, mass;
};

/* -- The bodies ------------------------------------------------------------------------------- */

/* Four rings of equal bodies about one axis, and up to three bodies on the axis, so that there is
 * an n of every kind. What begins with this symmetry keeps it, and so the path of every body is
 * known from that of one in its ring: the oracle follows those few alone. Units: the gravitational
 * constant and the total mass are 1. */
enum { RINGS = 4, ON_AXIS = 3, ORBITS = RINGS + ON_AXIS };

struct orbit {
  double radius, height, angle;   /* of the ring's first body */
  double outward, around, upward; /* its velocity */
  double weight;                  /* the masses are in proportion to these */
};

static const struct orbit orbits[ORBITS] = {
    {0.50, -0.30, 0.10, 0.10, 0.90, 0.05, 1.0}, {0.75, 0.20, 0.45, -0.10, 0.80, -0.05, 2.0},
    {1.00, -0.10, 0.80, 0.05, 0.75, 0.10, 3.0}, {1.25, 0.40, 1.15, 0.00, 0.70, -0.10, 4.0},
    {0.00, -0.70, 0.00, 0.00, 0.00, 0.20, 2.5}, {0.00, 0.05, 0.00, 0.00, 0.00, -0.10, 1.5},
    {0.00, 0.75, 0.00, 0.00, 0.00, 0.15, 0.5},
};

/* The axis and two directions across it: none lies along a coordinate. */
static const double frame[3][3] = {
    {1.0 / 3, 2.0 / 3, 2.0 / 3}, {2.0 / 3, 1.0 / 3, -2.0 / 3}, {2.0 / 3, -2.0 / 3, 1.0 / 3}};

/* Body i: the slot-th of a ring, or on the axis. */
struct seat {
  int orbit;
  int64_t slot, slots;
};

static struct seat seat_of(int64_t i, int64_t n) {
  int64_t slots = n / RINGS;
  if (i < slots * RINGS)
    return (struct seat){(int)(i % RINGS), i / RINGS, slots};
  return (struct seat){(int)(RINGS + i - slots * RINGS), 0, 1};
}

static bool has_orbit(int orbit, int64_t n) {
  return orbit < RINGS ? n >= RINGS : orbit - RINGS < n % RINGS;
}

/* How many bodies share an orbit's kind of path. */
static int64_t bodies_in(int orbit, int64_t n) {
  return orbit < RINGS ? n / RINGS : 1;
}

static double mass_of(int orbit, int64_t n) {
  double sum = 0;
  for (int o = 0; o < ORBITS; o++)
    if (has_orbit(o, n))
      sum += orbits[o].weight * (double)bodies_in(o, n);
  return orbits[orbit].weight / sum;
}

static double angle_of(const struct seat *seat) {
  return 2 * 3.14159265358979323846 * (double)seat->slot / (double)seat->slots;
}

/* From the frame of the axis to the coordinates, and back. */
static void out_of_frame(const double in[3], double out[3]) {
  for (int d = 0; d < 3; d++)
    out[d] = in[0] * frame[0][d] + in[1] * frame[1][d] + in[2] * frame[2][d];
}

static void into_frame(const double in[3], double out[3]) {
  for (int d = 0; d < 3; d++)
    out[d] = in[0] * frame[d][0] + in[1] * frame[d][1] + in[2] * frame[d][2];
}

static void rotate(double v[3], double angle) {
  double c = cos(angle), s = sin(angle), x = v[0], y = v[1];
  v[0] = c * x - s * y;
  v[1] = s * x + c * y;
}

/* Where the first body of an orbit begins, in the frame of the axis. */
static void begin_orbit(const struct orbit *o, double x[3], double v[3]) {
  double c = cos(o->angle), s = sin(o->angle);
  x[0] = o->radius * c;
  x[1] = o->radius * s;
  x[2] = o->height;
  v[0] = o->outward * c - o->around * s;
  v[1] = o->outward * s + o->around * c;
  v[2] = o->upward;
}

/* -- The pull --------------------------------------------------------------------------------- */

/* Of each body on each, mass / (r*r + softening^2)^(3/2), with r2 = r*r + softening^2 the square.
 *
 * Where the processor has an estimate y of 1 / sqrt(r2), the power follows from it and from how far
 * it is off, e = 1 - r2*y*y, which one fused operation gives exactly but for a rounding:
 *   r2^(-3/2) = y^3 * (1 - e)^(-3/2) = y^3 * (1 + 3/2 e + 15/8 e^2 + 35/16 e^3 + 315/128 e^4 + ...)
 * That is one polynomial where Newton's method would take two steps for the root and three
 * multiplications for its power. The first power left out is made up for by what of it the lower
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
ALWAYS_INLINE void pull_block(struct group *g, const struct body *restrict from, int64_t count) {
  vector square[BLOCK], root[BLOCK];
  for (int64_t j = 0; j < count; j++) {
    vector dx = vector_all(from[j].x) - g->x, dy = vector_all(from[j].y) - g->y,
           dz = vector_all(from[j].z) - g->z;
    square[j] = vector_madd(dz, dz, vector_all(softening2));
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

static void pull_tile(struct group *group, const struct body *restrict from, int64_t count) {
  struct group g = *group;
  int64_t whole = count / BLOCK * BLOCK;
  for (int64_t j = 0; j < whole; j += BLOCK)
    pull_block(&g, from + j, BLOCK);
  pull_block(&g, from + whole, count - whole);
  *group = g;
}

/* -- The state -------------------------------------------------------------------------------- */

/* The first body of an orbit, in the frame of the axis. */
struct first {
  double x[3], v[3], a[3];
};

/* What a CHECK finds. */
struct findings {
  int64_t bodies;
  double path;    /* the greatest distance from where a body should be, in place or velocity */
  double pull;    /* the greatest error of an acceleration, in units of its bound */
  double kinetic; /* energy */
  double binding; /* energy, negative */
  double momentum[3];
};

struct state {
  int64_t n, begin, end;
  int64_t steps, step; /* of a pass; done in this one */
  int64_t passes;      /* done; every other pass goes back in time */
  double h;            /* the time of a step; negative on the way back */
  struct body *all;    /* n: the own bodies and those of all other parts */
  double *v[3], *a[3]; /* velocities and accelerations of the own bodies */
  struct first start[ORBITS], end_of_way[ORBITS]; /* by the oracle */
  struct findings found;
};

static int64_t units(const struct problem *problem) {
  return problem->n;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t own = part->end - part->begin;
  void *memory;
  s->n = problem->n;
  s->begin = part->begin;
  s->end = part->end;
  s->steps = problem->value[STEPS];
  s->h = span / (double)s->steps;
  if (memory_allocate(&memory, s->n, sizeof(struct body), "the bodies", error))
    return error->code;
  s->all = memory;
  for (int d = 0; d < 3; d++) {
    if (memory_allocate(&memory, own, sizeof(double), "the velocities", error))
      return error->code;
    s->v[d] = memory;
    if (memory_allocate(&memory, own, sizeof(double), "the accelerations", error))
      return error->code;
    s->a[d] = memory;
  }
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->all);
  for (int d = 0; d < 3; d++) {
    free(s->v[d]);
    free(s->a[d]);
  }
}

static void place_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    const struct seat seat = seat_of(i, s->n);
    double frame_x[3], frame_v[3], x[3], v[3];
    begin_orbit(&orbits[seat.orbit], frame_x, frame_v);
    rotate(frame_x, angle_of(&seat));
    rotate(frame_v, angle_of(&seat));
    out_of_frame(frame_x, x);
    out_of_frame(frame_v, v);
    s->all[i] = (struct body){x[0], x[1], x[2], mass_of(seat.orbit, s->n)};
    for (int d = 0; d < 3; d++) {
      s->v[d][i - s->begin] = v[d];
      s->a[d][i - s->begin] = 0;
    }
  }
}

static void all_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request->kind = REQUEST_GATHER;
  request->as.gather = (struct gather){.all = s->all, .unit_bytes = sizeof(struct body)};
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
static void add_pulls(struct state *s, int64_t begin, int64_t end, int64_t first, int64_t last) {
  for (int64_t i = begin; i < end; i += LANES) {
    int64_t used = end - i < LANES ? end - i : LANES, own = i - s->begin;
    struct group g = {.ax = load_some(s->a[0] + own, used),
                      .ay = load_some(s->a[1] + own, used),
                      .az = load_some(s->a[2] + own, used)};
    for (int64_t l = 0; l < used; l++) {
      g.x[l] = s->all[i + l].x;
      g.y[l] = s->all[i + l].y;
      g.z[l] = s->all[i + l].z;
    }
    pull_tile(&g, s->all + first, last - first);
    store_some(s->a[0] + own, g.ax, used);
    store_some(s->a[1] + own, g.ay, used);
    store_some(s->a[2] + own, g.az, used);
  }
}

static void pull_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int d = 0; d < 3; d++)
    memset(s->a[d] + (begin - s->begin), 0, (size_t)(end - begin) * sizeof *s->a[d]);
  for (int64_t first = 0; first < s->n; first += TILE)
    add_pulls(s, begin, end, first, s->n - first < TILE ? s->n : first + TILE);
}

/* Half a step of the velocities. */
static void kick(struct state *s, int64_t begin, int64_t end) {
  const double half = s->h / 2;
  for (int d = 0; d < 3; d++) {
    double *restrict v = s->v[d] - s->begin;
    const double *restrict a = s->a[d] - s->begin;
    for (int64_t i = begin; i < end; i++)
      v[i] = madd(half, a[i], v[i]);
  }
}

static void drift_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const double h = s->h;
  const double *restrict vx = s->v[0] - s->begin, *restrict vy = s->v[1] - s->begin,
                         *restrict vz = s->v[2] - s->begin;
  struct body *restrict all = s->all;
  (void)partial;
  kick(s, begin, end);
  for (int64_t i = begin; i < end; i++) {
    all[i].x = madd(h, vx[i], all[i].x);
    all[i].y = madd(h, vy[i], all[i].y);
    all[i].z = madd(h, vz[i], all[i].z);
  }
}

static void pull_and_kick_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  pull_body(opaque, begin, end, partial);
  kick(opaque, begin, end);
}

static int step_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  if (++s->step < s->steps)
    return PHASE_DRIFT;
  s->step = 0;
  s->passes++;
  s->h = -s->h;
  return PHASE_END;
}

/* -- The oracle ------------------------------------------------------------------------------- */

/* The slot-th body of an orbit, from the first one. */
static void image_of(const struct first *first, int64_t slot, int64_t slots, double x[3]) {
  memcpy(x, first->x, sizeof first->x);
  rotate(x, angle_of(&(struct seat){.slot = slot, .slots = slots}));
}

/* What a body of `mass` at distance d adds to an acceleration. */
static void add_pull(const double d[3], double mass, double a[3]) {
  double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + softening2;
  double pull = mass / (square * sqrt(square));
  for (int c = 0; c < 3; c++)
    a[c] += pull * d[c];
}

/* The accelerations of the first bodies, by all bodies of all orbits. */
static void find_pulls(struct first firsts[ORBITS], int64_t n) {
  for (int k = 0; k < ORBITS; k++)
    memset(firsts[k].a, 0, sizeof firsts[k].a);
  for (int o = 0; o < ORBITS; o++)
    for (int64_t slot = 0, slots = bodies_in(o, n); has_orbit(o, n) && slot < slots; slot++) {
      double mass = mass_of(o, n), x[3];
      image_of(&firsts[o], slot, slots, x);
      for (int k = 0; k < ORBITS; k++) {
        const double *to = firsts[k].x;
        add_pull((double[]){x[0] - to[0], x[1] - to[1], x[2] - to[2]}, mass, firsts[k].a);
      }
    }
}

/* Kinetic and potential energy of all bodies. */
static double energy_of(const struct first firsts[ORBITS], int64_t n) {
  double energy = 0;
  for (int k = 0; k < ORBITS; k++) {
    const double *to = firsts[k].x, *v = firsts[k].v;
    double potential = 0, share = (double)bodies_in(k, n) * mass_of(k, n);
    if (!has_orbit(k, n))
      continue;
    for (int o = 0; o < ORBITS; o++)
      for (int64_t slot = 0, slots = bodies_in(o, n); has_orbit(o, n) && slot < slots; slot++) {
        double x[3];
        image_of(&firsts[o], slot, slots, x);
        if (o != k || slot > 0)
          potential -= mass_of(o, n) /
                       sqrt((x[0] - to[0]) * (x[0] - to[0]) + (x[1] - to[1]) * (x[1] - to[1]) +
                            (x[2] - to[2]) * (x[2] - to[2]) + softening2);
      }
    energy += share * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + potential) / 2;
  }
  return energy;
}

static void begin_orbits(struct first firsts[ORBITS]) {
  for (int k = 0; k < ORBITS; k++)
    begin_orbit(&orbits[k], firsts[k].x, firsts[k].v);
}

/* The same leapfrog for the first bodies alone. */
static void follow(struct first firsts[ORBITS], int64_t n, int64_t steps) {
  const double h = span / (double)steps;
  find_pulls(firsts, n);
  for (int64_t step = 0; step < steps; step++) {
    for (int k = 0; k < ORBITS; k++)
      for (int c = 0; c < 3; c++) {
        firsts[k].v[c] += h / 2 * firsts[k].a[c];
        firsts[k].x[c] += h * firsts[k].v[c];
      }
    find_pulls(firsts, n);
    for (int k = 0; k < ORBITS; k++)
      for (int c = 0; c < 3; c++)
        firsts[k].v[c] += h / 2 * firsts[k].a[c];
  }
}

static int place_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  begin_orbits(s->start);
  begin_orbits(s->end_of_way);
  follow(s->end_of_way, s->n, s->steps);
  return PHASE_FIRST_PULL;
}

/* The greater one; NaN if either is. */
static double greater(double a, double b) {
  return b > a || isnan(b) ? b : a;
}

/* Whether a body is where the first one of its orbit says, and as fast. */
static void check_path(const struct state *s, int64_t i, struct findings *found) {
  const struct seat seat = seat_of(i, s->n);
  const struct first *first = s->passes % 2 ? &s->end_of_way[seat.orbit] : &s->start[seat.orbit];
  const struct body *b = &s->all[i];
  const int64_t own = i - s->begin;
  double x[3], v[3];
  into_frame((double[]){b->x, b->y, b->z}, x);
  into_frame((double[]){s->v[0][own], s->v[1][own], s->v[2][own]}, v);
  rotate(x, -angle_of(&seat));
  rotate(v, -angle_of(&seat));
  for (int c = 0; c < 3; c++) {
    found->path = greater(found->path, fabs(x[c] - first->x[c]));
    found->path = greater(found->path, fabs(v[c] - first->v[c]));
  }
}

/* One body's acceleration and potential again, by root and division. The error of a sum of n terms
 * is at most n - 1 roundings of the sum of their absolute values (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 4.2), twice here, beside some roundings of each term. */
static void check_pull(const struct state *s, int64_t i, struct findings *found) {
  const struct body *to = &s->all[i];
  const int64_t own = i - s->begin;
  const double share = (double)bodies_in(seat_of(i, s->n).orbit, s->n) * to->mass;
  double a[3] = {0}, sizes[3] = {0}, potential = 0;
  for (int64_t j = 0; j < s->n; j++) {
    const struct body *from = &s->all[j];
    double d[3] = {from->x - to->x, from->y - to->y, from->z - to->z};
    add_pull(d, from->mass, a);
    add_pull((double[]){fabs(d[0]), fabs(d[1]), fabs(d[2])}, from->mass, sizes);
    if (j != i)
      potential -= from->mass / sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + softening2);
  }
  for (int c = 0; c < 3; c++) {
    double bound = (double)(s->n + 32) * 0x1p-52 * sizes[c] + 1e-300;
    found->pull = greater(found->pull, fabs(s->a[c][own] - a[c]) / bound);
  }
  found->binding += share * potential / 2;
}

static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct findings found = {.bodies = end - begin};
  for (int64_t i = begin; i < end; i++) {
    const int64_t own = i - s->begin;
    const double mass = s->all[i].mass, v[3] = {s->v[0][own], s->v[1][own], s->v[2][own]};
    check_path(s, i, &found);
    if (seat_of(i, s->n).slot == 0)
      check_pull(s, i, &found);
    found.kinetic += mass * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]) / 2;
    for (int c = 0; c < 3; c++)
      found.momentum[c] += mass * v[c];
  }
  *(struct findings *)partial = found;
}

static void check_combine(void *into, const void *from) {
  struct findings *a = into;
  const struct findings *b = from;
  a->bodies += b->bodies;
  a->path = greater(a->path, b->path);
  a->pull = greater(a->pull, b->pull);
  a->kinetic += b->kinetic;
  a->binding += b->binding;
  for (int c = 0; c < 3; c++)
    a->momentum[c] += b->momentum[c];
}

static int check_then(void *opaque, const void *total) {
  ((struct state *)opaque)->found = *(const struct findings *)total; /* there is a body */
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_PLACE] = {.name = "place", .stage = STAGE_SETUP, .body = place_body, .then = place_then},
    [PHASE_FIRST_PULL] = {.name = "first_pull",
                          .stage = STAGE_SETUP,
                          .request = all_request,
                          .body = pull_body,
                          .edge = EDGE_ALL},
    [PHASE_DRIFT] = {.name = "drift", .stage = STAGE_TIMED, .body = drift_body},
    [PHASE_PULL] = {.name = "pull",
                    .stage = STAGE_TIMED,
                    .request = all_request,
                    .body = pull_and_kick_body,
                    .edge = EDGE_ALL,
                    .then = step_then},
    [PHASE_CHECK] = {.name = "check",
                     .stage = STAGE_CHECK,
                     .body = check_body,
                     .partial_bytes = sizeof(struct findings),
                     .combine = check_combine,
                     .then = check_then},
};

static struct work work(const struct problem *problem, int parts) {
  const double n = (double)problem->n, steps = (double)problem->value[STEPS];
  return (struct work){
      .operations = 20 * n * n * steps,
      /* drift: v and the place to and fro, a; pull: the bodies, a to, v to and fro, a */
      .bytes = steps * n * ((48 + 32 + 24 + 24) + (32 + 24 + 48 + 24)),
      .messages = steps * parts * (parts - 1.0),
      .memory = parts * n * sizeof(struct body) + n * 6 * sizeof(double),
  };
}

/* How far the energy may be off after steps of h: the leapfrog is of second order, and so is the
 * error of its energy (E. Hairer, C. Lubich, G. Wanner, Acta Numerica 12, 2003). The factor was
 * measured: 1.74 with 4 bodies, less with others. */
static double energy_bound(const struct problem *problem, double energy) {
  const double h = span / (double)problem->value[STEPS];
  return (4 * h * h + 1e-10) * fabs(energy);
}

/* The sum of mass times velocity: of a ring, what is along the axis is left. */
static void momentum_of(const struct first start[ORBITS], int64_t n, double momentum[3]) {
  double sum[3] = {0};
  for (int k = 0; k < ORBITS; k++)
    for (int c = bodies_in(k, n) == 1 ? 0 : 2; has_orbit(k, n) && c < 3; c++)
      sum[c] += (double)bodies_in(k, n) * mass_of(k, n) * start[k].v[c];
  out_of_frame(sum, momentum);
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const struct findings *found = &s->found;
  struct first start[ORBITS];
  struct verdict verdict = {.tolerance = 1};
  double momentum[3];
  begin_orbits(start);
  momentum_of(start, problem->n, momentum);
  const double energy = found->kinetic + found->binding, expected = energy_of(start, problem->n);
  snprintf(verdict.value, sizeof verdict.value, "%.12g", energy);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", expected);
  verdict.error = found->bodies == problem->n && s->passes == passes ? 0 : INFINITY;
  verdict.error = greater(verdict.error, found->path / 1e-9);
  verdict.error = greater(verdict.error, found->pull);
  verdict.error = greater(verdict.error, fabs(energy - expected) / energy_bound(problem, expected));
  for (int c = 0; c < 3; c++)
    verdict.error = greater(verdict.error, fabs(found->momentum[c] - momentum[c]) / 1e-10);
  return verdict;
}

const struct kernel kernel_nbody = {
    .name = "nbody",
    .summary = "gravity among n bodies by direct summation, leapfrog steps",
    .description =
        "n bodies attract each other: the acceleration of body i is the sum over all j of m_j d / "
        "(|d|^2 + eps^2)^(3/2), d from i to j, with the softening eps = 0.05 (S. Aarseth, "
        "MNRAS 126, 1963). All n^2 pairs are computed, in double precision. `steps` steps of the "
        "leapfrog (half a kick, drift, half a kick) cover a quarter of a unit of time; every other "
        "repetition goes them back. The bodies stand in four rings about one axis, and n mod 4 of "
        "them on it.\n\n"
        "As many bodies as a vector has lanes sum up at a time, over the others one after another. "
        "The power -3/2 comes from the processor's estimate of the reciprocal root (12 bits with "
        "AVX2, 14 with AVX-512) and one polynomial in its error, where the greatest relative error "
        "seen for 2*10^7 distances was 2.6e-16 (AVX2); elsewhere from a root and a division.",
    .counting =
        "20 flop for each of the n^2 pairs of a step, a body with itself among them, as in L. "
        "Nyland, M. Harris, J. Prins, \"Fast N-Body Simulation with CUDA\", GPU Gems 3, 2007: the "
        "root counts as two. Bytes: the bodies, velocities and accelerations, each as often as a "
        "step reads or writes it: 256 a body and step.",
    .oracle =
        "The rings keep their symmetry, so the path of every body is that of the first one of its "
        "ring, turned about the axis. These few are integrated apart, by root and division; "
        "places and velocities of all bodies agree to 1e-9 (after an even number of repetitions: "
        "with where they began). The accelerations of the first ones are within the bound for the "
        "rounding of a sum (N. Higham, \"Accuracy and Stability of Numerical Algorithms\", 4.2) of "
        "a plain sum by root and division. The energy is that of the beginning to 4 h^2 of it "
        "with steps of h, as the leapfrog is of second order (1.74 h^2 was the most seen with n = "
        "1..300); the momentum to 1e-10. All n bodies are there. The error is the largest of "
        "these, each in units of its bound, and must be at most 1.",
    .exchanged = "Before each step's pull, every part's bodies (32 bytes each) to all others.",
    .expectation =
        "The multiply-adds of the core limit it: 15 and the estimate for each vector of pairs, of "
        "which a core starts two in a cycle, so at most 10 flop a cycle with AVX2 where sums of "
        "products alone would reach 16. The n bodies that are sent are little beside n^2 pairs: "
        "it scales with the cores in every model that uses them, processes included. A lock or a "
        "single cooperative thread gains nothing.",
    .unit = "particle",
    .operation = "flop",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 4096, 1, 1 << 24, "particle", "how many bodies"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = work,
    .verify = verify,
};
