#include "common/sha256.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#if defined(__x86_64__) && !defined(QUARTET_SHA256_PORTABLE)
#  define HAVE_SHA_INSTRUCTIONS
#  include <cpuid.h>
#  include <immintrin.h>
#endif

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate_right(uint32_t x, int by) {
  return x >> by | x << (32 - by);
}

/* One of the 64 rounds; the caller turns the variables round instead of moving their values. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                           \
  do {                                                                                             \
    uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);                \
    uint32_t t = h + sum1 + (g ^ (e & (f ^ g))) + round_constant[i] + w[i];                        \
    uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);                \
    d += t;                                                                                        \
    h = t + sum0 + ((a & b) | (c & (a | b)));                                                      \
  } while (0)

static void digest_block(uint32_t hash[8], const unsigned char *block) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
           (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t s0 = rotate_right(w[i - 15], 7) ^ rotate_right(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t s1 = rotate_right(w[i - 2], 17) ^ rotate_right(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
  uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  for (int i = 0; i < 64; i += 8) {
    ROUND(a, b, c, d, e, f, g, h, i);
    ROUND(h, a, b, c, d, e, f, g, i + 1);
    ROUND(g, h, a, b, c, d, e, f, i + 2);
    ROUND(f, g, h, a, b, c, d, e, i + 3);
    ROUND(e, f, g, h, a, b, c, d, i + 4);
    ROUND(d, e, f, g, h, a, b, c, i + 5);
    ROUND(c, d, e, f, g, h, a, b, i + 6);
    ROUND(b, c, d, e, f, g, h, a, i + 7);
  }
  const uint32_t added[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++)
    hash[i] += added[i];
}

/* The first 32 bits of the fractional parts of the square roots of the first 8 primes. */
static const uint32_t first_hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* Digests all whole blocks; returns how many bytes these are. */
static size_t digest_portably(uint32_t hash[8], const unsigned char *data, size_t bytes) {
  size_t done = 0;
  for (; bytes - done >= 64; done += 64)
    digest_block(hash, data + done);
  return done;
}

#ifdef HAVE_SHA_INSTRUCTIONS

/* SHA, and SSSE3 and SSE4.1 for what surrounds it. */
static int has_sha_instructions(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1))
    return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/* The same with the processor's instructions for SHA-256, four rounds at a time; five times as fast
 * (Intel, "Intel SHA Extensions", 2013). These want the eight words as ABEF and CDGH. */
__attribute__((target("sha,ssse3,sse4.1"))) static size_t
digest_by_instructions(uint32_t hash[8], const unsigned char *data, size_t bytes) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)hash), 0xb1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(hash + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
  size_t done = 0;
  for (; bytes - done >= 64; done += 64) {
    __m128i w[4] = {abef, abef, abef, abef}, abef_before = abef, cdgh_before = cdgh;
    for (int i = 0; i < 16; i++) { /* w[i % 4] is the message's words 4 i .. 4 i + 3 */
      __m128i *next = &w[i & 3], after = w[(i + 1) & 3], last = w[(i + 3) & 3];
      if (i < 4) {
        *next = _mm_loadu_si128((const __m128i *)(data + done + 16 * i));
        *next = _mm_shuffle_epi8(*next, big_endian);
      } else {
        *next = _mm_sha256msg1_epu32(*next, after);
        *next = _mm_add_epi32(*next, _mm_alignr_epi8(last, w[(i + 2) & 3], 4));
        *next = _mm_sha256msg2_epu32(*next, last);
      }
      __m128i k = _mm_loadu_si128((const __m128i *)(round_constant + 4 * i));
      k = _mm_add_epi32(k, *next);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)hash, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(hash + 4), _mm_alignr_epi8(dchg, feba, 8));
  return done;
}

static size_t digest_blocks(uint32_t hash[8], const unsigned char *data, size_t bytes) {
  return has_sha_instructions() ? digest_by_instructions(hash, data, bytes)
                                : digest_portably(hash, data, bytes);
}

#else

static size_t digest_blocks(uint32_t hash[8], const unsigned char *data, size_t bytes) {
  return digest_portably(hash, data, bytes);
}

#endif

/* Digests the rest, one bit set, zeros, and the length in bits: one block, or two if it does not
 * fit. Writes the digest. */
static char *finish(uint32_t hash[8], const unsigned char *rest, size_t left, uint64_t bytes,
                    char text[SHA256_TEXT]) {
  unsigned char last[128] = {0};
  if (left > 0)
    memcpy(last, rest, left);
  last[left] = 0x80;
  size_t end = left < 56 ? 64 : 128;
  for (size_t i = 0; i < 8; i++)
    last[end - 1 - i] = (unsigned char)(bytes * 8 >> 8 * i);
  digest_blocks(hash, last, end);
  for (int i = 0; i < 8; i++)
    snprintf(text + 8 * i, 9, "%08x", (unsigned)hash[i]);
  return text;
}

char *sha256_hex(const void *data, size_t bytes, char text[SHA256_TEXT]) {
  uint32_t hash[8];
  memcpy(hash, first_hash, sizeof hash);
  size_t done = digest_blocks(hash, data, bytes);
  return finish(hash, (const unsigned char *)data + done, bytes - done, bytes, text);
}

int sha256_file(const char *path, char text[SHA256_TEXT], struct error *error) {
  unsigned char buffer[1 << 16]; /* whole blocks: only the last reading leaves a rest */
  uint32_t hash[8];
  uint64_t bytes = 0;
  size_t got, done = 0;
  memcpy(hash, first_hash, sizeof hash);
  *text = '\0';
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return error_set(error, errno == ENOENT ? EXIT_USAGE : EXIT_MACHINE, "%s: %s", path,
                     strerror(errno));
  do {
    got = fread(buffer, 1, sizeof buffer, file);
    done = digest_blocks(hash, buffer, got);
    bytes += got;
  } while (got == sizeof buffer);
  int why = ferror(file) ? errno : 0;
  fclose(file);
  if (why != 0)
    return error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(why));
  finish(hash, buffer + done, got - done, bytes, text);
  return 0;
}
