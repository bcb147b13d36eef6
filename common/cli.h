/* The command lines of all programs: one table of options for each program, from which come the
 * parser, --help (and so the man page), the usage errors and, by --print-options, the completion of
 * the shell and what sweep gives to drivers of other versions. A new option is one row of its
 * program's table. */
#ifndef QUARTET_CLI_H
#define QUARTET_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/* The words that an option accepts, for cli_option.words. */
#define CLI_WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* One option. Exactly one of the members from `flag` to `take` is set; it says what type the value
 * has and where it goes. What is there before is the default. */
struct cli_option {
  const char *name;     /* "reps" is --reps; NULL ends a table */
  int letter;           /* 'r' is -r; 0: there is none */
  const char *argument; /* "R": it takes a value; "[FILE]": it may, after "=" only; NULL: none */
  const char *help;     /* ends with the default in parentheses */
  const char *group;    /* heading in --help; NULL: that of the row before, at first "Options" */
  bool *flag;           /* set to true; with `words`: whether the value is the second of two */
  const char **text;    /* points into argv */
  int64_t *count;       /* a whole number, see number_parse() */
  int64_t *duration_ns;
  double *real;
  unsigned *choice; /* an enum: the index of the value in `words` */
  /* Reads the value itself; NULL for one that is not given. Describes what is wrong with the value
   * and returns EXIT_USAGE, or returns 0. */
  int (*take)(const char *text, struct error *error);
  int64_t min, max;         /* of count, duration_ns and real; a real may have none (0, 0) */
  const char *const *words; /* with `take` and `text` only for the completion */
  unsigned of;              /* bits of the parts (see below) that have the option; 0: all have */
};

/* A command of a program; or one of the programs that share a table. */
struct cli_part {
  const char *name;     /* NULL ends a list */
  unsigned bits;        /* it has the options whose `of` shares a bit with these */
  const char *argument; /* of a command: "CONFIG" */
  const char *summary;  /* of a command, for --help */
};

struct cli {
  const char *program; /* its own name, "sweep"; program.h has what is printed */
  const char *usage; /* what follows the name, one form a line; NULL: each command, "[OPTION]..." */
  const char *summary; /* paragraphs for --help; the first sentence is the title of the man page */
  const struct cli_option *options; /* without --help and --version, which every program has */
  const char *notes;                /* more paragraphs, after the options; NULL: none */
  const char *examples;             /* lines that begin with two blanks; NULL: none */
  const char *status;               /* what the exit statuses mean; NULL: not stated */
  const struct cli_part *parts;     /* NULL: there are none */
  unsigned part;                    /* the bits of this program, if programs share the table */
  unsigned *command;                /* set: the parts are commands, the first operand is one */
  /* Takes an operand, in the order of the command line; NULL: there are none. Returns as
   * cli_option.take does. */
  int (*operand)(const char *word, struct error *error);
  /* What to write behind "unknown option", where that is better than the nearest name; it returns
   * NULL for most names. May be NULL. */
  const char *(*hint)(const char *name);
};

/* What the command line asks for instead of the program's work. */
enum cli_request { CLI_RUN, CLI_HELP, CLI_VERSION, CLI_PRINT_OPTIONS };

/* Reads a command line: "--name value", "--name=value", abbreviated names if they are unambiguous,
 * "-x value", "-xvalue", "-xyz" for flags; options and operands in any order, whatever
 * POSIXLY_CORRECT says; operands only after "--". Stops at a request, as at the first error, which
 * is EXIT_USAGE with a message that names the wrong word. Prints nothing. */
int cli_parse(const struct cli *cli, int argc, char **argv, enum cli_request *request,
              struct error *error);

/* Prints what is requested to standard output. */
void cli_print(const struct cli *cli, enum cli_request request);

/* cli_parse(), and cli_print() or error_print(). Returns -1 to continue, else the exit status. */
int cli_read(const struct cli *cli, int argc, char **argv);

/* EXIT_USAGE with the formatted message and "; see 'PROGRAM --help'". */
int cli_refuse(const struct cli *cli, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The index of a word in a list that ends with NULL. EXIT_USAGE with the list, and with the nearest
 * word if one is near. */
int cli_choose(const char *text, const char *const *words, unsigned *choice, struct error *error);

/* Row `index` of those that the program has, --help and --version last; NULL: there are no more.
 * cli_offers() is false for rows that only other programs have. */
const struct cli_option *cli_row(const struct cli *cli, size_t index);
bool cli_offers(const struct cli *cli, const struct cli_option *option);

/* The names of the parts that have one of these bits, "run, plan and pack". Returns text. */
enum { CLI_PARTS_TEXT = 120 };
char *cli_parts(const struct cli *cli, unsigned bits, char text[CLI_PARTS_TEXT]);

#endif
