/* readfile: n reads of blocks at random offsets of a file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/random.h"
#include "kernels/kernel.h"

enum { BYTES, FILE_BYTES, SEED, CACHE };
enum { WARM, DROPPED, DIRECT };
enum { PHASE_FILL, PHASE_WRITE, PHASE_EMPTY, PHASE_READ, PHASE_DROP };
enum { WORD = sizeof(uint64_t) };

/* The file is written from a buffer of BUFFER bytes, a PIECE at a time. */
enum { PIECE = 1 << 20, BUFFER = 8 << 20 };

static const char *const caches[] = {"warm", "dropped", "direct", NULL};

static const struct kernel_option options[] = {
    {"bytes", OPTION_COUNT, 4096, WORD, 1 << 30, "byte", "of each read; a multiple of 8"},
    {"file", OPTION_COUNT, 64 << 20, FILE_BLOCK, INT64_C(1) << 40, "byte",
     "size of the file of each part; a multiple of 4096"},
    {"seed", OPTION_COUNT, 1, 0, INT64_MAX, "seed", "of the places read"},
    {.name = "cache",
     .type = OPTION_CHOICE,
     .initial = WARM,
     .min = WARM,
     .max = DIRECT,
     .help = "the page cache: as writing left it, dropped before each pass, or bypassed (O_DIRECT)",
     .choices = caches},
    {0},
};

/* What the reads add up to; whole numbers modulo 2^64, so their order does not matter. */
struct tally {
  uint64_t count, unit_sum, bytes, checksum;
  uint64_t failed; /* reads that brought an error, or less than requested */
};

struct state {
  const struct problem *problem;
  uint64_t *buffer;
  int64_t pass;    /* the one under way, from 0 */
  int64_t written; /* bytes of the file, so far */
  /* Bytes of the files of all parts that stayed in the page cache: before the pass that was judged
   * last, and before the next one. */
  uint64_t kept, kept_next;
  struct tally tally;
};

/* Word i of the file is FACTOR i + SHIFT modulo 2^64: no two are alike, and a sum of them has a
 * closed form. */
static const uint64_t factor = 0x9e3779b97f4a7c15u, shift = 0xd1b54a32d192ed03u;

static struct needs needs(const struct problem *problem) {
  return (struct needs){
      .file_bytes = problem->value[FILE_BYTES],
      .file_direct = problem->value[CACHE] == DIRECT,
      .file_on_device = problem->value[CACHE] != WARM,
  };
}

static int64_t buffer_bytes(const struct problem *problem) {
  return min_of(BUFFER, problem->value[FILE_BYTES]);
}

static int check_options(const struct problem *problem, struct error *error) {
  const int64_t *value = problem->value;
  if (value[BYTES] % WORD != 0)
    return error_set(error, EXIT_USAGE, "bytes=%" PRId64 ": not a multiple of 8", value[BYTES]);
  if (value[FILE_BYTES] % FILE_BLOCK != 0)
    return error_set(error, EXIT_USAGE, "file=%" PRId64 ": not a multiple of %d", value[FILE_BYTES],
                     (int)FILE_BLOCK);
  if (value[BYTES] > value[FILE_BYTES])
    return error_set(error, EXIT_USAGE, "bytes=%" PRId64 ": more than the file has", value[BYTES]);
  if (value[CACHE] == DIRECT && value[BYTES] % FILE_BLOCK != 0)
    return error_set(error, EXIT_USAGE, "bytes=%" PRId64 ": cache=direct needs a multiple of %d",
                     value[BYTES], (int)FILE_BLOCK);
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  (void)part;
  s->problem = problem;
  if (check_options(problem, error) ||
      memory_allocate(&s->buffer, buffer_bytes(problem), 1, "what is written to the file", error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  free(((struct state *)opaque)->buffer);
}

/* How much of the file the buffer holds next. */
static int64_t next_bytes(const struct state *s) {
  return min_of(buffer_bytes(s->problem), s->problem->value[FILE_BYTES] - s->written);
}

static int64_t fill_extent(const void *opaque) {
  return next_bytes(opaque) / WORD;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  uint64_t *restrict buffer = s->buffer;
  const uint64_t first = (uint64_t)s->written / WORD;
  (void)partial;
  for (int64_t i = begin; i < end; i++)
    buffer[i] = factor * (first + (uint64_t)i) + shift;
}

static int64_t write_extent(const void *opaque) {
  return (next_bytes(opaque) + PIECE - 1) / PIECE;
}

static void write_ask(void *opaque, int64_t unit, struct operation *operation) {
  const struct state *s = opaque;
  operation->kind = OPERATION_WRITE;
  operation->as.file.offset = s->written + unit * PIECE;
  operation->as.file.bytes = (size_t)min_of(PIECE, next_bytes(s) - unit * PIECE);
  operation->as.file.data = (const char *)s->buffer + unit * PIECE;
}

/* What could not be written is missing when it is read. */
static void write_arrived(void *opaque, int64_t unit, const struct operation *operation,
                          void *partial) {
  (void)opaque;
  (void)unit;
  (void)operation;
  (void)partial;
}

static int write_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->written += next_bytes(s);
  return s->written < s->problem->value[FILE_BYTES] ? PHASE_FILL : PHASE_EMPTY;
}

/* -- The page cache --------------------------------------------------------------------------- */

/* Once, if the cache is to be dropped. */
static int64_t drop_extent(const void *opaque) {
  return ((const struct state *)opaque)->problem->value[CACHE] == DROPPED;
}

static void drop_ask(void *opaque, int64_t unit, struct operation *operation) {
  (void)opaque;
  (void)unit;
  operation->kind = OPERATION_DROP;
}

/* A page that stayed would be read from memory: one byte is enough to make the pass wrong. */
static void drop_arrived(void *opaque, int64_t unit, const struct operation *operation,
                         void *partial) {
  (void)opaque;
  (void)unit;
  *(uint64_t *)partial += operation->size + (operation->failure != 0);
}

static void drop_combine(void *into, const void *from) {
  *(uint64_t *)into += *(const uint64_t *)from;
}

static int drop_then(void *opaque, const void *total) {
  ((struct state *)opaque)->kept_next = total ? *(const uint64_t *)total : 0;
  return PHASE_END;
}

/* -- The reads -------------------------------------------------------------------------------- */

static uint64_t random_of(uint64_t seed, uint64_t number) {
  return random_mix((seed + 1) * RANDOM_STEP + number * 0xbf58476d1ce4e5b9u);
}

/* Which block of the file a read is of; others in each pass. */
static uint64_t block_of(const struct problem *problem, int64_t pass, int64_t unit) {
  uint64_t blocks = (uint64_t)(problem->value[FILE_BYTES] / problem->value[BYTES]);
  uint64_t number = (uint64_t)pass * (uint64_t)problem->n + (uint64_t)unit;
  return random_of((uint64_t)problem->value[SEED], number) % blocks;
}

static void read_ask(void *opaque, int64_t unit, struct operation *operation) {
  const struct state *s = opaque;
  const struct problem *problem = s->problem;
  operation->kind = OPERATION_READ;
  operation->as.file.offset = (int64_t)block_of(problem, s->pass, unit) * problem->value[BYTES];
  operation->as.file.bytes = (size_t)problem->value[BYTES];
}

/* The words weighted with their places, so that neither a wrong block nor a wrong order is missed.
 */
static uint64_t checksum_of(const uint64_t *restrict words, int64_t count) {
  uint64_t sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++)
    sum += (uint64_t)(i + 1) * words[i];
  return sum;
}

static void read_arrived(void *opaque, int64_t unit, const struct operation *operation,
                         void *partial) {
  const struct problem *problem = ((const struct state *)opaque)->problem;
  struct tally *tally = partial;
  tally->count++;
  tally->unit_sum += (uint64_t)unit;
  tally->bytes += operation->size;
  if (operation->failure || operation->size != (size_t)problem->value[BYTES])
    tally->failed++;
  else
    tally->checksum += checksum_of(operation->data, problem->value[BYTES] / WORD);
}

static void tally_combine(void *into, const void *from) {
  struct tally *sum = into;
  const struct tally *more = from;
  sum->count += more->count;
  sum->unit_sum += more->unit_sum;
  sum->bytes += more->bytes;
  sum->checksum += more->checksum;
  sum->failed += more->failed;
}

static int read_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = total ? *(const struct tally *)total : (struct tally){0};
  s->kept = s->kept_next;
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .extent = fill_extent, .body = fill_body},
    [PHASE_WRITE] = {.name = "write",
                     .stage = STAGE_SETUP,
                     .extent = write_extent,
                     .ask = write_ask,
                     .arrived = write_arrived,
                     .then = write_then},
    [PHASE_EMPTY] = {.name = "empty",
                     .stage = STAGE_SETUP,
                     .extent = drop_extent,
                     .ask = drop_ask,
                     .arrived = drop_arrived,
                     .partial_bytes = sizeof(uint64_t),
                     .combine = drop_combine,
                     .then = drop_then},
    [PHASE_READ] = {.name = "read",
                    .stage = STAGE_TIMED,
                    .ask = read_ask,
                    .arrived = read_arrived,
                    .partial_bytes = sizeof(struct tally),
                    .combine = tally_combine,
                    .then = read_then},
    [PHASE_DROP] = {.name = "drop",
                    .stage = STAGE_CHECK,
                    .extent = drop_extent,
                    .ask = drop_ask,
                    .arrived = drop_arrived,
                    .partial_bytes = sizeof(uint64_t),
                    .combine = drop_combine,
                    .then = drop_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n;
  return (struct work){
      .operations = n,
      .bytes = n * (double)problem->value[BYTES],
      .memory = parts * (double)buffer_bytes(problem),
  };
}

/* The checksum of the block whose first word is number i0 of the file: the sum over j < m of
 * (j + 1)(factor (i0 + j) + shift), by the sums of the first numbers and of their squares. */
static uint64_t block_checksum(uint64_t i0, uint64_t m) {
  __extension__ typedef unsigned __int128 wide;
  uint64_t weights = (uint64_t)((wide)m * (m + 1) / 2);
  uint64_t weighted = m == 0 ? 0 : (uint64_t)((wide)(m - 1) * m * (m + 1) / 3);
  return (factor * i0 + shift) * weights + factor * weighted;
}

/* Each read came once and whole, from its place; from the device if it should. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const struct tally *tally = &s->tally;
  uint64_t n = (uint64_t)problem->n, words = (uint64_t)problem->value[BYTES] / WORD, checksum = 0;
  uint64_t unit_sum = sum_below(n);
  struct verdict verdict = {.tolerance = 0};
  for (int64_t unit = 0; unit < problem->n; unit++)
    checksum += block_checksum(block_of(problem, passes - 1, unit) * words, words);
  if (s->kept > 0) {
    snprintf(verdict.value, sizeof verdict.value, "%" PRIu64 " bytes in the page cache", s->kept);
    snprintf(verdict.expected, sizeof verdict.expected, "none");
    verdict.error = (double)s->kept;
    return verdict;
  }
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64 " reads, sum %016" PRIx64,
           tally->count - tally->failed, tally->checksum);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRIu64 " reads, sum %016" PRIx64, n,
           checksum);
  verdict.error = (double)tally->failed + (tally->count != n) + (tally->unit_sum != unit_sum) +
                  (tally->bytes != n * words * WORD) + (tally->checksum != checksum);
  return verdict;
}

const struct kernel kernel_readfile = {
    .name = "readfile",
    .summary = "n reads of blocks at random offsets of a file",
    .description =
        "Reads n blocks at pseudo-random offsets of a file that set-up writes, and adds up the "
        "words of each block. Every part has an unnamed file of its own in the folder TMPDIR "
        "(default: /var/tmp). Option cache determines where the blocks are read from: the system's "
        "page cache, the disk after the cache was dropped, or the disk by direct access, which "
        "bypasses the cache. The last two are refused if the file would be in memory (tmpfs).",
    .counting = "An operation is one read; the bytes are those read.",
    .oracle =
        "Each read arrived once and complete, and the sum of the words of all blocks, weighted "
        "with their positions in the block, is a closed form, modulo 2^64: word i of the file is a "
        "i + c. Exact. A read that fails or is short makes the result wrong. Each repetition reads "
        "other blocks, so that the sum of one is wrong in the others. With cache=dropped no page "
        "of the file may be in the page cache when a repetition begins (checked by mincore after "
        "the drop); a page that is still there makes the result wrong.",
    .exchanged = "Only 40 bytes of counters for each part at the end.",
    .expectation =
        "From a warm cache a read is a memory copy: threads and processes are faster than serial, "
        "and cooperative tasks slower, since libuv passes each read to a thread of its pool (files "
        "give no notification when they are ready). From the disk the device limits it, and the "
        "number of reads in flight: one for each blocking worker; for cooperative tasks, as many "
        "as the pool has threads (4 by default, UV_THREADPOOL_SIZE).",
    .unit = "read",
    .operation = "reads",
    .bound = BOUND_WAIT,
    .size = {"n", OPTION_COUNT, 1000, 0, 100000000, "read", "how many reads"},
    .options = options,
    .needs = needs,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
