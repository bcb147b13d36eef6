#include "runner/config/config_reading.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"
#include "common/suggest.h"

const char *const launcher_names[LAUNCHER_KINDS + 1] = {"openmpi", "mpich",  "srun",
                                                        "flux",    "custom", NULL};

const char *const launcher_numbers[LAUNCHER_NUMBERS + 1] = {"ranks", "nodes", "ranks_per_node",
                                                            "threads", NULL};

static void read_kind(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct launcher_settings *launcher = into;
  int kind = 0;
  launcher->given = document_word(document, node, "kind", launcher_names, LAUNCHER_KINDS, &kind);
  launcher->kind = (enum launcher_kind)kind;
}

static void read_hostfile(struct yaml_document *document, yaml_node_t *node, void *into) {
  ((struct launcher_settings *)into)->hostfile = document_text(document, node, "hostfile");
}

static void read_option(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct launcher_settings *launcher = into;
  const char *text = document_text(document, item, "an option");
  if (text != NULL)
    *GROW(launcher->options, launcher->option_count) = text;
}

static void read_options(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "options", read_option, into);
}

/* The names in braces of a word of the command. */
static void check_numbers(struct yaml_document *document, const yaml_node_t *node,
                          const char *text) {
  for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
    size_t length = strcspn(at + 1, "{}");
    char *name = grow_text("%.*s", (int)length, at + 1);
    bool known = false;
    for (size_t i = 0; i < LAUNCHER_NUMBERS; i++)
      known |= strcmp(name, launcher_numbers[i]) == 0;
    if (!known || at[length + 1] != '}') {
      const char *near = suggest(name, launcher_numbers, LAUNCHER_NUMBERS);
      DOCUMENT_PROBLEM(document, node,
                       "command: '{%s%s' must be one of: {ranks}, {nodes}, {ranks_per_node}, "
                       "{threads}%s%s%s",
                       name, at[length + 1] == '}' ? "}" : "", near ? "; did you mean '{" : "",
                       near ? near : "", near ? "}'?" : "");
    }
    free(name);
  }
}

static void read_command_word(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct launcher_settings *launcher = into;
  const char *text = document_text(document, item, "a word of the command");
  if (text == NULL)
    return;
  check_numbers(document, item, text);
  *GROW(launcher->command, launcher->command_count) = text;
}

static void read_command(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "command", read_command_word, into);
}

/* A name that a shell takes, too, and no variable that a launch gets from sweep anyway. */
static void read_variable(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                          void *into) {
  static const char *const ours[] = {"OMP_NUM_THREADS", "OMP_PROC_BIND", "OMP_PLACES"};
  struct launcher_settings *launcher = into;
  const char *name = (const char *)key->data.scalar.value;
  bool right = isalpha((unsigned char)*name) || *name == '_';
  for (const char *at = name; *at != '\0'; at++)
    right &= isalnum((unsigned char)*at) || *at == '_';
  if (!right)
    DOCUMENT_PROBLEM(document, key,
                     "'%s' cannot be the name of a variable: names are [A-Za-z_][A-Za-z0-9_]*",
                     name);
  for (size_t i = 0; i < COUNT(ours); i++)
    if (strcmp(name, ours[i]) == 0)
      DOCUMENT_PROBLEM(document, key, "%s is set for each launch by sweep itself", name);
  const char *text = document_text(document, value, name);
  if (text != NULL)
    settings_add(&launcher->environment, name, text);
}

static void read_environment(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_pairs(document, node, "environment", read_variable, into);
}

static const struct document_key launcher_key_list[] = {{"kind", read_kind, false},
                                                        {"hostfile", read_hostfile, false},
                                                        {"options", read_options, false},
                                                        {"command", read_command, false},
                                                        {"environment", read_environment, false}};
const struct document_table launcher_keys =
    DOCUMENT_TABLE("properties/launcher", launcher_key_list);

/* What does not go together. */
static void check_launcher(struct yaml_document *document, const yaml_node_t *node,
                           const struct launcher_settings *launcher) {
  bool custom = launcher->given && launcher->kind == LAUNCHER_CUSTOM;
  if (custom && launcher->command_count == 0)
    DOCUMENT_PROBLEM(document, node, "kind custom needs a command: [\"my-mpirun\", \"{ranks}\"]");
  if (!custom && launcher->command_count > 0)
    DOCUMENT_PROBLEM(document, node, "a command needs kind: custom");
  if (launcher->hostfile != NULL && launcher->given &&
      (launcher->kind == LAUNCHER_SRUN || launcher->kind == LAUNCHER_FLUX))
    DOCUMENT_PROBLEM(document, node,
                     "hostfile: %s takes the nodes of its allocation; remove the hostfile, or use "
                     "kind openmpi or mpich",
                     launcher_names[launcher->kind]);
}

void read_launcher(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  size_t problems = document->problems->count;
  document_map(document, node, "launcher", &launcher_keys, &config->launcher);
  if (document->problems->count == problems)
    check_launcher(document, node, &config->launcher);
}
