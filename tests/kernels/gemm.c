/* The tuned product of kernels/dgemm/dgemm.h compared with three plain loops, at sizes around those
 * of its tiles, strips, blocks and slices; and bitwise with the product computed in pieces of rows.
 * OpenBLAS, where the build has it, called from several threads at once: in its sequential variant
 * one such call in ten thousand gives a wrong result. */
#include "kernels/dgemm/dgemm.h"

#include <dirent.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

/* What is beside the matrices must stay as it is. */
enum { BESIDE = 3 };
static const double untouched = -77;

struct product {
  int64_t rows, columns, depth;
  double *a, *b, *c, *packed, *copies;
};

static double *allocate(int64_t count) {
  size_t bytes = ((size_t)count * sizeof(double) + 64) / 64 * 64;
  double *memory = aligned_alloc(64, bytes);
  if (!memory)
    abort();
  for (size_t i = 0; i < bytes / sizeof(double); i++)
    memory[i] = untouched;
  return memory;
}

/* Numbers of which products and sums are rounded. */
static void fill(double *matrix, int64_t rows, int64_t columns) {
  static uint64_t state = 1;
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      matrix[i * (columns + BESIDE) + j] = (double)(state >> 11) * 0x1p-53 - 0.5;
    }
}

static struct product make(int64_t rows, int64_t columns, int64_t depth) {
  struct product p = {
      .rows = rows,
      .columns = columns,
      .depth = depth,
      .a = allocate(rows * (depth + BESIDE)),
      .b = allocate(depth * (columns + BESIDE)),
      .c = allocate(rows * (columns + BESIDE)),
      .packed = allocate(dgemm_strips(columns) * dgemm_strip_doubles(depth)),
      .copies = allocate(rows * DGEMM_DEPTH),
  };
  fill(p.a, rows, depth);
  fill(p.b, depth, columns);
  fill(p.c, rows, columns);
  return p;
}

static void discard(struct product *p) {
  free(p->a);
  free(p->b);
  free(p->c);
  free(p->packed);
  free(p->copies);
}

static void multiply(const struct product *p, int64_t begin, int64_t end, double *c) {
  dgemm_tuned(&(struct dgemm_product){
      .rows = end - begin,
      .columns = p->columns,
      .depth = p->depth,
      .a = p->a + begin * (p->depth + BESIDE),
      .a_stride = p->depth + BESIDE,
      .packed = p->packed,
      .c = c + begin * (p->columns + BESIDE),
      .c_stride = p->columns + BESIDE,
      .copies = p->copies + begin * DGEMM_DEPTH,
  });
}

static double worst_error(const struct product *p, const double *before) {
  const int64_t a_stride = p->depth + BESIDE, stride = p->columns + BESIDE;
  double worst = 0;
  for (int64_t i = 0; i < p->rows; i++)
    for (int64_t j = 0; j < p->columns; j++) {
      double sum = before[i * stride + j];
      for (int64_t k = 0; k < p->depth; k++)
        sum += p->a[i * a_stride + k] * p->b[k * stride + j];
      double error = sum - p->c[i * stride + j];
      error = error < 0 ? -error : error;
      worst = error <= worst ? worst : error; /* a NaN stays */
    }
  return worst;
}

static bool beside_is_untouched(const struct product *p) {
  bool untouched_all = true;
  for (int64_t i = 0; i < p->rows; i++)
    for (int64_t j = p->columns; j < p->columns + BESIDE; j++)
      untouched_all &= p->c[i * (p->columns + BESIDE) + j] == untouched;
  return untouched_all;
}

static void check(int64_t rows, int64_t columns, int64_t depth) {
  struct product p = make(rows, columns, depth);
  const int64_t strips = dgemm_strips(columns), doubles = rows * (columns + BESIDE);
  double *before = allocate(doubles), *pieces = allocate(doubles);
  memcpy(before, p.c, (size_t)doubles * sizeof(double));
  memcpy(pieces, p.c, (size_t)doubles * sizeof(double));
  dgemm_pack(p.packed, p.b, columns + BESIDE, depth, columns, strips / 2, strips);
  dgemm_pack(p.packed, p.b, columns + BESIDE, depth, columns, 0, strips / 2);
  multiply(&p, 0, rows, p.c);
  /* twice gamma_(depth + 1) times the sum of at most depth products of at most 1/4, and C */
  double bound = 2 * ((double)depth + 2) * 0x1p-53 * ((double)depth / 4 + 0.5);
  CHECK(worst_error(&p, before) <= bound, "%ld x %ld x %ld: error %g", (long)rows, (long)columns,
        (long)depth, worst_error(&p, before));
  CHECK(beside_is_untouched(&p), "%ld x %ld x %ld", (long)rows, (long)columns, (long)depth);
  multiply(&p, 0, rows / 3, pieces);
  multiply(&p, rows / 3, rows, pieces);
  CHECK(memcmp(pieces, p.c, (size_t)doubles * sizeof(double)) == 0,
        "%ld x %ld x %ld: not the same bits in pieces", (long)rows, (long)columns, (long)depth);
  free(before);
  free(pieces);
  discard(&p);
}

#ifdef QUARTET_OPENBLAS
enum { THREADS = 4, CALLS = 100000, SIDE = 20 };

static dgemm_multiply *blas;

/* Small products, so that the calls begin and end at all times; whole numbers, so they are exact.
 */
static void *call_often(void *wrong) {
  double a[SIDE], b[SIDE * SIDE], c[SIDE];
  uint64_t state = (uint64_t)(uintptr_t)wrong;
  for (int call = 0; call < CALLS; call++) {
    for (int i = 0; i < SIDE * SIDE; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      b[i] = (double)(state >> 56);
      a[i % SIDE] = (double)(state >> 40 & 255);
    }
    memset(c, 0, sizeof c);
    blas(&(struct dgemm_product){1, SIDE, SIDE, a, b, c, SIDE, SIDE, SIDE, NULL, NULL});
    for (int j = 0; j < SIDE; j++) {
      for (int k = 0; k < SIDE; k++)
        c[j] -= a[k] * b[k * SIDE + j];
      *(long *)wrong += c[j] != 0;
    }
  }
  return NULL;
}

static long thread_count(void) {
  long count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *entry = NULL; tasks && (entry = readdir(tasks));)
    count += entry->d_name[0] != '.';
  if (tasks)
    closedir(tasks);
  return count;
}

static void check_blas(void) {
  struct error error = {0};
  pthread_t threads[THREADS];
  long wrong[THREADS] = {0}, before = thread_count();
  CHECK(dgemm_load_openblas(&blas, &error) == 0, "%s", error.message);
  if (error.code)
    return;
  CHECK(thread_count() == before, "it makes threads of its own");
  for (int t = 0; t < THREADS; t++)
    CHECK(pthread_create(&threads[t], NULL, call_often, &wrong[t]) == 0);
  for (int t = 0; t < THREADS; t++) {
    pthread_join(threads[t], NULL);
    CHECK(wrong[t] == 0, "%ld of %d products in %d threads are wrong", wrong[t], CALLS, THREADS);
  }
}
#else
static void check_blas(void) {
  struct error error = {0};
  dgemm_multiply *blas;
  CHECK(dgemm_load_openblas(&blas, &error) == EXIT_USAGE && !blas);
}
#endif

int main(void) {
  static const int64_t depths[] = {0, 1, 2, 3, 4, 5, 7, 255, 256, 257, 600};
  for (int64_t rows = 1; rows <= 15; rows++)
    for (int64_t columns = 1; columns <= 37; columns++)
      check(rows, columns, 1 + (rows * 7 + columns) % 11);
  for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
    check(29, 53, depths[d]);
    check(150, 16, depths[d]);
  }
  check(300, 100, 300);
  check_blas();
  return test_result();
}
