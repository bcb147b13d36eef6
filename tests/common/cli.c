/* The parser of command lines and the help that is printed of their tables. */
#include "common/cli.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

enum { MOST_WORDS = 16 };

static struct {
  bool quick, loud, on;
  const char *name, *file;
  int64_t count, duration_ns;
  double share, real;
  unsigned colour;
  unsigned command;
  bool file_given;
  char operands[200];
} given;

static int take_file(const char *text, struct error *error) {
  given.file_given = true;
  given.file = text;
  return text != NULL && *text == '\0' ? error_set(error, EXIT_USAGE, "no name") : 0;
}

static int take_operand(const char *word, struct error *error) {
  strcat(strcat(given.operands, word), ";");
  return strcmp(word, "bad") == 0 ? error_set(error, EXIT_USAGE, "'bad' is refused") : 0;
}

static const char *hint(const char *name) {
  return strcmp(name, "np") == 0 ? "use a launcher" : NULL;
}

static const struct cli_part programs[] = {{"one", 1}, {"two", 2}, {"three", 6}, {0}};

static const struct cli_option table[] = {
    {"quick", 'q', NULL, "a flag", .flag = &given.quick},
    {"quiet-loud", 'l', NULL, "another", .flag = &given.loud},
    {"count", 'n', "N", "a number (0)", .count = &given.count, .min = -5, .max = 100},
    {"counter", 0, "TIME", "a duration with a name that another one begins",
     .duration_ns = &given.duration_ns, .max = 1000000000},
    {"name", 'm', "NAME", "a text", "Texts", .text = &given.name},
    {"file", 0, "[FILE]",
     "an optional value, with a help that is so long that it does not fit a line of a terminal, "
     "not even two of them, because there are so many words in it",
     .take = take_file},
    {"share", 0, "F", "from 0 to 1", .real = &given.share, .max = 1},
    {"real", 0, "X", "any", .real = &given.real},
    {"colour", 'c', "WHICH", "an enum", .choice = &given.colour,
     .words = CLI_WORDS("red", "green", "blue")},
    {"switch-with-a-very-long-name", 0, "on|off", "one of two words", .flag = &given.on,
     .words = CLI_WORDS("off", "on")},
    {"of-others", 't', "N", "of two and three", .count = &given.count, .max = 9, .of = 2},
    {"mine", 0, NULL, "of one", .flag = &given.loud, .of = 1},
    {0},
};
static const struct cli cli = {.program = "prog",
                               .summary = "Does something.",
                               .options = table,
                               .parts = programs,
                               .part = 1,
                               .operand = take_operand,
                               .hint = hint,
                               .notes = "A note.",
                               .examples = "  prog x\n",
                               .status = "0 always"};

static const struct cli_part commands[] = {{"make", 1, "CONFIG", "make it"},
                                           {"check", 2, "DIR", "check it"},
                                           {"drop", 4, "DIR", "drop it"},
                                           {0}};
static const struct cli_option command_table[] = {
    {"quick", 'q', NULL, "a flag", .flag = &given.quick, .of = 1 | 2 | 4},
    {"loud", 'l', NULL, "another", .flag = &given.loud, .of = 1 | 2},
    {"count", 'n', "N", "a number", .count = &given.count, .max = 9},
    {0},
};
static const struct cli with_commands = {.program = "prog",
                                         .summary = "Does something.",
                                         .options = command_table,
                                         .parts = commands,
                                         .command = &given.command,
                                         .operand = take_operand};

/* Splits a line at blanks; "''" is an empty word. */
static int split(char *line, char **words) {
  int count = 1;
  static char program[] = "prog", empty[] = "";
  words[0] = program;
  for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " "))
    words[count++] = strcmp(word, "''") == 0 ? empty : word;
  words[count] = NULL;
  return count;
}

static char line_text[300];

static int parse(const struct cli *program, const char *line, enum cli_request *request,
                 struct error *error) {
  char *words[MOST_WORDS];
  memset(&given, 0, sizeof given);
  *error = (struct error){0};
  snprintf(line_text, sizeof line_text, "%s", line);
  int count = split(line_text, words);
  return cli_parse(program, count, words, request, error);
}

/* The line is accepted; the test then checks `given`. */
static void accepts(const char *line) {
  struct error error;
  enum cli_request request;
  int code = parse(&cli, line, &request, &error);
  CHECK(code == 0 && request == CLI_RUN, "%s: %d %s", line, code, error.message);
}

static void refuses(const struct cli *program, const char *line, const char *message) {
  struct error error;
  enum cli_request request;
  int code = parse(program, line, &request, &error);
  CHECK(code == EXIT_USAGE && strcmp(error.message, message) == 0, "%s: %d: %s, not %s", line, code,
        error.message, message);
}

static void requests(const char *line, enum cli_request expected) {
  struct error error;
  enum cli_request request;
  int code = parse(&cli, line, &request, &error);
  CHECK(code == 0 && request == expected, "%s: %d, %d", line, code, (int)request);
}

static void test_forms(void) {
  accepts("");
  accepts("a --count 5 b -q c");
  CHECK(given.count == 5 && given.quick && strcmp(given.operands, "a;b;c;") == 0, "%s",
        given.operands);
}

static void test_values(void) {
  accepts("-n5 -mx -qcblue");
  CHECK(given.count == 5 && strcmp(given.name, "x") == 0 && given.quick && given.colour == 2);
  accepts("-ql --count=-5 --name=");
  CHECK(given.quick && given.loud && given.count == -5 && *given.name == '\0');
  accepts("-m -q --name -- -m --");
  CHECK(!given.quick && strcmp(given.name, "--") == 0 && *given.operands == '\0');
  accepts("-n 1 -n 2 --counter 5ms --share 0.5 --real -1e300 --switch-with-a-very-long-name on");
  CHECK(given.count == 2 && given.duration_ns == 5000000 && given.share == 0.5 && given.on);
  CHECK(given.real < -9e299);
  accepts("--name=a=b '' - -- -q --count");
  CHECK(!given.quick && strcmp(given.name, "a=b") == 0);
  CHECK(strcmp(given.operands, ";-;-q;--count;") == 0, "%s", given.operands);
  accepts("--file x");
  CHECK(given.file_given && given.file == NULL && strcmp(given.operands, "x;") == 0);
  accepts("--file=x --mine");
  CHECK(strcmp(given.file, "x") == 0 && given.loud);
}

static void test_abbreviations(void) {
  accepts("--na x --fi --mi --sh 1");
  CHECK(strcmp(given.name, "x") == 0 && given.file_given && given.loud);
  accepts("--count 3"); /* exact, though it begins another name */
  CHECK(given.count == 3 && given.duration_ns == 0);
  accepts("--counte 3ms");
}

static void test_errors(void) {
  refuses(&cli, "--cuont 3", "unknown option '--cuont'; did you mean '--count'?");
  refuses(&cli, "--cuont=3", "unknown option '--cuont'; did you mean '--count'?");
  refuses(&cli, "a --zebra", "unknown option '--zebra'; see 'prog --help'");
  refuses(&cli, "--a\nb\x01", "unknown option '--a\\x0ab\\x01'; see 'prog --help'");
  refuses(&cli, "--=3",
          "ambiguous option '--'; must be one of: --quick, --quiet-loud, --count, "
          "--counter, --name, --file, --share, --real, --colour, "
          "--switch-with-a-very-long-name, --mine, --help, --version");
  refuses(&cli, "-qz", "unknown option '-z'; see 'prog --help'");
  refuses(&cli, "-\xc3\xa9", "unknown option '-\\xc3'; see 'prog --help'");
  refuses(&cli, "--np=4", "unknown option '--np'; use a launcher");
  refuses(&cli, "--qui", "ambiguous option '--qui'; must be one of: --quick, --quiet-loud");
  refuses(&cli, "-n", "--count: needs a value; see 'prog --help'");
  refuses(&cli, "a --count", "--count: needs a value; see 'prog --help'");
  refuses(&cli, "--quick=1", "--quick: takes no value; see 'prog --help'");
  refuses(&cli, "--help=1", "--help: takes no value; see 'prog --help'");
  refuses(&cli, "-n 101", "--count: '101': above 100");
  refuses(&cli, "--share 1.5", "--share: '1.5': above 1");
  refuses(&cli, "--file=", "--file: no name");
  refuses(&cli, "-c gren",
          "--colour: 'gren' must be one of: red, green, blue; did you mean 'green'?");
  refuses(&cli, "-c ''", "--colour: '' must be one of: red, green, blue");
  refuses(&cli, "--switch maybe",
          "--switch-with-a-very-long-name: 'maybe' must be one of: off, on");
  refuses(&cli, "-t 1", "unknown option '-t'; two and three have it");
  refuses(&cli, "--of-others 1", "unknown option '--of-others'; two and three have it");
  refuses(&cli, "bad --zebra", "'bad' is refused"); /* the first error */
}

static void test_requests(void) {
  requests("-h", CLI_HELP);
  requests("x --help --zebra", CLI_HELP); /* what follows is not read */
  requests("-qVz", CLI_VERSION);
  requests("--vers", CLI_VERSION);
  requests("--print-options", CLI_PRINT_OPTIONS);
  refuses(&cli, "--print-option", "unknown option '--print-option'; see 'prog --help'");
  requests("-- --help", CLI_RUN);
}

static void test_commands(void) {
  struct error error;
  enum cli_request request;
  CHECK(parse(&with_commands, "-q check -n 3 x -- -y", &request, &error) == 0, "%s", error.message);
  CHECK(given.command == 1 && given.quick && given.count == 3);
  CHECK(strcmp(given.operands, "x;-y;") == 0, "%s", given.operands);
  refuses(&with_commands, "", "no command; see 'prog --help'");
  refuses(&with_commands, "chekc", "unknown command 'chekc'; did you mean 'check'?");
  refuses(&with_commands, "zebra", "unknown command 'zebra'; see 'prog --help'");
  refuses(&with_commands, "-l drop x", "drop: --loud is an option of make and check");
  char text[CLI_PARTS_TEXT];
  CHECK(strcmp(cli_parts(&with_commands, 7, text), "make, check and drop") == 0, "%s", text);
  CHECK(strcmp(cli_parts(&with_commands, 4, text), "drop") == 0, "%s", text);
}

/* What cli_print() writes to standard output. */
static void printed(const struct cli *program, enum cli_request request, char *text, size_t size) {
  FILE *file = tmpfile();
  int saved = dup(STDOUT_FILENO);
  fflush(stdout);
  dup2(fileno(file), STDOUT_FILENO);
  cli_print(program, request);
  fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  rewind(file);
  text[fread(text, 1, size - 1, file)] = '\0';
  fclose(file);
}

static void test_help(void) {
  char text[8000];
  printed(&cli, CLI_HELP, text, sizeof text);
  CHECK(strncmp(text, "Usage: prog [OPTION]...\nDoes something.\n\nOptions:\n", 49) == 0, "%s",
        text);
  const char *const parts[] = {
      "\n  -n, --count N ", "\n      --file[=FILE] ",
      "\n\nTexts:\n  -m,",  "\n      --switch-with-a-very-long-name on|off\n   ",
      "\n      --mine ",    "\n  -h, --help ",
      "\n  -V, --version ", "\n\nA note.\n\nExamples:\n  prog x\n\nExit status: 0 always\n"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    CHECK(strstr(text, parts[i]) != NULL, "%s\nis not in\n%s", parts[i], text);
  CHECK(strstr(text, "of-others") == NULL && strstr(text, "print-options") == NULL, "%s", text);
  for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
    CHECK(strlen(line) <= 80, "%s", line);
  printed(&with_commands, CLI_HELP, text, sizeof text);
  CHECK(strncmp(text, "Usage: prog make [OPTION]... CONFIG\n  or:  prog check [OPTION]... DIR\n",
                70) == 0,
        "%s", text);
  CHECK(strstr(text, "\nCommands:\n  make   make it\n") != NULL, "%s", text);
  CHECK(strstr(text, "make and check: another") != NULL, "%s", text);
  printed(&cli, CLI_PRINT_OPTIONS, text, sizeof text);
  CHECK(strstr(text,
               "--colour\t-c\tWHICH\tred green blue\n--switch-with-a-very-long-name\t\ton|off\t"
               "off on\n--mine\t\t\t\n--help\t-h\t\t\n") != NULL,
        "%s", text);
  printed(&cli, CLI_VERSION, text, sizeof text);
  CHECK(strncmp(text, "prog (Quartet) ", 15) == 0, "%s", text);
}

int main(void) {
  for (int posix = 0; posix < 2; posix++) {
    if (posix)
      setenv("POSIXLY_CORRECT", "1", 1);
    test_forms();
    test_values();
    test_abbreviations();
    test_errors();
    test_requests();
    test_commands();
  }
  test_help();
  return test_result();
}
