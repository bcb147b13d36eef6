#include "analysis/compare/command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/compare/report.h"
#include "analysis/document/messages.h"
#include "analysis/document/text.h"
#include "analysis/exports/exports.h"
#include "common/cli.h"
#include "common/grow.h"
#include "common/number.h"

static struct compare_arguments {
  const char **runs;
  size_t run_count;
  double margin;   /* NaN: not given */
  unsigned format; /* enum report_format */
  bool all_points, html;
  const char *page; /* a folder, or NULL */
  struct fail_on fail_on;
} given;

static int take_fail_on(const char *text, struct error *error) {
  return fail_on_parse(&given.fail_on, text, error);
}

static int take_margin(const char *text, struct error *error) {
  return margin_parse(text, &given.margin, error);
}

static int take_run(const char *word, struct error *error) {
  (void)error;
  *GROW(given.runs, given.run_count) = word;
  return 0;
}

static const struct cli_option option_table[] = {
    {"html", 'H', NULL, "write a page with figures: comparison/index.html", .flag = &given.html},
    {"out", 'o', "DIR", "the folder of the page; implies --html", .text = &given.page},
    {"all-points", 'a', NULL, "list all points", .flag = &given.all_points},
    {"format", 'f', "FORMAT",
     "text, markdown, json (everything), csv (one row a point) or junit (for CI: what --fail-on "
     "names is a failure)",
     .choice = &given.format, .words = report_format_names},
    {"fail-on", 'F', "LIST",
     "exit status 1 if a point of a later run is one of, with commas between them: slower, "
     "faster, different, cannot-tell, missing, failed; slower:5% is slower by 5 % or more",
     .take = take_fail_on, .words = finding_names},
    {"margin", 'M', "PERCENT",
     "differences below it do not matter: \"the same within\" (the first run's, else 3%)",
     .take = take_margin},
    {0},
};

static const struct cli cli = {
    .program = "report compare",
    .usage = "[OPTION]... FIRST LATER...",
    .summary =
        "Compares runs with the first one, point by point: before and after a change, two "
        "machines, two compilers. FIRST and LATER are the folders of runs, or files like "
        "samples.csv.\n\n"
        "A point of a later run is faster, slower, the same within a margin, or undecided: Mann "
        "and Whitney's test on the launches, adjusted by Holm over all points.",
    .options = option_table,
    .operand = take_run,
    .examples = "  report compare results/before results/after\n"
                "  report compare --fail-on slower:5%,missing -f junit before after >junit.xml\n"
                "  report compare --out gcc_clang_icx results/gcc results/clang results/icx\n",
    .status = "0 done; 1 a finding of --fail-on, or no point could be compared;\n2 usage error or "
              "not a samples.csv; 3 system error.",
};

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
  default:
    write_document(compare, arguments);
    return export_check(stdout, error);
  }
}

int compare_command(int argc, char **argv, compare_page *page) {
  struct error error = {0};
  struct compare compare = {0};
  given = (struct compare_arguments){.margin = NAN};
  int code = cli_read(&cli, argc, argv);
  if (given.html && given.page == NULL)
    given.page = "comparison";
  if (code < 0) {
    code = compare_make(&compare, given.runs, given.run_count, given.margin, &error);
    if (code == 0)
      code = write_comparison(&compare, &given, page, &error);
    if (code == 0 && fail_on_fails(&given.fail_on, &compare))
      code = EXIT_WRONG;
    compare_free(&compare);
  }
  free(given.runs);
  if (*error.message != '\0')
    message_print("report compare", error.message);
  return code;
}
