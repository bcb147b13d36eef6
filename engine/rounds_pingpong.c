#include <string.h>

#include "engine/rounds_run.h"

/* What one end does with its messages. */
struct end {
  const struct rounds *rounds; /* of its part */
  void *state;                 /* likewise */
  int number;                  /* 0 or 1 */
  size_t bytes;
  uint64_t place;            /* of the first message in a channel between threads */
  struct rounds_tally tally; /* in registers, as long as the rounds last */
};

/* The held part that owns an endpoint, or -1. */
static int holder(const struct rounds_run *run, int endpoint) {
  for (int i = 0; i < run->held; i++) {
    const struct part *part = run->parts[i].part;
    if (part->begin <= endpoint && endpoint < part->end)
      return i;
  }
  return -1;
}

/* The process that has it; with several processes, each holds one part. */
static int process_of(const struct rounds_run *run, int endpoint) {
  const struct part *part = run->parts[0].part;
  int process = 0;
  while (part->bounds[process + 1] <= endpoint)
    process++;
  return process;
}

int rounds_pingpong_workers(const struct rounds_run *run) {
  int first = holder(run, 0), second = holder(run, 1);
  if (first < 0 || second < 0)
    return (first >= 0) + (second >= 0);
  bool in_one_range = first == second && run->grain >= 2;
  return run->workers >= 2 && !in_one_range ? 2 : 1;
}

static inline void copy(void *to, const void *from, size_t bytes) {
  if (bytes == ROUNDS_STAMP) /* the message that shows the latency, without a call */
    memcpy(to, from, ROUNDS_STAMP);
  else if (bytes > 0)
    memcpy(to, from, bytes);
}

/* What stands in a message for its number: all bytes change from one to the next. */
static inline uint64_t stamp_of(uint64_t number) {
  return number * 0x9e3779b97f4a7c15;
}

static inline void stamp(void *message, size_t bytes, uint64_t number) {
  const uint64_t stamp = stamp_of(number);
  copy(message, &stamp, bytes < ROUNDS_STAMP ? bytes : ROUNDS_STAMP);
  if (bytes >= 2 * ROUNDS_STAMP)
    memcpy((char *)message + bytes - ROUNDS_STAMP, &stamp, ROUNDS_STAMP);
}

static inline void look_at(struct rounds_tally *tally, const void *message, size_t bytes,
                           uint64_t number) {
  const uint64_t stamp = stamp_of(number);
  uint64_t head = stamp, tail = stamp;
  copy(&head, message, bytes < ROUNDS_STAMP ? bytes : ROUNDS_STAMP);
  if (bytes >= 2 * ROUNDS_STAMP)
    memcpy(&tail, (const char *)message + bytes - ROUNDS_STAMP, ROUNDS_STAMP);
  bool right = head == stamp && tail == stamp;
  tally->right += right;
  tally->stamps += number & -(uint64_t)right; /* without a branch */
}

static struct end open_end(const struct rounds_run *run, int endpoint) {
  int held = holder(run, endpoint);
  const struct rounds *rounds = &run->rounds[held];
  return (struct end){.rounds = rounds,
                      .state = run->parts[held].state,
                      .number = endpoint,
                      .bytes = rounds->bytes,
                      .place = run->numbers + 1};
}

static void close_end(const struct rounds_run *run, const struct end *end) {
  int held = holder(run, end->number);
  *rounds_tally_of(run, held, end->number) = end->tally;
}

/* Between processes. */
static void send_to_process(struct rounds_run *run, struct end *end, int peer, uint64_t number) {
  struct comm *comm = run->comm;
  void *message = end->rounds->send[end->number];
  stamp(message, end->bytes, number);
  comm->send(comm, peer, message, end->bytes);
}

static void receive_from_process(struct rounds_run *run, struct end *end, int peer,
                                 uint64_t number) {
  struct comm *comm = run->comm;
  void *message = end->rounds->receive[end->number];
  comm->receive(comm, peer, message, end->bytes);
  look_at(&end->tally, message, end->bytes, number);
}

static void between_processes(struct rounds_run *run, int endpoint) {
  struct end end = open_end(run, endpoint);
  const int64_t rounds = end.rounds->rounds, burst = end.rounds->burst;
  const int peer = process_of(run, !endpoint);
  uint64_t number = end.rounds->first_stamp;
  for (; end.tally.rounds < rounds; end.tally.rounds++) {
    for (int64_t i = 0; i < burst; i++, number++)
      if (endpoint == 1) {
        receive_from_process(run, &end, peer, number);
      } else {
        if (i > 0)
          end.rounds->between(end.state);
        send_to_process(run, &end, peer, number);
      }
    if (endpoint == 1)
      send_to_process(run, &end, peer, number++);
    else
      receive_from_process(run, &end, peer, number++);
  }
  close_end(run, &end);
}

/* Between threads: what an end needs in every message, kept beside the loops, since a field of the
 * run would be loaded again each time. `bytes` and `burst` are parameters beside it, so that the
 * loops are compiled once more for the message that shows the latency. */
struct line {
  struct channel *out, *in;
  void *send, *receive;
  const void *sender; /* where a long message is copied from */
  bool crowded;
};

static struct line open_line(struct rounds_run *run, const struct end *end) {
  const int own = end->number, other = !own;
  return (struct line){.out = &run->channels[own],
                       .in = &run->channels[other],
                       .send = end->rounds->send[own],
                       .receive = end->rounds->receive[own],
                       .sender = run->rounds[holder(run, other)].send[other],
                       .crowded = run->team->crowded};
}

/* A short message is made in the flag's line itself: each store before that of the flag delays the
 * message. */
static inline void send_to_thread(const struct line *line, size_t bytes, uint64_t number,
                                  uint64_t place) {
  void *message = line->send;
  if (bytes <= CHANNEL_INLINE) {
    message = line->out->bytes;
    copy(message, line->send, bytes);
  }
  stamp(message, bytes, number);
  flag_raise(&line->out->sent, place);
}

/* The message is here when this returns; it is compared later, while the next one travels. */
static inline void receive_from_thread(const struct line *line, size_t bytes, uint64_t place) {
  flag_wait(&line->in->sent, place, line->crowded);
  copy(line->receive, bytes <= CHANNEL_INLINE ? line->in->bytes : line->sender, bytes);
}

/* A message of a burst is taken before the next one is made; before the first one and the answer,
 * what was sent the other way says so. */
static inline __attribute__((always_inline)) void
pinger_thread(struct end *end, const struct line *line, size_t bytes, int64_t burst) {
  const int64_t rounds = end->rounds->rounds;
  struct rounds_tally tally = {0};
  uint64_t number = end->rounds->first_stamp, place = end->place;
  for (; tally.rounds < rounds; tally.rounds++) {
    send_to_thread(line, bytes, number++, place++);
    if (tally.rounds > 0)
      look_at(&tally, line->receive, bytes, number - 2);
    for (int64_t i = 1; i < burst; i++) {
      end->rounds->between(end->state);
      flag_wait(&line->out->taken.number, place - 1, line->crowded);
      send_to_thread(line, bytes, number++, place++);
    }
    receive_from_thread(line, bytes, place++);
    number++;
  }
  if (rounds > 0)
    look_at(&tally, line->receive, bytes, number - 1);
  end->tally = tally;
}

static inline __attribute__((always_inline)) void
ponger_thread(struct end *end, const struct line *line, size_t bytes, int64_t burst) {
  const int64_t rounds = end->rounds->rounds;
  struct rounds_tally tally = {0};
  uint64_t number = end->rounds->first_stamp, place = end->place;
  for (; tally.rounds < rounds; tally.rounds++) {
    for (int64_t i = 1; i < burst; i++) {
      receive_from_thread(line, bytes, place);
      flag_raise(&line->in->taken.number, place++);
      look_at(&tally, line->receive, bytes, number++);
    }
    receive_from_thread(line, bytes, place++);
    send_to_thread(line, bytes, number + 1, place++);
    look_at(&tally, line->receive, bytes, number);
    number += 2;
  }
  end->tally = tally;
}

/* The loops for the message that shows the latency, of one stamp each way. The line is a copy whose
 * address has no other user: its fields stay in registers. */
__attribute__((noinline)) static void pinger_of_stamps(struct end *end, struct line line) {
  pinger_thread(end, &line, ROUNDS_STAMP, 1);
}

__attribute__((noinline)) static void ponger_of_stamps(struct end *end, struct line line) {
  ponger_thread(end, &line, ROUNDS_STAMP, 1);
}

static void between_threads(struct rounds_run *run, int endpoint) {
  struct end end = open_end(run, endpoint);
  const struct line line = open_line(run, &end);
  const int64_t burst = end.rounds->burst;
  if (end.bytes == ROUNDS_STAMP && burst == 1)
    (endpoint == 0 ? pinger_of_stamps : ponger_of_stamps)(&end, line);
  else if (endpoint == 0)
    pinger_thread(&end, &line, end.bytes, burst);
  else
    ponger_thread(&end, &line, end.bytes, burst);
  close_end(run, &end);
}

/* Both ends on one worker. */
static void move_here(struct end *from, struct end *to, uint64_t number) {
  void *message = to->rounds->receive[to->number];
  stamp(from->rounds->send[from->number], from->bytes, number);
  copy(message, from->rounds->send[from->number], from->bytes);
  look_at(&to->tally, message, to->bytes, number);
}

static void on_one_worker(struct rounds_run *run) {
  struct end ends[2] = {open_end(run, 0), open_end(run, 1)};
  const int64_t rounds = ends[0].rounds->rounds, burst = ends[0].rounds->burst;
  uint64_t number = ends[0].rounds->first_stamp;
  for (; ends[0].tally.rounds < rounds; ends[0].tally.rounds++, ends[1].tally.rounds++) {
    for (int64_t i = 0; i < burst; i++) {
      if (i > 0)
        ends[0].rounds->between(ends[0].state);
      move_here(&ends[0], &ends[1], number++);
    }
    move_here(&ends[1], &ends[0], number++);
  }
  close_end(run, &ends[0]);
  close_end(run, &ends[1]);
}

void rounds_pingpong(struct rounds_run *run, int worker) {
  bool first = holder(run, 0) >= 0, second = holder(run, 1) >= 0;
  if (first != second) {
    if (worker == 0)
      between_processes(run, first ? 0 : 1);
  } else if (first && rounds_pingpong_workers(run) == 2) {
    if (worker < 2)
      between_threads(run, worker);
  } else if (first && worker == 0) {
    on_one_worker(run);
  }
}
