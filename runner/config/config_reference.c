#include "runner/config/config_reading.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"
#include "common/number.h"

const char *const metric_names[METRICS + 1] = {"time", "rate", "bandwidth", NULL};

enum { CELL_ID_DIGITS = 12 };

static void read_reference_where(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct reference *reference = into;
  if (document_text(document, node, "where") != NULL)
    reference->at = (struct located){document, node};
}

/* As samples.csv and run.json have it. */
static void read_cell_id(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct reference *reference = into;
  const char *text = document_text(document, node, "cell_id");
  if (text == NULL)
    return;
  if (strlen(text) != CELL_ID_DIGITS || strspn(text, "0123456789abcdef") != CELL_ID_DIGITS)
    DOCUMENT_PROBLEM(document, node, "cell_id '%s': expected %d hexadecimal digits", text,
                     (int)CELL_ID_DIGITS);
  reference->cell_id = text;
  reference->at = (struct located){document, node};
}

static bool has_key(struct yaml_document *document, const yaml_node_t *map, const char *name) {
  for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
       pair < map->data.mapping.pairs.top; pair++) {
    const yaml_node_t *key = yaml_document_get_node(&document->yaml, pair->key);
    if (key->type == YAML_SCALAR_NODE && strcmp((const char *)key->data.scalar.value, name) == 0)
      return true;
  }
  return false;
}

static void read_metric(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct reference *reference = into;
  int metric;
  if (document_word(document, node, "metric", metric_names, METRICS, &metric))
    reference->metric = (enum metric)metric;
}

/* A number, or a duration, which is then in seconds. */
static void read_reference_value(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct reference *reference = into;
  struct error error = {0}, other = {0};
  int64_t ns;
  const char *text = document_text(document, node, "value");
  if (text == NULL)
    return;
  if (duration_parse(text, 1, INT64_MAX, &ns, &other) == 0)
    reference->value = (double)ns * 1e-9;
  else if (real_parse(text, 0, HUGE_VAL, &reference->value, &error) != 0 || reference->value == 0)
    DOCUMENT_PROBLEM(document, node, "value '%s': expected a number above 0, or a time", text);
}

/* "-10%" or -0.1; the sign says on which side of the value it lies. */
static void read_bound(struct yaml_document *document, yaml_node_t *node, const char *what,
                       int sign, double *bound) {
  const char *text = document_text(document, node, what);
  if (text == NULL)
    return;
  struct error error = {0};
  bool negative = *text == '-';
  double share = 0;
  if (share_parse(text + (negative || *text == '+'), &share, &error) != 0 ||
      (share > 0 && negative != (sign < 0)))
    DOCUMENT_PROBLEM(document, node, "%s '%s': expected a share of the value, like %s", what, text,
                     sign < 0 ? "-10% or -0.1" : "+10% or 0.1");
  *bound = negative ? -share : share;
}

static void read_lower(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_bound(document, node, "lower", -1, &((struct reference *)into)->lower);
}

static void read_upper(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_bound(document, node, "upper", 1, &((struct reference *)into)->upper);
}

static const struct document_key reference_key_list[] = {
    {"where", read_reference_where, false}, {"cell_id", read_cell_id, false},
    {"metric", read_metric, true},          {"value", read_reference_value, true},
    {"lower", read_lower, false},           {"upper", read_upper, false}};
const struct document_table reference_keys =
    DOCUMENT_TABLE("properties/reference/items", reference_key_list);

static void read_reference(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct config *config = into;
  struct reference reference = {.lower = NAN, .upper = NAN};
  document_map(document, item, "a reference", &reference_keys, &reference);
  if (item->type == YAML_MAPPING_NODE && isnan(reference.lower) && isnan(reference.upper))
    DOCUMENT_PROBLEM(document, item, "a reference needs a lower or an upper bound");
  if (item->type == YAML_MAPPING_NODE &&
      has_key(document, item, "where") == has_key(document, item, "cell_id"))
    DOCUMENT_PROBLEM(document, item, "a reference needs either where or cell_id");
  *GROW(config->references, config->reference_count) = reference;
}

void read_references(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "reference", read_reference, into);
}
