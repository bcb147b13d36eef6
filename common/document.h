/* The documents of delay_server: document k follows from k and the server's seed alone, and so do
 * how long it takes, and whether it fails. So the client can check all of it without asking
 * the server; this header is all that is needed for it.
 *
 *   word i of document k   mix(mix(mix(seed) + k) + (i + 1) * 0x9e3779b97f4a7c15), 8 bytes, the
 *                          least significant first; the last word is cut at the document's end
 *   mix                    the finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable
 *                          pseudorandom number generators, OOPSLA 2014; constants by Stafford)
 *   checksum               sum = 0xcbf29ce484222325 ^ bytes; for each word, the last one filled up
 *                          with zeros: sum = (sum ^ word) * 0x100000001b3, sum ^= sum >> 32. That
 *                          is FNV-1a by words, and a shift by which high bits reach low ones
 *
 * Whether a document fails or is dropped is drawn for each attempt to fetch it (/doc/K?attempt=A)
 * again: with the seed + A - 1.
 *
 * All arithmetic is modulo 2^64. */
#ifndef QUARTET_DOCUMENT_H
#define QUARTET_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The line that the server prints once it listens, before its address. */
#define DOCUMENT_GREETING "listening on "

#define DOCUMENT_STEP UINT64_C(0x9e3779b97f4a7c15)

/* The random draws for a document beside its words, as the number of the draw. */
enum document_draw { DOCUMENT_DRAW_DELAY = 1, DOCUMENT_DRAW_ERROR, DOCUMENT_DRAW_DROP };

static inline uint64_t document_mix(uint64_t x) {
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

/* The seed of the words of document k; word i is document_mix of this and i + 1 steps. */
static inline uint64_t document_start(int64_t k, uint64_t seed) {
  return document_mix(document_mix(seed) + (uint64_t)k);
}

/* The bytes of a word in the order in which they are sent, and back. */
static inline uint64_t document_little_endian(uint64_t word) {
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(word);
#else
  return word;
#endif
}

/* Writes `bytes` bytes of document k from `offset` on, a multiple of 8, to `buffer`. */
static inline void document_fill_from(int64_t k, uint64_t seed, size_t offset, size_t bytes,
                                      void *buffer) {
  uint64_t at = document_start(k, seed) + (offset / 8 + 1) * DOCUMENT_STEP;
  char *out = buffer;
  size_t words = bytes / 8, rest = bytes % 8;
  for (size_t i = 0; i < words; i++) {
    uint64_t word = document_little_endian(document_mix(at + i * DOCUMENT_STEP));
    memcpy(out + 8 * i, &word, 8);
  }
  uint64_t last = document_little_endian(document_mix(at + words * DOCUMENT_STEP));
  memcpy(out + 8 * words, &last, rest);
}

/* Writes document k, `bytes` long, to `buffer`. */
static inline void document_fill(int64_t k, uint64_t seed, size_t bytes, void *buffer) {
  document_fill_from(k, seed, 0, bytes, buffer);
}

/* The checksum in pieces: the start for a document of `bytes` bytes; and what comes next, of which
 * all but the last piece are multiples of 8 bytes long. */
static inline uint64_t document_checksum_start(size_t bytes) {
  return UINT64_C(0xcbf29ce484222325) ^ (uint64_t)bytes;
}

static inline uint64_t document_checksum_add(uint64_t sum, const void *data, size_t bytes) {
  const char *in = data;
  for (; bytes > 0; in += 8) {
    uint64_t word = 0;
    size_t taken = bytes < 8 ? bytes : 8;
    memcpy(&word, in, taken);
    sum = (sum ^ document_little_endian(word)) * UINT64_C(0x100000001b3);
    sum ^= sum >> 32;
    bytes -= taken;
  }
  return sum;
}

/* The checksum of a whole document: what the header X-Checksum has, as 16 hexadecimal digits. */
static inline uint64_t document_checksum(const void *data, size_t bytes) {
  return document_checksum_add(document_checksum_start(bytes), data, bytes);
}

/* One of the document's other draws: mix(start of its words ^ mix(number of the draw)). */
static inline uint64_t document_random(int64_t k, uint64_t seed, enum document_draw draw) {
  return document_mix(document_start(k, seed) ^ document_mix((uint64_t)draw));
}

/* Whether the draw, as a fraction of 53 bits in [0, 1), is below `share`. */
static inline bool document_below(int64_t k, uint64_t seed, enum document_draw draw, double share) {
  return (double)(document_random(k, seed, draw) >> 11) * 0x1p-53 < share;
}

/* Whether the server closes the connection instead of answering, `share` as its --drop; and whether
 * it answers 500, `share` as its --errors. A dropped request is not answered, error or not. */
static inline bool document_drops(int64_t k, uint64_t seed, double share) {
  return document_below(k, seed, DOCUMENT_DRAW_DROP, share);
}

static inline bool document_fails(int64_t k, uint64_t seed, double share) {
  return document_below(k, seed, DOCUMENT_DRAW_ERROR, share);
}

/* How long the server waits before it answers, drops or fails: the high 64 bits of the draw times
 * (jitter + 1), and the latency. Every whole nanosecond of [latency, latency + jitter] is as
 * likely as any other, to 2^-64. */
static inline int64_t document_delay_ns(int64_t k, uint64_t seed, int64_t latency_ns,
                                        int64_t jitter_ns) {
  unsigned __int128 product =
      (unsigned __int128)document_random(k, seed, DOCUMENT_DRAW_DELAY) * ((uint64_t)jitter_ns + 1);
  return latency_ns + (int64_t)(uint64_t)(product >> 64);
}

#endif
