/* Partial results and the fixed tree by which they are combined.
 *
 * The ranges of a phase are numbered over all parts. A node holds the combined result of 2^level
 * consecutive ranges that start at a multiple of 2^level. Two such siblings are combined wherever
 * both are known, so a part reduces its own ranges to a handful of nodes before it sends them, and
 * the tree of floating-point additions is the same for every division of the ranges into parts.
 * (Pairwise summation, whose error grows with log n: N. Higham, SIAM J. Sci. Comput. 14, 1993.) */
#ifndef QUARTET_TREE_H
#define QUARTET_TREE_H

#include <stddef.h>
#include <stdint.h>

struct node {
  int64_t start; /* the first range it covers */
  int64_t level; /* it covers 2^level ranges */
  /* the partial result follows, aligned to 16 */
};

typedef void tree_combine(void *into, const void *from);

/* The distance between nodes in an array of them, for partial results of this size. */
size_t node_stride(size_t partial_bytes);

static inline void *node_partial(struct node *node) {
  return node + 1;
}

/* Combines siblings among the nodes of an array, in any order of starts at first. Returns how many
 * are left, which then stand sorted at the array's beginning. */
int64_t tree_merge(void *nodes, int64_t count, size_t partial_bytes, tree_combine *combine);

/* As tree_merge, of two merged arrays that stand one behind the other in any order. *nodes is then
 * where the result begins: a single node is left where it is. */
int64_t tree_join(void **nodes, int64_t count, size_t partial_bytes, tree_combine *combine);

/* Combines all nodes of a merged array into the first one, the last ones first. Returns its partial
 * result, or NULL if there is no node. */
void *tree_fold(void *nodes, int64_t count, size_t partial_bytes, tree_combine *combine);

#endif
