#include "runner/config/config_reading.h"

#include <string.h>

#include "common/error.h"

const char *const work_measure_names[WORK_MEASURES] = {"operations", "bytes", "memory"};

static void read_mode(struct document *document, yaml_node_t *node, void *into) {
  struct scaling_rule *rule = into;
  const char *text = document_text(document, node, "mode");
  rule->weak = text != NULL && strcmp(text, "weak") == 0;
  if (text != NULL && !rule->weak && strcmp(text, "strong") != 0)
    DOCUMENT_PROBLEM(document, node, "mode '%s' must be one of: strong, weak", text);
}

static void read_by(struct document *document, yaml_node_t *node, void *into) {
  struct scaling_rule *rule = into;
  const char *text = document_text(document, node, "by");
  rule->by_node = node;
  for (size_t i = 0; text != NULL && i < WORK_MEASURES; i++)
    if (strcmp(text, work_measure_names[i]) == 0) {
      rule->by = (enum work_measure)i;
      return;
    }
  if (text != NULL)
    DOCUMENT_PROBLEM(document, node, "by '%s' must be one of: operations, bytes, memory", text);
}

static void read_multiple(struct document *document, yaml_node_t *node, void *into) {
  struct scaling_rule *rule = into;
  rule->by_node = node;
  document_number(document, node, "multiple", 1, 1 << 30, &rule->multiple);
}

void read_scaling(struct document *document, yaml_node_t *node, void *into) {
  static const struct document_key keys[] = {
      {"mode", read_mode, true}, {"by", read_by, false}, {"multiple", read_multiple, false}};
  struct config *config = into;
  struct scaling_rule *rule = &config->scaling;
  *rule = (struct scaling_rule){.multiple = 1, .at = {document, node}};
  document_map(document, node, "scaling", keys, COUNT(keys), rule);
  if (!rule->weak && rule->by_node != NULL)
    DOCUMENT_PROBLEM(document, rule->by_node,
                     "by and multiple are of weak scaling; strong scaling keeps n as it is");
}
