#include "runner/config/config_reading.h"

#include <string.h>

#include "common/error.h"

static void read_mode(struct yaml_document *document, yaml_node_t *node, void *into) {
  static const char *const modes[] = {"strong", "weak"};
  struct scaling_rule *rule = into;
  int mode = 0;
  document_word(document, node, "mode", modes, COUNT(modes), &mode);
  rule->weak = mode == 1;
}

static void read_by(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct scaling_rule *rule = into;
  int by;
  rule->by_node = node;
  if (document_word(document, node, "by", work_measure_names, WORK_MEASURES, &by))
    rule->by = (enum work_measure)by;
}

static void read_multiple(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct scaling_rule *rule = into;
  rule->by_node = node;
  document_number(document, node, "multiple", 1, 1 << 30, &rule->multiple);
}

static const struct document_key scaling_key_list[] = {
    {"mode", read_mode, true}, {"by", read_by, false}, {"multiple", read_multiple, false}};
const struct document_table scaling_keys = DOCUMENT_TABLE("properties/scaling", scaling_key_list);

void read_scaling(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  struct scaling_rule *rule = &config->scaling;
  *rule = (struct scaling_rule){.multiple = 1, .at = {document, node}};
  document_map(document, node, "scaling", &scaling_keys, rule);
  if (!rule->weak && rule->by_node != NULL)
    DOCUMENT_PROBLEM(document, rule->by_node,
                     "by and multiple are of weak scaling; strong scaling keeps n as it is");
}
