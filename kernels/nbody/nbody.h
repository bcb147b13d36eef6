/* nbody: what the kernel shares with its tuned implementation and its oracle. */
#ifndef QUARTET_NBODY_H
#define QUARTET_NBODY_H

#include <math.h>

#include "kernels/kernel.h"

#define NBODY_SOFTENING                                                                            \
  0.05 /* length; this and the oracle's bounds are in the kernel's page, too */
#define NBODY_SOFTENING2 (NBODY_SOFTENING * NBODY_SOFTENING)
#define NBODY_PATH_BOUND 1e-11 /* of places, velocities and accelerations; 5e-14 was measured */
#define NBODY_ENERGY_BOUND 4   /* of the energy, relative, over the square of a step */
#define NBODY_MOMENTUM_BOUND 1e-10
#define NBODY_SPAN 0.25 /* the time that a pass covers; the step is a part of it */

/* What all parts have of each body. One stream of memory, of which each body is half a cache line;
 * vectors run over the bodies that are pulled, so that nothing is gained by separate arrays. */
struct nbody_body {
  double x, y, z, mass;
};

/* The accelerations of the bodies [begin, end) by all n bodies, to a[d][i - begin]. The sum of each
 * runs over the bodies in their order. */
typedef void nbody_pull(const struct nbody_body *all, int64_t n, int64_t begin, int64_t end,
                        double *const a[3]);

nbody_pull nbody_tuned;

/* What a body of `mass` at distance d adds to an acceleration. */
static inline void nbody_add_pull(const double d[3], double mass, double a[3]) {
  const double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + NBODY_SOFTENING2;
  const double pull = mass / (square * sqrt(square));
  for (int c = 0; c < 3; c++)
    a[c] += pull * d[c];
}

/* Four rings of equal bodies about one axis, and up to three bodies on the axis, so that there is
 * an n of every kind. What begins with this symmetry keeps it, and so the path of every body is
 * known from that of the first one in its ring: the oracle follows those few alone. Units: the
 * gravitational constant and the total mass are 1. */
enum { NBODY_RINGS = 4, NBODY_ON_AXIS = 3, NBODY_ORBITS = NBODY_RINGS + NBODY_ON_AXIS };

/* The first body of an orbit, in the frame of the axis. */
struct nbody_first {
  double x[3], v[3], a[3];
};

/* Where body i of n begins in a pass, from 0, how fast, and its mass. The distances differ between
 * passes, so that the result of one is wrong in the others. */
void nbody_place(int64_t i, int64_t n, int64_t pass, double x[3], double v[3], double *mass);

/* -- The state -------------------------------------------------------------------------------- */

/* What a CHECK finds. */
struct nbody_findings {
  int64_t bodies;
  double path;    /* maximum distance from what a body should have: place, velocity, acceleration */
  double pull;    /* maximum error of an acceleration, in units of its bound */
  double kinetic; /* energy */
  double binding; /* energy, negative */
  double momentum[3];
};

struct nbody_state {
  int64_t n, begin, end;
  int64_t steps, step;    /* of a pass; done in this one */
  int64_t passes;         /* done */
  double h;               /* the time of a step */
  struct nbody_body *all; /* n: the own bodies and those of all other parts */
  double *v[3], *a[3];    /* velocities and accelerations of the own bodies */
  nbody_pull *pull;
  struct nbody_first finish[NBODY_ORBITS]; /* of the pass that comes or is checked, by the oracle */
  struct nbody_findings found;
};

/* Computes where the first bodies end in the pass that comes (oracle.c). */
void nbody_expect(struct nbody_state *s);

/* The oracle: body, combine and then of the phase that checks all bodies, which also calls
 * nbody_expect for the next pass; and the verdict. As in struct phase and struct kernel. */
void nbody_check(void *state, int64_t begin, int64_t end, void *findings);
void nbody_check_combine(void *into, const void *from);
void nbody_check_then(struct nbody_state *s, const void *findings);
struct verdict nbody_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
