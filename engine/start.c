#include "engine/start.h"

#include "common/clock.h"

const char *const start_names[] = {"none", "barrier", "window"};

enum start_kind start_kind_for(int processes, bool oversubscribed) {
  return processes == 1 ? START_ALONE : oversubscribed ? START_BARRIER : START_WINDOW;
}

/* What a process reports to the others: when it was ready, and how long a barrier takes it. */
struct ready {
  int64_t common_ns, barrier_ns;
};

/* The instant lies this far behind the last process's call: time for the call to return on all. */
enum { MARGIN_NS = 20000, BARRIERS = 4, LONGEST_NS = 5000000 };

static bool start_in_window(struct comm *comm, const struct clock_offset *clock,
                            struct error *error) {
  struct gathered all;
  comm->barrier(comm); /* so that the next one takes no longer than it must */
  int64_t called_ns = clock_now_ns();
  comm->barrier(comm);
  int64_t now_ns = clock_now_ns();
  struct ready own = {now_ns + clock->ns, now_ns - called_ns}, latest = {0};
  if (comm->gather(comm, &own, sizeof own, &all, error))
    return false;
  const struct ready *ready = all.bytes;
  for (int i = 0; i < comm->processes; i++) {
    latest.common_ns =
        i == 0 || ready[i].common_ns > latest.common_ns ? ready[i].common_ns : latest.common_ns;
    latest.barrier_ns =
        ready[i].barrier_ns > latest.barrier_ns ? ready[i].barrier_ns : latest.barrier_ns;
  }
  int64_t wait_ns = MARGIN_NS + BARRIERS * latest.barrier_ns;
  int64_t start_ns = latest.common_ns + (wait_ns < LONGEST_NS ? wait_ns : LONGEST_NS) - clock->ns;
  bool late = clock_now_ns() > start_ns;
  while (clock_now_ns() < start_ns)
    continue;
  return late;
}

bool start_together(struct comm *comm, enum start_kind kind, const struct clock_offset *clock,
                    struct error *error) {
  if (kind == START_WINDOW)
    return start_in_window(comm, clock, error);
  comm->barrier(comm);
  return false;
}

int64_t start_common_ns(const struct clock_offset *before, const struct clock_offset *after,
                        int64_t time_ns) {
  double between_ns = (double)(after->at_ns - before->at_ns);
  double share = between_ns > 0 ? (double)(time_ns - before->at_ns) / between_ns : 0;
  return time_ns + before->ns + (int64_t)(share * (double)(after->ns - before->ns));
}
