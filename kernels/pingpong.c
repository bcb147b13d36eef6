/* pingpong: a message goes to and fro between two endpoints. */
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
enum { PHASE_FILL, PHASE_PING, PHASE_PONG, PHASE_COMPARE };
enum { PINGER, PONGER, ENDPOINTS }; /* the units; the pinger begins */
enum { STAMP = sizeof(uint64_t) };

static const struct kernel_option options[] = {
    {"rounds", OPTION_COUNT, 10000, 1, 1000000000, "round trip",
     "how often the message goes to and fro in one repetition"},
    {"burst", OPTION_COUNT, 1, 1, 1000000, "message",
     "messages of the pinger before the ponger answers with one"},
    {"compute", OPTION_COUNT, 0, 0, 1000000000, "step",
     "of a sequence of numbers, that the pinger computes between the messages of a burst"},
    {0},
};

/* One end. Apart from the other's, since each is written by its own worker. */
struct endpoint {
  _Alignas(64) char *in; /* the message received last */
  /* What is sent. A second one where the next message of a burst is prepared while this one may
   * still be on its way; else the same. */
  char *out[2];
  uint64_t number; /* the pinger's: how far its sequence of numbers is */
  uint64_t right;  /* messages of this pass that came with the right stamps */
};

/* What the endpoints got in a pass. */
struct tally {
  uint64_t messages, words; /* with the right stamps; words of the last messages */
  uint64_t number;
};

struct state {
  struct endpoint endpoints[ENDPOINTS]; /* those of this part, the others empty */
  int64_t n, rounds, burst, compute;
  int64_t begin, end;         /* the own endpoints */
  int64_t pass, round, index; /* under way, from 0; index: of the message within the burst */
  uint64_t sequence;          /* of the message under way */
  struct tally tally;
};

static int64_t units(const struct problem *problem) {
  (void)problem;
  return ENDPOINTS;
}

static int open_endpoint(struct endpoint *endpoint, int64_t n, int outs, struct error *error) {
  if (memory_allocate(&endpoint->in, n, 1, "the message received", error))
    return error->code;
  for (int i = 0; i < outs; i++)
    if (memory_allocate(&endpoint->out[i], n, 1, "the message to send", error))
      return error->code;
  return 0;
}

/* How many messages an endpoint keeps to send. */
static int outs_of(int64_t unit, int64_t burst) {
  return unit == PINGER && burst > 1 ? 2 : 1;
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
    if (open_endpoint(&s->endpoints[unit], s->n, outs_of(unit, s->burst), error))
      return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  for (int i = 0; i < ENDPOINTS; i++) {
    free(s->endpoints[i].in);
    free(s->endpoints[i].out[0]);
    free(s->endpoints[i].out[1]);
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

/* The number of a message stands at its head and, if there is room, at its tail. */
static void stamp(char *message, int64_t n, uint64_t sequence) {
  memcpy(message, &sequence, (size_t)min_of(STAMP, n));
  if (n >= 2 * STAMP)
    memcpy(message + n - STAMP, &sequence, STAMP);
}

static bool is_stamped(const char *message, int64_t n, uint64_t sequence) {
  return memcmp(message, &sequence, (size_t)min_of(STAMP, n)) == 0 &&
         (n < 2 * STAMP || memcmp(message + n - STAMP, &sequence, STAMP) == 0);
}

/* Makes what the endpoint will send in this pass, beginning with that message. */
static void make_messages(const struct state *s, int64_t unit, int64_t pass, uint64_t sequence) {
  for (int i = 0; i < outs_of(unit, s->burst); i++) {
    char *out = s->endpoints[unit].out[i];
    fill_pattern(out, s->n, pattern_first(unit, pass));
    if (s->n > 0)
      stamp(out, s->n, sequence);
  }
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t unit = begin; unit < end; unit++) {
    fill_pattern(s->endpoints[unit].in, s->n, UINT64_MAX); /* no message's, and no stamp */
    make_messages(s, unit, 0, 0);
  }
}

static const char *sent(const struct state *s, int64_t sender) {
  return s->endpoints[sender].out[sender == PINGER ? s->index % 2 : 0];
}

static bool owns(const struct state *s, int64_t unit) {
  return s->begin <= unit && unit < s->end;
}

static void shift_message(const struct state *s, int direction, int64_t sender, int64_t receiver,
                          struct request *request) {
  request->kind = REQUEST_SHIFT;
  request->as.shift = (struct shift){
      .direction = direction,
      .send = owns(s, sender) ? sent(s, sender) : NULL,
      .send_bytes = owns(s, sender) ? (size_t)s->n : 0,
      .receive = owns(s, receiver) ? s->endpoints[receiver].in : NULL,
      .receive_bytes = owns(s, receiver) ? (size_t)s->n : 0,
  };
}

static void ping_request(void *opaque, struct request *request) {
  shift_message(opaque, +1, PINGER, PONGER, request);
}

static void pong_request(void *opaque, struct request *request) {
  shift_message(opaque, -1, PONGER, PINGER, request);
}

/* Takes the message: where the sender is in the same memory, by copying it; else it is here. */
static void receive(struct state *s, int64_t sender, int64_t receiver) {
  struct endpoint *to = &s->endpoints[receiver];
  if (s->n == 0) {
    to->right++;
    return;
  }
  if (owns(s, sender))
    memcpy(to->in, sent(s, sender), (size_t)s->n);
  to->right += is_stamped(to->in, s->n, s->sequence);
}

static void prepare(struct state *s, int64_t unit, int64_t out) {
  if (s->n > 0)
    stamp(s->endpoints[unit].out[out], s->n, s->sequence + 1);
}

/* Who sends next prepares the message; not the one that may be on its way. */
static void ping_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  bool last = s->index + 1 == s->burst;
  (void)partial;
  if (begin <= PINGER && !last) {
    s->endpoints[PINGER].number = steps_take(s->endpoints[PINGER].number, s->compute);
    prepare(s, PINGER, (s->index + 1) % 2);
  }
  if (end > PONGER) {
    receive(s, PINGER, PONGER);
    if (last)
      prepare(s, PONGER, 0);
  }
}

static int ping_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->sequence++;
  return ++s->index < s->burst ? PHASE_PING : PHASE_PONG;
}

static void pong_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)end;
  (void)partial;
  if (begin > PINGER)
    return;
  receive(s, PONGER, PINGER);
  prepare(s, PINGER, 0);
}

static int pong_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->sequence++;
  s->index = 0;
  if (++s->round < s->rounds)
    return PHASE_PING;
  s->round = 0;
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
    tally.messages += e->right;
    tally.number += e->number;
    e->right = 0;
    make_messages(s, unit, s->pass + 1, s->sequence);
  }
  *(struct tally *)partial = tally;
}

static void compare_combine(void *into, const void *from) {
  struct tally *a = into;
  const struct tally *b = from;
  a->messages += b->messages;
  a->words += b->words;
  a->number += b->number;
}

static int compare_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = total ? *(const struct tally *)total : (struct tally){0};
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_PING] = {.name = "ping",
                    .stage = STAGE_TIMED,
                    .request = ping_request,
                    .body = ping_body,
                    .edge = EDGE_ALL,
                    .then = ping_then},
    [PHASE_PONG] = {.name = "pong",
                    .stage = STAGE_TIMED,
                    .request = pong_request,
                    .body = pong_body,
                    .edge = EDGE_ALL,
                    .then = pong_then},
    [PHASE_COMPARE] = {.name = "compare",
                       .stage = STAGE_CHECK,
                       .body = compare_body,
                       .partial_bytes = sizeof(struct tally),
                       .combine = compare_combine,
                       .then = compare_then},
};

static double messages_of(const struct problem *problem) {
  return (double)problem->value[ROUNDS] * (double)(problem->value[BURST] + 1);
}

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n, messages = messages_of(problem);
  int buffers = ENDPOINTS; /* one to receive for each, and those to send */
  for (int64_t unit = 0; unit < ENDPOINTS; unit++)
    buffers += outs_of(unit, problem->value[BURST]);
  return (struct work){
      .operations = messages,
      .bytes = messages * n,
      .messages = parts > 1 && n > 0 ? messages : 0,
      .memory = buffers * n,
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)opaque)->tally;
  double words = 2 * (double)words_in(problem->n), messages = messages_of(problem);
  struct verdict verdict = {.tolerance = 0};
  uint64_t steps = (uint64_t)passes * (uint64_t)problem->value[ROUNDS] *
                   (uint64_t)(problem->value[BURST] - 1) * (uint64_t)problem->value[COMPUTE];
  uint64_t number, factor; /* the first number is 0 */
  steps_closed_form((int64_t)steps, &factor, &number);
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64, tally->messages);
  snprintf(verdict.expected, sizeof verdict.expected, "%.0f", messages);
  verdict.error = fabs((double)tally->messages - messages) + fabs((double)tally->words - words) +
                  (tally->number != number);
  return verdict;
}

const struct kernel kernel_pingpong = {
    .name = "pingpong",
    .summary = "a message of n bytes to and fro between two endpoints",
    .description =
        "The first of two endpoints (the pinger) sends a message of n bytes, or a burst of them, "
        "and the other (the ponger) answers with one; so many round trips in a repetition. Half "
        "of a round trip is the latency, n over it the bandwidth, as in PingPong of the Intel MPI "
        "Benchmarks and osu_latency. With a burst it is like osu_bw; bursts with computing "
        "between the messages are the PRTT(n, d, s) of T. Hoefler, A. Lichei, W. Rehm (Low- "
        "Overhead LogGP Parameter Assessment for Modern Interconnection Networks, IPDPS 2007), "
        "from which bench/loggp.sh takes the parameters of LogGP.\n\n"
        "On two processes the endpoints are in separate memories and the engine sends the message "
        "(REQUEST_SHIFT). In one memory the receiver copies it out of the sender's buffer: on two "
        "threads the data moves from one core to the other, and a synchronisation of the team "
        "stands for the message that says it is there; on one thread the figure is that of "
        "memcpy. All other parts and workers take no part. A grain of 2 or more puts both "
        "endpoints into one range, and so on one worker.",
    .counting =
        "An operation is one message, of which a round trip has burst + 1; bytes are n for each. "
        "So with a burst of 1 bytes/s is n over half a round trip, as IMB and OSU count it. "
        "Messages between parts: the same, or none where nothing is sent: in one part, and for n "
        "= 0.",
    .oracle =
        "Each message has its number at its head and, from 16 bytes on, at its tail, which the "
        "receiver looks at; between them a pattern that differs from pass to pass and from sender "
        "to sender: an arithmetic sequence, against which each endpoint's last message is held "
        "word by word. Every message of a pass must have come with its number, and every word of "
        "the last. Of a message shorter than 8 bytes the number's first bytes are looked at; n = "
        "0 shows nothing but that the steps were made. What the pinger computed between messages "
        "is held against the same sequence by doubling. Exact.",
    .exchanged = "Each message is one SHIFT of n bytes, to the next part or back.",
    .expectation =
        "Short messages cost the latency of the network, of MPI and of a step of the engine; long "
        "ones its bandwidth. On one machine MPI copies through shared memory twice, or once by a "
        "system call; threads copy once, straight. There is nothing to scale with: two endpoints "
        "take turns.",
    .unit = "endpoint",
    .operation = "messages",
    .bound = BOUND_NETWORK,
    .size = {"n", OPTION_COUNT, 8, 0, INT64_C(1) << 30, "byte", "length of the message"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
