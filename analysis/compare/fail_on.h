/* `--fail-on`: which findings of a comparison make it fail, for CI. */
#ifndef QUARTET_ANALYSIS_COMPARE_FAIL_ON_H
#define QUARTET_ANALYSIS_COMPARE_FAIL_ON_H

#include <stdbool.h>

#include "analysis/compare/compare.h"
#include "common/error.h"

enum comparison_finding {
  FINDING_SLOWER,
  FINDING_FASTER,
  FINDING_DIFFERENT, /* slower or faster */
  FINDING_CANNOT_TELL,
  FINDING_MISSING, /* a point of the first run that the later one does not have */
  FINDING_FAILED,  /* launches of the later run that did not verify */
  FINDINGS
};
/* The words of --fail-on; NULL ends them. */
extern const char *const finding_names[FINDINGS + 1];

/* Zeroed: nothing makes it fail. */
struct fail_on {
  struct {
    bool asked;
    double threshold; /* of slower, faster, different: 0.05 for 5 % */
  } findings[FINDINGS];
};

/* Reads "slower:5%,missing": findings with commas between them; the first three may have a
 * threshold. Returns 0 or EXIT_USAGE. */
int fail_on_parse(struct fail_on *fail_on, const char *text, struct error *error);

/* The finding that makes this point fail, or FINDINGS. A point is slower by 5 % or more if its
 * verdict is slower (the difference is significant, and not within the margin) and the estimate of
 * its time ratio is 1.05 or more; faster by 5 % if that of the ratio's reciprocal is. */
enum comparison_finding fail_on_judge(const struct fail_on *fail_on,
                                      const struct compared_point *point);

/* Whether any finding was requested. */
bool fail_on_asked(const struct fail_on *fail_on);

/* Whether the comparison fails: a point does, or a finding was requested and nothing could be
 * compared in one of the later runs. The exit status is EXIT_WRONG then. */
bool fail_on_fails(const struct fail_on *fail_on, const struct compare *compare);

#endif
