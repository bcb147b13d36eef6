#include "runner/plan/kernel_check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/grow.h"
#include "runner/process/launch.h"

static const int64_t timeout_ns = INT64_C(60000000000);

struct check {
  const struct config *config;
  const struct build *build; /* NULL: there is no axis of them */
  const char *folder;        /* of the drivers */
  char **asked;              /* "kernel", "kernel name=value" */
  size_t asked_count;
};

/* --- asking ----------------------------------------------------------------------------------- */

/* Lets the driver read the kernel and its options, without a size and without running it. *refusal:
 * its error if it does not take them; code 0: it does, or is too old to report why it does not. */
static int ask(const struct check *check, const struct driver_facts *driver,
               const struct workload *workload, struct error *refusal, struct error *error) {
  char **words = NULL;
  size_t count = 0;
  *GROW(words, count) = grow_text("%s/%s", check->folder, driver->name);
  *GROW(words, count) = grow_text("--work"); /* first: it says how an error is reported */
  *GROW(words, count) = grow_text("%s", workload->kernel);
  for (size_t i = 0; i < workload->settings.count; i++) {
    const struct setting *setting = &workload->settings.items[i];
    *GROW(words, count) = grow_text(SET_OPTION);
    *GROW(words, count) = grow_text("%s=%s", setting->name, setting->value);
  }
  *GROW(words, count) = NULL;
  struct program_launch launch = {
      .argv = words, .timeout_ns = timeout_ns, .output_bytes_max = 1 << 16};
  struct launch_result result;
  *refusal = (struct error){0};
  if (access(words[0], X_OK) == 0 && launch_run(&launch, &result, error) == 0) {
    failure_read(result.output, result.output_bytes, refusal, NULL);
    launch_free(&result);
  }
  for (size_t i = 0; i < count; i++)
    free(words[i]);
  free(words);
  return error->code;
}

/* --- where it stands in the config ------------------------------------------------------------ */

/* What an error is about: an option, whose name follows, or the kernel's name. */
static const char of_option[] = "option ", of_kernel[] = "kernel";

static bool begins_with(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

/* The key of the option among the kernel's own, or on the axis of options. */
static struct located place_of_option(const struct config *config, const struct workload *workload,
                                      const char *name) {
  const yaml_node_t *map = workload->options;
  struct yaml_document *document = workload->at.document;
  for (const yaml_node_pair_t *pair = map != NULL ? map->data.mapping.pairs.start : NULL;
       pair != NULL && pair < map->data.mapping.pairs.top; pair++) {
    yaml_node_t *key = yaml_document_get_node(&document->yaml, pair->key);
    if (strcmp((const char *)key->data.scalar.value, name) == 0)
      return (struct located){document, key};
  }
  for (size_t i = 0; i < config->option_count; i++) {
    const struct option_axis *axis = &config->options[i];
    if (strcmp(axis->name, name) == 0 &&
        (axis->kernel == NULL || strcmp(axis->kernel, workload->kernel) == 0))
      return axis->at;
  }
  return workload->at;
}

/* Several workloads may share what is wrong. */
static bool is_known(const struct problems *problems, const char *message, size_t line) {
  for (size_t i = 0; i < problems->count; i++)
    if (problems->items[i].line == line && strcmp(problems->items[i].message, message) == 0)
      return true;
  return false;
}

static void add_problem(const struct check *check, const struct driver_facts *driver,
                        const struct workload *workload, const struct error *refusal) {
  static const char prefix[] = SET_OPTION ": ";
  const char *about = refusal->about, *words = refusal->message;
  bool option = begins_with(about, of_option);
  if (!option && strcmp(about, of_kernel) != 0)
    return;
  struct located at =
      option ? place_of_option(check->config, workload, about + strlen(of_option)) : workload->at;
  if (begins_with(words, prefix))
    words += strlen(prefix);
  char *message = check->build == NULL
                      ? grow_text("%s: %s", driver->name, words)
                      : grow_text("%s of build '%s': %s", driver->name, check->build->label, words);
  if (!is_known(at.document->problems, message, at.node->start_mark.line + 1))
    DOCUMENT_PROBLEM(at.document, at.node, "%s", message);
  free(message);
}

/* --- what is asked ---------------------------------------------------------------------------- */

/* Whether that was not asked before; `text` is freed or kept. */
static bool is_new(struct check *check, char *text) {
  for (size_t i = 0; i < check->asked_count; i++)
    if (strcmp(check->asked[i], text) == 0) {
      free(text);
      return false;
    }
  *GROW(check->asked, check->asked_count) = text;
  return true;
}

/* Whether the workload has a kernel or a value of an option that no earlier one had. */
static bool has_news(struct check *check, const struct workload *workload) {
  bool news = is_new(check, grow_text("%s", workload->kernel));
  for (size_t i = 0; i < workload->settings.count; i++) {
    const struct setting *setting = &workload->settings.items[i];
    news |= is_new(check, grow_text("%s %s=%s", workload->kernel, setting->name, setting->value));
  }
  return news;
}

static void forget(struct check *check) {
  for (size_t i = 0; i < check->asked_count; i++)
    free(check->asked[i]);
  free(check->asked);
  check->asked = NULL;
  check->asked_count = 0;
}

static int check_driver(struct check *check, const struct driver_facts *driver,
                        struct error *error) {
  const struct config *config = check->config;
  for (size_t i = 0; i < config->workload_count && error->code == 0; i++) {
    struct error refusal;
    if (!has_news(check, &config->workloads[i]) ||
        ask(check, driver, &config->workloads[i], &refusal, error) != 0)
      continue;
    if (refusal.code == EXIT_USAGE)
      add_problem(check, driver, &config->workloads[i], &refusal);
  }
  forget(check);
  return error->code;
}

/* All drivers of a build have the same kernels: what one refuses need not be asked of the others.
 */
static int check_folder(struct check *check, struct error *error) {
  const struct config *config = check->config;
  const size_t before = config->document.problems->count;
  for (size_t i = 0; i < config->setup_count && config->document.problems->count == before; i++) {
    bool again = false;
    for (size_t k = 0; k < i; k++)
      again |= config->setups[k].driver == config->setups[i].driver;
    if (!again && check_driver(check, config->setups[i].driver, error) != 0)
      break;
  }
  return error->code;
}

int kernel_check(const struct config *config, const char *drivers, struct error *error) {
  size_t i = 0;
  do {
    struct check check = {.config = config};
    check.build = i < config->build_count ? &config->builds[i] : NULL;
    check.folder = build_folder(check.build, drivers);
    if (check_folder(&check, error) != 0)
      return error->code;
  } while (++i < config->build_count);
  return config->document.problems->count > 0 ? EXIT_USAGE : 0;
}
