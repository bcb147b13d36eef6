/* Options texts of different versions of Quartet that mean the same work. */
#include <stdlib.h>
#include <string.h>

#include "analysis/data/rows.h"
#include "common/grow.h"

/* Rows lack the setting `path` where they are older than it. These kernels had one path then, which
 * is the default of today (kernels/blocks/path.h). Defaults of other settings need not be known:
 * every row states them. */
static const char default_setting[] = "path=tuned";

char *options_comparable(const char *options) {
  char *text = grow_text("%s", "");
  for (; *options != '\0'; options += strspn(options, ";")) {
    int length = (int)strcspn(options, ";");
    if (length != sizeof default_setting - 1 || memcmp(options, default_setting, length) != 0) {
      char *longer = grow_text("%s%s%.*s", text, *text != '\0' ? ";" : "", length, options);
      free(text);
      text = longer;
    }
    options += length;
  }
  return text;
}

struct entry {
  struct row_group *group;
  char *comparable;
};

static int compare_works(const struct entry *a, const struct entry *b) {
  int order = strcmp(a->group->text[FACTOR_KERNEL], b->group->text[FACTOR_KERNEL]);
  return order != 0 ? order : strcmp(a->comparable, b->comparable);
}

/* Of equal works, the one with the longest text comes first. */
static int compare_entries(const void *left, const void *right) {
  const struct entry *a = left, *b = right;
  const char *a_text = a->group->text[FACTOR_OPTIONS], *b_text = b->group->text[FACTOR_OPTIONS];
  const size_t a_length = strlen(a_text), b_length = strlen(b_text);
  int order = compare_works(a, b);
  if (order == 0)
    order = (a_length < b_length) - (a_length > b_length);
  return order != 0 ? order : strcmp(a_text, b_text);
}

void rows_complete_options(struct sample_rows *rows) {
  struct entry *entries = NULL;
  for (size_t i = 0, count = 0; i < rows->group_count; i++)
    *GROW(entries, count) =
        (struct entry){&rows->groups[i], options_comparable(rows->groups[i].text[FACTOR_OPTIONS])};
  if (rows->group_count > 0)
    qsort(entries, rows->group_count, sizeof *entries, compare_entries);
  for (size_t i = 1; i < rows->group_count; i++)
    if (compare_works(&entries[i - 1], &entries[i]) == 0)
      entries[i].group->text[FACTOR_OPTIONS] = entries[i - 1].group->text[FACTOR_OPTIONS];
  for (size_t i = 0; i < rows->group_count; i++)
    free(entries[i].comparable);
  free(entries);
}
