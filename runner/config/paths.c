#include "runner/config/paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/grow.h"

char *path_absolute(const char *path) {
  char folder[PATH_MAX];
  char *real = realpath(path, NULL);
  if (real != NULL)
    return real;
  if (*path == '/' || getcwd(folder, sizeof folder) == NULL)
    return grow_text("%s", path);
  return grow_text("%s/%s", folder, path);
}

bool path_lasts(const char *path) {
  static const char *const own[] = {"/dev/stdin", "/dev/fd/", "/proc/"};
  struct stat facts;
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (strncmp(path, own[i], strlen(own[i])) == 0)
      return false;
  return stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

const char *path_own_folder(void) {
  static char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0)
    return ".";
  path[length] = '\0';
  char *slash = strrchr(path, '/');
  *(slash == path ? slash + 1 : slash) = '\0';
  return path;
}
