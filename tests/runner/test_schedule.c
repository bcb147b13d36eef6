/* Which launch is next: the orders, attempts, what is hopeless, when it is enough. */
#include "runner/launch/schedule.h"

#include <stdio.h>
#include <string.h>

#include "tests/check.h"

enum { POINTS = 3, TEXT = 400 };

static struct plan plan_of(enum order order, int64_t least, int64_t most) {
  static struct point points[POINTS];
  return (struct plan){.points = points,
                       .point_count = POINTS,
                       .least = least,
                       .most = most,
                       .order = order,
                       .seed = 7};
}

static void append(char *text, const struct scheduled_launch *next) {
  size_t used = strlen(text);
  snprintf(text + used, TEXT - used, "%s%zu.%d", used > 0 ? " " : "", next->point,
           (int)next->launch);
  used = strlen(text);
  if (next->attempt > 1 || next->skip)
    snprintf(text + used, TEXT - used, "%s%d", next->skip ? "s" : "a", (int)next->attempt);
}

/* Runs it to its end; a launch fails if the text names it ("1.2"), and hopelessly with "h". */
static void run(struct launch_schedule *schedule, const char *failing, char text[TEXT]) {
  struct scheduled_launch next;
  text[0] = '\0';
  while (schedule_next(schedule, &next)) {
    char name[32] = "", hopeless[34];
    append(text, &next);
    snprintf(name, sizeof name, "%zu.%d", next.point, (int)next.launch);
    snprintf(hopeless, sizeof hopeless, "%sh", name);
    bool ok = !next.skip && strstr(failing, name) == NULL;
    size_t left = schedule_left(schedule);
    schedule_settle(schedule, &next, ok, strstr(failing, hopeless) != NULL, (double)next.launch);
    CHECK(schedule_left(schedule) <= left);
  }
  CHECK(schedule_left(schedule) == 0, "%zu left", schedule_left(schedule));
}

static void check(const struct plan *plan, const char *failing, const char *expected) {
  struct launch_schedule schedule;
  char text[TEXT];
  schedule_open(&schedule, plan);
  run(&schedule, failing, text);
  CHECK(strcmp(text, expected) == 0, "%s", text);
  schedule_close(&schedule);
}

static void test_orders(void) {
  struct plan plan = plan_of(ORDER_INTERLEAVE, 2, 2);
  check(&plan, "", "0.1 1.1 2.1 0.2 1.2 2.2");
  plan.order = ORDER_BATCH;
  check(&plan, "", "0.1 0.2 1.1 1.2 2.1 2.2");
  struct launch_schedule schedule;
  char first[TEXT], again[TEXT], other[TEXT];
  plan = plan_of(ORDER_RANDOM, 4, 4);
  char *const texts[] = {first, again, other};
  for (int i = 0; i < 3; i++) {
    plan.seed = i < 2 ? 7 : 8;
    schedule_open(&schedule, &plan);
    run(&schedule, "", texts[i]);
    schedule_close(&schedule);
  }
  CHECK(strcmp(first, again) == 0, "%s / %s", first, again);
  CHECK(strcmp(first, other) != 0, "%s", first);
  CHECK(strlen(first) == strlen("0.1 ") * POINTS * 4 - 1);
}

static void test_failures(void) {
  struct plan plan = plan_of(ORDER_INTERLEAVE, 2, 2);
  check(&plan, "1.1", "0.1 1.1 2.1 0.2 1.2 2.2");
  check(&plan, "1.1h", "0.1 1.1 2.1 0.2 1.2s1 2.2");
  plan.retries = 2;
  check(&plan, "1.1", "0.1 1.1 1.1a2 1.1a3 2.1 0.2 1.2 2.2");
  check(&plan, "1.1h", "0.1 1.1 2.1 0.2 1.2s1 2.2");
}

static void test_enough(void) {
  /* launch k of point p takes k seconds: the interval of 1..6 is as wide as all of them */
  struct plan plan = plan_of(ORDER_BATCH, 6, 9);
  plan.point_count = 1;
  plan.width = 2;
  check(&plan, "", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9"); /* as many again, but 9 at most */
  plan.most = 20;
  check(&plan, "", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 0.10 0.11 0.12");
  check(&plan, "0.8", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 0.10 0.11 0.12 0.13");
  plan.most = 9;
  plan.width = 0.5;
  check(&plan, "", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9");
  struct launch_schedule schedule;
  schedule_open(&schedule, &plan);
  for (int64_t launch = 1; launch <= 9; launch++) {
    CHECK(schedule_enough(&schedule, 0) == ENOUGH_NOT);
    schedule_settle(&schedule, &(struct scheduled_launch){0, launch, 1, false}, true, false,
                    (double)launch);
  }
  CHECK(schedule_enough(&schedule, 0) == ENOUGH_MOST);
  schedule_close(&schedule);
}

/* After what an earlier session has settled, the rest comes as if nothing had happened. */
static void test_resumed(void) {
  struct plan plan = plan_of(ORDER_RANDOM, 3, 3);
  struct scheduled_launch scheduled[9], next;
  struct launch_schedule schedule;
  schedule_open(&schedule, &plan);
  for (int i = 0; i < 9; i++) {
    CHECK(schedule_next(&schedule, &scheduled[i]));
    schedule_settle(&schedule, &scheduled[i], true, false, 1);
  }
  schedule_close(&schedule);
  for (int done = 0; done <= 9; done++) {
    schedule_open(&schedule, &plan);
    for (int i = 0; i < done; i++)
      schedule_settle(&schedule, &scheduled[i], true, false, 1);
    for (int i = done; i < 9; i++) {
      CHECK(schedule_next(&schedule, &next));
      CHECK(next.point == scheduled[i].point && next.launch == scheduled[i].launch);
      schedule_settle(&schedule, &next, true, false, 1);
    }
    CHECK(!schedule_next(&schedule, &next));
    schedule_close(&schedule);
  }
}

static void test_retry_failed(void) {
  struct plan plan = plan_of(ORDER_INTERLEAVE, 2, 2);
  struct launch_schedule schedule;
  char text[TEXT];
  schedule_open(&schedule, &plan);
  run(&schedule, "0.2 1.1 1.2 2.1h", text);
  schedule_retry_failed(&schedule);
  CHECK(schedule_left(&schedule) == 5, "%zu", schedule_left(&schedule));
  run(&schedule, "1.1", text);
  CHECK(strcmp(text, "0.2a2 1.1a2 1.2a2 2.1a2 2.2a2") == 0, "%s", text);
  CHECK(schedule.tracks[1].failed_count == 1 && schedule.tracks[0].failed_count == 0);
  schedule_close(&schedule);
}

int main(void) {
  test_orders();
  test_failures();
  test_enough();
  test_resumed();
  test_retry_failed();
  return test_result();
}
