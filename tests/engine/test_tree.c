/* The tree of partial results: always the same tree, always in order. */
#include "engine/tree.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tests/check.h"

/* x -> a x + b: composition is associative and not commutative, and in floating point the rounding
 * shows which tree was used. */
struct tree_map {
  double a, b;
};

static bool are_equal(const struct tree_map *a, const struct tree_map *b) {
  return a->a == b->a && a->b == b->b;
}

static void compose(void *into, const void *from) {
  struct tree_map *f = into;
  const struct tree_map *g = from;
  *f = (struct tree_map){g->a * f->a, g->a * f->b + g->b};
}

enum { PARTIAL = sizeof(struct tree_map) };

static struct node *at(void *nodes, int64_t i) {
  return (struct node *)((char *)nodes + (size_t)i * node_stride(PARTIAL));
}

static void set_leaf(struct node *node, int64_t start) {
  *node = (struct node){.start = start, .level = 0};
  *(struct tree_map *)node_partial(node) =
      (struct tree_map){1 + 1.0 / (double)(start + 3), 0.1 * (double)(start % 11)};
}

/* Ranges [0, count) cut at `cuts`, each piece merged alone, then all together; pieces in any order.
 */
static struct tree_map by_parts(int64_t count, const int64_t *cuts, int pieces, bool backwards) {
  void *all = calloc((size_t)count + 1, node_stride(PARTIAL)),
       *mine = calloc((size_t)count + 1, node_stride(PARTIAL));
  int64_t total = 0;
  for (int i = 0; i < pieces; i++) {
    int p = backwards ? pieces - 1 - i : i;
    int64_t size = cuts[p + 1] - cuts[p];
    for (int64_t k = 0; k < size; k++)
      set_leaf(at(mine, backwards ? size - 1 - k : k), cuts[p] + k);
    int64_t left = tree_merge(mine, size, PARTIAL, compose);
    CHECK(left <= 2 * 64, "%ld nodes left of %ld", left, size);
    memcpy(at(all, total), mine, (size_t)left * node_stride(PARTIAL));
    total += left;
  }
  total = tree_merge(all, total, PARTIAL, compose);
  CHECK(total == __builtin_popcountll((unsigned long long)count), "%ld ranges leave %ld nodes",
        count, total);
  struct tree_map result = *(struct tree_map *)tree_fold(all, total, PARTIAL, compose);
  free(all);
  free(mine);
  return result;
}

/* Ranges [0, cut) and [cut, count), each merged alone, then joined with the second before the
 * first.
 */
static void check_join(int64_t count, int64_t cut, const struct tree_map *expected) {
  char *nodes = calloc((size_t)count + 1, node_stride(PARTIAL));
  void *joined = nodes;
  for (int64_t k = cut; k < count; k++)
    set_leaf(at(nodes, k - cut), k);
  int64_t second = tree_merge(nodes, count - cut, PARTIAL, compose);
  for (int64_t k = 0; k < cut; k++)
    set_leaf(at(nodes, second + k), k);
  int64_t first = tree_merge(at(nodes, second), cut, PARTIAL, compose);
  int64_t left = tree_join(&joined, first + second, PARTIAL, compose);
  CHECK(left == __builtin_popcountll((unsigned long long)count), "%ld ranges leave %ld nodes",
        count, left);
  /* two siblings are combined where the first of them stands, without a copy */
  CHECK(joined == (left == 1 && first == 1 && second == 1 ? at(nodes, 1) : at(nodes, 0)));
  struct tree_map *got = tree_fold(joined, left, PARTIAL, compose);
  CHECK(are_equal(got, expected), "%ld ranges joined at %ld", count, cut);
  free(nodes);
}

int main(void) {
  for (int64_t count = 1; count <= 130; count++) {
    const int64_t whole[] = {0, count};
    struct tree_map expected = by_parts(count, whole, 1, false), sequential = {1, 0};
    for (int64_t k = 0; k < count; k++) {
      struct {
        struct node node;
        struct tree_map map;
      } leaf;
      set_leaf(&leaf.node, k);
      compose(&sequential, &leaf.map);
    }
    /* in order: a commuted composition would be far off; rounding alone is not */
    CHECK(expected.b - sequential.b < 1e-9 * sequential.b + 1e-12 &&
              sequential.b - expected.b < 1e-9 * sequential.b + 1e-12,
          "%ld ranges: %.17g, in sequence %.17g", count, expected.b, sequential.b);
    for (int64_t cut = 1; cut < count; cut++)
      check_join(count, cut, &expected);
    for (int64_t cut = 0; cut <= count; cut += 1 + count / 20)
      for (int64_t other = cut; other <= count; other += 1 + count / 10) {
        const int64_t cuts[] = {0, cut, other, count};
        for (int backwards = 0; backwards < 2; backwards++) {
          struct tree_map got = by_parts(count, cuts, 3, backwards);
          CHECK(are_equal(&got, &expected), "%ld ranges cut at %ld and %ld", count, cut, other);
        }
      }
  }
  CHECK(tree_fold(NULL, 0, PARTIAL, compose) == NULL);
  return test_result();
}
