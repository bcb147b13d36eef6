#include "analysis/data/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"

/* The last step of splitmix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t hash_bytes(const void *bytes, size_t count) {
  const unsigned char *at = bytes;
  uint64_t hash = count, word;
  for (; count >= sizeof word; count -= sizeof word, at += sizeof word) {
    memcpy(&word, at, sizeof word);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  word = 0;
  if (count > 0)
    memcpy(&word, at, count);
  return mix(hash ^ word);
}

static void put(struct hash_table *table, struct hash_slot slot) {
  size_t at = slot.hash & (table->capacity - 1);
  while (table->slots[at].place != 0)
    at = (at + 1) & (table->capacity - 1);
  table->slots[at] = slot;
}

/* At most half of the slots are taken. */
static void enlarge(struct hash_table *table) {
  struct hash_table larger = {.capacity = table->capacity == 0 ? 64 : 2 * table->capacity,
                              .count = table->count};
  larger.slots = table->count < UINT32_MAX ? calloc(larger.capacity, sizeof *larger.slots) : NULL;
  if (larger.slots == NULL) {
    fputs("out of memory\n", stderr);
    exit(EXIT_MACHINE);
  }
  for (size_t i = 0; i < table->capacity; i++)
    if (table->slots[i].place != 0)
      put(&larger, table->slots[i]);
  free(table->slots);
  *table = larger;
}

size_t hash_place(struct hash_table *table, uint64_t hash, hash_equal *equal, const void *items,
                  const void *key) {
  if (2 * table->count >= table->capacity)
    enlarge(table);
  uint32_t short_hash = (uint32_t)(hash >> 32);
  for (size_t at = short_hash & (table->capacity - 1); table->slots[at].place != 0;
       at = (at + 1) & (table->capacity - 1))
    if (table->slots[at].hash == short_hash && equal(items, table->slots[at].place - 1u, key))
      return table->slots[at].place - 1u;
  put(table, (struct hash_slot){short_hash, (uint32_t)++table->count});
  return table->count - 1;
}

void hash_free(struct hash_table *table) {
  free(table->slots);
  *table = (struct hash_table){0};
}
