/* Preloaded: file systems whose locks are no help between hosts. QUARTET_LOCKS=none: there are
 * none; local: every process gets every lock, as two hosts do. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

int flock(int file, int operation) {
  const char *locks = getenv("QUARTET_LOCKS");
  (void)file;
  (void)operation;
  if (locks != NULL && strcmp(locks, "local") == 0)
    return 0;
  errno = ENOSYS;
  return -1;
}
