/* The files that a config includes. */
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "runner/config/config_reading.h"
#include "runner/config/paths.h"

enum { INCLUDES_MAX = 100 };

struct opener {
  struct config *config;
  const struct config_sources *sources;
  yaml_node_t **roots;
};

/* The file's path as seen from here: relative to the folder of the config, or to the current one
 * if the config comes from a pipe. */
static char *resolve(const char *config_path, const char *name) {
  const char *slash = strrchr(config_path, '/');
  if (*name == '/' || slash == NULL || !path_lasts(config_path))
    return grow_text("%s", name);
  return grow_text("%.*s%s", (int)(slash + 1 - config_path), config_path, name);
}

static const struct config_source *find_source(const struct config_sources *sources,
                                               const char *name) {
  for (size_t i = 0; i < sources->include_count; i++)
    if (strcmp(sources->includes[i].name, name) == 0)
      return &sources->includes[i];
  return NULL;
}

/* Gets the file's text, from where it is. */
static int get_text(struct included *included, const struct config_source *source, bool closed,
                    struct error *error) {
  if (source != NULL && source->text != NULL) {
    document_take(&included->document, source->text);
    return 0;
  }
  if (closed)
    return error_set(error, EXIT_USAGE, "its text is not in run.json");
  return document_read(&included->document, included->path, true, error);
}

static void open_include(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct opener *opener = into;
  struct config *config = opener->config;
  struct error error = {0};
  const char *name = document_text(document, item, "include");
  if (name == NULL)
    return;
  for (size_t i = 0; i < config->include_count; i++)
    if (strcmp(config->includes[i].name, name) == 0) {
      DOCUMENT_PROBLEM(document, item, "'%s' is included twice", name);
      return;
    }
  const struct config_source *source = find_source(opener->sources, name);
  struct included *included = &config->includes[config->include_count++];
  *included = (struct included){.name = name,
                                .path = source != NULL ? grow_text("%s", source->path)
                                                       : resolve(config->path, name)};
  if (get_text(included, source, opener->sources->closed, &error) != 0)
    DOCUMENT_PROBLEM(document, item, "include '%s': %s", name, error.message);
  else
    opener->roots[config->include_count - 1] =
        document_parse(&included->document, included->path, document->problems);
}

yaml_node_t **open_includes(struct config *config, yaml_node_t *node,
                            const struct config_sources *sources) {
  struct yaml_document *document = &config->document;
  bool list = node->type == YAML_SEQUENCE_NODE;
  size_t count =
      list ? (size_t)(node->data.sequence.items.top - node->data.sequence.items.start) : 1;
  if (count > INCLUDES_MAX) {
    DOCUMENT_PROBLEM(document, node, "more than %d files are included", (int)INCLUDES_MAX);
    return NULL;
  }
  /* Allocated together: nodes are kept with the address of their document. */
  config->includes = grow(NULL, 0, (count + 1) * sizeof *config->includes);
  struct opener opener = {config, sources, grow(NULL, 0, (count + 1) * sizeof *opener.roots)};
  if (list)
    document_list(document, node, "include", open_include, &opener);
  else
    open_include(document, node, &opener);
  return opener.roots;
}
