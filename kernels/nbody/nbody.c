/* nbody: gravity among n bodies by direct summation, moved on by the leapfrog.
 *
 *   a_i = sum over j of m_j d / (|d|^2 + eps^2)^(3/2),   d from i to j
 *
 * A part owns bodies, and has the places and masses of all of them.
 *
 *   place       (set-up) the bodies in their rings (rings.c)
 *   first_pull  (set-up) their accelerations
 *   drift       (timed, once for each step) half a kick, v += h/2 a, and the drift, x += h v
 *   pull        (timed, once for each step) all bodies go to all parts; the accelerations, and the
 *               other half of the kick
 *   check       path, acceleration, energy and momentum
 *
 * tuned.c sums up with vectors and the processor's estimate of the reciprocal root. */
#include "kernels/nbody/nbody.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/path.h"
#include "kernels/blocks/vector.h"
#include "kernels/nbody/page.h"

enum { STEPS, PATH };
enum { PHASE_PLACE, PHASE_FIRST_PULL, PHASE_DRIFT, PHASE_PULL, PHASE_CHECK };

static const struct kernel_option options[] = {
    {"steps", OPTION_COUNT, 5, 1, 1000000, "step", "steps of the leapfrog in one repetition"},
    PATH_OPTION,
    {0},
};

static const double span = 0.25; /* the time that a pass covers; the step is a part of it */

/* -- The algorithm: the accelerations --------------------------------------------------------- */

static void reference(const struct nbody_body *all, int64_t n, int64_t begin, int64_t end,
                      double *const a[3]) {
  for (int64_t i = begin; i < end; i++) {
    double sum[3] = {0};
    for (int64_t j = 0; j < n; j++) {
      const double d[3] = {all[j].x - all[i].x, all[j].y - all[i].y, all[j].z - all[i].z};
      nbody_add_pull(d, all[j].mass, sum);
    }
    for (int c = 0; c < 3; c++)
      a[c][i - begin] = sum[c];
  }
}

static nbody_pull *const paths[] = {[PATH_REFERENCE] = reference, [PATH_TUNED] = nbody_tuned};

/* -- The state -------------------------------------------------------------------------------- */

/* What a CHECK finds. */
struct findings {
  int64_t bodies;
  double path;    /* maximum distance from where a body should be, in place or velocity */
  double pull;    /* maximum error of an acceleration, in units of its bound */
  double kinetic; /* energy */
  double binding; /* energy, negative */
  double momentum[3];
};

struct state {
  int64_t n, begin, end;
  int64_t steps, step;    /* of a pass; done in this one */
  int64_t passes;         /* done; every other pass goes back in time */
  double h;               /* the time of a step; negative on the way back */
  struct nbody_body *all; /* n: the own bodies and those of all other parts */
  double *v[3], *a[3];    /* velocities and accelerations of the own bodies */
  nbody_pull *pull;
  struct nbody_first start[NBODY_ORBITS], finish[NBODY_ORBITS]; /* of a pass, by the oracle */
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
  s->pull = paths[problem->value[PATH]];
  if (memory_allocate(&memory, s->n, sizeof(struct nbody_body), "the bodies", error))
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
    double x[3], v[3], mass;
    nbody_place(i, s->n, x, v, &mass);
    s->all[i] = (struct nbody_body){x[0], x[1], x[2], mass};
    for (int d = 0; d < 3; d++) {
      s->v[d][i - s->begin] = v[d];
      s->a[d][i - s->begin] = 0;
    }
  }
}

static void all_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request->kind = REQUEST_GATHER;
  request->as.gather = (struct gather){.all = s->all, .unit_bytes = sizeof(struct nbody_body)};
}

static void pull_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t own = begin - s->begin;
  (void)partial;
  s->pull(s->all, s->n, begin, end, (double *[]){s->a[0] + own, s->a[1] + own, s->a[2] + own});
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
  struct nbody_body *restrict all = s->all;
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

static int place_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  nbody_begin(s->start);
  nbody_begin(s->finish);
  nbody_follow(s->finish, s->n, span, s->steps);
  return PHASE_FIRST_PULL;
}

/* One body's acceleration and potential again, by root and division. The error of a sum of n terms
 * is at most n - 1 roundings of the sum of their absolute values (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 4.2), twice here, beside some roundings of each term. */
static void check_pull(const struct state *s, int64_t i, struct findings *found) {
  const struct nbody_body *to = &s->all[i];
  const int64_t own = i - s->begin;
  const double share = (double)nbody_orbit_bodies(i, s->n) * to->mass;
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
    found->pull = nbody_max(found->pull, fabs(s->a[c][own] - a[c]) / bound);
  }
  found->binding += share * potential / 2;
}

static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const struct nbody_first *firsts = s->passes % 2 ? s->finish : s->start;
  struct findings found = {.bodies = end - begin};
  for (int64_t i = begin; i < end; i++) {
    const int64_t own = i - s->begin;
    const double mass = s->all[i].mass, v[3] = {s->v[0][own], s->v[1][own], s->v[2][own]};
    const double x[3] = {s->all[i].x, s->all[i].y, s->all[i].z};
    found.path = nbody_max(found.path, nbody_path_error(firsts, i, s->n, x, v));
    if (nbody_is_first(i, s->n))
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
  a->path = nbody_max(a->path, b->path);
  a->pull = nbody_max(a->pull, b->pull);
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
      .memory = parts * n * sizeof(struct nbody_body) + n * 6 * sizeof(double),
  };
}

/* How far the energy may be off after steps of h: the leapfrog is of second order, and so is the
 * error of its energy (E. Hairer, C. Lubich, G. Wanner, Acta Numerica 12, 2003). The factor was
 * measured: 1.74 with 4 bodies, less with others. */
static double energy_bound(const struct problem *problem, double energy) {
  const double h = span / (double)problem->value[STEPS];
  return (4 * h * h + 1e-10) * fabs(energy);
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const struct findings *found = &s->found;
  struct nbody_first start[NBODY_ORBITS];
  struct verdict verdict = {.tolerance = 1};
  double momentum[3];
  nbody_begin(start);
  nbody_momentum(start, problem->n, momentum);
  const double energy = found->kinetic + found->binding, expected = nbody_energy(start, problem->n);
  snprintf(verdict.value, sizeof verdict.value, "%.12g", energy);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", expected);
  verdict.error = found->bodies == problem->n && s->passes == passes ? 0 : INFINITY;
  verdict.error = nbody_max(verdict.error, found->path / 1e-9);
  verdict.error = nbody_max(verdict.error, found->pull);
  verdict.error =
      nbody_max(verdict.error, fabs(energy - expected) / energy_bound(problem, expected));
  for (int c = 0; c < 3; c++)
    verdict.error = nbody_max(verdict.error, fabs(found->momentum[c] - momentum[c]) / 1e-10);
  return verdict;
}

const struct kernel kernel_nbody = {
    .name = "nbody",
    .summary = "gravity among n bodies by direct summation, leapfrog steps",
    .description = description,
    .counting = counting,
    .oracle = oracle,
    .exchanged = exchanged,
    .expectation = expectation,
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
