/* One samples.csv may hold launches of several files of a driver: after a rebuild, or when two
 * files were put together. Here the build of their rows is named after the file, so that they are
 * variants of their own, as the builds of an axis are. */
#include <stdlib.h>
#include <string.h>

#include "analysis/data/rows.h"
#include "common/grow.h"

/* A group and its earliest session: run_ids sort by time. */
struct dated_group {
  struct row_group *group;
  const char *session;
};

static int compare_text(const struct dated_group *a, const struct dated_group *b,
                        enum factor factor) {
  return strcmp(a->group->text[factor], b->group->text[factor]);
}

/* By driver and build, then session and file. */
static int compare_dated(const void *left, const void *right) {
  const struct dated_group *a = left, *b = right;
  int order = compare_text(a, b, FACTOR_DRIVER);
  if (order == 0)
    order = compare_text(a, b, FACTOR_BUILD);
  if (order == 0)
    order = strcmp(a->session, b->session);
  return order != 0 ? order : compare_text(a, b, FACTOR_BUILD_ID);
}

static struct dated_group *list_groups(const struct sample_rows *rows) {
  struct dated_group *groups = NULL;
  for (size_t i = 0, count = 0; i < rows->group_count; i++)
    *GROW(groups, count) = (struct dated_group){&rows->groups[i], NULL};
  for (size_t i = 0; i < rows->launch_count; i++) {
    const char **earliest = &groups[rows->launches[i].group].session;
    const char *session = rows->sessions[rows->launches[i].session];
    if (*earliest == NULL || strcmp(session, *earliest) < 0)
      *earliest = session;
  }
  for (size_t i = 0; i < rows->group_count; i++)
    if (groups[i].session == NULL)
      groups[i].session = "";
  return groups;
}

/* The known files among groups of one driver and build, in order; the caller frees the array. */
static const char **list_ids(const struct dated_group *groups, size_t count, size_t *id_count) {
  const char **ids = NULL;
  *id_count = 0;
  for (size_t i = 0; i < count; i++) {
    const char *id = groups[i].group->text[FACTOR_BUILD_ID];
    bool known = *id == '\0';
    for (size_t k = 0; k < *id_count && !known; k++)
      known = strcmp(ids[k], id) == 0;
    if (!known)
      *GROW(ids, *id_count) = id;
  }
  return ids;
}

/* "build2-3f2a91bc", after "gcc-" on an axis of builds. */
static char *build_name(const char *label, const char *const *ids, size_t id_count,
                        const char *id) {
  const char *dash = *label != '\0' ? "-" : "";
  for (size_t k = 0; k < id_count; k++)
    if (strcmp(ids[k], id) == 0)
      return grow_text("%s%sbuild%zu-%.8s", label, dash, k + 1, id);
  return grow_text("%s%sunknown-build", label, dash);
}

static void name_builds(struct sample_rows *rows, struct dated_group *groups, size_t count) {
  size_t id_count;
  const char **ids = list_ids(groups, count, &id_count);
  for (size_t i = 0; i < count && id_count > 1; i++) {
    const char **text = groups[i].group->text;
    text[FACTOR_BUILD] = *GROW(rows->texts, rows->text_count) =
        build_name(text[FACTOR_BUILD], ids, id_count, text[FACTOR_BUILD_ID]);
  }
  free(ids);
}

void rows_name_builds(struct sample_rows *rows) {
  struct dated_group *groups = list_groups(rows);
  size_t count = rows->group_count;
  if (count > 0)
    qsort(groups, count, sizeof *groups, compare_dated);
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1; next < count &&
                       compare_text(&groups[next], &groups[i], FACTOR_DRIVER) == 0 &&
                       compare_text(&groups[next], &groups[i], FACTOR_BUILD) == 0;)
      next++;
    name_builds(rows, groups + i, next - i);
  }
  free(groups);
}
