/* What the tests must know of a kernel: one file tests/cases/NAME.c for each kernel of the list, in
 * which one `const struct kernel_case case_NAME` says what to run it on and which faults its oracle
 * must catch.
 *
 * Every kernel is also tested, without a word here, for the faults that every kernel can have: it
 * does nothing; one of its TIMED phases does nothing; what it requests never comes, comes once and
 * never again, or comes as NaN; the partial results of a part are lost. */
#ifndef QUARTET_TESTS_CASE_H
#define QUARTET_TESTS_CASE_H

#include "kernels/kernel.h"

/* A fault to plant: in the named phase, what is not NULL stands in for the kernel's function. */
struct fault {
  const char *what; /* ends the sentence "the oracle does not see ..."; NULL ends the table */
  const char *phase;
  void (*body)(void *state, int64_t begin, int64_t end, void *partial);
  void (*arrived)(void *state, int64_t unit, const struct operation *operation, void *partial);
  void (*request)(void *state, struct request *request);
  void (*ask)(void *state, int64_t unit, struct operation *operation);
  void (*rounds)(void *state, struct rounds *rounds);
};

/* The phase of this name as it is without the fault under test, for faults that do nearly the right
 * thing. */
const struct phase *case_honest(const char *phase);
void case_set_honest(const struct kernel *kernel); /* for the test that plants them */

struct kernel_case {
  /* For the runs in every model: all of these sizes with all of these settings, some milliseconds
   * for each run. Settings are as after --set, parted by blanks: "iterations=2 op=copy". */
  const int64_t *sizes;        /* odd ones, ones smaller than 7 parts; ended by -1 */
  const char *const *settings; /* ended by NULL; NULL: the defaults */

  /* Of a kernel with an option `path`: path=reference, which is run as well, gives the result in
   * other bits than path=tuned. Say why beside it. */
  bool paths_round;

  /* For the planted faults, in 3 parts with a grain of 1, 3 passes. */
  int64_t fault_size;
  const char *fault_settings;    /* NULL: the defaults */
  const struct fault *faults;    /* the kernel's own; NULL: none */
  bool nothing_lost_by_partials; /* its results do not depend on partial results: say why beside it
                                  */

  /* For the comparison of its peak memory with its work model: a problem that allocates 64 to 512
   * MiB and ends within a second or so. 0: the kernel holds next to nothing. */
  int64_t large_size;
  const char *large_settings; /* NULL: the defaults */
};

/* The cases of all kernels, in the order of kernel_list; NULL ends it. */
extern const struct kernel_case *const case_list[];

#endif
