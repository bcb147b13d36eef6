#include "bench/arguments.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/number.h"
#include "common/streams.h"
#include "common/suspension.h"

static const char *program_name(char **argv) {
  const char *slash = strrchr(argv[0], '/');
  return slash ? slash + 1 : argv[0];
}

static void print_help(const struct argument *arguments, const char *summary, const char *examples,
                       const char *program) {
  printf("Usage: %s [OPTION]...\n%s\n\n", program, summary);
  for (const struct argument *a = arguments; a->name; a++) {
    char name[32];
    snprintf(name, sizeof name, "-%c, --%s", a->letter, a->name);
    printf("  %-18s %s\n", name, a->help);
  }
  printf("\nExamples:\n%s", examples);
}

static int take(const struct argument *a, const char *text, struct error *error) {
  if (a->flag)
    *a->flag = 1;
  else if (a->text)
    *a->text = text;
  else if (a->count)
    number_parse(text, a->min, a->max, a->count, error);
  else if (a->duration_ns)
    duration_parse(text, a->min, a->max, a->duration_ns, error);
  else
    real_parse(text, -HUGE_VAL, HUGE_VAL, a->real, error);
  return error_prefix(error, "--%s", a->name);
}

void arguments_read(const struct argument *arguments, const char *summary, const char *examples,
                    int argc, char **argv) {
  struct option options[ARGUMENTS_MAX + 1] = {0};
  char letters[2 * ARGUMENTS_MAX + 2] = "h", *next = letters + 1;
  const char *program = program_name(argv);
  struct error error = {0};
  int count = 0, letter;
  suspension_watch();
  for (; arguments[count].name; count++) {
    const struct argument *a = &arguments[count];
    int takes = a->flag ? no_argument : required_argument;
    options[count] = (struct option){a->name, takes, NULL, a->letter};
    *next++ = (char)a->letter;
    if (!a->flag)
      *next++ = ':';
  }
  options[count] = (struct option){"help", no_argument, NULL, 'h'};
  while ((letter = getopt_long(argc, argv, letters, options, NULL)) != -1) {
    if (letter == 'h') {
      print_help(arguments, summary, examples, program);
      exit(streams_finish(program, EXIT_SUCCESS));
    }
    for (int i = 0; i < count; i++)
      if (arguments[i].letter == letter && take(&arguments[i], optarg, &error))
        exit(error_print(&error, program));
    if (letter == '?') /* getopt has printed why */
      exit(EXIT_USAGE);
  }
  if (optind < argc)
    exit((error_set(&error, EXIT_USAGE, "'%s': takes no such argument; see --help", argv[optind]),
          error_print(&error, program)));
}
