/* Rooflines of a machine whose limits are known, and kernels at known fractions of them. */
#include "analysis/answer/bounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "tests/analysis/answer/made.h"
#include "tests/check.h"

#define SERIAL "model=serial|driver=serial_driver|cores=1|threads=1|"
#define THREADS "model=threads|driver=omp_driver|cores=2|threads=2|"

static const char caches[] =
    "{\"machine\": {\"topology\": {\"l1d_bytes\": 32768, \"l1d_count\": 2, \"l2_bytes\": 1048576,"
    " \"l2_count\": 2, \"l3_bytes\": 33554432, \"l3_count\": 1}}}";

/* The bytes that cross the bus in a second. The smallest arrays are slow on two cores: there the
 * start of the threads takes longer than the pass. */
static const struct {
  double n, serial, threads;
} streams[] = {{1e3, 100e9, 5e9}, {2e4, 60e9, 110e9}, {4e5, 40e9, 50e9}, {1e7, 20e9, 30e9}};

static void add_streams(struct made *made) {
  for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
    double n = streams[i].n;
    for (int cores = 1; cores <= 2; cores++)
      made_point(made, 32 * n / (cores == 1 ? streams[i].serial : streams[i].threads),
                 "%skernel=stream|bound=memory|options=op=triad|n=%.0f|work_unit=elements|"
                 "work_op=%.0f|work_byte=%.0f|work_traffic_byte=%.0f",
                 cores == 1 ? SERIAL : THREADS, n, n, 24 * n, 32 * n);
  }
}

/* A kernel that does `flops` operations on that number of bytes. */
static void add_kernel(struct made *made, const char *how, const char *kernel, const char *unit,
                       double operations, double bytes, double traffic, double time_s) {
  made_point(made, time_s,
             "%skernel=%s|bound=%s|n=1000|work_unit=%s|work_op=%.0f|work_byte=%.0f|"
             "work_traffic_byte=%.0f",
             how, kernel, strcmp(unit, "flop") != 0 || bytes > operations ? "memory" : "compute",
             unit, operations, bytes, traffic);
}

static void add_dgemms(struct made *made) {
  add_kernel(made, SERIAL, "dgemm", "flop", 2e9, 3.2e7, 3.2e7, 2e9 / 10e9);
  add_kernel(made, THREADS, "dgemm", "flop", 2e9, 3.2e7, 3.2e7, 2e9 / 19e9);
}

static void add_kernels(struct made *made) {
  /* 16 of 20 GB/s on one core, 24 of 30 on two: reads only */
  add_kernel(made, SERIAL, "dot", "flop", 2e7, 1.6e8, 1.6e8, 1.6e8 / 16e9);
  add_kernel(made, THREADS, "dot", "flop", 2e7, 1.6e8, 1.6e8, 1.6e8 / 24e9);
  /* a third of what crosses the bus is write-allocate: all of the 20 GB/s */
  add_kernel(made, SERIAL, "stencil", "flop", 3e7, 1.6e8, 2.4e8, 2.4e8 / 20e9);
  add_kernel(made, SERIAL, "nbody", "flop", 1e9, 3e6, 3e6, 1e9 / 9e9);
  /* no flops: 15 of 20 GB/s */
  add_kernel(made, SERIAL, "transpose", "elements", 1e7, 1.6e8, 1.6e8, 1.6e8 / 15e9);
  /* 480 kB stay in L2: 30 of 60 GB/s */
  add_kernel(made, SERIAL, "sparse", "flop", 4.8e4, 4.8e5, 4.8e5, 4.8e5 / 30e9);
  /* nothing to compare with */
  add_kernel(made, SERIAL, "sumsq", "additions", 1e7, 0, 0, 1e-3);
}

static const struct bounds_place *find(const struct made *made, const struct bounds *bounds,
                                       const char *kernel, int64_t cores) {
  for (size_t i = 0; i < bounds->place_count; i++) {
    const struct standing *standing = &made->answer.standings[bounds->places[i].standing];
    if (strcmp(standing->work->kernel, kernel) == 0 && standing->point->cores == cores)
      return &bounds->places[i];
  }
  return NULL;
}

static void check_place(const struct made *made, const struct bounds *bounds, const char *kernel,
                        int64_t cores, double fraction, const char *by) {
  const struct bounds_place *place = find(made, bounds, kernel, cores);
  CHECK(place != NULL, "%s", kernel);
  if (place == NULL)
    return;
  const struct bounds_roof *roof = &bounds->roofs[place->roof];
  const struct estimate *found = &place->place.fraction;
  char *name = place->place.bound_by_memory ? bounds_level_name(roof, place->place.level) : NULL;
  CHECK(roof->cores == cores, "%s", kernel);
  CHECK(is_near(found->value, fraction, 0.003), "%s: %g, not %g", kernel, found->value, fraction);
  CHECK(found->low <= fraction && fraction <= found->high && found->high - found->low < 0.05,
        "%s: %g in [%g, %g]", kernel, fraction, found->low, found->high);
  CHECK(strcmp(name != NULL ? name : "arithmetic", by) == 0, "%s: by %s", kernel,
        name != NULL ? name : "arithmetic");
  free(name);
}

static void check_roofs(void) {
  struct made made = {0};
  struct bounds bounds;
  add_streams(&made);
  add_dgemms(&made);
  add_kernels(&made);
  made_answer(&made, caches);
  bounds_make(&bounds, &made.answer);
  CHECK(bounds.roof_count == 2, "%zu", bounds.roof_count);
  const struct roofline *one = &bounds.roofs[0].line;
  CHECK(one->level_count == 4 && is_near(one->peak.value, 10e9, 0.002), "%g", one->peak.value);
  for (size_t i = 0; i < one->level_count; i++)
    CHECK(is_near(one->levels[i].bandwidth.value, streams[i].serial, 0.002), "%zu: %g", i,
          one->levels[i].bandwidth.value);
  check_place(&made, &bounds, "dot", 1, 0.8, "memory");
  check_place(&made, &bounds, "dot", 2, 0.8, "memory");
  check_place(&made, &bounds, "stencil", 1, 1, "memory");
  check_place(&made, &bounds, "nbody", 1, 0.9, "arithmetic");
  check_place(&made, &bounds, "transpose", 1, 0.75, "memory");
  check_place(&made, &bounds, "sparse", 1, 0.5, "L2");
  CHECK(find(&made, &bounds, "transpose", 1)->by_bytes);
  CHECK(is_near(find(&made, &bounds, "transpose", 1)->place.limit, 20e9, 0.002));
  CHECK(is_near(find(&made, &bounds, "transpose", 1)->place.rate.value, 15e9, 0.002));
  CHECK(is_near(find(&made, &bounds, "stencil", 1)->intensity, 0.125, 1e-9));
  CHECK(find(&made, &bounds, "sumsq", 1) == NULL);
  CHECK(find(&made, &bounds, "stream", 1) == NULL);
  CHECK(bounds.places[0].roof != NONE && bounds.without_roof == 0, "%zu", bounds.without_roof);
  bounds_free(&bounds);
  char *text = made_text(&made, section_bounds, SHOW_SUMMARY | SHOW_PAGE);
  CHECK(longest_line(text) <= 80, "%zu:\n%s", longest_line(text), text);
  CHECK(strstr(text, "arithmetic (dgemm)") != NULL && strstr(text, "90 %") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* dgemm on one core alone: the entry on two has no roof, and is not compared with another's. */
static void check_other_cores(void) {
  struct made made = {0};
  struct bounds bounds;
  add_streams(&made);
  add_kernel(&made, SERIAL, "dgemm", "flop", 2e9, 3.2e7, 3.2e7, 0.2);
  add_kernels(&made);
  made_answer(&made, caches);
  bounds_make(&bounds, &made.answer);
  CHECK(bounds.roof_count == 1 && bounds.roofs[0].cores == 1, "%zu", bounds.roof_count);
  CHECK(find(&made, &bounds, "dot", 1) != NULL && find(&made, &bounds, "dot", 2) == NULL);
  CHECK(bounds.without_roof == 1, "%zu", bounds.without_roof);
  bounds_free(&bounds);
  made_free(&made);
}

/* Without the sizes of the caches each size of stream is a level, named by its bytes. */
static void check_without_caches(void) {
  struct made made = {0};
  struct bounds bounds;
  add_streams(&made);
  add_dgemms(&made);
  add_kernels(&made);
  made_answer(&made, NULL);
  bounds_make(&bounds, &made.answer);
  check_place(&made, &bounds, "dot", 1, 0.8, "arrays of 240 MB");
  bounds_free(&bounds);
  made_free(&made);
}

static void check_nothing(void) {
  struct made made = {0};
  add_dgemms(&made);
  add_kernels(&made);
  made_answer(&made, caches);
  char *page = made_text(&made, section_bounds, SHOW_PAGE);
  char *summary = made_text(&made, section_bounds, SHOW_SUMMARY);
  CHECK(strstr(page, "No roofline") != NULL, "\n%s", page);
  CHECK(strlen(summary) <= 1, "\n%s", summary);
  free(page);
  free(summary);
  made_free(&made);
}

int main(void) {
  check_roofs();
  check_other_cores();
  check_without_caches();
  check_nothing();
  return test_result();
}
