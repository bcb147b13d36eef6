/* nbody: gravity among n bodies by direct summation, moved on by the leapfrog.
 *
 *   a_i = sum over j of m_j d / (|d|^2 + eps^2)^(3/2),   d from i to j
 *
 * A part owns bodies, and has the places and masses of all of them.
 *
 *   place       (set-up) the bodies in their rings
 *   first_pull  (set-up) their accelerations
 *   drift       (timed, once for each step) half a kick, v += h/2 a, and the drift, x += h v
 *   pull        (timed, once for each step) all bodies go to all parts; the accelerations, and the
 *               other half of the kick
 *   check       path, acceleration, energy and momentum
 *   next_place  (check) the bodies where the next pass begins, and
 *   next_pull   (check) their accelerations
 *
 * tuned.c sums up with vectors and the processor's estimate of the reciprocal root; oracle.c has
 * the rings, and checks. */
#include "kernels/nbody/nbody.h"

#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/path.h"
#include "kernels/blocks/vector.h"
#include "kernels/nbody/page.h"

enum { STEPS, PATH };
enum {
  PHASE_PLACE,
  PHASE_FIRST_PULL,
  PHASE_DRIFT,
  PHASE_PULL,
  PHASE_CHECK,
  PHASE_NEXT_PLACE,
  PHASE_NEXT_PULL
};

static const struct kernel_option options[] = {
    {"steps", OPTION_COUNT, 5, 1, 1000000, "step", "steps of the leapfrog in one repetition"},
    PATH_OPTION,
    {0},
};

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

/* -- Memory ----------------------------------------------------------------------------------- */

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct nbody_state *s = opaque;
  int64_t own = part->end - part->begin;
  s->n = problem->n;
  s->begin = part->begin;
  s->end = part->end;
  s->steps = problem->value[STEPS];
  s->h = NBODY_SPAN / (double)s->steps;
  s->pull = paths[problem->value[PATH]];
  if (memory_allocate(&s->all, s->n, sizeof *s->all, "the bodies", error))
    return error->code;
  for (int d = 0; d < 3; d++)
    if (memory_allocate(&s->v[d], own, sizeof(double), "the velocities", error) ||
        memory_allocate(&s->a[d], own, sizeof(double), "the accelerations", error))
      return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct nbody_state *s = opaque;
  free(s->all);
  for (int d = 0; d < 3; d++) {
    free(s->v[d]);
    free(s->a[d]);
  }
}

static void place_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct nbody_state *s = opaque;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    double x[3], v[3], mass;
    nbody_place(i, s->n, s->passes, x, v, &mass);
    s->all[i] = (struct nbody_body){x[0], x[1], x[2], mass};
    for (int d = 0; d < 3; d++) {
      s->v[d][i - s->begin] = v[d];
      s->a[d][i - s->begin] = 0;
    }
  }
}

static int place_then(void *opaque, const void *total) {
  (void)total;
  nbody_expect(opaque);
  return PHASE_FIRST_PULL;
}

static void all_request(void *opaque, struct request *request) {
  struct nbody_state *s = opaque;
  request->kind = REQUEST_GATHER;
  request->as.gather = (struct gather){.all = s->all, .unit_bytes = sizeof(struct nbody_body)};
}

static void pull_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct nbody_state *s = opaque;
  const int64_t own = begin - s->begin;
  (void)partial;
  s->pull(s->all, s->n, begin, end, (double *[]){s->a[0] + own, s->a[1] + own, s->a[2] + own});
}

/* Half a step of the velocities. */
static void kick(struct nbody_state *s, int64_t begin, int64_t end) {
  const double half = s->h / 2;
  for (int d = 0; d < 3; d++) {
    double *restrict v = s->v[d] - s->begin;
    const double *restrict a = s->a[d] - s->begin;
    for (int64_t i = begin; i < end; i++)
      v[i] = madd(half, a[i], v[i]);
  }
}

static void drift_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct nbody_state *s = opaque;
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
  struct nbody_state *s = opaque;
  (void)total;
  if (++s->step < s->steps)
    return PHASE_DRIFT;
  s->step = 0;
  s->passes++;
  return PHASE_END;
}

static int check_then(void *opaque, const void *total) {
  nbody_check_then(opaque, total);
  return PHASE_NEXT_PLACE;
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
                     .body = nbody_check,
                     .partial_bytes = sizeof(struct nbody_findings),
                     .combine = nbody_check_combine,
                     .then = check_then},
    [PHASE_NEXT_PLACE] = {.name = "next_place", .stage = STAGE_CHECK, .body = place_body},
    [PHASE_NEXT_PULL] = {.name = "next_pull",
                         .stage = STAGE_CHECK,
                         .request = all_request,
                         .body = pull_body,
                         .edge = EDGE_ALL},
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

const struct kernel kernel_nbody = {
    .name = "nbody",
    .summary = "gravity among n bodies by direct summation, leapfrog steps",
    KERNEL_PAGE,
    .unit = "particle",
    .operation = "flop",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 4096, 1, 1 << 24, "particle", "how many bodies"},
    .options = options,
    .state_bytes = sizeof(struct nbody_state),
    .units = units_n,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = nbody_verify,
};
