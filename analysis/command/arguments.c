#include "analysis/command/arguments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/figures/gnuplot.h"
#include "common/cli.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/program.h"
#include "common/protocol.h"

static struct arguments given;

/* In the order of the bits of enum figure_format. */
static const char *const picture_names[] = {"svg", "png", "pdf", NULL};

static int take_pictures(const char *text, struct error *error) {
  do {
    size_t length = strcspn(text, ",");
    unsigned format = 0;
    char *name = grow_text("%.*s", (int)length, text);
    cli_choose(name, picture_names, &format, error);
    free(name);
    given.pictures |= FIGURE_SVG << format;
    text += length + (text[length] == ',');
  } while (*text != '\0' && error->code == 0);
  return error->code;
}

static int take_margin(const char *text, struct error *error) {
  return margin_parse(text, &given.margin, error);
}

static int take_export(const char *text, struct error *error) {
  given.export = export_find(text, error);
  return error->code;
}

static const struct cli_option options[] = {
    {"html", 'H', NULL, "write a page with figures: RESULTS/report/index.html",
     .flag = &given.html},
    {"out", 'o', "DIR", "the folder of the page and its figures; implies --html",
     .text = &given.folder},
    {"pictures", 'p', "LIST", "also figures as png, pdf or both (png,pdf), for papers",
     .take = take_pictures, .words = picture_names},
    {"all-points", 'a', NULL, "tables of all points: time, interval, speedup, rate",
     .flag = &given.all_points},
    {"format", 'f', "FORMAT",
     "text, markdown, json (everything), csv (one row a point) or junit (for CI)",
     .choice = &given.format, .words = report_format_names},
    {"methods", 'm', NULL, "a paragraph for a paper: how this was measured",
     .flag = &given.methods},
    {"baseline", 'b', "DRIVER", "base of the speedups (the run's, else serial_driver)",
     .text = &given.baseline, .words = driver_names},
    {"margin", 'M', "PERCENT", "smaller differences count as equivalent (the run's, else 3%)",
     .take = take_margin},
    {"export", 'e', "FORMAT", "for other programs: google-benchmark, extra-p", .take = take_export,
     .words = export_names},
    {0},
};

static int take_results(const char *word, struct error *error);

static const struct cli cli = {
    .program = "report",
    .usage = "[OPTION]... RESULTS\ncompare [OPTION]... A B...\n--export FORMAT RESULTS",
    .summary = "Prints which model is the fastest for which kind of work, from which size on, with "
               "which confidence, and how far it is from the machine's limit. RESULTS is the "
               "folder of a run, or a samples.csv.",
    .options = options,
    .operand = take_results,
    .examples = "  report results/quick                    the verdict\n"
                "  report --html results/quick             the page, to open in a browser\n"
                "  report --all-points results/quick | less\n"
                "  report --methods results/quick\n"
                "  report --pictures pdf --out figures results/strong_scaling\n"
                "  report --format csv results/quick >summary.csv\n"
                "  report compare results/before results/after\n",
    .status = "0 done; 2 usage error or not a samples.csv; 3 system error.",
};

static int take_results(const char *word, struct error *error) {
  if (given.results != NULL)
    return cli_refuse(&cli, error, "more than one folder is named (two runs: %s compare A B)",
                      program_name(cli.program));
  given.results = word;
  return 0;
}

static int check(struct error *error) {
  given.html |= given.folder != NULL || given.pictures != 0;
  if (given.results == NULL)
    return cli_refuse(&cli, error, "no results are named");
  if (given.export != NULL &&
      (given.html || given.methods || given.all_points || given.format != FORMAT_TEXT ||
       given.baseline != NULL || !isnan(given.margin)))
    return cli_refuse(&cli, error, "--export goes with no other option");
  return 0;
}

int arguments_read(struct arguments *arguments, int argc, char **argv) {
  struct error error = {0};
  given = (struct arguments){.margin = NAN};
  int code = cli_read(&cli, argc, argv);
  if (code < 0 && check(&error) != 0)
    code = error_print(&error, "report");
  *arguments = given;
  return code;
}
