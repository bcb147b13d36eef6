/* pingpong: round trips of messages between two endpoints. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/steps.h"
#include "kernels/kernel.h"

enum { ROUNDS, BURST, COMPUTE };
enum { PINGER, PONGER, ENDPOINTS }; /* the units; the pinger begins */
enum { STAMP = ROUNDS_STAMP };

static const struct kernel_option options[] = {
    {"rounds", OPTION_COUNT, 10000, 1, 1000000000, "round trip", "round trips in one repetition"},
    {"burst", OPTION_COUNT, 1, 1, 1000000, "message",
     "messages of the pinger before the ponger answers with one"},
    {"compute", OPTION_COUNT, 0, 0, 1000000000, "step",
     "of a sequence of numbers, that the pinger computes between the messages of a burst"},
    {0},
};

/* One end. Apart from the other's, since each is written by its own worker. */
struct endpoint {
  _Alignas(64) char *in; /* the message received last */
  char *out;             /* what is sent */
  uint64_t number;       /* the pinger's: how far its sequence of numbers is */
};

/* What the endpoints got in a pass. */
struct tally {
  uint64_t messages, stamps; /* with the right stamps; the sum of their numbers */
  uint64_t words;            /* of the last messages, that are right */
  uint64_t number;
  uint64_t passes; /* the sum of the passes that the endpoints looked at */
};

struct state {
  struct endpoint endpoints[ENDPOINTS]; /* those of this part, the others empty */
  int64_t n, rounds, burst, compute;
  int64_t begin, end;                 /* the own endpoints */
  int64_t pass;                       /* under way, from 0 */
  const struct rounds_result *result; /* of the pass's rounds */
  struct tally tally;
};

static int64_t *rounds_of(struct problem *problem) {
  return &problem->value[ROUNDS];
}

static int64_t units(const struct problem *problem) {
  (void)problem;
  return ENDPOINTS;
}

static int open_endpoint(struct endpoint *endpoint, int64_t n, struct error *error) {
  return memory_allocate(&endpoint->in, n, 1, "the message received", error) ||
                 memory_allocate(&endpoint->out, n, 1, "the message to send", error)
             ? error->code
             : 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  s->n = problem->n;
  s->rounds = problem->value[ROUNDS];
  s->burst = problem->value[BURST];
  s->compute = problem->value[COMPUTE];
  s->begin = part->begin;
  s->end = part->end;
  for (int64_t unit = part->begin; unit < part->end; unit++)
    if (open_endpoint(&s->endpoints[unit], s->n, error))
      return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  for (int i = 0; i < ENDPOINTS; i++) {
    free(s->endpoints[i].in);
    free(s->endpoints[i].out);
  }
}

/* Word i of what an endpoint sends in a pass is first + i * step, but for the stamps. */
static const uint64_t pattern_step = 0x9e3779b97f4a7c15;

static uint64_t pattern_first(int64_t sender, int64_t pass) {
  return ((uint64_t)pass * ENDPOINTS + (uint64_t)sender + 1) * 0xd1342543de82ef95;
}

static int64_t words_in(int64_t n) {
  return n / STAMP + (n % STAMP != 0);
}

static void fill_pattern(char *message, int64_t n, uint64_t first) {
  for (int64_t i = 0; i < words_in(n); i++) {
    uint64_t word = first + (uint64_t)i * pattern_step;
    memcpy(message + i * STAMP, &word, (size_t)min_of(STAMP, n - i * STAMP));
  }
}

/* The bytes [begin, end) of the pattern. */
static void restore_pattern(char *message, int64_t begin, int64_t end, uint64_t first) {
  for (int64_t i = begin; i < end; i++) {
    uint64_t word = first + (uint64_t)(i / STAMP) * pattern_step;
    message[i] = ((const char *)&word)[i % STAMP];
  }
}

static uint64_t count_pattern(const char *message, int64_t n, uint64_t first) {
  uint64_t right = 0;
  for (int64_t i = 0; i < n / STAMP; i++) {
    uint64_t word;
    memcpy(&word, message + i * STAMP, STAMP);
    right += word == first + (uint64_t)i * pattern_step;
  }
  if (n % STAMP > 0) {
    uint64_t last = first + (uint64_t)(n / STAMP) * pattern_step;
    right += memcmp(message + n / STAMP * STAMP, &last, (size_t)(n % STAMP)) == 0;
  }
  return right;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t unit = begin; unit < end; unit++) {
    fill_pattern(s->endpoints[unit].in, s->n, UINT64_MAX); /* no message's, and no stamp */
    fill_pattern(s->endpoints[unit].out, s->n, pattern_first(unit, 0));
  }
}

static void take_steps(void *opaque) {
  struct state *s = opaque;
  s->endpoints[PINGER].number = steps_take(s->endpoints[PINGER].number, s->compute);
}

static uint64_t messages_in(int64_t rounds, int64_t burst) {
  return (uint64_t)rounds * ((uint64_t)burst + 1);
}

static void trips_rounds(void *opaque, struct rounds *rounds) {
  const struct state *s = opaque;
  *rounds = (struct rounds){
      .kind = ROUNDS_PINGPONG,
      .rounds = s->rounds,
      .first_stamp = (uint64_t)s->pass * messages_in(s->rounds, s->burst),
      .bytes = (size_t)s->n,
      .burst = s->burst,
      .send = {s->endpoints[PINGER].out, s->endpoints[PONGER].out},
      .receive = {s->endpoints[PINGER].in, s->endpoints[PONGER].in},
      .between = take_steps,
  };
}

static int trips_then(void *opaque, const void *result) {
  ((struct state *)opaque)->result = result;
  return PHASE_END;
}

/* Looks at all of what came last, and makes the messages of the next pass, so that none of this one
 * passes for them. The stamps have been looked at; the pattern takes their place. */
static void compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  struct tally tally = {0};
  for (int64_t unit = begin; unit < end; unit++) {
    struct endpoint *e = &s->endpoints[unit];
    uint64_t first = pattern_first(unit == PINGER ? PONGER : PINGER, s->pass);
    restore_pattern(e->in, 0, min_of(STAMP, s->n), first);
    if (s->n >= 2 * STAMP)
      restore_pattern(e->in, s->n - STAMP, s->n, first);
    tally.words += count_pattern(e->in, s->n, first);
    tally.number += e->number;
    tally.passes += (uint64_t)s->pass;
    fill_pattern(e->out, s->n, pattern_first(unit, s->pass + 1));
  }
  if (begin == s->begin) {
    tally.messages = s->result->right;
    tally.stamps = s->result->stamps;
  }
  *(struct tally *)partial = tally;
}

static void compare_combine(void *into, const void *from) {
  struct tally *a = into;
  const struct tally *b = from;
  a->messages += b->messages;
  a->stamps += b->stamps;
  a->words += b->words;
  a->number += b->number;
  a->passes += b->passes;
}

static int compare_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = total ? *(const struct tally *)total : (struct tally){0};
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    {.name = "trips", .stage = STAGE_TIMED, .rounds = trips_rounds, .then = trips_then},
    {.name = "compare",
     .stage = STAGE_CHECK,
     .body = compare_body,
     .partial_bytes = sizeof(struct tally),
     .combine = compare_combine,
     .then = compare_then},
};

static uint64_t messages_of(const struct problem *problem) {
  return messages_in(problem->value[ROUNDS], problem->value[BURST]);
}

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n, messages = (double)messages_of(problem);
  return (struct work){
      .operations = messages,
      .bytes = messages * n,
      .messages = parts > 1 ? messages : 0,
      .memory = 2 * ENDPOINTS * n, /* one to send and one to receive for each */
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)opaque)->tally;
  uint64_t words = ENDPOINTS * (uint64_t)words_in(problem->n), messages = messages_of(problem);
  struct verdict verdict = {.tolerance = 0};
  uint64_t steps = (uint64_t)passes * (uint64_t)problem->value[ROUNDS] *
                   (uint64_t)(problem->value[BURST] - 1) * (uint64_t)problem->value[COMPUTE];
  uint64_t number, factor; /* the first number is 0 */
  steps_closed_form((int64_t)steps, &factor, &number);
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64, tally->messages);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRIu64, messages);
  verdict.error = fabs((double)tally->messages - (double)messages) +
                  fabs((double)tally->words - (double)words) + (tally->number != number) +
                  (tally->passes != ENDPOINTS * (uint64_t)(passes - 1)) +
                  (tally->stamps != rounds_sum((uint64_t)(passes - 1) * messages, messages));
  return verdict;
}

const struct kernel kernel_pingpong = {
    .name = "pingpong",
    .summary = "round trips of messages of n bytes between two endpoints",
    .description =
        "The first of two endpoints (the pinger) sends a message of n bytes, or a burst of them, "
        "and the other (the ponger) answers with one message; a repetition has many round trips. "
        "Half of a round trip is the latency, n over it the bandwidth, as in PingPong of the Intel "
        "MPI Benchmarks and osu_latency. With a burst it is like osu_bw; bursts with computation "
        "between the messages are the PRTT(n, d, s) of T. Hoefler, A. Lichei, W. Rehm "
        "(Low-Overhead LogGP Parameter Assessment for Modern Interconnection Networks, IPDPS "
        "2007), from which bench/loggp.sh determines the parameters of LogGP.\n\nOn two processes "
        "a message is one MPI_Send and one MPI_Recv. On two threads a flag announces it: up to 56 "
        "bytes are in the flag's own cache line, longer messages are copied by the receiver from "
        "the sender's buffer. On one thread the time is that of memcpy. All other parts and "
        "workers are idle. A grain of 2 or more puts both endpoints into one range, and so on one "
        "worker. The engine itself runs this loop and reads no clock inside it "
        "(docs/decisions/0015).",
    .counting =
        "An operation is one message; a round trip has burst + 1 of them. Bytes are n for each "
        "message. So with a burst of 1 the bandwidth is n over half a round trip, as in IMB and "
        "OSU. Messages between parts: the same; none in one part.",
    .oracle =
        "The engine stamps each message with its number at its head and, from 16 bytes on, at its "
        "tail, and compares on arrival; the kernel knows how many messages must have arrived with "
        "the right number, and the sum of the numbers. Between the stamps is a pattern that "
        "differs from pass to pass and from sender to sender: an arithmetic sequence, with which "
        "every word of each endpoint's last message is compared. So a message that is lost, stale, "
        "doubled or zeroed is an error. Of a message shorter than 8 bytes the number's first bytes "
        "are compared; with n = 0 only the messages are counted. What the pinger computed between "
        "messages is compared with the same sequence by doubling. Exact.",
    .exchanged =
        "Messages of n bytes between the parts of the two endpoints, in a loop of the engine.",
    .expectation =
        "Short messages cost the latency of the network and of MPI, or between two cores; long "
        "ones the bandwidth. On one machine MPI copies through shared memory twice, or once by a "
        "system call; threads copy once, straight. It does not scale with the cores: there are two "
        "endpoints, and one waits for the other.",
    .unit = "endpoint",
    .operation = "messages",
    .bound = BOUND_NETWORK,
    .size = {"n", OPTION_COUNT, 8, 0, INT64_C(1) << 30, "byte", "length of the message"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .rounds = rounds_of,
    .units = units,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
