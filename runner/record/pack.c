#include "runner/record/pack.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <zip.h>

#include "common/grow.h"
#include "runner/record/crate.h"
#include "runner/record/facts.h"
#include "runner/record/journal.h"
#include "runner/record/results.h"
#include "runner/record/run_record.h"

enum { DEPTH_MAX = 16 };

/* What is packed: the files' descriptions, and where their bytes come from. */
struct source {
  char *path;       /* of a file; NULL: the text */
  const char *text; /* lives until the archive is closed */
};

struct packing {
  const char *folder;
  struct run_record record;
  struct crate_file *files;
  size_t count;
  struct source *sources; /* one for each file */
  size_t source_count;
  char *metadata; /* ro-crate-metadata.json */
};

static void add(struct packing *packing, const struct crate_file *file,
                const struct source *source) {
  *GROW(packing->files, packing->count) = *file;
  *GROW(packing->sources, packing->source_count) = *source;
}

/* --- what there is ---------------------------------------------------------------------------- */

static int add_result(struct packing *packing, const char *name, const char *describe,
                      struct error *error) {
  struct stat facts;
  char *path = grow_text("%s/%s", packing->folder, name);
  if (stat(path, &facts) != 0) {
    error_set(error, errno == ENOENT ? EXIT_USAGE : EXIT_MACHINE, "%s: %s", path, strerror(errno));
    free(path);
    return error->code;
  }
  add(packing,
      &(struct crate_file){.path = grow_text("%s", name),
                           .describe = describe,
                           .role = CRATE_RESULT,
                           .bytes = facts.st_size},
      &(struct source){.path = path});
  return 0;
}

static bool is_taken(const struct packing *packing, const char *path) {
  for (size_t i = 0; i < packing->count; i++)
    if (strcmp(packing->files[i].path, path) == 0)
      return true;
  return false;
}

/* A text of run.json as config/NAME, with a number before the name if there is such a file. Names
 * with folders lose them: they may lead out of the archive. */
static void add_config(struct packing *packing, const char *name, const char *text,
                       const char *describe) {
  const char *slash = strrchr(name, '/'), *last = slash != NULL ? slash + 1 : name;
  char *path = grow_text("config/%s", last);
  for (int i = 2; is_taken(packing, path); i++) {
    free(path);
    path = grow_text("config/%d-%s", i, last);
  }
  bool renamed = strcmp(path + strlen("config/"), name) != 0;
  add(packing,
      &(struct crate_file){.path = path,
                           .original = renamed ? grow_text("%s", name) : NULL,
                           .describe = describe,
                           .role = CRATE_OBJECT,
                           .bytes = (int64_t)strlen(text)},
      &(struct source){.text = text});
}

static void add_configs(struct packing *packing) {
  const struct run_record *record = &packing->record;
  const char *slash = strrchr(record->config_path, '/');
  add_config(packing, slash != NULL ? slash + 1 : record->config_path, record->config_text,
             "The config of the sweep");
  for (size_t i = 0; i < record->include_count; i++)
    add_config(packing, record->includes[i].name, record->includes[i].text,
               "A file that the config includes");
}

static int is_entry(const struct dirent *entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* The regular files of a folder and those in it, in order of their names; links are not followed.
 */
static int add_folder(struct packing *packing, const char *inside, int depth, struct error *error) {
  struct dirent **entries;
  char *folder = grow_text("%s/%s", packing->folder, inside);
  int count = scandir(folder, &entries, is_entry, alphasort);
  free(folder);
  for (int i = 0; i < count; i++) {
    struct stat facts;
    char *name = grow_text("%s/%s", inside, entries[i]->d_name);
    char *path = grow_text("%s/%s", packing->folder, name);
    free(entries[i]);
    bool found = error->code == 0 && lstat(path, &facts) == 0;
    if (found && S_ISDIR(facts.st_mode) && depth == DEPTH_MAX)
      error_set(error, EXIT_USAGE, "%s: folders lie more than %d deep", path, (int)DEPTH_MAX);
    else if (found && S_ISDIR(facts.st_mode))
      add_folder(packing, name, depth + 1, error);
    if (!found || !S_ISREG(facts.st_mode)) {
      free(name);
      free(path);
      continue;
    }
    add(packing, &(struct crate_file){.path = name, .role = CRATE_OTHER, .bytes = facts.st_size},
        &(struct source){.path = path});
  }
  if (count >= 0)
    free(entries);
  return error->code; /* no such folder: nothing to add */
}

static int look(struct packing *packing, struct error *error) {
  struct results results;
  char holder[LEASE_HOLDER_TEXT];
  int code = results_reopen(&results, packing->folder, error);
  if (code == 0 && journal_is_held(results.folder, holder))
    code = error_set(error, EXIT_USAGE, "a sweep is writing there: %s", holder);
  if (code == 0)
    code = run_record_open(&packing->record, results.folder, error);
  results_close(&results);
  if (code == 0)
    code = add_result(packing, "samples.csv",
                      "One row for each repetition; results/README.md of Quartet describes the "
                      "columns",
                      error);
  if (code == 0)
    code = add_result(packing, "run.json",
                      "Everything about the run that is not a measurement: machine, build, "
                      "environment, points",
                      error);
  if (code != 0)
    return code;
  add_configs(packing);
  return add_folder(packing, "report", 1, error);
}

/* --- the zip file ----------------------------------------------------------------------------- */

/* The end of the run, so that the same run gives the same file; now if it does not say. */
static time_t time_of(const json_t *run) {
  struct tm utc = {0};
  const char *text = json_string_value(json_object_get(run, "end"));
  if (text == NULL || strptime(text, "%Y-%m-%dT%H:%M:%S", &utc) == NULL)
    return time(NULL);
  return timegm(&utc);
}

static bool add_to_zip(zip_t *zip, const char *name, const struct source *source, time_t when) {
  zip_source_t *bytes = source->path != NULL
                            ? zip_source_file(zip, source->path, 0, -1)
                            : zip_source_buffer(zip, source->text, strlen(source->text), 0);
  if (bytes == NULL)
    return false;
  zip_int64_t index = zip_file_add(zip, name, bytes, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(bytes);
    return false;
  }
  return zip_file_set_mtime(zip, (zip_uint64_t)index, when, 0) == 0;
}

static int write_zip(const struct packing *packing, const char *path, struct error *error) {
  int why = 0;
  zip_error_t explained;
  time_t when = time_of(packing->record.json);
  zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &why);
  if (zip == NULL) {
    zip_error_init_with_code(&explained, why);
    error_set(error, why == ZIP_ER_EXISTS ? EXIT_USAGE : EXIT_MACHINE, "%s: %s%s", path,
              zip_error_strerror(&explained),
              why == ZIP_ER_EXISTS ? "; --out names another file" : "");
    zip_error_fini(&explained);
    return error->code;
  }
  bool added =
      add_to_zip(zip, "ro-crate-metadata.json", &(struct source){.text = packing->metadata}, when);
  for (size_t i = 0; i < packing->count && added; i++)
    added = add_to_zip(zip, packing->files[i].path, &packing->sources[i], when);
  if (added && zip_close(zip) == 0)
    return 0;
  error_set(error, EXIT_MACHINE, "%s: %s", path, zip_strerror(zip));
  zip_discard(zip);
  return error->code;
}

static void free_packing(struct packing *packing) {
  for (size_t i = 0; i < packing->count; i++) {
    free(packing->files[i].path);
    free(packing->files[i].original);
    free(packing->sources[i].path);
  }
  free(packing->files);
  free(packing->sources);
  free(packing->metadata);
  run_record_close(&packing->record);
}

/* "results/quick/" is packed as "results/quick.zip". */
static char *default_path(const char *folder) {
  size_t length = strlen(folder);
  while (length > 1 && folder[length - 1] == '/')
    length--;
  return grow_text("%.*s.zip", (int)length, folder);
}

int pack_run(const char *folder, const char *path, char **written, struct error *error) {
  struct packing packing = {.folder = folder};
  *written = NULL;
  int code = look(&packing, error);
  if (code == 0) {
    json_t *metadata = crate_metadata(packing.record.json, packing.files, packing.count);
    packing.metadata = json_dumps(metadata, JSON_INDENT(2));
    json_decref(metadata);
    if (packing.metadata == NULL)
      code = error_set(error, EXIT_MACHINE, "out of memory");
  } else {
    error_prefix(error, "%s", folder);
  }
  if (code == 0) {
    *written = path != NULL ? grow_text("%s", path) : default_path(folder);
    code = write_zip(&packing, *written, error);
  }
  free_packing(&packing);
  return code;
}
