#include "engine/options.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/suggest.h"

enum { CHOICES_MAX = 32 };

void options_default(const struct kernel *kernel, struct problem *problem) {
  for (int i = 0; kernel->options && kernel->options[i].name; i++)
    problem->value[i] = kernel->options[i].initial;
  memset(problem->text, 0, sizeof problem->text);
}

static int parse_choice(const struct kernel_option *option, const char *text, int64_t *value,
                        struct error *error) {
  char words[256] = "";
  size_t count = 0, length = 0;
  for (; option->choices[count] && count < CHOICES_MAX; count++) {
    if (strcmp(option->choices[count], text) == 0) {
      *value = (int64_t)count;
      return 0;
    }
    if (length < sizeof words)
      length += (size_t)snprintf(words + length, sizeof words - length, "%s%s",
                                 count > 0 ? ", " : "", option->choices[count]);
  }
  const char *near = suggest(text, option->choices, count);
  if (near)
    return error_set(error, EXIT_USAGE, "'%s': did you mean '%s'? (%s)", text, near, words);
  return error_set(error, EXIT_USAGE, "'%s': expected one of %s", text, words);
}

static int parse_millionths(const struct kernel_option *option, const char *text, int64_t *value,
                            struct error *error) {
  double real;
  if (real_parse(text, (double)option->min * 1e-6, (double)option->max * 1e-6, &real, error))
    return error->code;
  *value = llround(real * 1e6);
  return 0;
}

static int parse_power(const struct kernel_option *option, const char *text, int64_t *value,
                       struct error *error) {
  int64_t power = 1;
  if (number_parse(text, option->min, option->max, value, error))
    return error->code;
  while (power <= *value / 2)
    power *= 2;
  if (power != *value)
    return error_set(error, EXIT_USAGE,
                     "'%s': must be a power of two, as are %" PRId64 " and %" PRId64, text, power,
                     2 * power);
  return 0;
}

int option_parse(const struct kernel_option *option, const char *text, int64_t *value,
                 struct error *error) {
  switch (option->type) {
  case OPTION_DURATION:
    return duration_parse(text, option->min, option->max, value, error);
  case OPTION_CHOICE:
    return parse_choice(option, text, value, error);
  case OPTION_REAL:
    return parse_millionths(option, text, value, error);
  case OPTION_POWER:
    return parse_power(option, text, value, error);
  default:
    return number_parse(text, option->min, option->max, value, error);
  }
}

int options_set(const struct kernel *kernel, const char *text, struct problem *problem,
                struct error *error) {
  const char *equal = strchr(text, '='), *names[OPTIONS_MAX];
  char name[64];
  size_t count = 0;
  if (!equal)
    return error_set(error, EXIT_USAGE, "'%s': expected NAME=VALUE", text);
  snprintf(name, sizeof name, "%.*s", (int)(equal - text), text);
  for (; kernel->options && kernel->options[count].name; count++) {
    names[count] = kernel->options[count].name;
    if (strcmp(name, names[count]) != 0)
      continue;
    if (kernel->options[count].type == OPTION_TEXT) {
      problem->text[count] = equal + 1;
      return 0;
    }
    if (option_parse(&kernel->options[count], equal + 1, &problem->value[count], error)) {
      error_prefix(error, "%s", name);
      snprintf(error->about, sizeof error->about, "option %.50s", name);
    }
    return error->code;
  }
  const char *near = suggest(name, names, count);
  if (near)
    error_set(error, EXIT_USAGE, "kernel %s has no option '%s'; did you mean '%s'?", kernel->name,
              name, near);
  else
    error_set(error, EXIT_USAGE, "kernel %s has no option '%s'; --describe %s lists them",
              kernel->name, name, kernel->name);
  snprintf(error->about, sizeof error->about, "option %.50s", name);
  return error->code;
}

const char *option_format(const struct kernel_option *option, int64_t value,
                          char buffer[NUMBER_TEXT]) {
  switch (option->type) {
  case OPTION_DURATION:
    return duration_format(value, buffer);
  case OPTION_CHOICE:
    return option->choices[value];
  case OPTION_REAL:
    snprintf(buffer, NUMBER_TEXT, "%g", (double)value * 1e-6);
    return buffer;
  case OPTION_TEXT: /* only its default is known without the problem */
    return "";
  default:
    return number_format(value, buffer);
  }
}

const char *options_format(const struct kernel *kernel, const struct problem *problem, int i,
                           char buffer[NUMBER_TEXT]) {
  if (kernel->options[i].type == OPTION_TEXT)
    return problem->text[i] ? problem->text[i] : "";
  return option_format(&kernel->options[i], problem->value[i], buffer);
}
