#include "engine/ending.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/error.h"

static const char *guarded; /* the program's name; NULL: nothing is guarded */
static const char *expected;

/* Called by exit(). Nothing is flushed: each row and each block of words has been flushed when it
 * was printed, and the library may hold the lock of a stream. */
static void end_as_system_error(void) {
  char text[300];
  if (!guarded)
    return;
  int length = snprintf(text, sizeof text, "%s: %s; the message above is of the library\n", guarded,
                        expected ? expected : "a library has ended the program");
  if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0) {
    /* the exit status still says it */
  }
  _exit(EXIT_MACHINE);
}

void ending_guard(const char *program) {
  if (atexit(end_as_system_error) == 0)
    guarded = program;
}

void ending_expect(const char *what) {
  expected = what;
}

void ending_release(void) {
  guarded = NULL;
}
