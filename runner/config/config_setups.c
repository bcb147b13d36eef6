#include "runner/config/config_reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/suggest.h"

/* An option that this driver lacks: who has it, a name like it, or all that there are. */
static void complain_of_option(struct yaml_document *document, yaml_node_t *key,
                               const struct driver_facts *driver, const char *name) {
  const char *names[DRIVER_OPTIONS_MAX];
  size_t count = driver_option_names(driver, names);
  const char *near = suggest(name, names, count);
  char *owners = driver_option_owners(name), *list = word_list(names, (int)count);
  if (*owners != '\0')
    DOCUMENT_PROBLEM(document, key, "%s has no option '%s'; %s %s it", driver->name, name, owners,
                     strchr(owners, ' ') != NULL ? "have" : "has");
  else
    DOCUMENT_PROBLEM(document, key, "%s has no option '%s'; %s%s%s", driver->name, name,
                     near ? "did you mean '" : "its options: ",
                     near        ? near
                     : count > 0 ? list
                                 : "none",
                     near ? "'?" : "");
  free(owners);
  free(list);
}

static void read_setup_option(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                              void *into) {
  struct driver_setup *setup = into;
  const char *name = (const char *)key->data.scalar.value;
  const struct driver_option *option = driver_option_find(setup->driver, name);
  if (option == NULL) {
    complain_of_option(document, key, setup->driver, name);
    return;
  }
  struct error error = {0};
  const char *text = document_text(document, value, name);
  if (text == NULL)
    return;
  if (driver_option_check(option, text, &error) != 0)
    DOCUMENT_PROBLEM(document, value, "%s: %s", name, error.message);
  else if (strcmp(name, "threads") == 0)
    number_parse(text, 1, INT32_MAX, &setup->threads, &error);
  else
    settings_add(&setup->settings, option->name, text);
}

static void read_setup(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct config *config = into;
  yaml_node_t *name_node, *options;
  const char *name = read_item(document, item, "driver", &name_node, &options);
  if (name == NULL)
    return;
  struct driver_setup setup = {
      .driver = driver_find(name), .threads = CONFIG_UNSET, .at = {document, name_node}};
  if (setup.driver == NULL) {
    const char *near = suggest(name, driver_names, DRIVERS);
    char *names = word_list(driver_names, DRIVERS);
    DOCUMENT_PROBLEM(document, name_node, "unknown driver '%s'; %s%s%s", name,
                     near ? "did you mean '" : "there are: ", near ? near : names,
                     near ? "'?" : "");
    free(names);
    return;
  }
  if (options != NULL)
    document_pairs(document, options, name, read_setup_option, &setup);
  settings_sort(&setup.settings);
  char *text = settings_text(&setup.settings, " ");
  append_number(&text, "threads", setup.threads);
  setup.label = grow_text("%s%s%s", name, *text == '\0' ? "" : " ", text);
  free(text);
  for (size_t i = 0; i < config->setup_count; i++)
    if (strcmp(config->setups[i].label, setup.label) == 0)
      DOCUMENT_PROBLEM(document, name_node, "'%s' is on the axis twice", setup.label);
  *GROW(config->setups, config->setup_count) = setup;
}

void read_axis_driver(struct yaml_document *document, yaml_node_t *node, void *into) {
  if (node->type == YAML_SEQUENCE_NODE)
    document_list(document, node, "driver", read_setup, into);
  else
    read_setup(document, node, into);
}

static void read_baseline_driver(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  config->baseline = document_text(document, node, "driver");
  config->baseline_at = (struct located){document, node};
}

static const struct document_key baseline_key_list[] = {{"driver", read_baseline_driver, true}};
const struct document_table baseline_keys =
    DOCUMENT_TABLE("properties/baseline", baseline_key_list);

void read_baseline(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_map(document, node, "baseline", &baseline_keys, into);
}

void check_baseline(struct config *config) {
  const char *names[AXIS_VALUES_MAX];
  size_t count = 0;
  for (size_t i = 0; i < config->setup_count && count < AXIS_VALUES_MAX; i++) {
    names[count++] = config->setups[i].driver->name;
    if (strcmp(names[count - 1], config->baseline) == 0)
      return;
  }
  const char *near = suggest(config->baseline, names, count);
  DOCUMENT_PROBLEM(config->baseline_at.document, config->baseline_at.node,
                   "the baseline '%s' is not on the axis of drivers%s%s%s", config->baseline,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
