#include "analysis/command/arguments.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/command/commands.h"
#include "analysis/figures/gnuplot.h"
#include "common/number.h"
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
    "Exit status: 0 done; 2 bad usage or not a samples.csv; 3 system error.\n"
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

static int check(struct arguments *arguments, int operands, char **words, struct error *error) {
  if (operands == 0)
    return bad_usage(error, "no results are named");
  if (operands > 1)
    return bad_usage(error, "more than one folder is named (two runs: report compare A B)");
  if (arguments->export != NULL && (arguments->html || arguments->methods ||
                                    arguments->all_points || arguments->format != FORMAT_TEXT ||
                                    arguments->baseline != NULL || !isnan(arguments->margin)))
    return bad_usage(error, "--export goes with no other option");
  arguments->html |= arguments->pictures != 0;
  arguments->results = words[0];
  return -1;
}

int arguments_read(struct arguments *arguments, int argc, char **argv, struct error *error) {
  static const struct option options[] = {
      {"html", no_argument, NULL, 'H'},           {"out", required_argument, NULL, 'o'},
      {"pictures", required_argument, NULL, 'p'}, {"all-points", no_argument, NULL, 'a'},
      {"format", required_argument, NULL, 'f'},   {"methods", no_argument, NULL, 'm'},
      {"baseline", required_argument, NULL, 'b'}, {"margin", required_argument, NULL, 'M'},
      {"export", required_argument, NULL, 'e'},   {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'V'},        {NULL, 0, NULL, 0}};
  *arguments = (struct arguments){.margin = NAN};
  for (int option; (option = getopt_long(argc, argv, "Ho:p:af:mb:M:e:hV", options, NULL)) != -1;) {
    int code = 0;
    switch (option) {
    case 'H':
      arguments->html = true;
      break;
    case 'o':
      arguments->folder = optarg;
      arguments->html = true;
      break;
    case 'p':
      code = read_pictures(optarg, &arguments->pictures, error);
      break;
    case 'a':
      arguments->all_points = true;
      break;
    case 'f':
      code = read_format(optarg, &arguments->format, error);
      break;
    case 'm':
      arguments->methods = true;
      break;
    case 'b':
      arguments->baseline = optarg;
      break;
    case 'M':
      code = read_margin(optarg, &arguments->margin, error);
      break;
    case 'e':
      arguments->export = optarg;
      break;
    case 'h':
      fputs(help, stdout);
      return 0;
    case 'V':
      puts("report (Quartet) " QUARTET_VERSION);
      return 0;
    default: /* getopt has said what is wrong */
      return bad_usage(error, "unknown option");
    }
    if (code != 0)
      return code;
  }
  return check(arguments, argc - optind, argv + optind, error);
}
