#include "engine/loop.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "common/alarm.h"
#include "common/clock.h"
#include "common/deadlines.h"
#include "common/limits.h"
#include "engine/async_operations.h"

/* One problem, with its progress through the phases. */
struct flow {
  struct interpreter *interpreter;
  struct held *held;
  int phase;
  bool waits;           /* the phase awaits operations; a step is then a unit, not a range */
  int64_t next, end;    /* steps not yet begun, as ranges or units */
  int64_t unfinished;   /* steps not yet done */
  int64_t alive, limit; /* tasks it has, and may have in this phase */
};

/* A task belongs to a flow and takes the flow's next step whenever it has its turn. */
struct task {
  struct flow *flow;
  int64_t unit, asked_ns; /* while it waits */
};

/* The numbers of the tasks that can continue; a queue in a ring whose size is a power of two. */
struct ring {
  int64_t *tasks;
  uint64_t mask, head, tail;
};

struct loop {
  uv_loop_t uv;
  struct alarm alarm;
  int64_t task_limit, in_flight_limit;
  struct flow *flows;
  int64_t flow_count, flow_capacity, flows_unfinished;
  struct task *tasks;
  int64_t *idle; /* numbers of tasks not in use */
  int64_t idle_count, task_capacity;
  struct ring ready, queued; /* queued: to ask, as soon as few enough waits are in flight */
  struct deadlines deadlines;
  struct async_operations async_operations;
  int64_t most_tasks, steps, slept_ns;
  uint64_t longest_step; /* of this pass, in ticks */
};

static void ring_push(struct ring *ring, int64_t task) {
  ring->tasks[ring->tail++ & ring->mask] = task;
}

static int64_t ring_pop(struct ring *ring) {
  return ring->tasks[ring->head++ & ring->mask];
}

static int64_t ring_count(const struct ring *ring) {
  return (int64_t)(ring->tail - ring->head);
}

/* Makes room for `count`, keeping what is in it. */
static int ring_reserve(struct ring *ring, int64_t count) {
  uint64_t capacity = ring->tasks ? ring->mask + 1 : 0, wanted = 64;
  if ((uint64_t)count <= capacity)
    return 0;
  while (wanted < (uint64_t)count)
    wanted *= 2;
  int64_t *tasks = malloc(wanted * sizeof *tasks);
  if (!tasks)
    return -1;
  uint64_t kept = 0;
  for (; ring->head != ring->tail; kept++)
    tasks[kept] = ring_pop(ring);
  free(ring->tasks);
  *ring = (struct ring){tasks, wanted - 1, 0, kept};
  return 0;
}

/* Room for `more` tasks beyond those alive. */
static int reserve_tasks(struct loop *loop, int64_t more, struct error *error) {
  int64_t alive = loop->task_capacity - loop->idle_count, wanted = alive + more;
  if (wanted > loop->task_capacity) {
    struct task *tasks = realloc(loop->tasks, (size_t)wanted * sizeof *tasks);
    loop->tasks = tasks ? tasks : loop->tasks;
    int64_t *idle = tasks ? realloc(loop->idle, (size_t)wanted * sizeof *idle) : NULL;
    loop->idle = idle ? idle : loop->idle;
    if (!tasks || !idle)
      return error_set(error, EXIT_MACHINE, "no memory for %lld tasks", (long long)wanted);
    for (; loop->task_capacity < wanted; loop->task_capacity++)
      loop->idle[loop->idle_count++] = loop->task_capacity;
  }
  if (wanted > loop->most_tasks)
    loop->most_tasks = wanted;
  if (ring_reserve(&loop->ready, wanted) || ring_reserve(&loop->queued, wanted) ||
      deadlines_reserve(&loop->deadlines, wanted))
    return error_set(error, EXIT_MACHINE, "no memory for %lld tasks", (long long)wanted);
  return 0;
}

/* Marks the ranges of a waiting phase as nodes, their partial results as zero. */
static void clear_partials(struct flow *flow) {
  struct interpreter *interpreter = flow->interpreter;
  size_t bytes = interpreter->partial_bytes;
  for (int64_t k = 0; bytes > 0 && k < flow->held->ranges.count; k++) {
    struct node *node = (struct node *)interpreter_partial(interpreter, flow->held, k) - 1;
    *node = (struct node){.start = flow->held->first_start + k};
    memset(node_partial(node), 0, bytes);
  }
}

/* Brings the flow up to `count` tasks; those of the phase before continue. */
static int make_tasks(struct loop *loop, struct flow *flow, int64_t count, struct error *error) {
  if (count > flow->alive && reserve_tasks(loop, count - flow->alive, error))
    return error->code;
  for (; flow->alive < count; flow->alive++) {
    int64_t task = loop->idle[--loop->idle_count];
    loop->tasks[task].flow = flow;
    ring_push(&loop->ready, task);
  }
  return 0;
}

static int end_phase(struct flow *flow, struct error *error) {
  int64_t start_ns = clock_now_ns();
  interpreter_end_phase(flow->interpreter, &flow->phase, error);
  flow->interpreter->spent.exchange_ns += clock_now_ns() - start_ns;
  return error->code;
}

static int run_rounds(struct flow *flow, struct error *error) {
  int64_t start_ns = clock_now_ns();
  interpreter_run_rounds(flow->interpreter, flow->phase, &flow->phase, error);
  flow->interpreter->spent.exchange_ns += clock_now_ns() - start_ns;
  return error->code;
}

/* Starts flow->phase with its tasks, and phases after it as long as they have nothing to do. */
static int start_phase(struct loop *loop, struct flow *flow, struct error *error) {
  while (flow->phase != PHASE_END) {
    const struct phase *phase = &flow->interpreter->kernel->phases[flow->phase];
    if (phase->rounds) {
      if (run_rounds(flow, error))
        return error->code;
      continue;
    }
    flow->limit = loop->task_limit;
    flow->waits = phase->ask != NULL;
    /* ranges: one for each task where tasks compute; the fewest that cover where they wait */
    if (interpreter_begin_phase(flow->interpreter, flow->phase,
                                flow->waits ? 1 : (flow->limit > 0 ? flow->limit : LOOP_TASKS),
                                error))
      return error->code;
    const struct ranges *ranges = &flow->held->ranges;
    flow->next = flow->waits ? ranges->begin : 0;
    flow->end = flow->waits ? ranges->end : ranges->count;
    int64_t steps = flow->unfinished = flow->end - flow->next;
    if (flow->limit == 0)
      flow->limit = flow->waits ? steps : LOOP_TASKS;
    if (flow->waits)
      clear_partials(flow);
    if (steps > 0)
      return make_tasks(loop, flow, steps < flow->limit ? steps : flow->limit, error);
    if (end_phase(flow, error))
      return error->code;
  }
  loop->flows_unfinished--;
  return 0;
}

/* One step of the flow is done; the last one ends the phase. */
static int finish_step(struct loop *loop, struct flow *flow, struct error *error) {
  if (--flow->unfinished > 0)
    return 0;
  if (end_phase(flow, error))
    return error->code;
  return start_phase(loop, flow, error);
}

static int ask(struct loop *loop, int64_t number, struct error *error) {
  struct task *task = &loop->tasks[number];
  struct flow *flow = task->flow;
  struct operation operation = {0};
  task->unit = flow->next++;
  task->asked_ns = clock_now_ns();
  flow->interpreter->phase->ask(flow->held->state, task->unit, &operation);
  if (operation.kind == OPERATION_DELAY)
    deadlines_add(&loop->deadlines, task->asked_ns + operation.as.delay_ns, number);
  else {
    int code = async_operations_start(&loop->async_operations, number, &flow->held->io, &operation);
    if (code == UV_EAGAIN)
      return error_set(error, EXIT_MACHINE,
                       "cannot create %d threads for operations on files (UV_THREADPOOL_SIZE, "
                       "ulimit -u, ulimit -v)",
                       async_operations_threads());
    if (code != 0)
      return error_set(error, EXIT_MACHINE, "no memory for an operation");
  }
  return 0;
}

static int64_t in_flight(const struct loop *loop) {
  return loop->deadlines.count + loop->async_operations.under_way;
}

/* Whether the flow still has a step for one of its tasks. */
static bool has_use(const struct flow *flow) {
  return flow->next < flow->end && flow->alive <= flow->limit;
}

/* Lets queued tasks start their operations, in their order, as far as the limit allows. Tasks that
 * have another step by now, or none, go to the ring. */
static int admit(struct loop *loop, struct error *error) {
  while (ring_count(&loop->queued) > 0 &&
         (loop->in_flight_limit == 0 || in_flight(loop) < loop->in_flight_limit)) {
    int64_t number = ring_pop(&loop->queued);
    const struct flow *flow = loop->tasks[number].flow;
    if (!flow->waits || !has_use(flow))
      ring_push(&loop->ready, number);
    else if (ask(loop, number, error))
      return error->code;
  }
  return 0;
}

/* Runs the task at the front of the ring until it yields. */
static int step(struct loop *loop, struct error *error) {
  int64_t number = ring_pop(&loop->ready);
  struct flow *flow = loop->tasks[number].flow;
  loop->steps++;
  if (!has_use(flow)) { /* the task ends */
    loop->idle[loop->idle_count++] = number;
    flow->alive--;
    return 0;
  }
  if (flow->waits) {
    ring_push(&loop->queued, number);
    return admit(loop, error);
  }
  interpreter_compute(flow->interpreter, flow->held, flow->next++, 0);
  ring_push(&loop->ready, number);
  return finish_step(loop, flow, error);
}

/* Keeps the length of a step that began at `before` if it is the longest; returns the time now. */
static inline uint64_t note_step(struct loop *loop, uint64_t before) {
  uint64_t now = clock_ticks(), taken = now - before;
  if (taken > loop->longest_step && taken < UINT64_MAX / 2) /* not one that ran backwards */
    loop->longest_step = taken;
  return now;
}

/* Hands a completed operation over to the task that requested it, which can then continue. */
static int hand_over(struct loop *loop, int64_t number, struct operation *operation, int64_t now_ns,
                     struct error *error) {
  struct task *task = &loop->tasks[number];
  struct flow *flow = task->flow;
  struct interpreter *interpreter = flow->interpreter;
  uint64_t before = clock_ticks();
  operation->elapsed_ns = now_ns - task->asked_ns;
  interpreter->spent.failures += operation->failure != 0;
  interpreter->spent.retries += operation->retries;
  int64_t k = range_of(&flow->held->ranges, task->unit);
  interpreter->phase->arrived(flow->held->state, task->unit, operation,
                              interpreter_partial(interpreter, flow->held, k));
  tally_add(&interpreter->workers[0].executed, task->unit, task->unit + 1);
  ring_push(&loop->ready, number);
  note_step(loop, before);
  return finish_step(loop, flow, error);
}

/* Hands over operations that are due at now_ns or complete; others may start in their place. */
static int deliver(struct loop *loop, int64_t now_ns, struct error *error) {
  struct async_operation *async_operation;
  while (loop->deadlines.count > 0 && deadlines_first(&loop->deadlines)->time_ns <= now_ns) {
    struct operation operation = {.kind = OPERATION_DELAY};
    if (hand_over(loop, deadlines_take(&loop->deadlines).task, &operation, now_ns, error))
      return error->code;
  }
  while ((async_operation = async_operations_take(&loop->async_operations))) {
    int code = hand_over(loop, async_operation->task, &async_operation->operation, now_ns, error);
    async_operations_end(&loop->async_operations, async_operation);
    if (code)
      return code;
  }
  return admit(loop, error);
}

/* Polls for completed operations; if no task can continue, sleeps until one may be complete. */
static int look_out(struct loop *loop, struct error *error) {
  int64_t start_ns = clock_now_ns();
  bool idle = ring_count(&loop->ready) == 0;
  if (loop->deadlines.count > 0) {
    int64_t due_ns = deadlines_first(&loop->deadlines)->time_ns;
    idle = idle && start_ns < due_ns;
    int code = idle ? alarm_set(&loop->alarm, due_ns) : 0;
    if (code < 0)
      return error_set(error, EXIT_MACHINE, "libuv: cannot set a timer: %s", uv_strerror(code));
  }
  if (!idle && loop->async_operations.under_way == 0)
    return 0;
  uv_run(&loop->uv, idle ? UV_RUN_ONCE : UV_RUN_NOWAIT);
  if (idle)
    loop->slept_ns += clock_now_ns() - start_ns;
  return 0;
}

static int run_flows(struct loop *loop, struct error *error) {
  while (loop->flows_unfinished > 0 || ring_count(&loop->ready) > 0) {
    uint64_t before = clock_ticks();
    for (int64_t round = ring_count(&loop->ready); round > 0; round--) {
      if (step(loop, error))
        return error->code;
      before = note_step(loop, before);
    }
    if (in_flight(loop) == 0)
      continue;
    if (look_out(loop, error) || deliver(loop, clock_now_ns(), error))
      return error->code;
  }
  return 0;
}

/* The flows are interleaved, so computing is what is left of the whole; the first flow records it.
 */
static void record_times(const struct loop *loop, struct session *session, int64_t wall_ns,
                         uint64_t wall_ticks) {
  int64_t exchange_ns = 0;
  for (int64_t i = 0; i < session->interpreter_count; i++)
    exchange_ns += session->interpreters[i].spent.exchange_ns;
  struct spent *spent = &session->interpreters[0].spent;
  spent->blocked_ns += loop->slept_ns;
  if (wall_ticks > 0)
    spent->longest_step_ns =
        (int64_t)((double)loop->longest_step * (double)wall_ns / (double)wall_ticks);
  spent->compute_ns += wall_ns - loop->slept_ns - exchange_ns;
}

int loop_pass(void *context, struct session *session, struct error *error) {
  struct loop *loop = context;
  int64_t start_ns = clock_now_ns();
  uint64_t start_ticks = clock_ticks();
  if (session->interpreter_count > loop->flow_capacity) {
    free(loop->flows);
    loop->flows = malloc((size_t)session->interpreter_count * sizeof *loop->flows);
    loop->flow_capacity = loop->flows ? session->interpreter_count : 0;
    if (!loop->flows)
      return error_set(error, EXIT_MACHINE, "no memory for %lld jobs",
                       (long long)session->interpreter_count);
  }
  loop->flows_unfinished = session->interpreter_count;
  loop->slept_ns = 0;
  loop->longest_step = 0;
  for (int64_t i = 0; i < session->interpreter_count; i++) {
    struct interpreter *interpreter = &session->interpreters[i];
    loop->flows[i] = (struct flow){.interpreter = interpreter,
                                   .held = interpreter->held,
                                   .phase = interpreter_first_phase(interpreter, STAGE_TIMED)};
    if (start_phase(loop, &loop->flows[i], error))
      return error->code;
  }
  if (run_flows(loop, error))
    return error->code;
  record_times(loop, session, clock_now_ns() - start_ns, clock_ticks() - start_ticks);
  return 0;
}

enum { LOOP_FILES = 16 }; /* libuv aborts when it cannot open its own */

int loop_open(struct loop **opened, int64_t tasks, int64_t in_flight, struct error *error) {
  *opened = NULL;
  if (limits_allow_files(LOOP_FILES) < LOOP_FILES)
    return error_set(error, EXIT_MACHINE, "libuv needs %d open files (ulimit -n)", LOOP_FILES);
  struct loop *loop = calloc(1, sizeof *loop);
  if (!loop)
    return error_set(error, EXIT_MACHINE, "no memory for the loop");
  loop->task_limit = tasks;
  loop->in_flight_limit = in_flight;
  int code = uv_loop_init(&loop->uv);
  if (code < 0) {
    free(loop);
    return error_set(error, EXIT_MACHINE, "libuv: no loop: %s", uv_strerror(code));
  }
  async_operations_open(&loop->async_operations, &loop->uv);
  *opened = loop;
  code = alarm_open(&loop->alarm, &loop->uv);
  if (code < 0) {
    loop_close(loop);
    *opened = NULL;
    return error_set(error, EXIT_MACHINE, "libuv: no timer: %s", uv_strerror(code));
  }
  return 0;
}

void loop_close(struct loop *loop) {
  if (!loop)
    return;
  alarm_close(&loop->alarm);
  async_operations_close(&loop->async_operations);
  uv_run(&loop->uv, UV_RUN_DEFAULT); /* until what is closing is closed */
  uv_loop_close(&loop->uv);
  free(loop->flows);
  free(loop->tasks);
  free(loop->idle);
  free(loop->ready.tasks);
  free(loop->queued.tasks);
  deadlines_free(&loop->deadlines);
  free(loop);
}

int64_t loop_most_tasks(const struct loop *loop) {
  return loop->most_tasks;
}

int64_t loop_steps(const struct loop *loop) {
  return loop->steps;
}
