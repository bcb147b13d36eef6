/* The same rows in any order give the same dataset, to the bit. */
#include <stdint.h>
#include <stdlib.h>

#include "tests/analysis/data/samples_text.h"
#include "tests/check.h"

/* splitmix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* All rows but the header. */
static void shuffle(struct samples_text *text, uint64_t *state) {
  for (size_t i = text->count - 1; i > 1; i--) {
    size_t k = 1 + next_random(state) % i;
    char *kept = text->lines[i];
    text->lines[i] = text->lines[k];
    text->lines[k] = kept;
  }
}

static void add_launch(struct samples_text *text, uint64_t *state, const char *factors,
                       int launch) {
  const char *run_id = next_random(state) % 4 == 0 ? "r0" : "r1";
  for (int rep = 0; rep < 4; rep++)
    samples_row(text,
                "%s|run_id=%s|launch=%d|rep=%d|wall_s=0.%d|comm_s=1e-%d|start_ns=%d|binding=%d",
                factors, run_id, launch, rep, (int)(next_random(state) % 1000000) + 1,
                (int)(next_random(state) % 20), launch * 100 + rep, (int)(next_random(state) % 3));
}

/* Every kind of row: several sessions, attempts, hosts, builds, failures that know little, drivers'
 * own rows, texts with quotes, a kind and a unit that differ. */
static void add_rows(struct samples_text *text, uint64_t *state) {
  static const char *const points[] = {
      "cell_id=a|options=delay=1ms;seed=1",
      "cell_id=b|model=threads+lock|lock=global,0.5|options=delay=1ms;seed=1|bound=",
      "cell_id=b|model=threads+lock|lock=global,0.5|options=delay=1ms;seed=1|hosts=n2|work_unit=x",
      "cell_id=c|model=hybrid|threads=2|cores=4|ranks=2|build=gcc",
      "cell_id=d|model=hybrid|threads=2|cores=4|ranks=2|build=clang|schedule=dynamic,4",
      "cell_id=e|model=async|tasks=10|n=77",
      "cell_id=f|model=async|tasks=10|n=77",
      "cell_id=|run_id=|seq=|attempt=0|kernel=own|startup_s=0.5",
      "cell_id=|run_id=|seq=|attempt=0|kernel=own|startup_s=0.25|bound=wait"};
  for (size_t i = 0; i < sizeof points / sizeof *points; i++)
    for (int launch = 1; launch <= 3; launch++) {
      const char *run_id = strstr(points[i], "run_id=") != NULL ? "run_id=|launch=0" : "run_id=r1";
      if (next_random(state) % 3 == 0)
        samples_failed(text, "%s|launch=%d|options=delay=1ms|schedule=|hosts=%s|binding=|%s",
                       points[i], launch, next_random(state) % 2 ? "login" : "node01", run_id);
      if (strcmp(run_id, "run_id=r1") == 0)
        add_launch(text, state, points[i], launch);
      else
        samples_row(text, "%s|%s|wall_s=0.%d", points[i], run_id, launch);
    }
  samples_failed(text, "cell_id=never|n=5|options=delay=1ms|hosts=login|status=timeout");
  samples_failed(text, "cell_id=never|n=5|options=delay=1ms;seed=1|hosts=n2|launch=2|status=oom");
  samples_failed(text, "cell_id=other|n=5|kernel=none|launch=1|attempt=1");
  samples_failed(text, "cell_id=other|n=5|kernel=none|launch=1|attempt=2|signal=11");
}

static char *read_text(const struct samples_text *text) {
  struct dataset dataset;
  struct error error = {0};
  CHECK(samples_read(text, &dataset, &error) == 0, "%s", error.message);
  char *dump = dataset_text(&dataset);
  dataset_free(&dataset);
  return dump;
}

static void test_shuffled(void) {
  uint64_t state = 1;
  for (int round = 0; round < 20; round++) {
    struct samples_text text = {0};
    add_rows(&text, &state);
    char *expected = read_text(&text);
    for (int i = 0; i < 20; i++) {
      shuffle(&text, &state);
      char *found = read_text(&text);
      CHECK(strcmp(found, expected) == 0, "round %d\n%s\nis not\n%s", round, found, expected);
      free(found);
    }
    free(expected);
    samples_free(&text);
  }
}

/* The comparison sees what it should: one digit of one row. */
static void test_seen(void) {
  struct samples_text text = {0};
  samples_row(&text, "rep=0|wall_s=0.5");
  samples_row(&text, "rep=1|wall_s=0.25");
  char *expected = read_text(&text);
  samples_free(&text);
  samples_row(&text, "rep=0|wall_s=0.5");
  samples_row(&text, "rep=1|wall_s=0.250000000000001");
  char *found = read_text(&text);
  CHECK(strcmp(found, expected) != 0);
  free(found);
  free(expected);
  samples_free(&text);
}

/* Sums of any size do not depend on the order either, where a plain sum would. */
static void test_sums(void) {
  static const char *const times[] = {"0.1", "0.2", "0.3", "0", "1e-30"};
  enum { COUNT = sizeof times / sizeof *times };
  struct samples_text text = {0};
  double forward = 0, backward = 0;
  for (size_t i = 0; i < COUNT; i++) {
    samples_row(&text, "rep=%zu|comm_s=%s", i, times[i]);
    forward += strtod(times[i], NULL);
    backward += strtod(times[COUNT - 1 - i], NULL);
  }
  CHECK(forward != backward); /* otherwise the test would show nothing */
  char *expected = read_text(&text);
  for (size_t i = 1; i < (text.count + 1) / 2; i++) {
    char *kept = text.lines[i];
    text.lines[i] = text.lines[text.count - i];
    text.lines[text.count - i] = kept;
  }
  struct dataset dataset;
  struct error error = {0};
  /* seq states where a row stood in the file: the launch has the same first one */
  CHECK(samples_read(&text, &dataset, &error) == 0);
  char *found = dataset_text(&dataset);
  CHECK(strcmp(found, expected) == 0, "%s\nis not\n%s", found, expected);
  dataset_free(&dataset);
  free(found);
  free(expected);
  samples_free(&text);
}

int main(void) {
  test_shuffled();
  test_seen();
  test_sums();
  return test_result();
}
