#include "runner/record/staging.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/record/journal.h"

#define STAGING ".merge"

static bool has(int folder, const char *name) {
  return faccessat(folder, name, F_OK, 0) == 0;
}

static int open_folder(int folder, const char *name) {
  return openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* run.json is removed first: alone it would mean that samples.csv has been renamed. */
static void remove_all(int staging, int results) {
  unlinkat(staging, "run.json", 0);
  DIR *files = fdopendir(open_folder(staging, "."));
  for (struct dirent *file; files != NULL && (file = readdir(files)) != NULL;)
    unlinkat(staging, file->d_name, 0);
  if (files != NULL)
    closedir(files);
  unlinkat(results, STAGING, AT_REMOVEDIR);
}

/* Takes back a samples.csv that has its name already, while run.json has not. */
static void take_back(int staging, int results) {
  if (has(staging, "run.json") && !has(staging, "samples.csv") && !has(results, "run.json"))
    unlinkat(results, "samples.csv", 0);
}

int staging_clear(const char *path, struct error *error) {
  char holder[LEASE_HOLDER_TEXT];
  int results = open_folder(AT_FDCWD, path);
  int staging = results >= 0 ? open_folder(results, STAGING) : -1;
  if (staging >= 0 && (journal_is_held(staging, holder) || lease_is_held(staging, holder))) {
    error_set(error, EXIT_USAGE, "%s: another sweep is merging there: %s", path, holder);
  } else if (staging >= 0) {
    take_back(staging, results);
    remove_all(staging, results);
  }
  if (staging >= 0)
    close(staging);
  if (results >= 0)
    close(results);
  return error->code;
}

int staging_open(int results, struct error *error) {
  int made = mkdirat(results, STAGING, 0777);
  int staging = made == 0 || errno == EEXIST ? open_folder(results, STAGING) : -1;
  if (staging < 0)
    error_set(error, EXIT_MACHINE, STAGING " cannot be created: %s", strerror(errno));
  return staging;
}

int staging_publish(int staging, int results, struct error *error) {
  if (renameat(staging, "samples.csv", results, "samples.csv") == 0 &&
      renameat(staging, "run.json", results, "run.json") == 0) {
    fsync(results); /* the names, too */
    return 0;
  }
  error_set(error, EXIT_MACHINE, "samples.csv and run.json cannot be renamed: %s", strerror(errno));
  take_back(staging, results);
  return error->code;
}

void staging_close(int staging, int results) {
  if (staging < 0)
    return;
  remove_all(staging, results);
  close(staging);
}
