/* No task of the cooperative loop starves: jobs that compute for long proceed evenly, and one whose
 * waits are over gets its turn before any other task has had two. Judged by counting steps, not by
 * time. */
#include "engine/loop.h"
#include "kernels/kernel.h"
#include "tests/check.h"

enum { JOBS = 6, STEPS = 500, WAITS = 200, TASKS = 8 };

/* Jobs are numbered as they are opened; the last one waits, WAITS times one after the other for no
 * time at all, and the others compute STEPS steps. */
static struct {
  int opened;
  int64_t steps[JOBS];  /* computed by each job */
  int64_t computed;     /* all of them */
  int64_t asked_after;  /* computed, when the waiting job asked last */
  int64_t most_between; /* the most steps that were computed while a wait was over */
  int64_t widest;       /* the maximum lead of one computing job over another, both unfinished */
  int64_t waits;
} seen;

struct state {
  int job;
};

static int64_t units(const struct problem *problem) {
  (void)problem;
  return STEPS;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)problem;
  (void)part;
  (void)error;
  ((struct state *)opaque)->job = seen.opened++;
  return 0;
}

static int64_t computing_units(const void *opaque) {
  return ((const struct state *)opaque)->job < JOBS - 1 ? STEPS : 0;
}

static int64_t waiting_units(const void *opaque) {
  return ((const struct state *)opaque)->job < JOBS - 1 ? 0 : WAITS;
}

static void compute_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  (void)partial;
  seen.steps[s->job] += end - begin;
  seen.computed += end - begin;
  for (int other = 0; other < JOBS - 1; other++) {
    int64_t lead = seen.steps[s->job] - seen.steps[other];
    if (lead > seen.widest)
      seen.widest = lead;
  }
}

static void wait_ask(void *opaque, int64_t unit, struct operation *operation) {
  (void)opaque;
  (void)unit;
  seen.asked_after = seen.computed;
  operation->kind = OPERATION_DELAY;
  operation->as.delay_ns = 0;
}

static void wait_arrived(void *opaque, int64_t unit, const struct operation *operation,
                         void *partial) {
  (void)opaque;
  (void)unit;
  (void)operation;
  (void)partial;
  int64_t between = seen.computed - seen.asked_after;
  if (between > seen.most_between)
    seen.most_between = between;
  seen.waits++;
}

static const struct phase phases[] = {
    {.name = "compute", .stage = STAGE_TIMED, .extent = computing_units, .body = compute_body},
    {.name = "wait",
     .stage = STAGE_TIMED,
     .extent = waiting_units,
     .ask = wait_ask,
     .arrived = wait_arrived},
};

static struct work work(const struct problem *problem, int parts) {
  (void)problem;
  (void)parts;
  return (struct work){.operations = 1};
}

static const struct kernel kernel_turns = {
    .name = "turns",
    .size = {"n", OPTION_COUNT, 0, 0, 1, "nothing", "nothing"},
    .state_bytes = sizeof(struct state),
    .units = units,
    .work = work,
    .open = open_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
};

static void check_turns(int64_t tasks) {
  struct comm self;
  struct loop *loop;
  struct error error = {0};
  memset(&seen, 0, sizeof seen);
  CHECK(comm_local_open(&self, 1, &error) == 0);
  CHECK(loop_open(&loop, tasks, 0, &error) == 0, "%s", error.message);
  struct session session = {
      .kernel = &kernel_turns,
      .policy = {.grain = 1, .overlap = true},
      .comm = &self,
      .team = &team_serial,
      .jobs = JOBS,
  };
  CHECK(session_open(&session, &error) == 0, "%s", error.message);
  CHECK(loop_pass(loop, &session, &error) == 0, "%s", error.message);
  CHECK(seen.waits == WAITS && seen.computed == (JOBS - 1) * STEPS);
  /* a round of the ring is one step of every task */
  CHECK(seen.most_between <= (JOBS - 1) * tasks, "%ld tasks: %ld steps while a wait was over",
        tasks, seen.most_between);
  CHECK(seen.widest <= tasks, "%ld tasks: one job was %ld steps ahead", tasks, seen.widest);
  session_close(&session);
  loop_close(loop);
  self.close(&self);
}

int main(void) {
  check_turns(1);
  check_turns(TASKS);
  return test_result();
}
