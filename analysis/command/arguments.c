#include "analysis/command/arguments.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/command/commands.h"
#include "analysis/figures/gnuplot.h"
#include "common/number.h"
#include "common/operands.h"
#include "common/suggest.h"

const char *const report_format_names[REPORT_FORMATS] = {"text", "markdown", "json", "csv",
                                                         "junit"};

static const char help[] =
    "Usage: report [OPTION]... RESULTS\n"
    "  or:  report compare [OPTION]... A B...\n"
    "  or:  report --export FORMAT RESULTS\n"
    "Prints which model wins for which kind of work.\n"
    "It also prints from which size on it wins, how sure that is, and how far from\n"
    "the limit it is. RESULTS is a folder that `sweep run` has written, or a\n"
    "samples.csv.\n"
    "\n"
    "Options:\n"
    "  -H, --html             write a page with figures: RESULTS/report/index.html\n"
    "  -o, --out DIR          the folder of the page and its figures\n"
    "  -p, --pictures LIST    also figures as png, pdf or both (png,pdf), for papers\n"
    "  -a, --all-points       tables of all points: time, interval, speedup, rate\n"
    "  -f, --format FORMAT    text, markdown, json (all of it), csv (a row a point)\n"
    "                         or junit (for CI)\n"
    "  -m, --methods          a paragraph for a paper: how this was measured\n"
    "  -b, --baseline DRIVER  what speedups are over (the run's, else serial_driver)\n"
    "  -M, --margin PERCENT   differences below it do not matter: \"the same within\"\n"
    "                         (the run's, else 3%)\n"
    "  -e, --export FORMAT    for other programs: google-benchmark, extra-p\n"
    "  -h, --help             this text\n"
    "  -V, --version          the version\n"
    "\n"
    "Exit status: 0 done; 2 usage error or not a samples.csv; 3 system error.\n"
    "\n"
    "Examples:\n"
    "  report results/quick                    the verdict\n"
    "  report --html results/quick             the page, to open in a browser\n"
    "  report --all-points results/quick | less\n"
    "  report --methods results/quick\n"
    "  report --pictures pdf --out figures results/strong_scaling\n"
    "  report --format csv results/quick >summary.csv\n"
    "  report compare results/before results/after\n";

static int read_margin(const char *text, double *margin, struct error *error) {
  struct error why = {0};
  if (share_parse(text, margin, &why) != 0 || !(*margin > 0 && *margin < 1))
    return error_set(error, EXIT_USAGE,
                     "--margin: '%.40s'; must be above 0 and below 100 %%: \"3%%\" or 0.03", text);
  return 0;
}

static int read_format(const char *text, enum report_format *format, struct error *error) {
  for (int i = 0; i < REPORT_FORMATS; i++)
    if (strcmp(text, report_format_names[i]) == 0) {
      *format = (enum report_format)i;
      return 0;
    }
  const char *near = suggest(text, report_format_names, REPORT_FORMATS);
  return error_set(error, EXIT_USAGE,
                   "--format: '%.40s'; must be one of: text, markdown, json, csv, junit%s%s%s",
                   text, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int read_pictures(const char *text, unsigned *pictures, struct error *error) {
  static const struct {
    const char *name;
    unsigned format;
  } known[] = {{"svg", FIGURE_SVG}, {"png", FIGURE_PNG}, {"pdf", FIGURE_PDF}};
  do {
    size_t length = strcspn(text, ","), i = 0;
    while (i < 3 && (strlen(known[i].name) != length || strncmp(known[i].name, text, length) != 0))
      i++;
    if (i == 3)
      return error_set(error, EXIT_USAGE,
                       "--pictures: '%.*s'; must be one of: svg, png, pdf, or several: png,pdf",
                       (int)(length < 40 ? length : 40), text);
    *pictures |= known[i].format;
    text += length + (text[length] == ',');
  } while (*text != '\0');
  return 0;
}

static int bad_usage(struct error *error, const char *what) {
  return error_set(error, EXIT_USAGE, "%s; see report --help", what);
}

static int check(struct arguments *arguments, const struct operands *operands,
                 struct error *error) {
  if (operands->count == 0)
    return bad_usage(error, "no results are named");
  if (operands->count > 1)
    return bad_usage(error, "more than one folder is named (two runs: report compare A B)");
  if (arguments->export != NULL && (arguments->html || arguments->methods ||
                                    arguments->all_points || arguments->format != FORMAT_TEXT ||
                                    arguments->baseline != NULL || !isnan(arguments->margin)))
    return bad_usage(error, "--export goes with no other option");
  arguments->html |= arguments->pictures != 0;
  arguments->results = operands->items[0];
  return -1;
}

/* One option. Returns 0, or EXIT_USAGE with *error set. */
static int take_option(struct arguments *arguments, int option, struct error *error) {
  switch (option) {
  case 'H':
    arguments->html = true;
    return 0;
  case 'o':
    arguments->folder = optarg;
    arguments->html = true;
    return 0;
  case 'p':
    return read_pictures(optarg, &arguments->pictures, error);
  case 'a':
    arguments->all_points = true;
    return 0;
  case 'f':
    return read_format(optarg, &arguments->format, error);
  case 'm':
    arguments->methods = true;
    return 0;
  case 'b':
    arguments->baseline = optarg;
    return 0;
  case 'M':
    return read_margin(optarg, &arguments->margin, error);
  case 'e':
    arguments->export = optarg;
    return 0;
  default: /* getopt has printed what is wrong */
    return bad_usage(error, "unknown option");
  }
}

/* All options; the rest goes to `operands`. Returns as arguments_read() does. */
static int take_options(struct arguments *arguments, struct operands *operands, int argc,
                        char **argv, struct error *error) {
  static const struct option options[] = {
      {"html", no_argument, NULL, 'H'},           {"out", required_argument, NULL, 'o'},
      {"pictures", required_argument, NULL, 'p'}, {"all-points", no_argument, NULL, 'a'},
      {"format", required_argument, NULL, 'f'},   {"methods", no_argument, NULL, 'm'},
      {"baseline", required_argument, NULL, 'b'}, {"margin", required_argument, NULL, 'M'},
      {"export", required_argument, NULL, 'e'},   {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'V'},        {NULL, 0, NULL, 0}};
  for (int option; (option = operands_next_option(operands, argc, argv, "-Ho:p:af:mb:M:e:hV",
                                                  options)) != -1;) {
    if (option == 'h' || option == 'V') {
      fputs(option == 'h' ? help : "report (Quartet) " QUARTET_VERSION "\n", stdout);
      return 0;
    }
    if (take_option(arguments, option, error) != 0)
      return error->code;
  }
  return -1;
}

int arguments_read(struct arguments *arguments, int argc, char **argv, struct error *error) {
  struct operands operands = {0};
  *arguments = (struct arguments){.margin = NAN};
  int code = take_options(arguments, &operands, argc, argv, error);
  if (code < 0)
    code = check(arguments, &operands, error);
  free(operands.items);
  return code;
}
