/* The documents. Where the figures come from: test_delay_server.py has the same rules in Python,
 * and compares whole documents; here are what they are by it, so that this test needs no Python. */
#include <stdlib.h>

#include "common/document.h"
#include "server/answer.h"
#include "tests/check.h"

enum { LARGEST = 3 * ANSWER_PIECE + 5 };

/* splitmix64 with seed 1234567, as in its reference implementation (Vigna, splitmix64.c), which
 * adds the step before it mixes. */
static void check_mix(void) {
  static const uint64_t words[] = {6457827717110365317U, 3203168211198807973U,
                                   9817491932198370423U};
  for (uint64_t i = 0; i < 3; i++)
    CHECK(document_mix(1234567 + (i + 1) * DOCUMENT_STEP) == words[i]);
}

static const struct known {
  int64_t k;
  uint64_t seed;
  size_t bytes;
  uint64_t checksum;
} known[] = {
    {0, 0, 0, 0xcbf29ce484222325},
    {0, 1, 1, 0xaf63e34c29621b3d},
    {7, 1, 1024, 0x6ac19076f99ef883},
    {9223372036854775807, 9223372036854775807, 1001, 0xf9575fb16abd5427},
    {123456789, 42, 1048576, 0x41a18a5bbbf9b23b},
};

static void check_known(void) {
  static char buffer[1 << 20];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    document_fill(known[i].k, known[i].seed, known[i].bytes, buffer);
    CHECK(document_checksum(buffer, known[i].bytes) == known[i].checksum, "document %lld",
          (long long)known[i].k);
  }
}

/* Made in pieces it is the same, and so is its sum; a byte changed anywhere changes the sum. */
static void check_pieces(size_t bytes, size_t piece) {
  char *whole = malloc(bytes + 1), *part = malloc(piece);
  if (!whole || !part)
    abort();
  document_fill(5, 6, bytes, whole);
  uint64_t sum = document_checksum_start(bytes), expected = document_checksum(whole, bytes);
  for (size_t at = 0; at < bytes; at += piece) {
    size_t length = bytes - at < piece ? bytes - at : piece;
    document_fill_from(5, 6, at, length, part);
    CHECK(memcmp(whole + at, part, length) == 0, "%zu of %zu", at, bytes);
    sum = document_checksum_add(sum, part, length);
  }
  CHECK(sum == expected, "%zu bytes", bytes);
  for (size_t at = 0; at < bytes; at += 1 + bytes / 50) {
    whole[at] ^= 0x40;
    CHECK(document_checksum(whole, bytes) != expected, "%zu of %zu", at, bytes);
    whole[at] ^= 0x40;
  }
  CHECK(document_checksum(whole, bytes) == expected);
  free(part);
  free(whole);
}

static void check_draws(void) {
  int fails = 0, drops = 0, both = 0;
  int64_t least = INT64_MAX, most = 0;
  for (int64_t k = 0; k < 10000; k++) {
    bool fail = document_fails(k, 1, 0.1), drop = document_drops(k, 1, 0.1);
    int64_t delay_ns = document_delay_ns(k, 1, 1000, 500);
    fails += fail;
    drops += drop;
    both += fail && drop;
    least = delay_ns < least ? delay_ns : least;
    most = delay_ns > most ? delay_ns : most;
    CHECK(!document_fails(k, 1, 0) && !document_drops(k, 1, 0));
    CHECK(document_fails(k, 1, 1) && document_drops(k, 1, 1));
    CHECK(document_delay_ns(k, 1, 7, 0) == 7);
  }
  /* 1000, 1000 and 100 are expected, with deviations of 30, 30 and 10; these are always the same */
  CHECK(fails > 880 && fails < 1120, "%d", fails);
  CHECK(drops > 880 && drops < 1120, "%d", drops);
  CHECK(both > 60 && both < 140, "%d", both);
  CHECK(least == 1000 && most == 1500, "%lld %lld", (long long)least, (long long)most);
  CHECK(document_delay_ns(1, 1, 0, INT64_MAX) >= 0);
}

/* What is sent: the pieces of an answer put together. */
static void check_answer(size_t bytes, bool head_only) {
  static char out[ANSWER_HEAD + ANSWER_PIECE], all[ANSWER_HEAD + LARGEST], body[LARGEST + 1];
  struct response answer = {.status = 200,
                            .keep = true,
                            .document = true,
                            .k = 3,
                            .seed = 4,
                            .body_bytes = bytes,
                            .head_only = head_only};
  char expected[ANSWER_HEAD];
  size_t length, total = 0;
  document_fill(3, 4, bytes, body);
  int head = snprintf(expected, sizeof expected,
                      "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n"
                      "Content-Type: application/octet-stream\r\nX-Checksum: %016llx\r\n\r\n",
                      bytes, (unsigned long long)document_checksum(body, bytes));
  for (char *data = answer_begin(&answer, out, &length); length > 0; data = out) {
    CHECK(total + length <= sizeof all);
    memcpy(all + total, data, length);
    total += length;
    length = answer_next(&answer, out);
  }
  CHECK(total == (size_t)head + (head_only ? 0 : bytes), "%zu", bytes);
  CHECK(memcmp(all, expected, (size_t)head) == 0, "%zu", bytes);
  CHECK(head_only || memcmp(all + head, body, bytes) == 0, "%zu", bytes);
}

int main(void) {
  static const size_t sizes[] = {
      0,      1, 7, 8, 9, 1000, ANSWER_PIECE - 1, ANSWER_PIECE, ANSWER_PIECE + 1, 2 * ANSWER_PIECE,
      LARGEST};
  check_mix();
  check_known();
  check_draws();
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    check_pieces(sizes[i], 8);
    check_pieces(sizes[i], 4096);
    check_answer(sizes[i], false);
    check_answer(sizes[i], true);
  }
  return test_result();
}
