/* Many cooperative tasks on one thread: run a bounded step, yield, await timers. */
#include "drivers/driver.h"
#include "engine/loop.h"

static int open_workers(struct launch *launch, struct error *error) {
  struct loop *loop;
  if (loop_open(&loop, launch->settings->tasks, launch->settings->in_flight, error))
    return error->code;
  launch->context = loop;
  return 0;
}

static void close_workers(struct launch *launch) {
  loop_close(launch->context);
}

static int64_t tasks(const struct launch *launch) {
  return loop_most_tasks(launch->context);
}

/* A wait for each unit, as far as --tasks and --in-flight allow. */
static int64_t in_flight(const struct launch *launch) {
  const struct settings *s = launch->settings;
  int64_t waits = s->kernel->units(&s->problem), all;
  if (s->tasks > 0 && s->tasks < waits)
    waits = s->tasks;
  if (__builtin_mul_overflow(waits, s->jobs, &all))
    all = INT64_MAX / 2;
  return s->in_flight > 0 && s->in_flight < all ? s->in_flight : all;
}

int main(int argc, char **argv) {
  static const struct driver driver = {
      .facts = &driver_list[DRIVER_ASYNC],
      .summary = "Runs a kernel as cooperative tasks on one thread.",
      .examples = "  async_driver                           sum of squares below 10^7, verified\n"
                  "  async_driver wait -n 100000 -s delay=50ms   100,000 waits in flight\n"
                  "  async_driver wait -n 1000 --in-flight 100   at most 100 in flight\n"
                  "  async_driver --grain 1000 --tasks 64   yields after every 1000 numbers\n",
      .open_workers = open_workers,
      .close_workers = close_workers,
      .pass = loop_pass,
      .in_flight = in_flight,
      .tasks = tasks,
  };
  return driver_main(&driver, argc, argv);
}
