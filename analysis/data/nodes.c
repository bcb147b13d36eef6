/* Nodes of a cluster: the runs on some of them, and on all of them, are of one machine. */
#include <stdlib.h>
#include <string.h>

#include "analysis/data/rows.h"
#include "common/grow.h"

/* The hosts of some rows, "node01+node02#2". */
struct host_set {
  const char *hosts;
  const char *within; /* the hosts of the machine that it is a part of; NULL: it is a machine */
  size_t count;
};

struct host_sets {
  struct host_set *items;
  size_t count;
};

enum { SETS_MAX = 2000 }; /* each is compared with each */

static const char *population_of(const char *hosts) {
  return hosts + strcspn(hosts, "#");
}

static size_t count_nodes(const char *hosts) {
  size_t count = 1;
  for (const char *at = hosts; *at != '\0'; at++)
    count += *at == '+';
  return count;
}

static bool has_node(const char *hosts, const char *node, size_t length) {
  for (const char *at = hosts;; at++) {
    size_t other = strcspn(at, "+#");
    if (other == length && strncmp(at, node, length) == 0)
      return true;
    at += other;
    if (*at != '+')
      return false;
  }
}

/* Whether `some` are fewer hosts than `all`, each of them one of `all`, of the same population. */
static bool is_part(const struct host_set *some, const struct host_set *all) {
  if (some->count >= all->count ||
      strcmp(population_of(some->hosts), population_of(all->hosts)) != 0)
    return false;
  for (const char *at = some->hosts;; at++) {
    size_t length = strcspn(at, "+#");
    if (!has_node(all->hosts, at, length))
      return false;
    at += length;
    if (*at != '+')
      return true;
  }
}

static int compare_sets(const void *left, const void *right) {
  const struct host_set *a = left, *b = right;
  return strcmp(a->hosts, b->hosts);
}

/* Every set of hosts once, by name. */
static struct host_sets find_sets(const struct sample_rows *rows) {
  struct host_sets sets = {0};
  size_t kept = 0;
  for (size_t i = 0; i < rows->group_count; i++) {
    const char *hosts = rows->groups[i].text[FACTOR_HOSTS];
    struct host_set set = {.hosts = hosts, .count = count_nodes(hosts)};
    *GROW(sets.items, sets.count) = set;
  }
  if (sets.count > 0)
    qsort(sets.items, sets.count, sizeof *sets.items, compare_sets);
  for (size_t i = 0; i < sets.count; i++)
    if (i == 0 || strcmp(sets.items[i].hosts, sets.items[kept - 1].hosts) != 0)
      sets.items[kept++] = sets.items[i];
  sets.count = kept;
  return sets;
}

/* The set of the most hosts that has all of these; NULL: there is none, or several sets have them
 * that are not parts of one another. */
static const struct host_set *widest(const struct host_sets *sets, const struct host_set *of) {
  const struct host_set *found = NULL;
  for (size_t i = 0; i < sets->count; i++)
    if (is_part(of, &sets->items[i]) && (found == NULL || sets->items[i].count > found->count))
      found = &sets->items[i];
  for (size_t i = 0; i < sets->count && found != NULL; i++)
    if (&sets->items[i] != found && is_part(of, &sets->items[i]) &&
        !is_part(&sets->items[i], found))
      found = NULL;
  return found;
}

/* Whether another part has as many hosts: then points on both would be taken for one. */
static bool has_twin(const struct host_sets *sets, const struct host_set *of,
                     const struct host_set *all) {
  for (size_t i = 0; i < sets->count; i++)
    if (&sets->items[i] != of && sets->items[i].count == of->count && is_part(&sets->items[i], all))
      return true;
  return false;
}

void rows_unite_nodes(struct sample_rows *rows) {
  struct host_sets sets = find_sets(rows);
  for (size_t i = 0; i < sets.count && sets.count <= SETS_MAX; i++) {
    const struct host_set *all = widest(&sets, &sets.items[i]);
    if (all != NULL && !has_twin(&sets, &sets.items[i], all))
      sets.items[i].within = all->hosts;
  }
  for (size_t i = 0; i < rows->group_count; i++) {
    struct host_set wanted = {.hosts = rows->groups[i].text[FACTOR_HOSTS]};
    const struct host_set *found =
        bsearch(&wanted, sets.items, sets.count, sizeof *sets.items, compare_sets);
    if (found->within != NULL)
      rows->groups[i].text[FACTOR_HOSTS] = found->within;
  }
  free(sets.items);
}
