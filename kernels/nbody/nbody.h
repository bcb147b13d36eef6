/* nbody: what the kernel shares with its tuned implementation and its oracle; the rings of bodies. */
#ifndef QUARTET_NBODY_H
#define QUARTET_NBODY_H

#include <math.h>

#include "kernels/kernel.h"

#define NBODY_SOFTENING2 (0.05 * 0.05) /* square of the softening length */
#define NBODY_SPAN 0.25                /* the time that a pass covers; the step is a part of it */

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

/* The larger one; NaN if either is. */
static inline double nbody_max(double a, double b) {
  return b > a || isnan(b) ? b : a;
}

/* -- The rings -------------------------------------------------------------------------------- */

/* Four rings of equal bodies about one axis, and up to three bodies on the axis, so that there is
 * an n of every kind. What begins with this symmetry keeps it, and so the path of every body is
 * known from that of the first one in its ring: the oracle follows those few alone. Units: the
 * gravitational constant and the total mass are 1. */
enum { NBODY_RINGS = 4, NBODY_ON_AXIS = 3, NBODY_ORBITS = NBODY_RINGS + NBODY_ON_AXIS };

/* The first body of an orbit, in the frame of the axis. */
struct nbody_first {
  double x[3], v[3], a[3];
};

/* Where body i of n begins, how fast, and its mass. */
void nbody_place(int64_t i, int64_t n, double x[3], double v[3], double *mass);

/* Whether body i is the first one of its orbit, and how many bodies share that. */
bool nbody_is_first(int64_t i, int64_t n);
int64_t nbody_orbit_bodies(int64_t i, int64_t n);

/* The first bodies where they begin. */
void nbody_begin(struct nbody_first firsts[NBODY_ORBITS]);

/* Moves the first bodies alone by `steps` steps of the leapfrog over a time of `span`. */
void nbody_follow(struct nbody_first firsts[NBODY_ORBITS], int64_t n, double span, int64_t steps);

/* How far body i is from where the first body of its orbit says, in place or velocity. */
double nbody_path_error(const struct nbody_first firsts[NBODY_ORBITS], int64_t i, int64_t n,
                        const double x[3], const double v[3]);

/* Kinetic and potential energy, and momentum, of all bodies. */
double nbody_energy(const struct nbody_first firsts[NBODY_ORBITS], int64_t n);
void nbody_momentum(const struct nbody_first firsts[NBODY_ORBITS], int64_t n, double momentum[3]);

/* -- The state -------------------------------------------------------------------------------- */

/* What a CHECK finds. */
struct nbody_findings {
  int64_t bodies;
  double path;    /* maximum distance from where a body should be, in place or velocity */
  double pull;    /* maximum error of an acceleration, in units of its bound */
  double kinetic; /* energy */
  double binding; /* energy, negative */
  double momentum[3];
};

struct nbody_state {
  int64_t n, begin, end;
  int64_t steps, step;    /* of a pass; done in this one */
  int64_t passes;         /* done; every other pass goes back in time */
  double h;               /* the time of a step; negative on the way back */
  struct nbody_body *all; /* n: the own bodies and those of all other parts */
  double *v[3], *a[3];    /* velocities and accelerations of the own bodies */
  nbody_pull *pull;
  struct nbody_first start[NBODY_ORBITS], finish[NBODY_ORBITS]; /* of a pass, by the oracle */
  struct nbody_findings found;
};

/* The oracle (oracle.c): body, combine and then of the phase that checks all bodies; and the
 * verdict. As in struct phase and struct kernel. */
void nbody_check(void *state, int64_t begin, int64_t end, void *findings);
void nbody_check_combine(void *into, const void *from);
int nbody_check_then(void *state, const void *findings);
struct verdict nbody_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
