/* Cutting units into parts and ranges, halos into pieces, ranges into chunks: everything exactly
 * once. */
#include "engine/ranges.h"

#include "tests/check.h"

static void check_parts(int64_t units, int64_t grain, int count) {
  int64_t next = 0, least = INT64_MAX, most = 0, size = grain > 0 ? grain : 1;
  for (int i = 0; i < count; i++) {
    struct part part = part_of(units, grain, i, count);
    CHECK(part.begin == next && part.end >= part.begin, "units %ld grain %ld part %d of %d", units,
          grain, i, count);
    CHECK(part.begin % size == 0 || part.begin == units, "units %ld grain %ld", units, grain);
    int64_t blocks = (part.end - part.begin + size - 1) / size;
    least = blocks < least ? blocks : least;
    most = blocks > most ? blocks : most;
    next = part.end;
  }
  CHECK(next == units, "units %ld grain %ld parts %d end at %ld", units, grain, count, next);
  CHECK(most - least <= 1, "units %ld grain %ld parts %d: %ld to %ld blocks", units, grain, count,
        least, most);
}

static void check_ranges(int64_t begin, int64_t end, int64_t grain, int64_t workers, int64_t edge) {
  struct ranges r = ranges_make(begin, end, grain, workers, edge);
  int64_t next = begin;
  for (int64_t k = 0; k < r.count; k++) {
    int64_t b, e;
    range_at(&r, k, &b, &e);
    bool inner = k >= r.inner_begin && k < r.inner_end;
    CHECK(b == next && e > b, "[%ld, %ld) grain %ld workers %ld edge %ld range %ld", begin, end,
          grain, workers, edge, k);
    CHECK(!inner || (b >= begin + edge && e <= end - edge),
          "inner range %ld of [%ld, %ld) edge %ld", k, begin, end, edge);
    CHECK(grain == 0 || e - b == grain || k == r.count - 1, "grain %ld", grain);
    CHECK(range_of(&r, b) == k && range_of(&r, e - 1) == k, "range_of %ld", k);
    next = e;
  }
  CHECK(next == end, "[%ld, %ld) grain %ld workers %ld edge %ld", begin, end, grain, workers, edge);
  CHECK(edge > 0 || (r.inner_begin == 0 && r.inner_end == r.count), "without an edge all is inner");
  if (grain == 0 && edge > 0 && end - begin > 2 * edge)
    CHECK(r.inner_end - r.inner_begin ==
              (workers < end - begin - 2 * edge ? workers : end - begin - 2 * edge),
          "as many inner ranges as workers");
}

/* Who sent which unit to whom: seen[to][unit]. */
enum { MOST_PARTS = 8, MOST_UNITS = 40 };
struct traffic {
  int me;
  bool receive;
  int seen[MOST_PARTS][MOST_UNITS], wanted[MOST_PARTS][MOST_UNITS];
};

static void note(void *context, const struct piece *piece) {
  struct traffic *t = context;
  for (int64_t u = piece->begin; u < piece->end; u++)
    if (t->receive)
      t->wanted[t->me][u]++;
    else
      t->seen[piece->part][u]++;
}

static void check_halo(int64_t units, int64_t grain, int count, int64_t width) {
  struct traffic t = {0};
  for (t.me = 0; t.me < count; t.me++)
    for (int receive = 0; receive < 2; receive++) {
      t.receive = receive;
      halo_pieces(units, grain, t.me, count, width, receive, note, &t);
    }
  for (int i = 0; i < count; i++) {
    struct part part = part_of(units, grain, i, count);
    for (int64_t u = 0; u < units; u++) {
      bool own = u >= part.begin && u < part.end;
      bool near = part.begin < part.end && u >= part.begin - width && u < part.end + width;
      int expected = near && !own;
      CHECK(t.wanted[i][u] == expected && t.seen[i][u] == expected,
            "units %ld grain %ld parts %d width %ld: part %d unit %ld wanted %d sent %d", units,
            grain, count, width, i, u, t.wanted[i][u], t.seen[i][u]);
    }
  }
}

static void check_chunks(int64_t count, int64_t least, int64_t takers) {
  struct chunks chunks = {.count = count, .least = least, .takers = takers};
  int64_t next = 0, begin, end, last = INT64_MAX;
  for (int64_t ticket = 0; chunks_take(&chunks, ticket, &begin, &end); ticket++) {
    CHECK(begin == next && end > begin, "chunks of %ld: turn %ld", count, ticket);
    CHECK(end - begin <= last, "chunks grow");
    CHECK(end - begin >= least || end == count, "a chunk below the least");
    last = end - begin;
    next = end;
  }
  CHECK(next == count, "chunks of %ld, least %ld, end at %ld", count, least, next);
  /* a process that only gets every third turn sees the same chunks */
  struct chunks all = {.count = count, .least = least, .takers = takers}, third = all;
  for (int64_t ticket = 0; ticket < 50; ticket++) {
    int64_t b, e;
    bool any = chunks_take(&all, ticket, &begin, &end);
    if (ticket % 3 == 1)
      CHECK(chunks_take(&third, ticket, &b, &e) == any && (!any || (b == begin && e == end)),
            "turn %ld differs by who takes it", ticket);
  }
}

int main(void) {
  static const int64_t sizes[] = {0, 1, 2, 3, 7, 8, 19, 40};
  static const int64_t grains[] = {0, 1, 2, 3, 7, 64};
  for (int s = 0; s < 8; s++)
    for (int g = 0; g < 6; g++) {
      for (int parts = 1; parts <= MOST_PARTS; parts++) {
        check_parts(sizes[s], grains[g], parts);
        for (int64_t width = 0; width < 10; width++)
          check_halo(sizes[s], grains[g], parts, width);
      }
      for (int64_t workers = 1; workers < 9; workers++)
        for (int64_t edge = 0; edge < 5; edge++)
          for (int64_t begin = 0; begin < 2; begin++)
            check_ranges(begin * 64, begin * 64 + sizes[s], grains[g], workers, edge);
      if (grains[g] > 0)
        for (int64_t takers = 0; takers < 4; takers++)
          check_chunks(sizes[s], grains[g], takers);
    }
  /* the largest problems do not overflow */
  struct part last = part_of(INT64_MAX, 3, 4095, 4096);
  CHECK(last.end == INT64_MAX && last.begin > 0 && last.begin % 3 == 0);
  check_ranges(0, INT64_MAX, INT64_MAX / 4, 7, 2);
  check_ranges(0, INT64_MAX, 0, 1000, 0);
  return test_result();
}
