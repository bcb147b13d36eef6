/* Files of a made-up machine below a temporary folder, for QUARTET_FSROOT (common/host.h). */
#ifndef QUARTET_TESTS_MADE_FILES_H
#define QUARTET_TESTS_MADE_FILES_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char made_root[] = "/tmp/quartet-test-XXXXXX";

/* Makes the folder; the test ends without one. */
static inline void made_files_open(void) {
  if (!mkdtemp(made_root)) {
    perror(made_root);
    exit(1);
  }
}

static inline void made_files_close(void) {
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", made_root);
  if (system(command) != 0)
    exit(1);
}

/* Writes root/PATH with its folders, and returns its full name, valid until the next call. */
static inline const char *write_file(const char *path, const char *text) {
  static char full[PATH_MAX + sizeof made_root];
  snprintf(full, sizeof full, "%s/%s", made_root, path);
  for (char *slash = strchr(full + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(full, 0777);
    *slash = '/';
  }
  FILE *file = fopen(full, "w");
  if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
    perror(full);
    exit(1);
  }
  return full;
}

#endif
