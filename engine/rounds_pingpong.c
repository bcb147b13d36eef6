#include <string.h>

#include "engine/rounds_run.h"

/* What one end does with its messages. */
struct end {
  const struct rounds *rounds; /* of its part */
  void *state;                 /* likewise */
  int number;                  /* 0 or 1 */
  size_t bytes;
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

static inline void look_at(struct end *end, const void *message, uint64_t number) {
  size_t bytes = end->bytes;
  const uint64_t stamp = stamp_of(number);
  uint64_t head = stamp, tail = stamp;
  copy(&head, message, bytes < ROUNDS_STAMP ? bytes : ROUNDS_STAMP);
  if (bytes >= 2 * ROUNDS_STAMP)
    memcpy(&tail, (const char *)message + bytes - ROUNDS_STAMP, ROUNDS_STAMP);
  bool right = head == stamp && tail == stamp;
  end->tally.right += right;
  end->tally.stamps += right ? number : 0;
}

static struct end open_end(const struct rounds_run *run, int endpoint) {
  int held = holder(run, endpoint);
  const struct rounds *rounds = &run->rounds[held];
  return (struct end){.rounds = rounds,
                      .state = run->parts[held].state,
                      .number = endpoint,
                      .bytes = rounds->bytes};
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
  look_at(end, message, number);
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

/* Between threads. A message of a burst is taken before the next one is made; before the first one
 * and the answer, what was sent the other way says so. */
static inline void send_to_thread(struct rounds_run *run, struct end *end, uint64_t number,
                                  uint64_t place, bool follows) {
  struct channel *channel = &run->channels[end->number];
  void *message = end->rounds->send[end->number];
  if (follows)
    flag_wait(&channel->taken.number, place - 1, run->team->crowded);
  stamp(message, end->bytes, number);
  if (end->bytes <= CHANNEL_INLINE)
    copy(channel->bytes, message, end->bytes);
  flag_raise(&channel->sent, place);
}

/* The message is here when this returns; it is compared later, while the next one travels. */
static inline void receive_from_thread(struct rounds_run *run, struct end *end, const void *sender,
                                       uint64_t place, bool more) {
  struct channel *channel = &run->channels[!end->number];
  flag_wait(&channel->sent, place, run->team->crowded);
  copy(end->rounds->receive[end->number], end->bytes <= CHANNEL_INLINE ? channel->bytes : sender,
       end->bytes);
  if (more)
    flag_raise(&channel->taken.number, place);
}

static void pinger_thread(struct rounds_run *run, struct end *end, const void *sender) {
  const struct rounds *rounds = end->rounds;
  const void *answer = rounds->receive[0];
  uint64_t number = rounds->first_stamp, place = run->numbers + 1;
  for (; end->tally.rounds < rounds->rounds; end->tally.rounds++) {
    for (int64_t i = 0; i < rounds->burst; i++, number++, place++) {
      if (i > 0)
        rounds->between(end->state);
      send_to_thread(run, end, number, place, i > 0);
      if (i == 0 && end->tally.rounds > 0)
        look_at(end, answer, number - 1);
    }
    receive_from_thread(run, end, sender, place++, false);
    number++;
  }
  if (rounds->rounds > 0)
    look_at(end, answer, number - 1);
}

static void ponger_thread(struct rounds_run *run, struct end *end, const void *sender) {
  const struct rounds *rounds = end->rounds;
  const void *message = rounds->receive[1];
  uint64_t number = rounds->first_stamp, place = run->numbers + 1;
  for (; end->tally.rounds < rounds->rounds; end->tally.rounds++) {
    for (int64_t i = 1; i < rounds->burst; i++) {
      receive_from_thread(run, end, sender, place++, true);
      look_at(end, message, number++);
    }
    receive_from_thread(run, end, sender, place++, false);
    send_to_thread(run, end, number + 1, place++, false);
    look_at(end, message, number);
    number += 2;
  }
}

static void between_threads(struct rounds_run *run, int endpoint) {
  struct end end = open_end(run, endpoint);
  const void *sender = run->rounds[holder(run, !endpoint)].send[!endpoint];
  if (endpoint == 0)
    pinger_thread(run, &end, sender);
  else
    ponger_thread(run, &end, sender);
  close_end(run, &end);
}

/* Both ends on one worker. */
static void move_here(struct end *from, struct end *to, uint64_t number) {
  void *message = to->rounds->receive[to->number];
  stamp(from->rounds->send[from->number], from->bytes, number);
  copy(message, from->rounds->send[from->number], from->bytes);
  look_at(to, message, number);
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
