/* The axis of builds: {gcc: build, clang: build-clang}, labels and folders of drivers. */
#include <ctype.h>
#include <string.h>

#include "common/grow.h"
#include "runner/config/config_reading.h"

enum { BUILDS_MAX = 100, LABEL_MAX = 40 };

/* Labels stand in the CSV, in figures and on command lines of other programs. */
static bool is_label(const char *text) {
  if (!isalnum((unsigned char)*text) || strlen(text) > LABEL_MAX)
    return false;
  for (; *text != '\0'; text++)
    if (!isalnum((unsigned char)*text) && strchr("_.+-", *text) == NULL)
      return false;
  return true;
}

static void read_build(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                       void *into) {
  struct config *config = into;
  struct build build = {.label = (const char *)key->data.scalar.value, .at = {document, value}};
  if (!is_label(build.label))
    DOCUMENT_PROBLEM(document, key,
                     "build '%s' cannot be a label: letters, digits, '_', '.', '+' and '-', at "
                     "most %d, a letter or digit first",
                     build.label, (int)LABEL_MAX);
  build.folder = document_text(document, value, "the folder of a build");
  *GROW(config->builds, config->build_count) = build;
  if (config->build_count == BUILDS_MAX + 1)
    DOCUMENT_PROBLEM(document, key, "more than %d builds", (int)BUILDS_MAX);
}

void read_axis_build(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  document_pairs(document, node, "build", read_build, config);
  if (node->type == YAML_MAPPING_NODE && config->build_count == 0)
    DOCUMENT_PROBLEM(document, node, "build has no value; it takes {LABEL: FOLDER, ...}");
}

const char *build_folder(const struct build *build, const char *drivers) {
  return build != NULL ? build->folder : drivers;
}
