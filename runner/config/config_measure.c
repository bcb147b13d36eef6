#include "runner/config/config_reading.h"

#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "common/number.h"

enum { LAUNCHES_MAX = 100000, SHARE_MAX = 100 };
const char *const order_names[ORDERS] = {"interleave", "batch", "random"};
static const int64_t timeout_max_ns = INT64_C(30) * 24 * 3600 * 1000000000;

static void read_launches_min(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "min", 1, LAUNCHES_MAX, &measure->least);
}

static void read_launches_max(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "max", 1, LAUNCHES_MAX, &measure->most);
}

static const struct document_key launches_key_list[] = {{"min", read_launches_min, true},
                                                        {"max", read_launches_max, true}};
const struct document_table launches_keys =
    DOCUMENT_TABLE("properties/measure/properties/launches/anyOf/1", launches_key_list);

/* A number, or {min, max}: then `width` says when it is enough. */
static void read_launches(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  if (node->type != YAML_MAPPING_NODE) {
    if (document_number(document, node, "launches", 1, LAUNCHES_MAX, &measure->least))
      measure->most = measure->least;
    return;
  }
  document_map(document, node, "launches", &launches_keys, measure);
  if (measure->least > measure->most)
    DOCUMENT_PROBLEM(document, node, "launches: min is above max");
}

/* A share above 0, "5%" or 0.05. False, with a problem added, if it is invalid. */
static bool read_share(struct yaml_document *document, yaml_node_t *node, const char *what,
                       const char *of, double *share) {
  const char *text = document_text(document, node, what);
  if (text == NULL)
    return false;
  struct error error = {0};
  double value;
  if (share_parse(text, &value, &error) != 0 || value == 0 || value > SHARE_MAX) {
    DOCUMENT_PROBLEM(document, node, "%s '%s': expected a share of %s, like 5%% or 0.05", what,
                     text, of);
    return false;
  }
  *share = value;
  return true;
}

static void read_width(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  measure->width = 1; /* if it is invalid: one problem is enough */
  read_share(document, node, "width", "the median", &measure->width);
}

static void read_equivalence(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  if (read_share(document, node, "equivalence", "the time", &measure->equivalence) &&
      measure->equivalence >= 1)
    DOCUMENT_PROBLEM(document, node, "equivalence must be below 100%%");
}

static void read_retries(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "retries", 0, 1000, &measure->retries);
}

static void read_seed(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "seed", 0, INT64_MAX, &measure->seed);
}

static void read_reps(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "reps", 1, INT32_MAX, &measure->reps);
}

static void read_warmup(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "warmup", 0, INT32_MAX, &measure->warmup);
}

static void read_timeout(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_duration(document, node, "timeout", 1000000, timeout_max_ns, &measure->timeout_ns);
}

static void read_order(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  int order;
  if (document_word(document, node, "order", order_names, ORDERS, &order))
    measure->order = (enum order)order;
}

static const struct document_key measure_key_list[] = {{"launches", read_launches, false},
                                                       {"width", read_width, false},
                                                       {"reps", read_reps, false},
                                                       {"warmup", read_warmup, false},
                                                       {"timeout", read_timeout, false},
                                                       {"retries", read_retries, false},
                                                       {"order", read_order, false},
                                                       {"seed", read_seed, false},
                                                       {"equivalence", read_equivalence, false}};
const struct document_table measure_keys = DOCUMENT_TABLE("properties/measure", measure_key_list);

void read_measure(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  struct measure *measure = &config->measure, before = *measure;
  /* Launches and width of this file are checked without earlier values: launches without a range
   * drop the width of a file with lower precedence, since they leave nothing to it. */
  measure->least = CONFIG_UNSET;
  measure->width = 0;
  document_map(document, node, "measure", &measure_keys, measure);
  bool launches = measure->least != CONFIG_UNSET,
       fixed = launches && measure->least == measure->most;
  if (launches || measure->width > 0)
    config->measure_at = (struct located){document, node};
  if (!launches) {
    measure->least = before.least;
    measure->most = before.most;
  }
  if (measure->width == 0 && !fixed)
    measure->width = before.width;
}

void check_measure(struct config *config) {
  const struct measure *measure = &config->measure;
  const struct located *at = &config->measure_at;
  if (at->node == NULL)
    return;
  if (measure->width > 0 && measure->least == measure->most)
    DOCUMENT_PROBLEM(at->document, at->node, "width needs launches: {min: ..., max: ...}");
  if (measure->width == 0 && measure->least < measure->most)
    DOCUMENT_PROBLEM(at->document, at->node,
                     "launches: {min, max} needs a width, like 5%%, at which it is enough");
}
