#include "runner/record/crate.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "runner/record/facts.h"
#include "runner/record/json_bytes.h"

#define METADATA "ro-crate-metadata.json"
#define PROFILE "https://w3id.org/ro/wfrun/process/0.5"
#define RO_CRATE "https://w3id.org/ro/crate/1.1"
#define INSTRUMENT "#sweep"

static const char *text_of(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

static void set_known(json_t *object, const char *name, const char *text) {
  if (text != NULL)
    json_object_set_new(object, name, text_value(text));
}

static json_t *link_to(const char *id) {
  json_t *link = json_object();
  set_known(link, "@id", id);
  return link;
}

static json_t *entity(const char *id, const char *type) {
  json_t *value = link_to(id);
  set_known(value, "@type", type);
  return value;
}

/* A path as an URI: what is not unreserved in RFC 3986 is encoded. The caller frees it. */
static char *uri_of(const char *path) {
  char *uri = malloc(3 * strlen(path) + 1), *at = uri;
  if (uri == NULL)
    return NULL;
  for (; *path != '\0'; path++)
    if (isalnum((unsigned char)*path) || strchr("-._~/", *path) != NULL)
      *at++ = *path;
    else
      at += sprintf(at, "%%%02X", (unsigned char)*path);
  *at = '\0';
  return uri;
}

/* By the end of its name, as far as we write such files; NULL: not known. */
static const char *media_type(const char *path) {
  static const struct {
    const char *end, *type;
  } types[] = {{".csv", "text/csv"},       {".json", "application/json"}, {".yaml", "text/yaml"},
               {".yml", "text/yaml"},      {".html", "text/html"},        {".svg", "image/svg+xml"},
               {".png", "image/png"},      {".pdf", "application/pdf"},   {".md", "text/markdown"},
               {".txt", "text/plain"},     {".gp", "text/x-gnuplot"},     {".dat", "text/plain"},
               {".xml", "application/xml"}};
  size_t length = strlen(path);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    size_t end = strlen(types[i].end);
    if (length > end && strcmp(path + length - end, types[i].end) == 0)
      return types[i].type;
  }
  return NULL;
}

static json_t *file_entity(const struct crate_file *file, const char *uri) {
  json_t *value = entity(uri, "File");
  const char *slash = strrchr(file->path, '/');
  char bytes[32];
  snprintf(bytes, sizeof bytes, "%lld", (long long)file->bytes);
  set_known(value, "name", slash != NULL ? slash + 1 : file->path);
  set_known(value, "alternateName", file->original);
  set_known(value, "description", file->describe);
  set_known(value, "encodingFormat", media_type(file->path));
  set_known(value, "contentSize", bytes);
  return value;
}

/* "0.1.0+606ec018d0ed.dirty": the version and the revision of the sources, as PEP 440 has it. */
static char *version_of(const json_t *build) {
  const char *version = text_of(build, "version"), *revision = text_of(build, "git_revision");
  bool known = revision != NULL && strcmp(revision, "unknown") != 0;
  return grow_text("%s%s%.12s%s", version != NULL ? version : "0", known ? "+" : "",
                   known ? revision : "",
                   known && json_is_true(json_object_get(build, "git_dirty")) ? ".dirty" : "");
}

static json_t *instrument(const json_t *run) {
  const json_t *build = json_object_get(run, "build");
  json_t *value = entity(INSTRUMENT, "SoftwareApplication");
  char *version = version_of(build);
  const char *revision = text_of(build, "git_revision"), *compiler = text_of(build, "compiler");
  const char *flags = text_of(build, "kernel_flags");
  char *description =
      grow_text("The sweep of Quartet, a benchmarking suite for OpenMP and MPI; git "
                "revision %s, compiled by %s with %s",
                revision != NULL ? revision : "unknown", compiler != NULL ? compiler : "unknown",
                flags != NULL ? flags : "unknown flags");
  set_known(value, "name", "Quartet sweep");
  set_known(value, "softwareVersion", version);
  set_known(value, "description", description);
  free(description);
  free(version);
  return value;
}

/* The words of the command line, parted by spaces. */
static char *command_line(const json_t *run) {
  const json_t *word;
  size_t i;
  char *text = grow_text("%s", "");
  json_array_foreach(json_object_get(run, "argv"), i, word) {
    const char *string = json_string_value(word);
    char *longer = grow_text("%s%s%s", text, i > 0 ? " " : "", string != NULL ? string : "");
    free(text);
    text = longer;
  }
  return text;
}

static json_t *action(const json_t *run, const char *id) {
  const char *result = text_of(run, "result");
  bool done = result != NULL && strcmp(result, "done") == 0;
  json_t *value = entity(id, "CreateAction");
  char *name = grow_text("Sweep %s", text_of(run, "name")), *words = command_line(run);
  set_known(value, "name", name);
  set_known(value, "description", words);
  set_known(value, "startTime", text_of(run, "start"));
  set_known(value, "endTime", text_of(run, "end"));
  json_object_set_new(value, "instrument", link_to(INSTRUMENT));
  json_object_set_new(value, "actionStatus",
                      link_to(done ? "http://schema.org/CompletedActionStatus"
                                   : "http://schema.org/FailedActionStatus"));
  if (!done)
    set_known(value, "error", result);
  free(words);
  free(name);
  return value;
}

/* The root data set; its date is that of the run, so that the same run gives the same crate. */
static json_t *root(const json_t *run, const char *action_id) {
  const json_t *machine = json_object_get(run, "machine");
  const char *name = text_of(run, "name"), *processor = text_of(machine, "processor");
  const char *date = text_of(run, "end") != NULL ? text_of(run, "end") : text_of(run, "start");
  json_t *value = entity("./", "Dataset");
  char *title = grow_text("Quartet run %s", name);
  char *description = grow_text(
      "Samples of the sweep %s, run %s, of the benchmarking suite Quartet "
      "on %s",
      name, text_of(run, "run_id"), processor != NULL ? processor : "an unknown processor");
  set_known(value, "name", title);
  set_known(value, "description", description);
  set_known(value, "datePublished", date);
  json_object_set_new(value, "conformsTo", link_to(PROFILE));
  json_object_set_new(value, "mentions", link_to(action_id));
  free(description);
  free(title);
  return value;
}

static json_t *profile(void) {
  json_t *value = entity(PROFILE, "CreativeWork");
  set_known(value, "name", "Process Run Crate");
  set_known(value, "version", "0.5");
  return value;
}

static json_t *descriptor(void) {
  json_t *value = entity(METADATA, "CreativeWork");
  json_object_set_new(value, "conformsTo", link_to(RO_CRATE));
  json_object_set_new(value, "about", link_to("./"));
  return value;
}

/* The files: parts of the root, objects and results of the action, entities of their own. */
static void add_files(json_t *graph, json_t *root_entity, json_t *action_entity,
                      const struct crate_file *files, size_t count) {
  json_t *parts = json_array(), *objects = json_array(), *results = json_array();
  for (size_t i = 0; i < count; i++) {
    char *uri = uri_of(files[i].path);
    json_array_append_new(parts, link_to(uri));
    if (files[i].role != CRATE_OTHER)
      json_array_append_new(files[i].role == CRATE_OBJECT ? objects : results, link_to(uri));
    json_array_append_new(graph, file_entity(&files[i], uri));
    free(uri);
  }
  json_object_set_new(root_entity, "hasPart", parts);
  json_object_set_new(action_entity, "object", objects);
  json_object_set_new(action_entity, "result", results);
}

json_t *crate_metadata(const json_t *run, const struct crate_file *files, size_t count) {
  json_t *crate = json_object(), *graph = json_array(), *context = json_array();
  char *id = grow_text("#run-%s", text_of(run, "run_id"));
  json_t *root_entity = root(run, id), *action_entity = action(run, id);
  json_array_append_new(context, text_value(RO_CRATE "/context"));
  json_array_append_new(context, text_value("https://w3id.org/ro/terms/workflow-run/context"));
  json_array_append_new(graph, descriptor());
  json_array_append(graph, root_entity);
  json_array_append_new(graph, profile());
  json_array_append_new(graph, instrument(run));
  json_array_append(graph, action_entity);
  add_files(graph, root_entity, action_entity, files, count);
  json_decref(root_entity);
  json_decref(action_entity);
  json_object_set_new(crate, "@context", context);
  json_object_set_new(crate, "@graph", graph);
  free(id);
  return crate;
}
