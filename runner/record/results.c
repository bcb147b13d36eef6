#include "runner/record/results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/grow.h"
#include "runner/record/journal.h"

/* mkdir -p */
static int make_folders(const char *path) {
  char *copy = grow_text("%s", path);
  int failed = 0;
  for (char *at = copy + 1; failed == 0 && at[-1] != '\0'; at++) {
    if (*at != '/' && *at != '\0')
      continue;
    char end = *at;
    *at = '\0';
    failed = mkdir(copy, 0777) != 0 && errno != EEXIST;
    *at = end;
  }
  free(copy);
  return failed ? -1 : 0;
}

static bool holds_run(int folder) {
  return faccessat(folder, "samples.csv", F_OK, 0) == 0 ||
         faccessat(folder, "run.json", F_OK, 0) == 0;
}

/* Removes the samples.csv of a run that was killed before it had written run.json: nobody can
 * continue it, and it has no row. */
static void remove_beginning(int folder) {
  struct journal journal;
  struct error ignored = {0};
  if (faccessat(folder, "run.json", F_OK, 0) == 0)
    return;
  if (journal_look(&journal, folder, &ignored) == 0 && journal.bytes <= journal.header &&
      !journal_is_held(folder, NULL))
    unlinkat(folder, "samples.csv", 0);
  journal_close(&journal);
}

static int refuse_if_held(const struct results *results, struct error *error) {
  char holder[LEASE_HOLDER_TEXT];
  if (!journal_is_held(results->folder, holder))
    return 0;
  return error_set(error, EXIT_USAGE, "%s: another sweep is writing there: %s", results->path,
                   holder);
}

/* Renames the folder to the first of .1, .2, ... that is free. */
static int move_away(struct results *results, struct error *error) {
  close(results->folder);
  results->folder = -1;
  for (int i = 1; i < 1000000; i++) {
    struct stat status;
    char *to = grow_text("%s.%d", results->path, i);
    if (lstat(to, &status) != 0 && errno == ENOENT) {
      results->moved_to = to;
      if (rename(results->path, to) == 0)
        return 0;
      break;
    }
    free(to);
  }
  return error_set(error, EXIT_MACHINE, "%s cannot be renamed: %s", results->path, strerror(errno));
}

static int open_folder(struct results *results, struct error *error) {
  if (make_folders(results->path) == 0)
    results->folder = open(results->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (results->folder >= 0)
    return 0;
  return error_set(error, EXIT_MACHINE, "%s cannot be created: %s", results->path, strerror(errno));
}

int results_open(struct results *results, const char *out, const char *name, struct error *error) {
  *results = (struct results){
      .path = out != NULL ? grow_text("%s", out) : grow_text("results/%s", name), .folder = -1};
  if (*results->path == '\0')
    return error_set(error, EXIT_USAGE, "--out: no folder is named");
  results->folder = open(results->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (results->folder >= 0)
    remove_beginning(results->folder);
  if (results->folder >= 0 && holds_run(results->folder)) {
    if (refuse_if_held(results, error) != 0)
      return error->code;
    if (out != NULL)
      return error_set(error, EXIT_USAGE, "%s already holds the results of a run; name another",
                       out);
    if (move_away(results, error) != 0)
      return error->code;
  }
  return results->folder >= 0 ? 0 : open_folder(results, error);
}

int results_reopen(struct results *results, const char *path, struct error *error) {
  *results = (struct results){.path = grow_text("%s", path)};
  results->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (results->folder < 0)
    return error_set(error, errno == ENOENT || errno == ENOTDIR ? EXIT_USAGE : EXIT_MACHINE,
                     "cannot be opened: %s", strerror(errno));
  return 0;
}

/* Makes BASE.rescued or BASE.rescued.N, whichever is the first that is free. */
static int make_rescue(struct results *results, const char *base) {
  for (int i = 0; i < 1000; i++) {
    char *path = i == 0 ? grow_text("%s.rescued", base) : grow_text("%s.rescued.%d", base, i);
    if (mkdir(path, 0777) == 0) {
      results->path = path;
      results->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      return results->folder >= 0 ? 0 : -1;
    }
    free(path);
    if (errno != EEXIST)
      break;
  }
  return -1;
}

int results_open_rescue(struct results *results, const struct results *of, struct error *error) {
  const char *temporary = getenv("TMPDIR");
  char *path = grow_text("%s", of->path);
  for (size_t length = strlen(path); length > 1 && path[length - 1] == '/'; length--)
    path[length - 1] = '\0';
  const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
  char *elsewhere = grow_text("%s/%s", temporary != NULL ? temporary : "/tmp", name);
  *results = (struct results){.folder = -1};
  int failed = make_rescue(results, path) != 0 && make_rescue(results, name) != 0 &&
               make_rescue(results, elsewhere) != 0;
  free(path);
  free(elsewhere);
  return failed ? error_set(error, EXIT_MACHINE, "no folder can be made to keep the rows in: %s",
                            strerror(errno))
                : 0;
}

void results_close(struct results *results) {
  if (results->folder >= 0)
    close(results->folder);
  free(results->path);
  free(results->moved_to);
  *results = (struct results){.folder = -1};
}
