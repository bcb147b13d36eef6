#include "analysis/compare/fail_on.h"

#include <stdlib.h>
#include <string.h>

#include "common/cli.h"
#include "common/grow.h"
#include "common/number.h"

const char *const finding_names[FINDINGS + 1] = {"slower",  "faster", "different", "cannot-tell",
                                                 "missing", "failed", NULL};

static bool has_threshold(enum comparison_finding finding) {
  return finding == FINDING_SLOWER || finding == FINDING_FASTER || finding == FINDING_DIFFERENT;
}

static int parse_one(struct fail_on *fail_on, char *text, struct error *error) {
  char *threshold = strchr(text, ':');
  unsigned finding;
  if (threshold != NULL)
    *threshold++ = '\0';
  if (cli_choose(text, finding_names, &finding, error) != 0)
    return error->code;
  fail_on->findings[finding].asked = true;
  if (threshold == NULL)
    return 0;
  if (!has_threshold((enum comparison_finding)finding))
    return error_set(error, EXIT_USAGE, "'%s' takes no threshold", finding_names[finding]);
  return share_parse(threshold, &fail_on->findings[finding].threshold, error);
}

int fail_on_parse(struct fail_on *fail_on, const char *text, struct error *error) {
  char *copy = grow_text("%s", text);
  *fail_on = (struct fail_on){0};
  for (char *at = copy, *end; error->code == 0 && at != NULL; at = end) {
    end = strchr(at, ',');
    if (end != NULL)
      *end++ = '\0';
    parse_one(fail_on, at, error);
  }
  free(copy);
  return error->code;
}

static bool is_slower(const struct compared_point *point, double threshold) {
  return point->comparable && point->comparison.verdict == VERDICT_SLOWER &&
         point->ratio >= 1 + threshold;
}

static bool is_faster(const struct compared_point *point, double threshold) {
  return point->comparable && point->comparison.verdict == VERDICT_FASTER &&
         point->comparison.ratio >= 1 + threshold;
}

static bool applies(enum comparison_finding finding, double threshold,
                    const struct compared_point *point) {
  switch (finding) {
  case FINDING_SLOWER:
    return is_slower(point, threshold);
  case FINDING_FASTER:
    return is_faster(point, threshold);
  case FINDING_DIFFERENT:
    return is_slower(point, threshold) || is_faster(point, threshold);
  case FINDING_CANNOT_TELL:
    return point->comparable && point->comparison.verdict == VERDICT_CANNOT_TELL;
  case FINDING_MISSING:
    return point->later == NO_POINT;
  case FINDING_FAILED:
    return point->failed_later > 0;
  case FINDINGS:
    break;
  }
  return false;
}

enum comparison_finding fail_on_judge(const struct fail_on *fail_on,
                                      const struct compared_point *point) {
  for (int finding = 0; finding < FINDINGS; finding++)
    if (fail_on->findings[finding].asked &&
        applies((enum comparison_finding)finding, fail_on->findings[finding].threshold, point))
      return (enum comparison_finding)finding;
  return FINDINGS;
}

bool fail_on_asked(const struct fail_on *fail_on) {
  bool asked = false;
  for (int i = 0; i < FINDINGS; i++)
    asked |= fail_on->findings[i].asked;
  return asked;
}

bool fail_on_fails(const struct fail_on *fail_on, const struct compare *compare) {
  if (!fail_on_asked(fail_on))
    return false;
  for (size_t run = 1; run < compare->run_count; run++)
    if (compare_count(compare, run).compared == 0)
      return true;
  for (size_t i = 0; i < compare->point_count; i++)
    if (fail_on_judge(fail_on, &compare->points[i]) != FINDINGS)
      return true;
  return false;
}
