/* Preloaded: kills the program `sweep` before the call number QUARTET_DIE_AT, from 1, of those that
 * change a folder. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void count_call(void) {
  static int calls;
  const char *at = getenv("QUARTET_DIE_AT");
  if (at != NULL && strcmp(program_invocation_short_name, "sweep") == 0 && ++calls == atoi(at))
    raise(SIGKILL);
}

int openat(int folder, const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  if ((flags & O_CREAT) != 0)
    count_call();
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int mkdirat(int folder, const char *path, mode_t mode) {
  count_call();
  return (int)syscall(SYS_mkdirat, folder, path, mode);
}

int renameat(int from, const char *old, int to, const char *new) {
  count_call();
  return (int)syscall(SYS_renameat, from, old, to, new);
}

int unlinkat(int folder, const char *path, int flags) {
  count_call();
  return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int fsync(int file) {
  count_call();
  return (int)syscall(SYS_fsync, file);
}
