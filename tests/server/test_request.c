/* What is a request, and what is not. Each head stands in memory of exactly its length, so that the
 * address sanitizer sees a byte read too many. */
#include <stdint.h>
#include <stdlib.h>

#include "common/document.h"
#include "server/request.h"
#include "tests/check.h"

#define HOST "Host: a\r\n"

/* The bytes in memory of exactly their length; the caller frees it. */
static char *copy(const char *bytes, size_t length) {
  char *exact = malloc(length > 0 ? length : 1);
  if (!exact)
    abort();
  if (length > 0)
    memcpy(exact, bytes, length);
  return exact;
}

static const struct expectation {
  const char *head;
  int status; /* 0: as follows */
  enum method method;
  enum http_target target;
  int64_t document;
  bool keep, has_body;
} expectations[] = {
    {"GET /doc/0 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_DOCUMENT, 0, true},
    {"GET /doc/42 HTTP/1.1\n"
     "Host: a\n\n",
     0, METHOD_GET, TARGET_DOCUMENT, 42, true},
    {"\r\n\nGET /doc/7 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_DOCUMENT, 7, true},
    {"HEAD /doc/9223372036854775807 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_HEAD, TARGET_DOCUMENT,
     INT64_MAX, true},
    {"GET /doc/7?attempt=3 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_DOCUMENT, 7, true},
    {"GET /doc/7?attempt= HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET /doc/7?try=3 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET /doc/?attempt=3 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET /doc/007 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_DOCUMENT, 7, true},
    {"GET http://b:80/doc/3 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_DOCUMENT, 3, true},
    {"GET HTTP://b/stats HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_STATS, 0, true},
    {"GET /stats HTTP/1.0\r\n\r\n", 0, METHOD_GET, TARGET_STATS, 0, false},
    {"GET /stats HTTP/1.0\r\nconnection: KEEP-ALIVE\r\n\r\n", 0, METHOD_GET, TARGET_STATS, 0, true},
    {"GET /stats HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 0, METHOD_GET, TARGET_STATS, 0,
     false},
    {"GET /stats HTTP/1.1\r\n" HOST "Connection: a , close,b\r\nConnection: keep-alive\r\n\r\n", 0,
     METHOD_GET, TARGET_STATS, 0, false},
    {"PUT /stats HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_OTHER, TARGET_STATS, 0, true},
    {"get /stats HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_OTHER, TARGET_STATS, 0, true},
    {"GET /stats HTTP/1.1\r\nhOsT:\t a \t\r\nX:\r\nContent-Length: 0\r\n\r\n", 0, METHOD_GET,
     TARGET_STATS, 0, true},
    {"POST /stats HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", 0, METHOD_OTHER, TARGET_STATS, 0,
     true, true},
    {"GET /stats/ HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET /doc/ HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET /doc/-1 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET /doc/1x HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET /doc/9223372036854775808 HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0,
     true},
    {"GET http:// HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"GET http://doc HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_GET, TARGET_UNKNOWN, 0, true},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 0, METHOD_OTHER, TARGET_UNKNOWN, 0, true},

    {"GET /stats HTTP/1.1\r\n\r\n", 400},                               /* no host */
    {"GET /stats HTTP/1.1\r\n" HOST HOST "\r\n", 400},                  /* two */
    {"GET  /stats HTTP/1.1\r\n" HOST "\r\n", 400},                      /* two blanks */
    {"GET /stats  HTTP/1.1\r\n" HOST "\r\n", 400},                      /* two blanks */
    {"GET /stats HTTP/1.1 \r\n" HOST "\r\n", 400},                      /* a blank at the end */
    {" GET /stats HTTP/1.1\r\n" HOST "\r\n", 400},                      /* and at the beginning */
    {"GET /stats\r\n" HOST "\r\n", 400},                                /* no version */
    {"GET\r\n\r\n", 400},                                               /* no target */
    {"G\x01T /stats HTTP/1.1\r\n" HOST "\r\n", 400},                    /* no token */
    {"GET /st\rats HTTP/1.1\r\n" HOST "\r\n", 400},                     /* a bare CR */
    {"GET /stats HTTP/1.x\r\n" HOST "\r\n", 400},                       /* no digit */
    {"GET /stats FTP/1.1\r\n" HOST "\r\n", 400},                        /* not HTTP */
    {"GET /stats HTTP/1.1\r\n" HOST " folded\r\n\r\n", 400},            /* obsolete folding */
    {"GET /stats HTTP/1.1\r\nHost : a\r\n\r\n", 400},                   /* a blank in a name */
    {"GET /stats HTTP/1.1\r\n" HOST "nothing\r\n\r\n", 400},            /* no colon */
    {"GET /stats HTTP/1.1\r\n" HOST ": value\r\n\r\n", 400},            /* no name */
    {"GET /stats HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n", 400},           /* a control character */
    {"GET /stats HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n", 400},   /* no number */
    {"GET /stats HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", 400}, /* nor this */
    {"GET /stats HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", 400},
    {"GET /stats HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
    {"POST /stats HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
     400},
    {"POST /stats HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 411},
    {"GET /stats HTTP/2.0\r\n" HOST "\r\n", 505},
    {"GET /stats HTTP/0.9\r\n" HOST "\r\n", 505},
};
enum { EXPECTATION_COUNT = sizeof expectations / sizeof *expectations };

static void check_head(const struct expectation *e) {
  size_t length = strlen(e->head), scanned = 0;
  char *head = copy(e->head, length);
  struct http_request request;
  CHECK(request_head_length(head, length, &scanned) == length, "%s", e->head);
  int status = request_read(head, length, &request);
  CHECK(status == e->status, "%d for %s", status, e->head);
  if (status == 0 && e->status == 0) {
    CHECK(request.method == e->method, "%s", e->head);
    CHECK(request.target == e->target, "%s", e->head);
    CHECK(request.target != TARGET_DOCUMENT || request.document == e->document, "%s", e->head);
    CHECK(request.keep == e->keep, "%s", e->head);
    CHECK(request.has_body == e->has_body, "%s", e->head);
  }
  free(head);
}

/* However a head is cut into pieces, its end is found when it is there, and not before. */
static void check_pieces(const char *head, size_t step) {
  size_t length = strlen(head), scanned = 0;
  for (size_t size = 0; size < length; size += step) {
    char *part = copy(head, size);
    CHECK(request_head_length(part, size, &scanned) == 0, "%zu of %s", size, head);
    CHECK(scanned <= size, "%zu of %s", size, head);
    free(part);
  }
  char *all = copy(head, length);
  CHECK(request_head_length(all, length, &scanned) == length, "in steps of %zu: %s", step, head);
  free(all);
}

/* What follows a head does not belong to it. */
static void check_two(void) {
  static const char two[] = "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n";
  size_t scanned = 0;
  CHECK(request_head_length(two, sizeof two - 1, &scanned) == (sizeof two - 1) / 2);
}

/* Heads with some bytes changed, and plain noise: any answer is right without a report of the
 * sanitizers and with a valid status. */
static void check_noise(void) {
  static const char letters[] = "GET /doc/1 HTTP/1.1\r\n:,;close\t\0\x80\xff";
  for (int64_t round = 0; round < 20000; round++) {
    uint64_t at = document_start(round, 99);
    const char *head = expectations[document_mix(at) % EXPECTATION_COUNT].head;
    size_t length = round % 4 ? strlen(head) : document_mix(at + 1) % 60, scanned = 0;
    char noise[64] = {0}, *noisy = copy(round % 4 ? head : noise, length);
    if (round % 4 == 0)
      document_fill(round, 98, length, noisy);
    for (uint64_t i = 0; length > 0 && i < 1 + document_mix(at + 2) % 4; i++)
      noisy[document_mix(at + 3 + i) % length] =
          letters[document_mix(at + 10 + i) % (sizeof letters - 1)];
    size_t found = request_head_length(noisy, length, &scanned);
    CHECK(found <= length);
    struct http_request request;
    int status = found > 0 ? request_read(noisy, found, &request) : 0;
    CHECK(status == 0 || status == 400 || status == 411 || status == 505, "%d", status);
    free(noisy);
  }
}

int main(void) {
  for (int i = 0; i < EXPECTATION_COUNT; i++) {
    check_head(&expectations[i]);
    for (size_t step = 1; step < 6; step++)
      check_pieces(expectations[i].head, step);
  }
  check_two();
  check_noise();
  CHECK(request_can_begin('G') && request_can_begin('\r') && request_can_begin('\n'));
  CHECK(!request_can_begin('\0') && !request_can_begin(' ') && !request_can_begin('\x16'));
  return test_result();
}
