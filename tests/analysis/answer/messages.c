/* Messages of known LogGP parameters, and what barriers cost. */
#include "analysis/answer/messages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "tests/analysis/answer/made.h"
#include "tests/check.h"

#define THREADS "model=threads|driver=omp_driver|cores=2|threads=2|"
#define PROCESSES "model=processes|driver=mpi_driver|cores=2|ranks=2|"
#define PINGPONG "kernel=pingpong|bound=network|work_unit=messages|"

struct network {
  double latency_s, overhead_s, gap_s, per_byte_s, jump_s; /* jump: of messages from 64 KiB on */
};

static const struct network shared = {0.4e-6, 0.1e-6, 0.3e-6, 0.05e-9, 0};
static const struct network wire = {2e-6, 0.5e-6, 1e-6, 0.1e-9, 20e-6};

static double trip(const struct network *net, double bytes, double burst, double delay_s) {
  double bytes_s = bytes > 1 ? (bytes - 1) * net->per_byte_s : 0;
  double jump_s = bytes >= 65536 ? net->jump_s : 0;
  double one_way_s = net->latency_s + 2 * net->overhead_s + bytes_s + jump_s;
  if (bytes == 0) /* nothing is sent */
    return 0.1e-6 + (burst - 1) * delay_s;
  return 2 * one_way_s +
         (burst - 1) * (delay_s > 0 ? net->overhead_s + delay_s : net->gap_s + bytes_s);
}

static void add_trips(struct made *made, const char *how, const struct network *net, double bytes,
                      int burst, int compute) {
  double delay_s = compute > 0 ? 5e-6 : 0;
  made_point(made, 30 * trip(net, bytes, burst, delay_s),
             PINGPONG "%sn=%.0f|work_op=%d|work_byte=%.0f|"
                      "options=rounds=30;burst=%d;compute=%d",
             how, bytes, 30 * (burst + 1), 30 * (burst + 1) * bytes, burst, compute);
}

/* As configs/messages.yaml has it: computation with messages of 0 and 1 byte alone. */
static void add_network(struct made *made, const char *how, const struct network *net) {
  static const double sizes[] = {0, 1, 128, 512, 896, 4096, 131072, 262144, 524288, 1048576};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    add_trips(made, how, net, sizes[i], 1, 0);
    add_trips(made, how, net, sizes[i], 16, 0);
    if (sizes[i] <= 1)
      add_trips(made, how, net, sizes[i], 16, 4000);
  }
}

static const struct messages *find(const struct made *made, const struct all_messages *all,
                                   enum model model) {
  for (size_t i = 0; i < all->count; i++)
    if (made->data.variants[all->items[i].variant].model == model)
      return &all->items[i];
  CHECK(false, "no messages of %s", model_names[model]);
  exit(1);
}

static void check_interval(const char *what, const struct interval *found, double truth,
                           double off) {
  CHECK(is_near(found->median, truth, off), "%s: %g, not %g", what, found->median, truth);
  CHECK(found->low <= truth * (1 + off) && truth * (1 - off) <= found->high, "%s: %g in [%g, %g]",
        what, truth, found->low, found->high);
}

static void check_network(void) {
  struct made made = {0};
  struct all_messages all;
  add_network(&made, THREADS, &shared);
  add_network(&made, PROCESSES, &wire);
  made_answer(&made, NULL);
  messages_find(&all, &made.answer);
  CHECK(all.count == 2, "%zu", all.count);
  const struct messages *threads = find(&made, &all, MODEL_THREADS);
  const struct messages *processes = find(&made, &all, MODEL_PROCESSES);
  CHECK(threads->size_count == 9 && threads->sizes[0].bytes == 1, "%zu", threads->size_count);
  for (size_t i = 0; i < processes->size_count; i++) {
    const struct message_size *size = &processes->sizes[i];
    double truth = trip(&wire, (double)size->bytes, 1, 0) / 2;
    CHECK(is_near(size->one_way_s.median, truth, 0.003), "%g, not %g", size->one_way_s.median,
          truth);
  }
  const struct loggp_regime *regime = &processes->fit.regimes[0];
  CHECK(processes->fit.regime_count == 2 && processes->fit.split_bytes == 131072);
  check_interval("L + 2o", &regime->one_way_s, 3e-6, 0.01);
  check_interval("g", &regime->gap_s, 1e-6, 0.05);
  check_interval("o", &regime->overhead_s, 0.5e-6, 0.1);
  const struct loggp_regime *last = &processes->fit.regimes[1];
  check_interval("G", &last->per_byte_s, 0.1e-9, 0.02);
  CHECK(isnan(last->overhead_s.median)); /* nothing was computed between long messages */
  struct interval half = half_bandwidth_size(last);
  check_interval("n 1/2", &half, 23e-6 / 0.1e-9, 0.1);
  CHECK(is_near(regime_time(last, 524288), trip(&wire, 524288, 1, 0) / 2, 0.02));
  messages_free(&all);
  char *text = made_text(&made, section_messages, SHOW_SUMMARY);
  CHECK(longest_line(text) <= 80, "%zu:\n%s", longest_line(text), text);
  CHECK(strstr(text, "1,048,576") != NULL && strstr(text, "does not fit") == NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* Among all points, a message between threads has its time as one between processes. */
static void check_points(void) {
  struct made made = {0};
  add_trips(&made, THREADS, &shared, 4096, 1, 0);
  made_point(&made, 60 * 3e-6,
             PINGPONG PROCESSES "n=4096|work_op=60|work_byte=245760|work_message=60|"
                                "options=rounds=30;burst=1;compute=0");
  made_answer(&made, NULL);
  char *text = made_text(&made, section_points, SHOW_ALL_POINTS);
  CHECK(strstr(text, "805 ns") != NULL && strstr(text, "3.00 us") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* A network that no LogGP model describes: the report says so. */
static void check_misfit(void) {
  struct made made = {0};
  for (double bytes = 1; bytes <= 1048576; bytes *= 4)
    made_point(&made, 60 * 1e-6 * (1 + (fmod(log2(bytes), 4) > 1 ? 3 : 0)),
               PINGPONG THREADS "n=%.0f|work_op=60|options=rounds=30;burst=1;compute=0", bytes);
  made_answer(&made, NULL);
  char *text = made_text(&made, section_messages, SHOW_SUMMARY);
  CHECK(strstr(text, "does not fit") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

static void check_collectives(void) {
  struct made made = {0};
  made_point(&made, 2e-3, "kernel=barrier|bound=network|n=1000|work_op=1000|" THREADS);
  made_point(&made, 5e-3, "kernel=barrier|bound=network|n=1000|work_op=1000|" PROCESSES);
  made_point(&made, 7e-3, "kernel=allreduce|bound=network|n=128|work_op=1000|" PROCESSES);
  made_answer(&made, NULL);
  char *text = made_text(&made, section_messages, SHOW_SUMMARY);
  CHECK(strstr(text, "2.00 us") != NULL && strstr(text, "5.00 us") != NULL, "\n%s", text);
  CHECK(strstr(text, "1024") != NULL && strstr(text, "7.00 us") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

static void check_nothing(void) {
  struct made made = {0};
  made_point(&made, 1e-3, "model=serial|driver=serial_driver");
  add_trips(&made, THREADS, &shared, 8, 1, 0); /* one size */
  made_answer(&made, NULL);
  char *text = made_text(&made, section_messages, SHOW_EVERYWHERE);
  CHECK(strlen(text) <= 1, "\n%s", text);
  free(text);
  made_free(&made);
}

int main(void) {
  check_network();
  check_points();
  check_misfit();
  check_collectives();
  check_nothing();
  return test_result();
}
