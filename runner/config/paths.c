#include "runner/config/paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"

char *path_absolute(const char *path) {
  char folder[PATH_MAX];
  char *real = realpath(path, NULL);
  if (real != NULL)
    return real;
  bool whole = *path == '/' || getcwd(folder, sizeof folder) == NULL;
  real = whole ? grow_text("%s", path) : grow_text("%s/%s", folder, path);
  for (size_t length = strlen(real); length > 1 && real[length - 1] == '/'; length--)
    real[length - 1] = '\0';
  return real;
}

bool path_lasts(const char *path) {
  static const char *const own[] = {"/dev/stdin", "/dev/fd/", "/proc/"};
  struct stat facts;
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (strncmp(path, own[i], strlen(own[i])) == 0)
      return false;
  return stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

char *path_of_config(const char *word) {
  static const char *const ends[] = {"", ".yaml"};
  bool looked_for = strchr(word, '/') == NULL && access(word, F_OK) != 0;
  for (size_t i = 0; looked_for && i < sizeof ends / sizeof *ends; i++) {
    char *path = grow_text("%s/" QUARTET_CONFIGS "/%s%s", host_program_folder(), word, ends[i]);
    if (path_lasts(path))
      return path;
    free(path);
  }
  return grow_text("%s", word);
}
