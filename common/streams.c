#include "common/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/program.h"

void streams_hold(void) {
  for (int fd = 0; fd <= STDERR_FILENO; fd++) {
    /* In rising order: open takes the lowest free number, so those below are taken by now. */
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
      continue;
    if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
      _exit(EXIT_MACHINE);
  }
}

static int first_error; /* errno of the first streams_flush that failed; 0: none has */

void streams_flush(void) {
  errno = 0;
  if (fflush(stdout) != 0 && first_error == 0)
    first_error = errno;
}

int streams_finish(const char *program, int status) {
  int failed_before = ferror(stdout);
  streams_flush();
  if (first_error == 0 && !failed_before)
    return status;
  if (status != 0) /* a message has been printed, perhaps for this very reason */
    return status;
  /* If printf itself has failed, the reason is no longer known. */
  fprintf(stderr, "%s: cannot write to standard output%s%s\n", program_name(program),
          first_error != 0 ? ": " : "", first_error != 0 ? strerror(first_error) : "");
  return EXIT_MACHINE;
}
