/* A kernel for tests that makes every kind of request and looks at each item that comes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "tests/engine/probe.h"

enum { PHASE_FILL, PHASE_SHIFT, PHASE_BACK, PHASE_GATHER, PHASE_BROADCAST, PHASE_COUNTED };
enum { PHASE_SURPRISE = PHASE_COUNTED + 1, PHASE_LENGTHS, PHASE_CHECK, PHASE_WRONG };

/* What part i has for part j in a round: a few items, or none. */
enum { MOST_ITEMS = 4 };

struct state {
  struct part part;
  int64_t n, round;        /* since SETUP */
  int64_t *all;            /* n units: unit u is value_of(u, round) */
  int64_t *news;           /* n values that a broadcast brings */
  int64_t first, last;     /* what shifts bring: of the neighbours' last and first unit */
  int64_t *send, *receive; /* MOST_ITEMS for each part */
  int64_t *send_count, *receive_count;
  int64_t wrong; /* seen by this part so far */
  int64_t looked_at, wrong_anywhere;
};

static int64_t value_of(int64_t unit, int64_t round) {
  return unit * 1000003 + round * 7 + 1;
}

static int64_t items_for(int64_t round, int from, int to) {
  return from == to ? 0 : (round + from + 2 * to) % MOST_ITEMS;
}

static int64_t item_of(int64_t round, int from, int to, int64_t i) {
  return value_of(from * 100 + to, round) + i * 31;
}

static int64_t units(const struct problem *problem) {
  return problem->n;
}

static int allocate(int64_t **memory, int64_t count, struct error *error) {
  void *got;
  if (memory_allocate(&got, count, sizeof **memory, "moves", error))
    return error->code;
  *memory = got;
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  s->part = *part;
  s->n = problem->n;
  int64_t parts = part->count;
  if (allocate(&s->all, s->n, error) || allocate(&s->news, s->n, error) ||
      allocate(&s->send, parts * MOST_ITEMS, error) ||
      allocate(&s->receive, parts * MOST_ITEMS, error) || allocate(&s->send_count, parts, error) ||
      allocate(&s->receive_count, parts, error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->all);
  free(s->news);
  free(s->send);
  free(s->receive);
  free(s->send_count);
  free(s->receive_count);
}

static void see(struct state *s, int64_t got, int64_t expected) {
  s->wrong += got != expected;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t u = begin; u < end; u++)
    s->all[u] = value_of(u, 0);
}

static void next_round_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t u = begin; u < end; u++)
    s->all[u] = value_of(u, s->round);
}

static bool is_empty(const struct state *s) {
  return s->part.begin == s->part.end;
}

/* The part's last unit goes on to the next one, while `all` is left alone. */
static void shift_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request->kind = REQUEST_SHIFT;
  request->as.shift = (struct shift){
      .direction = 1,
      .send = is_empty(s) ? NULL : &s->all[s->part.end - 1],
      .send_bytes = is_empty(s) ? 0 : sizeof(int64_t),
      .receive = &s->first,
      .receive_bytes = sizeof(int64_t),
  };
}

static void back_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request->kind = REQUEST_SHIFT;
  request->as.shift = (struct shift){
      .direction = -1,
      .send = is_empty(s) ? NULL : &s->all[s->part.begin],
      .send_bytes = is_empty(s) ? 0 : sizeof(int64_t),
      .receive = &s->last,
      .receive_bytes = sizeof(int64_t),
  };
}

static void idle_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  (void)opaque;
  (void)begin;
  (void)end;
  (void)partial;
}

static int shift_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  if (!is_empty(s) && s->part.begin > 0)
    see(s, s->first, value_of(s->part.begin - 1, s->round));
  return PHASE_BACK;
}

static int back_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  if (!is_empty(s) && s->part.end < s->n)
    see(s, s->last, value_of(s->part.end, s->round));
  return PHASE_GATHER;
}

static void gather_request(void *opaque, struct request *request) {
  request->kind = REQUEST_GATHER;
  request->as.gather = (struct gather){((struct state *)opaque)->all, sizeof(int64_t)};
}

/* How many units of all are there, seen from each unit. */
static void gather_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  int64_t right = 0;
  for (int64_t u = 0; u < s->n; u++)
    right += s->all[u] == value_of(u, s->round);
  *(int64_t *)partial = right * (end - begin);
}

static void sum_combine(void *into, const void *from) {
  *(uint64_t *)into += *(const uint64_t *)from; /* a planted fault may leave anything here */
}

static int gather_then(void *opaque, const void *total) {
  struct state *s = opaque;
  see(s, total ? *(const int64_t *)total : 0, s->n * s->n);
  return PHASE_BROADCAST;
}

/* The root goes round. Nobody looks before the phase after this one. */
static void broadcast_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  int root = (int)(s->round % s->part.count);
  if (s->part.index == root)
    for (int64_t i = 0; i < s->n; i++)
      s->news[i] = value_of(i, s->round) + 5;
  request->kind = REQUEST_BROADCAST;
  request->as.broadcast = (struct broadcast){root, s->news, (size_t)s->n * sizeof(int64_t)};
}

static int broadcast_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  for (int64_t i = 0; s->part.count > 1 && i < s->n; i++)
    see(s, s->news[i], value_of(i, s->round) + 5);
  return PHASE_COUNTED;
}

static void exchange_request(struct state *s, struct request *request, bool known) {
  int64_t *item = s->send;
  for (int to = 0; to < s->part.count; to++) {
    s->send_count[to] = items_for(s->round, s->part.index, to);
    s->receive_count[to] = known ? items_for(s->round, to, s->part.index) : -1;
    for (int64_t i = 0; i < s->send_count[to]; i++)
      *item++ = item_of(s->round, s->part.index, to, i);
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(int64_t),
      .send = s->send,
      .send_count = s->send_count,
      .receive = s->receive,
      .receive_count = s->receive_count,
      .capacity = s->part.count * MOST_ITEMS,
      .known = known,
  };
}

static void counted_request(void *opaque, struct request *request) {
  exchange_request(opaque, request, true);
}

static void surprise_request(void *opaque, struct request *request) {
  exchange_request(opaque, request, false);
}

static void look_at_items(struct state *s) {
  const int64_t *item = s->receive;
  for (int from = 0; s->part.count > 1 && from < s->part.count; from++) {
    see(s, s->receive_count[from], items_for(s->round, from, s->part.index));
    for (int64_t i = 0; i < items_for(s->round, from, s->part.index); i++)
      see(s, *item++, item_of(s->round, from, s->part.index, i));
  }
}

static int counted_then(void *opaque, const void *total) {
  (void)total;
  look_at_items(opaque);
  return PHASE_SURPRISE;
}

static int surprise_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  look_at_items(s);
  s->round++;
  return PHASE_LENGTHS;
}

static void barrier_request(void *opaque, struct request *request) {
  (void)opaque;
  request->kind = REQUEST_BARRIER;
}

/* A partial result as long as the problem says. */
static size_t lengths_size(const void *opaque) {
  return (size_t)(1 + ((const struct state *)opaque)->n) * sizeof(int64_t);
}

static void lengths_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  int64_t *numbers = partial;
  next_round_body(opaque, begin, end, NULL);
  numbers[0] = s->n;
  for (int64_t i = 0; i < s->n; i++)
    numbers[1 + i] = end - begin;
}

static void lengths_combine(void *into, const void *from) {
  int64_t *a = into;
  const int64_t *b = from;
  for (int64_t i = 1; i <= a[0]; i++)
    a[i] += b[i];
}

static int lengths_then(void *opaque, const void *total) {
  struct state *s = opaque;
  const int64_t *numbers = total;
  for (int64_t i = 0; i < s->n; i++)
    see(s, numbers ? numbers[1 + i] : 0, s->n);
  return PHASE_END;
}

/* Units that are as the rounds left them. */
static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  int64_t right = 0;
  for (int64_t u = begin; u < end; u++)
    right += s->all[u] == value_of(u, s->round);
  *(int64_t *)partial = right;
}

static int check_then(void *opaque, const void *total) {
  ((struct state *)opaque)->looked_at = total ? *(const int64_t *)total : 0;
  return PHASE_WRONG;
}

/* Once in every part, also where it has no units. */
static int64_t one(const void *opaque) {
  (void)opaque;
  return 1;
}

static void wrong_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  (void)begin;
  (void)end;
  *(int64_t *)partial = ((const struct state *)opaque)->wrong;
}

static int wrong_then(void *opaque, const void *total) {
  ((struct state *)opaque)->wrong_anywhere = *(const int64_t *)total;
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_SHIFT] = {.name = "shift",
                     .stage = STAGE_TIMED,
                     .request = shift_request,
                     .body = idle_body,
                     .edge = 1,
                     .then = shift_then},
    [PHASE_BACK] = {.name = "back",
                    .stage = STAGE_TIMED,
                    .request = back_request,
                    .body = idle_body,
                    .edge = EDGE_ALL,
                    .then = back_then},
    [PHASE_GATHER] = {.name = "gather",
                      .stage = STAGE_TIMED,
                      .request = gather_request,
                      .body = gather_body,
                      .partial_bytes = sizeof(int64_t),
                      .combine = sum_combine,
                      .edge = EDGE_ALL,
                      .then = gather_then},
    [PHASE_BROADCAST] = {.name = "broadcast",
                         .stage = STAGE_TIMED,
                         .request = broadcast_request,
                         .body = idle_body,
                         .edge = 0,
                         .then = broadcast_then},
    [PHASE_COUNTED] = {.name = "counted",
                       .stage = STAGE_TIMED,
                       .request = counted_request,
                       .body = idle_body,
                       .edge = 2,
                       .then = counted_then},
    [PHASE_SURPRISE] = {.name = "surprise",
                        .stage = STAGE_TIMED,
                        .request = surprise_request,
                        .body = idle_body,
                        .edge = EDGE_ALL,
                        .then = surprise_then},
    [PHASE_LENGTHS] = {.name = "lengths",
                       .stage = STAGE_TIMED,
                       .request = barrier_request,
                       .body = lengths_body,
                       .partial_size = lengths_size,
                       .combine = lengths_combine,
                       .edge = EDGE_ALL,
                       .then = lengths_then},
    [PHASE_CHECK] = {.name = "check",
                     .stage = STAGE_CHECK,
                     .body = check_body,
                     .partial_bytes = sizeof(int64_t),
                     .combine = sum_combine,
                     .then = check_then},
    [PHASE_WRONG] = {.name = "wrong",
                     .stage = STAGE_CHECK,
                     .extent = one,
                     .body = wrong_body,
                     .partial_bytes = sizeof(int64_t),
                     .combine = sum_combine,
                     .then = wrong_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n;
  return (struct work){.operations = n,
                       .memory = parts * (16.0 * n + parts * (2 * MOST_ITEMS + 2) * 8.0)};
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%" PRId64, s->looked_at);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRId64, problem->n);
  verdict.error = (double)(s->wrong_anywhere + (problem->n - s->looked_at) + (s->round != passes));
  return verdict;
}

const struct kernel kernel_moves = {
    .name = "moves",
    .summary = "every kind of request",
    .description = "Every kind of request.",
    .counting = "-",
    .oracle = "-",
    .exchanged = "-",
    .expectation = "-",
    .unit = "unit",
    .operation = "unit",
    .bound = BOUND_NETWORK,
    .size = {"n", OPTION_COUNT, 20, 0, 1000, "unit", "units"},
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = work,
    .verify = verify,
};

static const int64_t sizes[] = {0, 1, 2, 5, 7, 23, -1};

const struct kernel_case case_moves = {.sizes = sizes, .fault_size = 24};
