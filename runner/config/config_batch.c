#include "runner/config/config_reading.h"

#include <ctype.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"

/* What a line of a job script, and what reads it, take as it is: letters, digits and these
 * `signs`. */
static const char *text_of(struct yaml_document *document, yaml_node_t *node, const char *what,
                           const char *signs) {
  const char *text = document_text(document, node, what);
  if (text == NULL)
    return NULL;
  for (const char *at = text; *at != '\0'; at++)
    if (!isalnum((unsigned char)*at) && strchr(signs, *at) == NULL) {
      DOCUMENT_PROBLEM(document, node,
                       "%s '%.60s': '%c' cannot stand in a job script; letters, digits and "
                       "'%s' can",
                       what, text, isprint((unsigned char)*at) ? *at : '?', signs);
      return NULL;
    }
  return text;
}

/* For a scheduler. */
static const char *plain_text(struct yaml_document *document, yaml_node_t *node, const char *what) {
  return text_of(document, node, what, "_-.,:=/+@%&|[]");
}

static void read_scheduler(struct yaml_document *document, yaml_node_t *node, void *into) {
  const char *text = document_text(document, node, "scheduler");
  static const char *const words[] = {"slurm", "pbs", "lsf", "flux"};
  for (size_t i = 0; text != NULL && i < sizeof words / sizeof *words; i++)
    if (strcmp(text, words[i]) == 0)
      ((struct batch_job *)into)->scheduler = words[i];
  if (text != NULL && ((struct batch_job *)into)->scheduler == NULL)
    DOCUMENT_PROBLEM(document, node, "scheduler '%s': must be one of: slurm, pbs, lsf, flux", text);
}

static void read_account(struct yaml_document *document, yaml_node_t *node, void *into) {
  ((struct batch_job *)into)->account = plain_text(document, node, "account");
}

static void read_partition(struct yaml_document *document, yaml_node_t *node, void *into) {
  ((struct batch_job *)into)->partition = plain_text(document, node, "partition");
}

static void read_qos(struct yaml_document *document, yaml_node_t *node, void *into) {
  ((struct batch_job *)into)->qos = plain_text(document, node, "qos");
}

static void read_constraint(struct yaml_document *document, yaml_node_t *node, void *into) {
  ((struct batch_job *)into)->constraint = plain_text(document, node, "constraint");
}

static void read_time(struct yaml_document *document, yaml_node_t *node, void *into) {
  const int64_t minute_ns = INT64_C(60000000000);
  document_duration(document, node, "time", minute_ns, 365 * 24 * 60 * minute_ns,
                    &((struct batch_job *)into)->time_ns);
}

static void read_module(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct batch_job *batch = into;
  const char *text = plain_text(document, item, "a module");
  if (text != NULL && *text == '-')
    DOCUMENT_PROBLEM(document, item, "a module's name cannot begin with '-'");
  else if (text != NULL)
    *GROW(batch->modules, batch->module_count) = text;
}

static void read_modules(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "modules", read_module, into);
}

static void read_option(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct batch_job *batch = into;
  const char *text = plain_text(document, item, "an option");
  if (text != NULL && (text[0] != '-' || strspn(text, "-") == strlen(text)))
    DOCUMENT_PROBLEM(document, item,
                     "option '%s': expected one of the scheduler's, like --mem=0 or -m", text);
  else if (text != NULL)
    *GROW(batch->options, batch->option_count) = text;
}

static void read_options(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "options", read_option, into);
}

static void read_nodes(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_number(document, node, "nodes", 1, 1000000, &((struct batch_job *)into)->nodes);
}

/* A command of one line, without what would make another one of it. */
static void read_setup_line(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct batch_job *batch = into;
  const char *text = text_of(document, item, "a setup line", " _-.,:=/+@%");
  if (text != NULL)
    *GROW(batch->setup, batch->setup_count) = text;
}

static void read_setup(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "setup", read_setup_line, into);
}

static const struct document_key batch_key_list[] = {
    {"scheduler", read_scheduler, false},   {"account", read_account, false},
    {"partition", read_partition, false},   {"qos", read_qos, false},
    {"constraint", read_constraint, false}, {"time", read_time, false},
    {"nodes", read_nodes, false},           {"setup", read_setup, false},
    {"modules", read_modules, false},       {"options", read_options, false}};
const struct document_table batch_keys = DOCUMENT_TABLE("properties/batch", batch_key_list);

void read_batch(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  config->batch = (struct batch_job){.given = true, .time_ns = CONFIG_UNSET, .nodes = CONFIG_UNSET};
  document_map(document, node, "batch", &batch_keys, &config->batch);
}
