#include "common/cli.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "common/program.h"
#include "common/suggest.h"

/* In the order of enum cli_request, from CLI_HELP on. */
static const struct cli_option standard[] = {{"help", 'h', .help = "print this help"},
                                             {"version", 'V', .help = "print the version"}};
enum { STANDARD_COUNT = sizeof standard / sizeof *standard, MOST_NAMES = 64 };

/* A command line that is being read. */
struct reading {
  const struct cli *cli;
  char **next, **end;  /* the words that are left */
  const char *command; /* its name */
  uint64_t used;       /* bit i: row i of the table occurred */
  enum cli_request request;
};

const struct cli_option *cli_row(const struct cli *cli, size_t index) {
  size_t count = 0;
  while (cli->options[count].name != NULL)
    count++;
  return index < count                    ? &cli->options[index]
         : index < count + STANDARD_COUNT ? &standard[index - count]
                                          : NULL;
}

bool cli_offers(const struct cli *cli, const struct cli_option *option) {
  return option->of == 0 || cli->command != NULL || (option->of & cli->part) != 0;
}

char *cli_parts(const struct cli *cli, unsigned bits, char text[CLI_PARTS_TEXT]) {
  size_t used = 0, left = 0;
  text[0] = '\0';
  for (const struct cli_part *part = cli->parts; part->name != NULL; part++)
    left += (part->bits & bits) != 0;
  for (const struct cli_part *part = cli->parts; part->name != NULL; part++)
    if ((part->bits & bits) != 0 && used < CLI_PARTS_TEXT)
      used += (size_t)snprintf(text + used, CLI_PARTS_TEXT - used, "%s%s", part->name,
                               --left == 0 ? ""
                               : left == 1 ? " and "
                                           : ", ");
  return text;
}

/* ---- errors ---- */

int cli_refuse(const struct cli *cli, struct error *error, const char *format, ...) {
  char message[sizeof error->message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return error_set(error, EXIT_USAGE, "%s; see '%s --help'", message, program_name(cli->program));
}

/* `option` is how it was written: "-t", "--threads". */
static int refuse_others(const struct cli *cli, const struct cli_option *row, const char *option,
                         struct error *error) {
  char owners[CLI_PARTS_TEXT];
  cli_parts(cli, row->of, owners);
  return error_set(error, EXIT_USAGE, "unknown option '%s'; %s %s it", option, owners,
                   strchr(owners, ' ') != NULL ? "have" : "has");
}

/* A name that matches no row. */
static int refuse_name(const struct cli *cli, const char *name, struct error *error) {
  const struct cli_option *row;
  const char *names[MOST_NAMES];
  char option[ERROR_QUOTED + 2] = "--";
  size_t count = 0;
  error_quote(name, option + 2);
  for (size_t i = 0; (row = cli_row(cli, i)) != NULL && count < MOST_NAMES; i++)
    if (cli_offers(cli, row))
      names[count++] = row->name;
    else if (strcmp(row->name, name) == 0)
      return refuse_others(cli, row, option, error);
  const char *hint = cli->hint != NULL ? cli->hint(name) : NULL;
  if (hint != NULL)
    return error_set(error, EXIT_USAGE, "unknown option '%s'; %s", option, hint);
  const char *near = suggest(name, names, count);
  if (near != NULL)
    return error_set(error, EXIT_USAGE, "unknown option '%s'; did you mean '--%s'?", option, near);
  return cli_refuse(cli, error, "unknown option '%s'", option);
}

/* A name that abbreviates several. */
static int refuse_ambiguous(const struct cli *cli, const char *name, struct error *error) {
  const struct cli_option *row;
  char list[200] = "", quoted[ERROR_QUOTED];
  size_t used = 0, length = strlen(name);
  for (size_t i = 0; (row = cli_row(cli, i)) != NULL && used < sizeof list; i++)
    if (cli_offers(cli, row) && strncmp(row->name, name, length) == 0)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s--%s", used > 0 ? ", " : "",
                               row->name);
  return error_set(error, EXIT_USAGE, "ambiguous option '--%s'; must be one of: %s",
                   error_quote(name, quoted), list);
}

int cli_choose(const char *text, const char *const *words, unsigned *choice, struct error *error) {
  char list[300] = "", quoted[ERROR_QUOTED];
  size_t count = 0, used = 0;
  for (; words[count] != NULL; count++) {
    if (strcmp(text, words[count]) == 0) {
      *choice = (unsigned)count;
      return 0;
    }
    if (used < sizeof list)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", count > 0 ? ", " : "",
                               words[count]);
  }
  const char *near = suggest(text, words, count);
  return error_set(error, EXIT_USAGE, "'%s' must be one of: %s%s%s%s", error_quote(text, quoted),
                   list, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                   near != NULL ? "'?" : "");
}

/* ---- parsing ---- */

static int take_value(const struct cli_option *row, const char *text, struct error *error) {
  bool unbounded = row->min == 0 && row->max == 0;
  unsigned choice = 1; /* a flag without words is set */
  if (row->take != NULL)
    row->take(text, error);
  else if (row->flag != NULL) {
    if (row->words == NULL || cli_choose(text, row->words, &choice, error) == 0)
      *row->flag = choice == 1;
  } else if (row->text != NULL)
    *row->text = text;
  else if (row->count != NULL)
    number_parse(text, row->min, row->max, row->count, error);
  else if (row->duration_ns != NULL)
    duration_parse(text, row->min, row->max, row->duration_ns, error);
  else if (row->real != NULL)
    real_parse(text, unbounded ? -HUGE_VAL : (double)row->min,
               unbounded ? HUGE_VAL : (double)row->max, row->real, error);
  else
    cli_choose(text, row->words, row->choice, error);
  return error->code != 0 ? error_prefix(error, "--%s", row->name) : 0;
}

/* An option with the value that is attached to it; NULL: none is. */
static int take_option(struct reading *reading, const struct cli_option *row, const char *value,
                       struct error *error) {
  for (int i = 0; i < STANDARD_COUNT; i++)
    if (row == &standard[i]) {
      reading->request = (enum cli_request)(CLI_HELP + i);
      return 0;
    }
  if (row->argument != NULL && row->argument[0] != '[' && value == NULL) {
    if (reading->next == reading->end)
      return cli_refuse(reading->cli, error, "--%s: needs a value", row->name);
    value = *reading->next++;
  }
  reading->used |= UINT64_C(1) << (row - reading->cli->options);
  return take_value(row, value, error);
}

/* The row of this name, or of a name that this one begins unambiguously. */
static const struct cli_option *find_name(const struct cli *cli, const char *name, size_t *found) {
  const struct cli_option *row, *match = NULL;
  *found = 0;
  for (size_t i = 0; (row = cli_row(cli, i)) != NULL; i++) {
    if (!cli_offers(cli, row) || strncmp(row->name, name, strlen(name)) != 0)
      continue;
    match = row;
    ++*found;
    if (strcmp(row->name, name) == 0) {
      *found = 1;
      break;
    }
  }
  return match;
}

/* "name", "name=value". */
static int take_long(struct reading *reading, const char *word, struct error *error) {
  size_t length = strcspn(word, "="), found;
  const char *value = word[length] == '=' ? word + length + 1 : NULL;
  char *name = grow_text("%.*s", (int)length, word);
  const struct cli_option *row = find_name(reading->cli, name, &found);
  if (strcmp(name, "print-options") == 0)
    reading->request = CLI_PRINT_OPTIONS;
  else if (found == 0)
    refuse_name(reading->cli, name, error);
  else if (found > 1)
    refuse_ambiguous(reading->cli, name, error);
  else if (row->argument == NULL && value != NULL)
    cli_refuse(reading->cli, error, "--%s: takes no value", row->name);
  else
    take_option(reading, row, value, error);
  free(name);
  return error->code;
}

/* "n10", "qj". */
static int take_letters(struct reading *reading, const char *word, struct error *error) {
  for (; *word != '\0' && reading->request == CLI_RUN && error->code == 0; word++) {
    const struct cli_option *row;
    char option[ERROR_QUOTED + 1] = "-";
    error_quote((char[]){*word, '\0'}, option + 1);
    size_t i = 0;
    while ((row = cli_row(reading->cli, i)) != NULL && row->letter != *word)
      i++;
    if (row == NULL)
      return cli_refuse(reading->cli, error, "unknown option '%s'", option);
    if (!cli_offers(reading->cli, row))
      return refuse_others(reading->cli, row, option, error);
    if (row->argument != NULL)
      return take_option(reading, row, word[1] != '\0' ? word + 1 : NULL, error);
    take_option(reading, row, NULL, error);
  }
  return error->code;
}

static int take_command(struct reading *reading, const char *word, struct error *error) {
  const struct cli *cli = reading->cli;
  const char *names[MOST_NAMES];
  size_t count = 0;
  for (; cli->parts[count].name != NULL; count++) {
    names[count] = cli->parts[count].name;
    if (strcmp(word, names[count]) == 0) {
      reading->command = names[count];
      *cli->command = (unsigned)count;
      return 0;
    }
  }
  char quoted[ERROR_QUOTED];
  const char *near = suggest(word, names, count);
  error_quote(word, quoted);
  if (near == NULL)
    return cli_refuse(cli, error, "unknown command '%s'", quoted);
  return error_set(error, EXIT_USAGE, "unknown command '%s'; did you mean '%s'?", quoted, near);
}

static int take_operand(struct reading *reading, const char *word, struct error *error) {
  char quoted[ERROR_QUOTED];
  if (reading->cli->command != NULL && reading->command == NULL)
    return take_command(reading, word, error);
  if (reading->cli->operand != NULL)
    return reading->cli->operand(word, error);
  return cli_refuse(reading->cli, error, "unexpected argument '%s'", error_quote(word, quoted));
}

/* That there is a command, and that it has all options that were given. */
static int check_command(const struct reading *reading, struct error *error) {
  const struct cli *cli = reading->cli;
  char owners[CLI_PARTS_TEXT];
  if (reading->command == NULL)
    return cli_refuse(cli, error, "no command");
  for (size_t i = 0; cli->options[i].name != NULL; i++) {
    unsigned of = cli->options[i].of;
    if ((reading->used >> i & 1) != 0 && of != 0 && (of & cli->parts[*cli->command].bits) == 0)
      return error_set(error, EXIT_USAGE, "%s: --%s is an option of %s", reading->command,
                       cli->options[i].name, cli_parts(cli, of, owners));
  }
  return 0;
}

int cli_parse(const struct cli *cli, int argc, char **argv, enum cli_request *request,
              struct error *error) {
  struct reading reading = {cli, argv + (argc > 0), argv + argc};
  bool operands_only = false;
  while (reading.next < reading.end && reading.request == CLI_RUN && error->code == 0) {
    const char *word = *reading.next++;
    if (operands_only || word[0] != '-' || word[1] == '\0')
      take_operand(&reading, word, error);
    else if (word[1] != '-')
      take_letters(&reading, word + 1, error);
    else if (word[2] == '\0')
      operands_only = true;
    else
      take_long(&reading, word + 2, error);
  }
  *request = reading.request;
  if (error->code == 0 && reading.request == CLI_RUN && cli->command != NULL)
    check_command(&reading, error);
  return error->code;
}

int cli_read(const struct cli *cli, int argc, char **argv) {
  struct error error = {0};
  enum cli_request request;
  if (cli_parse(cli, argc, argv, &request, &error) != 0)
    return error_print(&error, cli->program);
  if (request == CLI_RUN)
    return -1;
  cli_print(cli, request);
  return EXIT_SUCCESS;
}
