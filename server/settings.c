#include "server/settings.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "common/number.h"
#include "common/suggest.h"

enum {
  LONG_LATENCY = 256,
  LONG_JITTER,
  LONG_BODY,
  LONG_CONNECTIONS,
  LONG_ERRORS,
  LONG_DROP,
  LONG_SEED,
  LONG_BIND,
  LONG_PORT,
  LONG_UNTIL_STDIN_CLOSES,
  LONG_VERSION,
};

/* One option of the command line; getopt's table and the help are made from these. */
static const struct command {
  const char *name, *argument; /* argument: NULL none */
  int letter;                  /* or a LONG_ number */
  const char *help;
} commands[] = {
    {"latency", "TIME", LONG_LATENCY, "time from a request to its answer: 5ms, 200us (5ms)"},
    {"jitter", "TIME", LONG_JITTER,
     "maximum of a uniform random extra delay, the same for\n"
     "all requests for a document (0)"},
    {"body", "N", LONG_BODY, "bytes of a document: 1000, 64Ki, 2^20 (1Ki)"},
    {"connections", "N", LONG_CONNECTIONS,
     "maximum at the same time; further ones are accepted and\n"
     "closed (10000, or the limit on open files if lower)"},
    {"errors", "F", LONG_ERRORS, "share of the documents that are answered with 500, 0 to 1 (0)"},
    {"drop", "F", LONG_DROP,
     "share of the documents for which the connection is closed\n"
     "without an answer, 0 to 1 (0)"},
    {"seed", "N", LONG_SEED, "seed of the random numbers and the documents (1)"},
    {"bind", "ADDRESS", LONG_BIND, "numeric address to listen on: 127.0.0.1, ::1 (127.0.0.1)"},
    {"port", "N", LONG_PORT, "port to listen on; 0: a free one (0)"},
    {"until-stdin-closes", NULL, LONG_UNTIL_STDIN_CLOSES,
     "shut down at the end of standard input, a pipe: when the\n"
     "process that started the server has ended"},
    {"version", NULL, LONG_VERSION, "print the version"},
    {"help", NULL, 'h', "print this help"},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

/* The column at which the text of the help starts. */
enum { HELP_COLUMN = 27 };

void server_settings_print_options(void) {
  for (int i = 0; i < COMMAND_COUNT; i++) {
    const struct command *c = &commands[i];
    char left[64];
    snprintf(left, sizeof left, c->letter < 256 ? "  -%c, --%s%s%s" : "     %c--%s%s%s",
             c->letter < 256 ? c->letter : ' ', c->name, c->argument ? " " : "",
             c->argument ? c->argument : "");
    printf("%-*s ", HELP_COLUMN, left);
    for (const char *line = c->help; line; line = strchr(line, '\n')) {
      line += *line == '\n';
      if (line != c->help)
        printf("%-*s ", HELP_COLUMN, "");
      printf("%.*s\n", (int)strcspn(line, "\n"), line);
    }
  }
}

static int take_option(struct server_settings *s, int letter, const char *text,
                       struct error *error) {
  const int64_t hour_ns = INT64_C(3600000000000), most_bytes = INT64_C(1) << 30;
  switch (letter) {
  case LONG_LATENCY:
    return duration_parse(text, 0, hour_ns, &s->latency_ns, error);
  case LONG_JITTER:
    return duration_parse(text, 0, hour_ns, &s->jitter_ns, error);
  case LONG_BODY:
    return number_parse(text, 0, most_bytes, &s->body_bytes, error);
  case LONG_CONNECTIONS:
    s->connections_said = true;
    return number_parse(text, 1, 1000000, &s->connections, error);
  case LONG_ERRORS:
    return real_parse(text, 0, 1, &s->errors, error);
  case LONG_DROP:
    return real_parse(text, 0, 1, &s->drop, error);
  case LONG_SEED:
    return number_parse(text, 0, INT64_MAX, &s->seed, error);
  case LONG_BIND:
    s->bind = text;
    return 0;
  case LONG_PORT:
    return number_parse(text, 0, 65535, &s->port, error);
  case LONG_UNTIL_STDIN_CLOSES:
    s->until_stdin_closes = true;
    return 0;
  default:
    s->action = letter == 'h' ? SERVER_HELP : SERVER_VERSION;
    return 0;
  }
}

static const struct command *command_of(int letter) {
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (commands[i].letter == letter)
      return &commands[i];
  return NULL;
}

/* getopt's own errors, in our words. `word` is the argument that it stumbled over, unless that was
 * one of several letters behind one dash. */
static int option_error(int what, const char *word, struct error *error) {
  const char *names[COMMAND_COUNT];
  char name[64];
  if (what == ':')
    return error_set(error, EXIT_USAGE, "--%s: needs a value", command_of(optopt)->name);
  if (optopt != 0 && optopt < LONG_LATENCY && !command_of(optopt)) {
    int wrong = (unsigned char)optopt;
    return error_set(error, EXIT_USAGE,
                     isgraph(wrong) ? "no option '-%c'; --help lists them"
                                    : "no option '-\\x%02x'; --help lists them",
                     wrong);
  }
  snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
  for (int i = 0; i < COMMAND_COUNT; i++) {
    names[i] = commands[i].name;
    if (strcmp(names[i], name) == 0)
      return error_set(error, EXIT_USAGE, "--%s: takes no value", name);
  }
  const char *near = suggest(name, names, COMMAND_COUNT);
  return error_set(error, EXIT_USAGE,
                   near ? "no option '--%s'; did you mean '--%s'?"
                        : "no option '--%s'; --help lists them",
                   name, near);
}

static int parse_options(struct server_settings *s, int argc, char **argv, struct error *error) {
  struct option longs[COMMAND_COUNT + 1] = {0};
  int letter;
  for (int i = 0; i < COMMAND_COUNT; i++)
    longs[i] =
        (struct option){commands[i].name, commands[i].argument ? required_argument : no_argument,
                        NULL, commands[i].letter};
  opterr = 0;
  optind = 0; /* start anew, also in a second call */
  while ((letter = getopt_long(argc, argv, "+:h", longs, NULL)) != -1) {
    if (letter == '?' || letter == ':')
      return option_error(letter, argv[optind - 1], error);
    if (take_option(s, letter, optarg, error))
      return error_prefix(error, "--%s", command_of(letter)->name);
  }
  if (optind < argc)
    return error_set(error, EXIT_USAGE, "'%s': expected options only; --help lists them",
                     argv[optind]);
  return 0;
}

int server_settings_parse(struct server_settings *settings, int argc, char **argv,
                          struct error *error) {
  *settings = (struct server_settings){
      .latency_ns = 5000000,
      .body_bytes = 1024,
      .connections = 10000,
      .seed = 1,
      .bind = "127.0.0.1",
  };
  return parse_options(settings, argc, argv, error);
}
