/* What a program prints about its own command line. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cli.h"
#include "common/grow.h"
#include "common/lines.h"
#include "common/program.h"

enum { MOST_COLUMN = 29, LEFT_TEXT = 64 };

/* "  -o, --out DIR", "      --csv[=FILE]". Returns its width. */
static int left_side(const struct cli_option *row, char text[LEFT_TEXT]) {
  bool optional = row->argument != NULL && row->argument[0] == '[';
  int length = row->letter != 0 ? snprintf(text, LEFT_TEXT, "  -%c, --%s", row->letter, row->name)
                                : snprintf(text, LEFT_TEXT, "      --%s", row->name);
  if (row->argument != NULL)
    length += snprintf(text + length, LEFT_TEXT - (size_t)length, optional ? "[=%s" : " %s",
                       row->argument + optional);
  return length;
}

/* Two columns, the second of which begins at `column`, if need be on the next line. */
static void print_row(const char *left, int column, const char *prefix, const char *text) {
  char padded[LEFT_TEXT + MOST_COLUMN];
  bool fits = (int)strlen(left) <= column - 2;
  if (!fits)
    puts(left);
  snprintf(padded, sizeof padded, "%-*s", column, fits ? left : "");
  lines_printf(stdout, padded, (size_t)column, "%s%s", prefix, text);
}

static void print_options(const struct cli *cli) {
  const struct cli_option *row;
  const char *group = "Options";
  char left[LEFT_TEXT], prefix[CLI_PARTS_TEXT + 2];
  int column = 0;
  for (size_t i = 0; (row = cli_row(cli, i)) != NULL; i++) {
    int width = cli_offers(cli, row) ? left_side(row, left) + 2 : 0;
    column = width > column && width <= MOST_COLUMN ? width : column;
  }
  printf("\n%s:\n", group);
  for (size_t i = 0; (row = cli_row(cli, i)) != NULL; i++) {
    if (!cli_offers(cli, row))
      continue;
    if (row->group != NULL && strcmp(row->group, group) != 0)
      printf("\n%s:\n", group = row->group);
    left_side(row, left);
    prefix[0] = '\0';
    if (cli->command != NULL && row->of != 0)
      strcat(cli_parts(cli, row->of, prefix), ": ");
    print_row(left, column, prefix, row->help);
  }
}

static void print_usage(const struct cli *cli) {
  const char *before = "Usage:", *usage = cli->usage != NULL ? cli->usage : "[OPTION]...";
  bool by_command = cli->command != NULL && cli->usage == NULL;
  for (size_t i = 0; by_command && cli->parts[i].name != NULL; i++) {
    printf("%s %s %s [OPTION]... %s\n", before, program_name(cli->program), cli->parts[i].name,
           cli->parts[i].argument);
    before = "  or: ";
  }
  while (!by_command && *usage != '\0') {
    int length = (int)strcspn(usage, "\n");
    printf("%s %s %.*s\n", before, program_name(cli->program), length, usage);
    usage += length + (usage[length] == '\n');
    before = "  or: ";
  }
}

/* Whether the text begins with the word. */
static bool begins_with(const char *text, const char *word) {
  size_t length = strlen(word);
  return strncmp(text, word, length) == 0 && (text[length] == '\0' || text[length] == ' ');
}

/* Command lines to copy. Each word that is the program's own name, also "./NAME", is replaced by
 * program_name(), which differs if `quartet` has started the program. The caller frees the text. */
static char *name_examples(const char *own, const char *text) {
  const char *name = program_name(own);
  size_t longer = 0; /* columns that the line has more than before */
  bool at_word = true;
  char *made = grow_zeroed(strlen(text) + 1, strlen(name) + 1), *end = made;
  while (*text != '\0') {
    const char *word = strncmp(text, "./", 2) == 0 ? text + 2 : text;
    if (name != own && at_word && begins_with(word, own)) {
      end = stpcpy(end, name);
      longer += strlen(name) - strlen(own) - (size_t)(word - text);
      text = word + strlen(own);
    }
    /* Remarks stay in their column. */
    for (; longer > 0 && strncmp(text, "   ", 3) == 0; longer--)
      text++;
    if (*text == '\n')
      longer = 0;
    at_word = *text == ' ' || *text == '\n';
    *end = *text;
    if (*text != '\0')
      text++, end++;
  }
  return made;
}

static void print_commands(const struct cli *cli) {
  char left[LEFT_TEXT];
  int column = 0;
  for (const struct cli_part *part = cli->parts; part->name != NULL; part++) {
    int width = snprintf(left, sizeof left, "  %s  ", part->name);
    column = width > column ? width : column;
  }
  printf("\nCommands:\n");
  for (const struct cli_part *part = cli->parts; part->name != NULL; part++) {
    snprintf(left, sizeof left, "  %s", part->name);
    print_row(left, column, "", part->summary);
  }
}

static void print_help(const struct cli *cli) {
  print_usage(cli);
  lines_print(stdout, 0, 0, cli->summary);
  if (cli->command != NULL)
    print_commands(cli);
  print_options(cli);
  if (cli->notes != NULL)
    lines_printf(stdout, "\n", 0, "%s", cli->notes);
  if (cli->examples != NULL) {
    char *examples = name_examples(cli->program, cli->examples);
    printf("\nExamples:\n%s", examples);
    free(examples);
  }
  if (cli->status != NULL)
    lines_printf(stdout, "\n", 0, "Exit status: %s", cli->status);
}

/* For programs: a line for each command and option, with tabs between its names ("--out", "-o"),
 * its argument and the words that it takes. */
static void list_options(const struct cli *cli) {
  const struct cli_option *row;
  for (size_t i = 0; cli->command != NULL && cli->parts[i].name != NULL; i++)
    printf("%s\t\t%s\t\n", cli->parts[i].name, cli->parts[i].argument);
  for (size_t i = 0; (row = cli_row(cli, i)) != NULL; i++) {
    if (!cli_offers(cli, row))
      continue;
    printf("--%s\t", row->name);
    if (row->letter != 0)
      printf("-%c", row->letter);
    printf("\t%s\t", row->argument != NULL ? row->argument : "");
    for (size_t j = 0; row->words != NULL && row->words[j] != NULL; j++)
      printf("%s%s", j > 0 ? " " : "", row->words[j]);
    printf("\n");
  }
}

void cli_print(const struct cli *cli, enum cli_request request) {
  if (request == CLI_HELP)
    print_help(cli);
  else if (request == CLI_PRINT_OPTIONS)
    list_options(cli);
  else
    printf("%s (Quartet) %s\n", program_name(cli->program), QUARTET_VERSION);
}
