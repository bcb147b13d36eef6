/* nbody's oracle: the paths of all bodies follow from those of the first ones of their rings; the
 * accelerations, the energy and the momentum. */
#include <stdio.h>

#include "kernels/nbody/nbody.h"

/* One body's acceleration and potential again, by root and division. The error of a sum of n terms
 * is at most n - 1 roundings of the sum of their absolute values (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 4.2), twice here, beside some roundings of each term. */
static void check_pull(const struct nbody_state *s, int64_t i, struct nbody_findings *found) {
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

void nbody_check(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct nbody_state *s = opaque;
  const struct nbody_first *firsts = s->passes % 2 ? s->finish : s->start;
  struct nbody_findings found = {.bodies = end - begin};
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
  *(struct nbody_findings *)partial = found;
}

void nbody_check_combine(void *into, const void *from) {
  struct nbody_findings *a = into;
  const struct nbody_findings *b = from;
  a->bodies += b->bodies;
  a->path = nbody_max(a->path, b->path);
  a->pull = nbody_max(a->pull, b->pull);
  a->kinetic += b->kinetic;
  a->binding += b->binding;
  for (int c = 0; c < 3; c++)
    a->momentum[c] += b->momentum[c];
}

int nbody_check_then(void *opaque, const void *total) {
  ((struct nbody_state *)opaque)->found =
      *(const struct nbody_findings *)total; /* there is a body */
  return PHASE_END;
}

/* How far the energy may be off after steps of h: the leapfrog is of second order, and so is the
 * error of its energy (E. Hairer, C. Lubich, G. Wanner, Acta Numerica 12, 2003). The factor was
 * measured: 1.74 with 4 bodies, less with others. */
static double energy_bound(const struct nbody_state *s, double energy) {
  const double h = NBODY_SPAN / (double)s->steps;
  return (4 * h * h + 1e-10) * fabs(energy);
}

struct verdict nbody_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct nbody_state *s = opaque;
  const struct nbody_findings *found = &s->found;
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
  verdict.error = nbody_max(verdict.error, fabs(energy - expected) / energy_bound(s, expected));
  for (int c = 0; c < 3; c++)
    verdict.error = nbody_max(verdict.error, fabs(found->momentum[c] - momentum[c]) / 1e-10);
  return verdict;
}
