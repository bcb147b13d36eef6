/* Test results for CI, in the XML that JUnit made common and that GitLab, Jenkins, GitHub's actions
 * and others read: testsuites, testsuite, testcase, and in it failure, error or skipped
 * (https://github.com/testmoapp/junitxml describes it). */
#ifndef QUARTET_ANALYSIS_EXPORTS_JUNIT_SUITES_H
#define QUARTET_ANALYSIS_EXPORTS_JUNIT_SUITES_H

#include <stddef.h>
#include <stdio.h>

enum junit_outcome { JUNIT_PASSED, JUNIT_FAILURE, JUNIT_ERROR, JUNIT_SKIPPED, JUNIT_OUTCOMES };

struct junit_case {
  char *name;
  double time_s; /* NaN: none */
  enum junit_outcome outcome;
  char *type;    /* of a failure or an error: "wrong", "slower"; or NULL */
  char *message; /* one line; or NULL */
};

struct junit_suite {
  char *name;
  struct junit_case *cases;
  size_t case_count;
};

struct junit {
  struct junit_suite *suites;
  size_t suite_count;
};

/* Appends a suite; the name is taken over. Valid until the next call. */
struct junit_suite *junit_suite(struct junit *junit, char *name);
/* Appends a test case that has passed; the name is taken over. Valid until the next call. */
struct junit_case *junit_case(struct junit_suite *suite, char *name);
void junit_free(struct junit *junit);

/* Writes all suites that have a test case, with their counts. Errors of the stream: ferror. */
void junit_write(FILE *file, const struct junit *junit, const char *name);

#endif
