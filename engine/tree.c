#include "engine/tree.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

size_t node_stride(size_t partial_bytes) {
  return sizeof(struct node) + (partial_bytes + 15) / 16 * 16;
}

static struct node *node_at(void *nodes, int64_t i, size_t stride) {
  return (struct node *)((char *)nodes + (size_t)i * stride);
}

static int by_start(const void *a, const void *b) {
  int64_t x = ((const struct node *)a)->start, y = ((const struct node *)b)->start;
  return (x > y) - (x < y);
}

static void sort_nodes(void *nodes, int64_t count, size_t stride) {
  for (int64_t i = 1; i < count; i++)
    if (by_start(node_at(nodes, i - 1, stride), node_at(nodes, i, stride)) > 0) {
      qsort(nodes, (size_t)count, stride, by_start);
      return;
    }
}

/* A range that was not executed leaves a node with any bytes, which is a sibling of none; the proof
 * of work reports it. */
static bool are_siblings(const struct node *left, const struct node *right) {
  if (left->level != right->level || left->level < 0 || left->level >= 62)
    return false;
  uint64_t size = UINT64_C(1) << left->level;
  return (uint64_t)left->start % (2 * size) == 0 &&
         (uint64_t)right->start == (uint64_t)left->start + size;
}

int64_t tree_merge(void *nodes, int64_t count, size_t partial_bytes, tree_combine *combine) {
  size_t stride = node_stride(partial_bytes);
  int64_t top = 0; /* nodes [0, top) are a stack of what is merged so far */
  sort_nodes(nodes, count, stride);
  for (int64_t i = 0; i < count; i++) {
    if (i != top)
      memcpy(node_at(nodes, top, stride), node_at(nodes, i, stride), stride);
    top++;
    for (; top >= 2; top--) {
      struct node *left = node_at(nodes, top - 2, stride), *right = node_at(nodes, top - 1, stride);
      if (!are_siblings(left, right))
        break;
      combine(node_partial(left), node_partial(right));
      left->level++;
    }
  }
  return top;
}

/* Two siblings in the wrong order are the case that matters: sorting would copy them, which takes
 * longer than combining them. */
int64_t tree_join(void **nodes, int64_t count, size_t partial_bytes, tree_combine *combine) {
  size_t stride = node_stride(partial_bytes);
  if (count == 2) {
    struct node *right = *nodes, *left = node_at(*nodes, 1, stride);
    if (are_siblings(left, right)) {
      combine(node_partial(left), node_partial(right));
      left->level++;
      *nodes = left;
      return 1;
    }
  }
  return tree_merge(*nodes, count, partial_bytes, combine);
}

void *tree_fold(void *nodes, int64_t count, size_t partial_bytes, tree_combine *combine) {
  size_t stride = node_stride(partial_bytes);
  if (count == 0)
    return NULL;
  for (int64_t i = count - 1; i > 0; i--)
    combine(node_partial(node_at(nodes, i - 1, stride)), node_partial(node_at(nodes, i, stride)));
  return node_partial(node_at(nodes, 0, stride));
}
