#include "analysis/exports/junit_suites.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/exports/xml_writer.h"
#include "common/grow.h"

struct junit_suite *junit_suite(struct junit *junit, char *name) {
  struct junit_suite *suite = GROW(junit->suites, junit->suite_count);
  suite->name = name;
  return suite;
}

struct junit_case *junit_case(struct junit_suite *suite, char *name) {
  struct junit_case *test = GROW(suite->cases, suite->case_count);
  test->name = name;
  test->time_s = NAN;
  return test;
}

void junit_free(struct junit *junit) {
  for (size_t i = 0; i < junit->suite_count; i++) {
    struct junit_suite *suite = &junit->suites[i];
    for (size_t k = 0; k < suite->case_count; k++) {
      free(suite->cases[k].name);
      free(suite->cases[k].type);
      free(suite->cases[k].message);
    }
    free(suite->cases);
    free(suite->name);
  }
  free(junit->suites);
  *junit = (struct junit){0};
}

struct suite_tally {
  size_t tests, outcomes[JUNIT_OUTCOMES];
  double time_s;
};

static void count_suite(struct suite_tally *tally, const struct junit_suite *suite) {
  for (size_t i = 0; i < suite->case_count; i++) {
    tally->tests++;
    tally->outcomes[suite->cases[i].outcome]++;
    if (isfinite(suite->cases[i].time_s))
      tally->time_s += suite->cases[i].time_s;
  }
}

static void write_counts(FILE *file, const struct suite_tally *tally) {
  xml_attribute(file, "tests", "%zu", tally->tests);
  xml_attribute(file, "failures", "%zu", tally->outcomes[JUNIT_FAILURE]);
  xml_attribute(file, "errors", "%zu", tally->outcomes[JUNIT_ERROR]);
  xml_attribute(file, "skipped", "%zu", tally->outcomes[JUNIT_SKIPPED]);
  xml_attribute(file, "time", "%.9f", tally->time_s);
}

static void write_case(FILE *file, const struct junit_suite *suite, const struct junit_case *test) {
  static const char *const elements[JUNIT_OUTCOMES] = {
      [JUNIT_FAILURE] = "failure", [JUNIT_ERROR] = "error", [JUNIT_SKIPPED] = "skipped"};
  const char *element = elements[test->outcome];
  fputs("    <testcase", file);
  xml_attribute(file, "classname", "%s", suite->name);
  xml_attribute(file, "name", "%s", test->name);
  if (isfinite(test->time_s))
    xml_attribute(file, "time", "%.9f", test->time_s);
  if (element == NULL) {
    fputs("/>\n", file);
    return;
  }
  fprintf(file, ">\n      <%s", element);
  if (test->message != NULL)
    xml_attribute(file, "message", "%s", test->message);
  if (test->type != NULL && test->outcome != JUNIT_SKIPPED)
    xml_attribute(file, "type", "%s", test->type);
  fputs("/>\n    </testcase>\n", file);
}

void junit_write(FILE *file, const struct junit *junit, const char *name) {
  struct suite_tally all = {0};
  for (size_t i = 0; i < junit->suite_count; i++)
    count_suite(&all, &junit->suites[i]);
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", file);
  xml_attribute(file, "name", "%s", name);
  write_counts(file, &all);
  fputs(">\n", file);
  for (size_t i = 0; i < junit->suite_count; i++) {
    const struct junit_suite *suite = &junit->suites[i];
    struct suite_tally tally = {0};
    count_suite(&tally, suite);
    if (tally.tests == 0)
      continue;
    fputs("  <testsuite", file);
    xml_attribute(file, "name", "%s", suite->name);
    write_counts(file, &tally);
    fputs(">\n", file);
    for (size_t k = 0; k < suite->case_count; k++)
      write_case(file, suite, &suite->cases[k]);
    fputs("  </testsuite>\n", file);
  }
  fputs("</testsuites>\n", file);
}
