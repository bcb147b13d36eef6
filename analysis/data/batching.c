/* How launches were ordered in time. */
#include <stdlib.h>

#include "analysis/data/build.h"
#include "common/grow.h"

/* The launches of a point in one session, from the first to the last, by seq and by time. */
struct time_span {
  size_t machine, session, point;
  size_t launches;
  bool has_seq, has_time;
  int64_t first_seq, last_seq, first_ns, last_ns;
};

static void add_to_span(struct time_span *span, const struct data_launch *launch) {
  bool first = span->launches++ == 0;
  if (launch->seq == 0)
    span->has_seq = false;
  if (launch->start_ns == 0)
    span->has_time = false;
  if (first || launch->seq < span->first_seq)
    span->first_seq = launch->seq;
  if (first || launch->seq > span->last_seq)
    span->last_seq = launch->seq;
  if (first || launch->start_ns < span->first_ns)
    span->first_ns = launch->start_ns;
  if (first || launch->start_ns > span->last_ns)
    span->last_ns = launch->start_ns;
}

/* Of the launches of one session; what was skipped took no time. A point whose sessions are looked
 * at together: SIZE_MAX. */
static struct time_span find_span(const struct data_point *point, size_t session) {
  struct time_span span = {
      .machine = point->machine, .session = session, .has_seq = true, .has_time = true};
  for (size_t i = 0; i < point->launch_count; i++) {
    const struct data_launch *launch = &point->launches[i];
    if (launch->status != STATUS_SKIPPED && (session == SIZE_MAX || launch->session == session))
      add_to_span(&span, launch);
  }
  return span;
}

bool points_are_batched(const struct data_point *a, const struct data_point *b) {
  struct time_span left = find_span(a, SIZE_MAX), right = find_span(b, SIZE_MAX);
  if (left.launches < 2 || right.launches < 2)
    return false;
  if (left.has_seq && right.has_seq)
    return left.last_seq < right.first_seq || right.last_seq < left.first_seq;
  return left.has_time && right.has_time &&
         (left.last_ns < right.first_ns || right.last_ns < left.first_ns);
}

/* --- the whole dataset ------------------------------------------------------------------------ */

/* By machine and session, then by their beginning. */
static int compare_spans(const void *left, const void *right) {
  const struct time_span *a = left, *b = right;
  const int64_t numbers[][2] = {{(int64_t)a->machine, (int64_t)b->machine},
                                {(int64_t)a->session, (int64_t)b->session},
                                {a->first_seq, b->first_seq},
                                {a->last_seq, b->last_seq},
                                {(int64_t)a->point, (int64_t)b->point}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i][0] != numbers[i][1])
      return numbers[i][0] < numbers[i][1] ? -1 : 1;
  return 0;
}

static bool same_session(const struct time_span *a, const struct time_span *b) {
  return a->machine == b->machine && a->session == b->session;
}

/* Whether one of two or more spans overlaps none of the others. `spans` is sorted by beginning. */
static bool has_span_apart(const struct time_span *spans, size_t count) {
  int64_t last = INT64_MIN; /* of all before */
  for (size_t i = 0; i < count; i++) {
    bool after = spans[i].first_seq > last;
    bool before = i + 1 == count || spans[i].last_seq < spans[i + 1].first_seq;
    if (count > 1 && after && before)
      return true;
    last = spans[i].last_seq > last ? spans[i].last_seq : last;
  }
  return false;
}

/* If a launch of a machine and session has no seq, all of them are ordered by time. */
static void choose_clock(struct time_span *spans, size_t count) {
  bool seq = true;
  for (size_t i = 0; i < count; i++)
    seq &= spans[i].has_seq;
  for (size_t i = 0; i < count && !seq; i++) {
    spans[i].first_seq = spans[i].first_ns;
    spans[i].last_seq = spans[i].last_ns;
  }
}

/* One span for each session of the point in which it has two launches or more. */
static void add_spans(const struct data_point *point, size_t number, struct time_span **spans,
                      size_t *count) {
  for (size_t i = 0; i < point->launch_count; i++) {
    size_t session = point->launches[i].session;
    if (i > 0 && point->launches[i - 1].session == session)
      continue; /* launches are sorted by session */
    struct time_span span = find_span(point, session);
    span.point = number;
    if (span.launches >= 2 && (span.has_seq || span.has_time))
      *GROW(*spans, *count) = span;
  }
}

bool find_batched(const struct dataset *dataset) {
  struct time_span *spans = NULL;
  size_t count = 0;
  bool batched = false;
  for (size_t i = 0; i < dataset->point_count; i++)
    add_spans(&dataset->points[i], i, &spans, &count);
  if (count > 0)
    qsort(spans, count, sizeof *spans, compare_spans);
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1; next < count && same_session(&spans[i], &spans[next]); next++)
      ;
    choose_clock(spans + i, next - i);
    qsort(spans + i, next - i, sizeof *spans, compare_spans);
    batched |= has_span_apart(spans + i, next - i);
  }
  free(spans);
  return batched;
}
