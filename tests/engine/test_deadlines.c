/* The heap of deadlines: nothing lost, earliest first. */
#include "common/deadlines.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tests/check.h"

int main(void) {
  enum { COUNT = 5000 };
  struct deadlines d = {0};
  static bool seen[COUNT];
  uint64_t random = 42;
  CHECK(deadlines_reserve(&d, COUNT) == 0);
  for (int round = 0; round < 4; round++) {
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < COUNT; i++) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      int64_t time = round == 0 ? 7 : round == 1 ? i : (int64_t)(random >> 40) % 1000;
      if (round == 3)
        time = i % 3 == 0 ? COUNT - i : i; /* rising and falling, mixed: queue and heap */
      deadlines_add(&d, time, i);
    }
    int64_t last = 0;
    for (int i = 0; i < COUNT; i++) {
      CHECK(deadlines_first(&d)->time_ns >= last);
      struct deadline next = deadlines_take(&d);
      CHECK(next.time_ns >= last && !seen[next.task], "task %ld", next.task);
      last = next.time_ns;
      seen[next.task] = true;
    }
    CHECK(d.count == 0);
  }
  deadlines_free(&d);
  return test_result();
}
