/* Rows of failed launches know only what the config says: options may lack those that it does not
 * set, the schedule and others may be empty, and the host is the runner's. Here they get the texts
 * of the point that they belong to. The choice never depends on the order of the rows. */
#include <stdlib.h>
#include <string.h>

#include "analysis/data/rows.h"
#include "common/grow.h"

struct group_list {
  struct row_group **items;
  size_t count;
};

/* The groups whose factors the driver has printed: all of them by cell_id, and one for each work,
 * problem, variant and machine. */
struct known {
  struct group_list all, works, problems, variants, machines;
};

struct factor_list {
  enum factor items[6];
  size_t count;
};
static const struct factor_list of_work = {{FACTOR_KERNEL, FACTOR_JOBS, FACTOR_OPTIONS}, 3};
static const struct factor_list of_problem = {
    {FACTOR_N, FACTOR_KERNEL, FACTOR_JOBS, FACTOR_OPTIONS}, 4};
static const struct factor_list of_variant = {
    {FACTOR_MODEL, FACTOR_DRIVER, FACTOR_BUILD, FACTOR_LOCK, FACTOR_SCHEDULE, FACTOR_GRAIN}, 6};
static const struct factor_list of_machine = {{FACTOR_HOSTS}, 1};

static bool same_text(const struct row_group *a, const struct row_group *b, enum factor factor) {
  return strcmp(a->text[factor], b->text[factor]) == 0;
}

/* Whether the text is the same, or not known in `some`. */
static bool fits_text(const struct row_group *all, const struct row_group *some,
                      enum factor factor) {
  return *some->text[factor] == '\0' || same_text(all, some, factor);
}

/* Whether every "name=value" of `some` is among those of `all`; both are separated by ';'. */
static bool options_include(const char *all, const char *some) {
  while (*some != '\0') {
    size_t length = strcspn(some, ";");
    bool found = false;
    for (const char *at = all; *at != '\0' && !found;) {
      size_t other = strcspn(at, ";");
      found = other == length && strncmp(at, some, length) == 0;
      at += other + (at[other] == ';');
    }
    if (!found)
      return false;
    some += length + (some[length] == ';');
  }
  return true;
}

/* Whether `host` is one of those in "node01+node02". */
static bool hosts_include(const char *hosts, const char *host) {
  size_t length = strlen(host);
  for (;;) {
    size_t other = strcspn(hosts, "+");
    if (other == length && strncmp(hosts, host, length) == 0)
      return true;
    if (hosts[other] == '\0')
      return false;
    hosts += other + 1;
  }
}

/* --- points of the same cell_id --------------------------------------------------------------- */

static int compare_points(const struct row_group *a, const struct row_group *b) {
  int order = strcmp(a->text[FACTOR_CELL], b->text[FACTOR_CELL]);
  return order != 0 ? order : strcmp(a->text[FACTOR_BUILD], b->text[FACTOR_BUILD]);
}

/* By cell_id and build, then all other texts. */
static int compare_groups(const void *left, const void *right) {
  const struct row_group *a = *(struct row_group *const *)left;
  const struct row_group *b = *(struct row_group *const *)right;
  int order = compare_points(a, b);
  for (int i = 0; i < FACTORS && order == 0; i++)
    order = strcmp(a->text[i], b->text[i]);
  return order;
}

/* The first of the sorted list that is not before the group. */
static size_t first_of_point(const struct group_list *list, const struct row_group *group) {
  size_t low = 0, high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_points(list->items[middle], group) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* How well a point's machine fits the host of a failed row. */
static int host_rank(const struct row_group *group, const struct row_group *failed) {
  if (same_text(group, failed, FACTOR_HOSTS))
    return 2;
  return hosts_include(group->text[FACTOR_HOSTS], failed->text[FACTOR_HOSTS]);
}

/* Takes all factors but the hosts. */
static void take_factors(struct row_group *group, const struct row_group *from) {
  const char *hosts = group->text[FACTOR_HOSTS];
  memcpy(group->text, from->text, sizeof group->text);
  group->text[FACTOR_HOSTS] = hosts;
  group->n = from->n;
  group->cores = from->cores;
  group->nodes = from->nodes;
  group->ranks = from->ranks;
  group->threads = from->threads;
}

/* The complete group of the same cell_id and build, on the machine that fits best. */
static const struct row_group *find_by_cell(const struct group_list *complete,
                                            const struct row_group *failed) {
  const struct row_group *best = NULL;
  for (size_t i = first_of_point(complete, failed);
       i < complete->count && compare_points(complete->items[i], failed) == 0; i++)
    if (best == NULL || host_rank(complete->items[i], failed) > host_rank(best, failed))
      best = complete->items[i];
  return best;
}

/* A driver's own rows have no cell_id: all that is known must be the same. */
static const struct row_group *find_by_factors(const struct group_list *complete,
                                               const struct row_group *failed) {
  for (size_t i = 0; i < complete->count; i++) {
    const struct row_group *group = complete->items[i];
    bool fits = options_include(group->text[FACTOR_OPTIONS], failed->text[FACTOR_OPTIONS]);
    for (int k = 0; k < FACTORS && fits; k++)
      fits = k == FACTOR_OPTIONS || fits_text(group, failed, (enum factor)k);
    if (fits)
      return group;
  }
  return NULL;
}

/* --- points that never verified --------------------------------------------------------------- */

static bool fits_work(const struct row_group *group, const struct row_group *failed) {
  return same_text(group, failed, FACTOR_KERNEL) && same_text(group, failed, FACTOR_JOBS) &&
         options_include(group->text[FACTOR_OPTIONS], failed->text[FACTOR_OPTIONS]);
}

static bool fits_problem(const struct row_group *group, const struct row_group *failed) {
  return group->n == failed->n && fits_work(group, failed);
}

static bool fits_variant(const struct row_group *group, const struct row_group *failed) {
  return same_text(group, failed, FACTOR_MODEL) && same_text(group, failed, FACTOR_DRIVER) &&
         same_text(group, failed, FACTOR_BUILD) && fits_text(group, failed, FACTOR_LOCK) &&
         fits_text(group, failed, FACTOR_SCHEDULE) && fits_text(group, failed, FACTOR_GRAIN);
}

static bool fits_host(const struct row_group *group, const struct row_group *failed) {
  return host_rank(group, failed) > 0;
}

static bool is_on_host(const struct row_group *group, const struct row_group *failed) {
  return same_text(group, failed, FACTOR_HOSTS);
}

static bool fits_any(const struct row_group *group, const struct row_group *failed) {
  (void)group;
  (void)failed;
  return true;
}

/* Takes the factors of those groups that fit, if they all have the same. */
static bool take_if_unique(struct row_group *failed, const struct group_list *list,
                           bool (*fits)(const struct row_group *, const struct row_group *),
                           const enum factor *factors, size_t count) {
  const struct row_group *found = NULL;
  for (size_t i = 0; i < list->count; i++) {
    const struct row_group *group = list->items[i];
    if (!fits(group, failed))
      continue;
    for (size_t k = 0; found != NULL && k < count; k++)
      if (!same_text(group, found, factors[k]))
        return false;
    found = group;
  }
  for (size_t k = 0; found != NULL && k < count; k++)
    failed->text[factors[k]] = found->text[factors[k]];
  return found != NULL;
}

static void complete_factors(struct row_group *failed, const struct known *known) {
  static const enum factor options = FACTOR_OPTIONS;
  static const enum factor variant[] = {FACTOR_LOCK, FACTOR_SCHEDULE, FACTOR_GRAIN};
  if (!take_if_unique(failed, &known->works, fits_work, &options, 1))
    take_if_unique(failed, &known->problems, fits_problem, &options, 1);
  take_if_unique(failed, &known->variants, fits_variant, variant, sizeof variant / sizeof *variant);
}

/* The only machine that there is, the same one, or the only one that the host is part of. */
static void complete_hosts(struct row_group *failed, const struct known *known) {
  static const enum factor hosts = FACTOR_HOSTS;
  if (!take_if_unique(failed, &known->machines, fits_any, &hosts, 1) &&
      !take_if_unique(failed, &known->machines, is_on_host, &hosts, 1))
    take_if_unique(failed, &known->machines, fits_host, &hosts, 1);
}

/* How much a group knows: of several, that with the longest options counts, then that with the most
 * texts. */
static size_t knowledge(const struct row_group *group) {
  size_t known = 0;
  for (int i = 0; i < FACTORS; i++)
    known += *group->text[i] != '\0';
  return strlen(group->text[FACTOR_OPTIONS]) * (FACTORS + 1) + known;
}

/* All groups of one cell_id and build, none of which verified, become one on each machine. */
static void unite(struct row_group **groups, size_t count, const struct known *known) {
  struct row_group *best = groups[0];
  for (size_t i = 1; i < count; i++)
    if (knowledge(groups[i]) > knowledge(best))
      best = groups[i];
  complete_factors(best, known);
  for (size_t i = 0; i < count; i++) {
    if (groups[i] != best)
      take_factors(groups[i], best);
    complete_hosts(groups[i], known);
  }
}

/* --- all -------------------------------------------------------------------------------------- */

static void sort(struct group_list *list) {
  if (list->count > 0)
    qsort(list->items, list->count, sizeof *list->items, compare_groups);
}

/* Joins a group to that of the same point, on the machine that it fits. If the host fits none of
 * the point's machines but is itself one of other points, the launch belongs there. */
static void join(struct row_group *failed, const struct row_group *found,
                 const struct known *known) {
  static const enum factor hosts = FACTOR_HOSTS;
  bool elsewhere = host_rank(found, failed) == 0 &&
                   take_if_unique(failed, &known->machines, is_on_host, &hosts, 1);
  take_factors(failed, found);
  if (!elsewhere)
    failed->text[FACTOR_HOSTS] = found->text[FACTOR_HOSTS];
}

/* Groups that are not complete, sorted. */
static void join_list(const struct group_list *failed, const struct known *known) {
  const struct group_list *all = &known->all;
  for (size_t i = 0, next; i < failed->count; i = next) {
    struct row_group *group = failed->items[i];
    bool named = *group->text[FACTOR_CELL] != '\0';
    for (next = i + 1; named && next < failed->count; next++)
      if (compare_points(failed->items[next], group) != 0)
        break;
    const struct row_group *found = named ? find_by_cell(all, group) : find_by_factors(all, group);
    if (found == NULL)
      unite(failed->items + i, next - i, known);
    for (size_t k = i; found != NULL && k < next; k++)
      join(failed->items[k], named ? find_by_cell(all, failed->items[k]) : found, known);
  }
}

static int compare_factors(const void *left, const void *right, void *data) {
  const struct row_group *a = *(struct row_group *const *)left;
  const struct row_group *b = *(struct row_group *const *)right;
  const struct factor_list *factors = data;
  int order = 0;
  for (size_t i = 0; i < factors->count && order == 0; i++)
    order = strcmp(a->text[factors->items[i]], b->text[factors->items[i]]);
  return order;
}

/* One group for each combination of these factors. */
static struct group_list pick_each(const struct group_list *list,
                                   const struct factor_list *factors) {
  struct factor_list context = *factors;
  struct group_list sorted = {0};
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++)
    *GROW(sorted.items, sorted.count) = list->items[i];
  if (sorted.count > 0)
    qsort_r(sorted.items, sorted.count, sizeof *sorted.items, compare_factors, &context);
  for (size_t i = 0; i < sorted.count; i++)
    if (i == 0 || compare_factors(&sorted.items[i], &sorted.items[kept - 1], &context) != 0)
      sorted.items[kept++] = sorted.items[i];
  sorted.count = kept;
  return sorted;
}

void rows_join(struct sample_rows *rows) {
  struct known known = {0};
  struct group_list failed = {0};
  for (size_t i = 0; i < rows->group_count; i++) {
    struct group_list *list = rows->groups[i].complete ? &known.all : &failed;
    *GROW(list->items, list->count) = &rows->groups[i];
  }
  if (failed.count > 0) {
    sort(&known.all);
    sort(&failed);
    known.works = pick_each(&known.all, &of_work);
    known.problems = pick_each(&known.all, &of_problem);
    known.variants = pick_each(&known.all, &of_variant);
    known.machines = pick_each(&known.all, &of_machine);
    join_list(&failed, &known);
  }
  struct group_list *const lists[] = {&failed,         &known.all,      &known.works,
                                      &known.problems, &known.variants, &known.machines};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    free(lists[i]->items);
}
