#include "analysis/compare/command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/compare_report.h"
#include "analysis/document/messages.h"
#include "analysis/document/text.h"
#include "analysis/exports/exports.h"
#include "common/number.h"
#include "common/operands.h"
#include "common/suggest.h"

static const char help[] =
    "Usage: report compare [OPTION]... FIRST LATER...\n"
    "Compares runs with the first one, point by point: before and after a change,\n"
    "two machines, two compilers. FIRST and LATER are folders that `sweep run` has\n"
    "written, or files like samples.csv.\n"
    "\n"
    "A point of a later run is faster, slower, the same within a margin, or\n"
    "undecided: Mann and Whitney's test on the launches, adjusted by Holm over all\n"
    "points.\n"
    "\n"
    "Options:\n"
    "  -H, --html             write a page with figures: comparison/index.html\n"
    "  -o, --out DIR          the folder of the page; implies --html\n"
    "  -a, --all-points       list all points\n"
    "  -f, --format FORMAT    text, markdown, json (all of it), csv (a row a point)\n"
    "                         or junit (for CI: what --fail-on names is a failure)\n"
    "  -F, --fail-on LIST     exit status 1 if a point of a later run is one of, with\n"
    "                         commas between them: slower, faster, different,\n"
    "                         cannot-tell, missing, failed; slower:5% is slower by\n"
    "                         5 % or more\n"
    "  -M, --margin PERCENT   differences below it do not matter: \"the same within\"\n"
    "                         (the first run's, else 3%)\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 done; 1 a finding of --fail-on, or no point could be compared;\n"
    "2 usage error or not a samples.csv; 3 system error.\n"
    "\n"
    "Examples:\n"
    "  report compare results/before results/after\n"
    "  report compare --fail-on slower:5%,missing -f junit before after >junit.xml\n"
    "  report compare --out gcc_clang_icx results/gcc results/clang results/icx\n";

enum compare_format {
  FORMAT_TEXT,
  FORMAT_MARKDOWN,
  FORMAT_JSON,
  FORMAT_CSV,
  FORMAT_JUNIT,
  FORMATS
};
static const char *const format_names[FORMATS] = {"text", "markdown", "json", "csv", "junit"};

struct compare_arguments {
  struct operands runs;
  double margin; /* NaN: not given */
  enum compare_format format;
  bool all_points;
  const char *page; /* a folder, or NULL */
  struct fail_on fail_on;
};

static int parse_format(struct compare_arguments *arguments, const char *name,
                        struct error *error) {
  for (int i = 0; i < FORMATS; i++)
    if (strcmp(name, format_names[i]) == 0) {
      arguments->format = (enum compare_format)i;
      return 0;
    }
  const char *near = suggest(name, format_names, FORMATS);
  return error_set(error, EXIT_USAGE,
                   "--format: unknown format '%.40s'; must be one of: text, markdown, json, csv, "
                   "junit%s%s%s",
                   name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int parse_margin(struct compare_arguments *arguments, const char *text,
                        struct error *error) {
  if (share_parse(text, &arguments->margin, error) != 0)
    return error_prefix(error, "--margin");
  if (arguments->margin > 0 && arguments->margin < 1)
    return 0;
  return error_set(error, EXIT_USAGE, "--margin: must be above 0 and below 100 %%, not '%.40s'",
                   text);
}

static int take_option(struct compare_arguments *arguments, int option, struct error *error) {
  switch (option) {
  case 'M':
    return parse_margin(arguments, optarg, error);
  case 'a':
    arguments->all_points = true;
    return 0;
  case 'f':
    return parse_format(arguments, optarg, error);
  case 'F':
    return fail_on_parse(&arguments->fail_on, optarg, error);
  case 'H':
    if (arguments->page == NULL)
      arguments->page = "comparison";
    return 0;
  case 'o':
    arguments->page = optarg;
    return 0;
  default: /* getopt has printed what is wrong */
    fputs("Try 'report compare --help'.\n", stderr);
    return error->code = EXIT_USAGE;
  }
}

/* Returns -1 to go on, or an exit status. */
static int read_arguments(struct compare_arguments *arguments, int argc, char **argv,
                          struct error *error) {
  static const struct option options[] = {
      {"html", no_argument, NULL, 'H'},          {"out", required_argument, NULL, 'o'},
      {"all-points", no_argument, NULL, 'a'},    {"format", required_argument, NULL, 'f'},
      {"fail-on", required_argument, NULL, 'F'}, {"margin", required_argument, NULL, 'M'},
      {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0}};
  *arguments = (struct compare_arguments){.margin = NAN};
  optind = 0; /* also where another command line was read before */
  for (int option; (option = operands_next_option(&arguments->runs, argc, argv, "-Ho:af:F:M:h",
                                                  options)) != -1;) {
    if (option == 'h') {
      fputs(help, stdout);
      return EXIT_SUCCESS;
    }
    if (take_option(arguments, option, error) != 0)
      return error->code;
  }
  return -1;
}

static void write_document(const struct compare *compare,
                           const struct compare_arguments *arguments) {
  struct document document = {0};
  unsigned shown = arguments->all_points ? SHOW_ALL_POINTS : SHOW_SUMMARY;
  compare_document(&document, compare, &arguments->fail_on);
  if (arguments->format == FORMAT_MARKDOWN) {
    markdown_write(stdout, &document, shown);
  } else {
    struct text_options options = text_options_for(stdout, shown);
    text_write(stdout, &document, &options);
  }
  document_free(&document);
}

static int write_page(const struct compare *compare, const struct compare_arguments *arguments,
                      compare_page *page, struct error *error) {
  struct document document = {0};
  if (page == NULL)
    return error_set(error, EXIT_MACHINE, "--html: this report was built without pages");
  compare_document(&document, compare, &arguments->fail_on);
  int code = page(&document, arguments->page, error);
  if (code == 0)
    printf("%s/index.html\n", arguments->page);
  document_free(&document);
  return code;
}

static int write_comparison(const struct compare *compare,
                            const struct compare_arguments *arguments, compare_page *page,
                            struct error *error) {
  const struct fail_on *fail_on = &arguments->fail_on;
  if (arguments->page != NULL)
    return write_page(compare, arguments, page, error);
  switch (arguments->format) {
  case FORMAT_JSON:
    return compare_json(stdout, compare, fail_on, error);
  case FORMAT_CSV:
    return compare_csv(stdout, compare, fail_on, error);
  case FORMAT_JUNIT:
    return compare_junit(stdout, compare, fail_on, error);
  case FORMAT_TEXT:
  case FORMAT_MARKDOWN:
  case FORMATS:
    break;
  }
  write_document(compare, arguments);
  return export_check(stdout, error);
}

int compare_command(int argc, char **argv, compare_page *page) {
  struct error error = {0};
  struct compare_arguments arguments;
  struct compare compare = {0};
  int code = read_arguments(&arguments, argc, argv, &error);
  if (code < 0) {
    code = compare_make(&compare, (const char *const *)arguments.runs.items, arguments.runs.count,
                        arguments.margin, &error);
    if (code == 0)
      code = write_comparison(&compare, &arguments, page, &error);
    if (code == 0 && fail_on_fails(&arguments.fail_on, &compare))
      code = EXIT_WRONG;
    compare_free(&compare);
  }
  free(arguments.runs.items);
  if (*error.message != '\0')
    message_print("report compare", error.message);
  return code;
}
