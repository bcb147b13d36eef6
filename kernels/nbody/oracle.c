/* nbody's oracle: bodies in rings, whose paths follow from those of the first ones; it also checks
 * accelerations, energy and momentum. */
#include <stdio.h>
#include <string.h>

#include "kernels/nbody/nbody.h"

/* The larger one; NaN if either is. */
static double max_or_nan(double a, double b) {
  return b > a || isnan(b) ? b : a;
}

struct orbit {
  double radius, height, angle;   /* of the ring's first body */
  double outward, around, upward; /* its velocity */
  double weight;                  /* the masses are in proportion to these */
};

static const struct orbit orbits[NBODY_ORBITS] = {
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
  int64_t slots = n / NBODY_RINGS;
  if (i < slots * NBODY_RINGS)
    return (struct seat){(int)(i % NBODY_RINGS), i / NBODY_RINGS, slots};
  return (struct seat){(int)(NBODY_RINGS + i - slots * NBODY_RINGS), 0, 1};
}

static bool has_orbit(int orbit, int64_t n) {
  return orbit < NBODY_RINGS ? n >= NBODY_RINGS : orbit - NBODY_RINGS < n % NBODY_RINGS;
}

/* How many bodies share an orbit's kind of path. */
static int64_t bodies_in(int orbit, int64_t n) {
  return orbit < NBODY_RINGS ? n / NBODY_RINGS : 1;
}

static double mass_of(int orbit, int64_t n) {
  double sum = 0;
  for (int o = 0; o < NBODY_ORBITS; o++)
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

/* Of all distances: up to 6 % more than in the first pass. */
static double scale_of(int64_t pass) {
  return 1 + (double)(pass % 1024) * 0x1p-14;
}

/* Where the first body of an orbit begins, in the frame of the axis. */
static void begin_orbit(const struct orbit *o, int64_t pass, double x[3], double v[3]) {
  double c = cos(o->angle), s = sin(o->angle);
  x[0] = scale_of(pass) * o->radius * c;
  x[1] = scale_of(pass) * o->radius * s;
  x[2] = scale_of(pass) * o->height;
  v[0] = o->outward * c - o->around * s;
  v[1] = o->outward * s + o->around * c;
  v[2] = o->upward;
}

void nbody_place(int64_t i, int64_t n, int64_t pass, double x[3], double v[3], double *mass) {
  const struct seat seat = seat_of(i, n);
  double frame_x[3], frame_v[3];
  begin_orbit(&orbits[seat.orbit], pass, frame_x, frame_v);
  rotate(frame_x, angle_of(&seat));
  rotate(frame_v, angle_of(&seat));
  out_of_frame(frame_x, x);
  out_of_frame(frame_v, v);
  *mass = mass_of(seat.orbit, n);
}

/* Whether body i is the first one of its orbit. */
static bool is_first(int64_t i, int64_t n) {
  return seat_of(i, n).slot == 0;
}

/* How many bodies share the orbit of body i. */
static int64_t orbit_bodies(int64_t i, int64_t n) {
  return bodies_in(seat_of(i, n).orbit, n);
}

/* -- The first bodies ------------------------------------------------------------------------- */

/* The slot-th body of an orbit, from the first one. */
static void image_of(const struct nbody_first *first, int64_t slot, int64_t slots, double x[3]) {
  memcpy(x, first->x, sizeof first->x);
  rotate(x, angle_of(&(struct seat){.slot = slot, .slots = slots}));
}

/* The accelerations of the first bodies, by all bodies of all orbits. */
static void find_pulls(struct nbody_first firsts[NBODY_ORBITS], int64_t n) {
  for (int k = 0; k < NBODY_ORBITS; k++)
    memset(firsts[k].a, 0, sizeof firsts[k].a);
  for (int o = 0; o < NBODY_ORBITS; o++)
    for (int64_t slot = 0, slots = bodies_in(o, n); has_orbit(o, n) && slot < slots; slot++) {
      double mass = mass_of(o, n), x[3];
      image_of(&firsts[o], slot, slots, x);
      for (int k = 0; k < NBODY_ORBITS; k++) {
        const double *to = firsts[k].x;
        nbody_add_pull((double[]){x[0] - to[0], x[1] - to[1], x[2] - to[2]}, mass, firsts[k].a);
      }
    }
}

/* The first bodies where they begin. */
static void begin_all(struct nbody_first firsts[NBODY_ORBITS], int64_t pass) {
  for (int k = 0; k < NBODY_ORBITS; k++)
    begin_orbit(&orbits[k], pass, firsts[k].x, firsts[k].v);
}

/* Kinetic and potential energy of all bodies. */
static double energy_of(const struct nbody_first firsts[NBODY_ORBITS], int64_t n) {
  double energy = 0;
  for (int k = 0; k < NBODY_ORBITS; k++) {
    const double *to = firsts[k].x, *v = firsts[k].v;
    double potential = 0, share = (double)bodies_in(k, n) * mass_of(k, n);
    if (!has_orbit(k, n))
      continue;
    for (int o = 0; o < NBODY_ORBITS; o++)
      for (int64_t slot = 0, slots = bodies_in(o, n); has_orbit(o, n) && slot < slots; slot++) {
        double x[3];
        image_of(&firsts[o], slot, slots, x);
        if (o != k || slot > 0)
          potential -= mass_of(o, n) /
                       sqrt((x[0] - to[0]) * (x[0] - to[0]) + (x[1] - to[1]) * (x[1] - to[1]) +
                            (x[2] - to[2]) * (x[2] - to[2]) + NBODY_SOFTENING2);
      }
    energy += share * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + potential) / 2;
  }
  return energy;
}

/* Moves the first bodies alone by `steps` steps of the leapfrog over a time of `span`. */
static void follow(struct nbody_first firsts[NBODY_ORBITS], int64_t n, double span, int64_t steps) {
  const double h = span / (double)steps;
  find_pulls(firsts, n);
  for (int64_t step = 0; step < steps; step++) {
    for (int k = 0; k < NBODY_ORBITS; k++)
      for (int c = 0; c < 3; c++) {
        firsts[k].v[c] += h / 2 * firsts[k].a[c];
        firsts[k].x[c] += h * firsts[k].v[c];
      }
    find_pulls(firsts, n);
    for (int k = 0; k < NBODY_ORBITS; k++)
      for (int c = 0; c < 3; c++)
        firsts[k].v[c] += h / 2 * firsts[k].a[c];
  }
}

/* How far a vector of a body is from that of the first body of its orbit. */
static double turned_error(const struct seat *seat, const double of_body[3],
                           const double of_first[3]) {
  double own[3], error = 0;
  into_frame(of_body, own);
  rotate(own, -angle_of(seat));
  for (int c = 0; c < 3; c++)
    error = max_or_nan(error, fabs(own[c] - of_first[c]));
  return error;
}

/* How far body i is from where the first body of its orbit says, in place, velocity or
 * acceleration. */
static double path_error(const struct nbody_first firsts[NBODY_ORBITS], int64_t i, int64_t n,
                         const double x[3], const double v[3], const double a[3]) {
  const struct seat seat = seat_of(i, n);
  const struct nbody_first *first = &firsts[seat.orbit];
  const double place = turned_error(&seat, x, first->x);
  return max_or_nan(place,
                    max_or_nan(turned_error(&seat, v, first->v), turned_error(&seat, a, first->a)));
}

/* The sum of mass times velocity: of a ring, what is along the axis is left. */
static void momentum_of(const struct nbody_first start[NBODY_ORBITS], int64_t n,
                        double momentum[3]) {
  double sum[3] = {0};
  for (int k = 0; k < NBODY_ORBITS; k++)
    for (int c = bodies_in(k, n) == 1 ? 0 : 2; has_orbit(k, n) && c < 3; c++)
      sum[c] += (double)bodies_in(k, n) * mass_of(k, n) * start[k].v[c];
  out_of_frame(sum, momentum);
}

void nbody_expect(struct nbody_state *s) {
  begin_all(s->finish, s->passes);
  follow(s->finish, s->n, NBODY_SPAN, s->steps);
}

/* -- The check -------------------------------------------------------------------------------- */

/* One body's acceleration and potential again, by root and division. The error of a sum of n terms
 * is at most n - 1 roundings of the sum of their absolute values (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 4.2), twice here, beside some roundings of each term. */
static void check_pull(const struct nbody_state *s, int64_t i, struct nbody_findings *found) {
  const struct nbody_body *to = &s->all[i];
  const int64_t own = i - s->begin;
  const double share = (double)orbit_bodies(i, s->n) * to->mass;
  double a[3] = {0}, sizes[3] = {0}, potential = 0;
  for (int64_t j = 0; j < s->n; j++) {
    const struct nbody_body *from = &s->all[j];
    double d[3] = {from->x - to->x, from->y - to->y, from->z - to->z};
    nbody_add_pull(d, from->mass, a);
    nbody_add_pull((double[]){fabs(d[0]), fabs(d[1]), fabs(d[2])}, from->mass, sizes);
    if (j != i)
      potential -= from->mass / sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + NBODY_SOFTENING2);
  }
  for (int c = 0; c < 3; c++) {
    double bound = (double)(s->n + 32) * 0x1p-52 * sizes[c] + 1e-300;
    found->pull = max_or_nan(found->pull, fabs(s->a[c][own] - a[c]) / bound);
  }
  found->binding += share * potential / 2;
}

void nbody_check(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct nbody_state *s = opaque;
  struct nbody_findings found = {.bodies = end - begin};
  for (int64_t i = begin; i < end; i++) {
    const int64_t own = i - s->begin;
    const double mass = s->all[i].mass, v[3] = {s->v[0][own], s->v[1][own], s->v[2][own]};
    const double x[3] = {s->all[i].x, s->all[i].y, s->all[i].z};
    const double a[3] = {s->a[0][own], s->a[1][own], s->a[2][own]};
    found.path = max_or_nan(found.path, path_error(s->finish, i, s->n, x, v, a));
    if (is_first(i, s->n))
      check_pull(s, i, &found);
    found.kinetic += mass * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]) / 2;
    for (int c = 0; c < 3; c++)
      found.momentum[c] += mass * v[c];
  }
  *(struct nbody_findings *)partial = found;
}

void nbody_check_combine(void *into, const void *from) {
  struct nbody_findings *a = into;
  const struct nbody_findings *b = from;
  a->bodies += b->bodies;
  a->path = max_or_nan(a->path, b->path);
  a->pull = max_or_nan(a->pull, b->pull);
  a->kinetic += b->kinetic;
  a->binding += b->binding;
  for (int c = 0; c < 3; c++)
    a->momentum[c] += b->momentum[c];
}

void nbody_check_then(struct nbody_state *s, const void *total) {
  s->found = *(const struct nbody_findings *)total; /* there is a body */
  nbody_expect(s);
}

/* How far the energy may be off after steps of h: the leapfrog is of second order, and so is the
 * error of its energy (E. Hairer, C. Lubich, G. Wanner, Acta Numerica 12, 2003). The factor was
 * measured: 1.74 with 4 bodies, less with others. */
static double energy_bound(const struct nbody_state *s, double energy) {
  const double h = NBODY_SPAN / (double)s->steps;
  return (NBODY_ENERGY_BOUND * h * h + 1e-10) * fabs(energy);
}

struct verdict nbody_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct nbody_state *s = opaque;
  const struct nbody_findings *found = &s->found;
  struct nbody_first start[NBODY_ORBITS];
  struct verdict verdict = {.tolerance = 1};
  double momentum[3];
  begin_all(start, passes - 1);
  momentum_of(start, problem->n, momentum);
  const double energy = found->kinetic + found->binding, expected = energy_of(start, problem->n);
  snprintf(verdict.value, sizeof verdict.value, "%.12g", energy);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", expected);
  verdict.error = found->bodies == problem->n && s->passes == passes ? 0 : INFINITY;
  verdict.error =
      max_or_nan(verdict.error, found->path / (NBODY_PATH_BOUND + (double)problem->n * 0x1p-53));
  verdict.error = max_or_nan(verdict.error, found->pull);
  verdict.error = max_or_nan(verdict.error, fabs(energy - expected) / energy_bound(s, expected));
  for (int c = 0; c < 3; c++)
    verdict.error =
        max_or_nan(verdict.error, fabs(found->momentum[c] - momentum[c]) / NBODY_MOMENTUM_BOUND);
  return verdict;
}
