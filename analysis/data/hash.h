/* A hash table from keys, which the caller keeps, to the indices 0, 1, 2, ... of its items. */
#ifndef QUARTET_ANALYSIS_DATA_HASH_H
#define QUARTET_ANALYSIS_DATA_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_table {
  struct hash_slot {
    uint32_t hash, place; /* place: index + 1; 0: empty */
  } * slots;
  size_t capacity, count; /* capacity: a power of two, or 0 */
};

/* A hash of some bytes, different bits all well mixed. */
uint64_t hash_bytes(const void *bytes, size_t count);

/* Whether the item has the key. */
typedef bool hash_equal(const void *items, size_t item, const void *key);

/* The index of the item with the key; a new one gets the index `count` of before, and the caller
 * adds the item. Ends the program when there is no memory, as GROW does, or at 2^32 items. */
size_t hash_place(struct hash_table *table, uint64_t hash, hash_equal *equal, const void *items,
                  const void *key);
void hash_free(struct hash_table *table);

#endif
