/* wavefront's tuned path for processors with AVX: eight rows at once, in two vectors of four.
 *
 * The recurrence makes a chain of every row. So several rows are computed at once, every row SKEW
 * columns behind the row before it: what it needs of that row was computed SKEW steps ago.
 *
 * Nothing special is needed where rows begin and end. A row that has not begun holds the point left
 * of it; as long as the row before has not begun either, what is added to it is a difference of
 * equal numbers. And what is computed behind the end of a row reaches the rows after it only behind
 * their ends.
 *
 * The two vectors hold a point of each row. The point of the row before comes over by a shift by
 * one lane, which the skew takes off the chain from one step to the next: that is one addition.
 * Since the skew is the length of a vector as well, each row's points can be stored in aligned
 * vectors. */
#ifdef __AVX__
#  include <string.h>

#  include "kernels/blocks/nontemporal.h"
#  include "kernels/wavefront/wavefront.h"

enum { WIDTH = 4, ROWS = 2 * WIDTH, SKEW = WIDTH };
enum { LAG = SKEW * (ROWS - 1) }; /* columns that the last row is behind the first */

_Static_assert(LAG + 2 * SKEW <= WAVEFRONT_PADDING, "what is read after a row before");

/* Up to ROWS rows of a tile; what is computed of rows that do not exist is not used. */
struct band {
  double *before, *right, *out;
  const double *left; /* ROWS of them */
  double left_before;
  int64_t stride, width;
  int rows;
};

/* A point of each row, or whatever belongs to it. */
struct points {
  vector4 low, high;
};

/* As many successive points of each row as a vector has lanes. */
struct pieces {
  vector4 row0, row1, row2, row3, row4, row5, row6, row7;
};

ALWAYS_INLINE void store(bool nontemporal, double *address, vector4 value) {
  if (nontemporal)
    nontemporal_store4(address, value);
  else
    vector4_store(address, value);
}

/* The transpose of the 4 x 4 matrix of these rows. */
ALWAYS_INLINE void transpose(vector4 *r0, vector4 *r1, vector4 *r2, vector4 *r3) {
  const vector4 a = vector_shuffle(*r0, *r1, 0, 4, 2, 6);
  const vector4 b = vector_shuffle(*r0, *r1, 1, 5, 3, 7);
  const vector4 c = vector_shuffle(*r2, *r3, 0, 4, 2, 6);
  const vector4 d = vector_shuffle(*r2, *r3, 1, 5, 3, 7);
  *r0 = vector_shuffle(a, c, 0, 1, 4, 5);
  *r1 = vector_shuffle(b, d, 0, 1, 4, 5);
  *r2 = vector_shuffle(a, c, 2, 3, 6, 7);
  *r3 = vector_shuffle(b, d, 2, 3, 6, 7);
}

/* What the points are to the rows after theirs: each moves on by one lane. The first one's place is
 * taken by a point of the row before all. */
ALWAYS_INLINE void hand_down(struct points *before, const struct points *point, double first) {
  /* an instruction by name: gcc makes a slower one of a shuffle */
  const vector4 low = (vector4)_mm256_insertf128_pd(_mm256_set1_pd(first),
                                                    _mm256_castpd256_pd128((__m256d)point->low), 1);
  const vector4 high = vector_shuffle(point->low, point->high, 2, 3, 4, 5);
  before->low = vector_shuffle(low, point->low, 1, 4, 3, 6);
  before->high = vector_shuffle(high, point->high, 1, 4, 3, 6);
}

/* One more point of each row. */
ALWAYS_INLINE void step(struct points *point, struct points *before_left, struct points *before,
                        double first) {
  point->low += before->low - before_left->low;
  point->high += before->high - before_left->high;
  *before_left = *before;
  hand_down(before, point, first);
}

/* Where a sweep is: what the next SKEW steps need. */
struct front {
  struct points point, before_left, before0, before1, before2, before3;
};

ALWAYS_INLINE void begin_sweep(const struct band *s, struct front *f) {
  f->point.low = vector4_load(s->left);
  f->point.high = vector4_load(s->left + WIDTH);
  hand_down(&f->before_left, &f->point, s->left_before);
  hand_down(&f->before0, &f->point, s->before[0]);
  hand_down(&f->before1, &f->point, s->before[1]);
  hand_down(&f->before2, &f->point, s->before[2]);
  hand_down(&f->before3, &f->point, s->before[3]);
}

/* SKEW more points of each row; `before` are those of the row before all that come SKEW later. */
ALWAYS_INLINE void advance(struct front *f, const double *before, struct pieces *p) {
  struct points a, b, c;
  step(&f->point, &f->before_left, &f->before0, before[0]);
  a = f->point;
  step(&f->point, &f->before_left, &f->before1, before[1]);
  b = f->point;
  step(&f->point, &f->before_left, &f->before2, before[2]);
  c = f->point;
  step(&f->point, &f->before_left, &f->before3, before[3]);
  *p = (struct pieces){a.low, b.low, c.low, f->point.low, a.high, b.high, c.high, f->point.high};
  transpose(&p->row0, &p->row1, &p->row2, &p->row3);
  transpose(&p->row4, &p->row5, &p->row6, &p->row7);
}

/* Where all rows have begun and none has ended, and there are ROWS of them; the first is at column
 * `column`. */
ALWAYS_INLINE void store_whole(const struct band *s, int64_t column, const struct pieces *p) {
  double *out = s->out + column;
  const int64_t next = s->stride - SKEW;
  vector4_store(out, p->row0);
  vector4_store(out + next, p->row1);
  vector4_store(out + 2 * next, p->row2);
  vector4_store(out + 3 * next, p->row3);
  vector4_store(out + 4 * next, p->row4);
  vector4_store(out + 5 * next, p->row5);
  vector4_store(out + 6 * next, p->row6);
  vector4_store(out + 7 * next, p->row7);
  vector4_store(s->before + column - LAG, p->row7);
}

/* A cache line of four rows, those of one parity, by two stores in a row: a line of which one half
 * is written, then lines of seven other rows, would occupy a write-combining buffer all the while,
 * and where these run out the halves go to memory one by one. The lines begin SKEW before `out`. */
ALWAYS_INLINE void store_lines(double *out, int64_t next, const vector4 half[4], vector4 row0,
                               vector4 row2, vector4 row4, vector4 row6) {
  const vector4 rows[] = {row0, row2, row4, row6};
  for (int i = 0; i < 4; i++) {
    nontemporal_store4(out + 2 * i * next - WIDTH, half[i]);
    nontemporal_store4(out + 2 * i * next, rows[i]);
  }
}

/* As long as there are whole lines of all ROWS rows: those of even rows end SKEW before those of
 * odd ones. `even` are the first halves of the former. Returns the column where the first row is
 * then. */
ALWAYS_INLINE int64_t sweep_lines(const struct band *s, struct front *front, int64_t column,
                                  const struct pieces *last) {
  const int64_t next = s->stride - SKEW;
  vector4 even[] = {last->row0, last->row2, last->row4, last->row6};
  struct pieces p;
  for (; column + SKEW + WIDTH < s->width; column += 2 * SKEW) {
    double *out = s->out + column;
    advance(front, s->before + column + SKEW, &p);
    store_lines(out, next, even, p.row0, p.row2, p.row4, p.row6);
    vector4_store(s->before + column - LAG, p.row7);
    const vector4 odd[] = {p.row1, p.row3, p.row5, p.row7};
    advance(front, s->before + column + 2 * SKEW, &p);
    store_lines(out + SKEW + next, next, odd, p.row1, p.row3, p.row5, p.row7);
    vector4_store(s->before + column + SKEW - LAG, p.row7);
    even[0] = p.row0, even[1] = p.row2, even[2] = p.row4, even[3] = p.row6;
  }
  for (int i = 0; i < 4; i++)
    nontemporal_store4(s->out + column - SKEW + 2 * i * next, even[i]);
  return column;
}

/* The same where rows begin or end, or are missing. */
ALWAYS_INLINE void store_ragged(bool nontemporal, const struct band *s, int64_t column,
                                const struct pieces *p) {
  const vector4 rows[ROWS] = {p->row0, p->row1, p->row2, p->row3,
                              p->row4, p->row5, p->row6, p->row7};
  for (int row = 0; row < s->rows; row++) {
    int64_t at = column - SKEW * row, rest = s->width - at;
    double *out = s->out + row * s->stride + at;
    if (at < 0 || rest <= 0)
      continue;
    if (rest >= WIDTH)
      store(nontemporal, out, rows[row]);
    else
      memcpy(out, &rows[row], (size_t)rest * sizeof(double));
    if (row == s->rows - 1)
      vector4_store(s->before + at, rows[row]);
    if (rest <= WIDTH)
      s->right[row] = rows[row][rest - 1];
  }
}

ALWAYS_INLINE void sweep(bool nontemporal, const struct band *given) {
  const struct band copy = *given, *s = &copy; /* in registers, whatever is stored to */
  struct front front;
  struct pieces pieces;
  int64_t column = 0;
  begin_sweep(s, &front);
  for (; column < LAG; column += SKEW) {
    advance(&front, s->before + column + SKEW, &pieces);
    store_ragged(nontemporal, s, column, &pieces);
  }
  if (nontemporal && s->rows == ROWS && column + SKEW + WIDTH < s->width)
    column = sweep_lines(s, &front, column, &pieces);
  for (; s->rows == ROWS && column + WIDTH < s->width; column += SKEW) {
    advance(&front, s->before + column + SKEW, &pieces);
    store_whole(s, column, &pieces);
  }
  for (; column < s->width + LAG; column += SKEW) {
    advance(&front, s->before + column + SKEW, &pieces);
    store_ragged(nontemporal, s, column, &pieces);
  }
}

static void sweep_nontemporal(const struct band *s) {
  sweep(true, s);
}

static void sweep_cached(const struct band *s) {
  sweep(false, s);
}

void wavefront_tuned(const struct wavefront_tile *tile) {
  double left[ROWS] = {0};
  struct band band = {
      .before = tile->before, .left = left, .stride = tile->stride, .width = tile->width};
  for (int64_t row = 0; row < tile->rows; row += ROWS) {
    band.rows = (int)min_of(ROWS, tile->rows - row);
    memcpy(left, tile->left + row, (size_t)band.rows * sizeof(double));
    band.left_before = tile->left[row - 1];
    band.right = tile->right + row;
    band.out = tile->out + row * tile->stride;
    if (tile->nontemporal)
      sweep_nontemporal(&band);
    else
      sweep_cached(&band);
  }
}
#endif
