/* fetch: n documents over HTTP. */
#include <inttypes.h>
#include <stdio.h>

#include "common/document.h"
#include "kernels/blocks/minmax.h"
#include "kernels/kernel.h"

enum { URL, LATENCY, JITTER, BODY, ERRORS, DROPS, CONNECTIONS, SEED, TIMEOUT, ATTEMPTS };

static const struct kernel_option options[] = {
    {.name = "url",
     .type = OPTION_TEXT,
     .help = "fetch this every time, from a server of yours; else delay_server is started"},
    {"latency", OPTION_DURATION, 5000000, 0, INT64_C(3600000000000), NULL,
     "from a request to its answer"},
    {"jitter", OPTION_DURATION, 0, 0, INT64_C(3600000000000), NULL, "up to so much more"},
    {"body", OPTION_COUNT, 1024, 0, 1 << 30, "byte", "of a document"},
    {"errors", OPTION_REAL, 0, 0, 1000000, NULL, "share of the requests answered with an error"},
    {"drop", OPTION_REAL, 0, 0, 1000000, NULL, "share of the requests not answered at all"},
    {"connections", OPTION_COUNT, 0, 0, 1000000, "connection",
     "most that the server takes (0: as many as it can)"},
    {"seed", OPTION_COUNT, 1, 0, INT64_MAX, "seed", "of what the server draws"},
    {"timeout", OPTION_DURATION, INT64_C(30000000000), 1000000, INT64_C(3600000000000), NULL,
     "of one attempt"},
    {"attempts", OPTION_COUNT, 1, 1, 1000, "attempt", "at most, for each document"},
    {0},
};

/* What the documents add up to; whole numbers modulo 2^64, so their order does not matter. */
struct tally {
  uint64_t count, document_sum, bytes, checksum;
  uint64_t failed;  /* documents that did not come */
  uint64_t wrong;   /* those that are not as the server should have made them */
  int64_t early_ns; /* by how much the earliest came before its latency; 0 if none did */
};

struct state {
  const struct problem *problem;
  int64_t pass; /* the one under way, from 0 */
  struct tally tally;
};

static struct needs needs(const struct problem *problem) {
  const int64_t *value = problem->value;
  return (struct needs){
      .fetches = true,
      .documents =
          {
              .url = problem->text[URL],
              .latency_ns = value[LATENCY],
              .jitter_ns = value[JITTER],
              .body_bytes = value[BODY],
              .connections = value[CONNECTIONS],
              .seed = value[SEED],
              .errors = (double)value[ERRORS] * 1e-6,
              .drops = (double)value[DROPS] * 1e-6,
              .timeout_ns = value[TIMEOUT],
              .attempts = value[ATTEMPTS],
          },
  };
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)part;
  (void)error;
  ((struct state *)opaque)->problem = problem;
  return 0;
}

/* Each pass has documents of its own. */
static int64_t document_of(const struct state *s, int64_t unit) {
  return s->pass * s->problem->n + unit;
}

static void fetch_ask(void *opaque, int64_t unit, struct operation *operation) {
  operation->kind = OPERATION_FETCH;
  operation->as.document = document_of(opaque, unit);
}

/* Whether a document of our own server is what it should be, and how early it came. */
static void look_at(const struct problem *problem, int64_t document,
                    const struct operation *operation, struct tally *tally) {
  const int64_t *value = problem->value;
  uint64_t start = document_start(document, (uint64_t)value[SEED]), word = 0;
  int64_t early_ns =
      document_delay_ns(document, (uint64_t)value[SEED], value[LATENCY], value[JITTER]) -
      operation->elapsed_ns;
  if (early_ns > tally->early_ns)
    tally->early_ns = early_ns;
  if (operation->size != (size_t)value[BODY]) {
    tally->wrong++;
    return;
  }
  const char *bytes = operation->data;
  size_t i = 0;
  for (; i + 8 <= operation->size; i += 8) {
    uint64_t got;
    start += DOCUMENT_STEP;
    memcpy(&got, bytes + i, 8);
    word |= document_little_endian(got) ^ document_mix(start);
  }
  for (uint64_t last = document_mix(start + DOCUMENT_STEP); i < operation->size; i++, last >>= 8)
    word |= (unsigned char)bytes[i] ^ (last & 0xff);
  tally->wrong += word != 0;
}

static void fetch_arrived(void *opaque, int64_t unit, const struct operation *operation,
                          void *partial) {
  const struct state *s = opaque;
  const int64_t document = document_of(s, unit);
  struct tally *tally = partial;
  tally->count++;
  tally->document_sum += (uint64_t)document;
  if (operation->failure) {
    tally->failed++;
    return;
  }
  tally->bytes += operation->size;
  tally->checksum += document_checksum(operation->data, operation->size);
  if (!s->problem->text[URL])
    look_at(s->problem, document, operation, tally);
}

static void tally_combine(void *into, const void *from) {
  struct tally *sum = into;
  const struct tally *more = from;
  sum->count += more->count;
  sum->document_sum += more->document_sum;
  sum->bytes += more->bytes;
  sum->checksum += more->checksum;
  sum->failed += more->failed;
  sum->wrong += more->wrong;
  if (more->early_ns > sum->early_ns)
    sum->early_ns = more->early_ns;
}

static int fetch_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = total ? *(const struct tally *)total : (struct tally){0};
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    {
        .name = "fetch",
        .stage = STAGE_TIMED,
        .ask = fetch_ask,
        .arrived = fetch_arrived,
        .partial_bytes = sizeof(struct tally),
        .combine = tally_combine,
        .then = fetch_then,
    },
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n;
  (void)parts;
  return (struct work){
      .operations = n,
      .bytes = problem->text[URL] ? 0 : n * (double)problem->value[BODY],
  };
}

/* Each document came once and whole. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)opaque)->tally;
  uint64_t n = (uint64_t)problem->n;
  uint64_t document_sum = sum_below(n) + n * n * (uint64_t)(passes - 1);
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64 " documents, %" PRIu64 " bytes",
           tally->count - tally->failed - tally->wrong, tally->bytes);
  if (problem->text[URL])
    snprintf(verdict.expected, sizeof verdict.expected, "%" PRIu64 " documents", n);
  else
    snprintf(verdict.expected, sizeof verdict.expected, "%" PRIu64 " documents, %" PRIu64 " bytes",
             n, n * (uint64_t)problem->value[BODY]);
  verdict.error = (double)tally->failed + (double)tally->wrong + (tally->count != n) +
                  (tally->document_sum != document_sum) + (double)tally->early_ns * 1e-9;
  return verdict;
}

const struct kernel kernel_fetch = {
    .name = "fetch",
    .summary = "n documents fetched over HTTP: waiting for a server",
    .description =
        "Fetches n documents over HTTP/1.1, one GET each, from delay_server, which the driver "
        "starts on a free port of this machine and stops at the end, with different documents in "
        "each repetition; or, with option url, the same document n times from your own server. "
        "Connections are reused. delay_server answers after a latency; options make it answer a "
        "share of the requests with errors or drop them. A failed request is repeated up to the "
        "number of attempts that option attempts sets, and counted in the row.",
    .counting = "An operation is one document; the bytes are those of the bodies.",
    .oracle =
        "Each document arrived once, complete, not before its latency had passed, and every byte "
        "of it is determined by its number and the seed (common/document.h); from your own server: "
        "each arrived once. Exact. A missing document makes the result wrong.",
    .exchanged = "Only 56 bytes of counters for each part at the end.",
    .expectation =
        "While the latency is long compared with the CPU time of a request, it is I/O-bound: W "
        "blocking workers take n/W latencies, one thread with n cooperative tasks takes a few. "
        "With a short latency it is compute-bound, and the server shares the processor.",
    .unit = "document",
    .operation = "documents",
    .bound = BOUND_WAIT,
    .size = {"n", OPTION_COUNT, 100, 0, 100000000, "document", "how many documents"},
    .options = options,
    .needs = needs,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
