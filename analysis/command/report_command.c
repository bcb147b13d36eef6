#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/answer/sections.h"
#include "analysis/command/arguments.h"
#include "analysis/command/commands.h"
#include "analysis/command/page_folder.h"
#include "analysis/document/text.h"
#include "analysis/exports/answer_exports.h"
#include "analysis/exports/exports.h"
#include "common/grow.h"

/* A run, read and worked out. */
struct report {
  const struct arguments *arguments;
  char *samples; /* path of the samples.csv */
  char *folder;  /* of the page */
  struct dataset data;
  struct run_file run;
  struct answer answer;
};

static bool is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static char *join(const char *folder, const char *name) {
  size_t length = strlen(folder);
  bool slash = length > 0 && folder[length - 1] == '/';
  return grow_text(slash ? "%s%s" : "%s/%s", folder, name);
}

/* The page lies beside the samples: RESULTS/report. */
static void find_paths(struct report *report) {
  const struct arguments *arguments = report->arguments;
  bool folder = is_folder(arguments->results);
  report->samples =
      folder ? join(arguments->results, "samples.csv") : grow_text("%s", arguments->results);
  if (arguments->folder != NULL) {
    report->folder = grow_text("%s", arguments->folder);
    return;
  }
  const char *slash = strrchr(report->samples, '/');
  report->folder = slash == NULL
                       ? grow_text("report")
                       : grow_text("%.*s/report", (int)(slash - report->samples), report->samples);
}

static int open_report(struct report *report, struct error *error) {
  find_paths(report);
  if (dataset_read(&report->data, report->samples, error) != 0 ||
      run_file_read(&report->run, report->samples, error) != 0)
    return error->code;
  struct answer_options options = {report->arguments->baseline, report->arguments->margin};
  return answer_make(&report->answer, &report->data, &report->run, &options, error);
}

static void close_report(struct report *report) {
  answer_free(&report->answer);
  run_file_free(&report->run);
  dataset_free(&report->data);
  free(report->samples);
  free(report->folder);
}

/* Appends the path of the page, or the command that writes it. */
static void add_page_note(struct document *document, const struct report *report, bool written) {
  char *page = join(report->folder, "index.html");
  bool there = access(page, R_OK) == 0;
  if (written || there)
    document_paragraph(document, SHOW_SUMMARY, TONE_NONE, "Page with figures: %s", page);
  else
    document_paragraph(document, SHOW_SUMMARY, TONE_NONE, "A page with figures: %s --html %s",
                       program_invocation_name, report->arguments->results);
  document_paragraph(document, SHOW_SUMMARY | SHOW_ALL_POINTS, TONE_NONE, "All %ld rows: %s",
                     report->data.rows, report->samples);
  free(page);
}

static void write_methods(const struct report *report) {
  struct document document = {0};
  struct text_options options = text_options_for(stdout, SHOW_PAGE);
  char *text = methods_text(&report->answer);
  document_paragraph(&document, SHOW_PAGE, TONE_NONE, "%s", text);
  free(text);
  text_write(stdout, &document, &options);
  document_free(&document);
}

/* summary.csv lies beside the page: its numbers for another program. */
static int write_summary(const struct report *report, struct error *error) {
  char *path = join(report->folder, "summary.csv");
  FILE *file = fopen(path, "we");
  if (file == NULL)
    error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(errno));
  else {
    if (export_summary_csv(file, &report->answer, error) != 0)
      error_prefix(error, "%s", path);
    if (fclose(file) != 0 && error->code == 0)
      error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(errno));
  }
  free(path);
  return error->code;
}

static int write_page(const struct report *report, const struct document *document,
                      struct error *error) {
  const struct run_machine *machine = &report->run.machine;
  char *subtitle = report->run.found ? grow_text("%s, %s; %s", machine->host, machine->processor,
                                                 report->run.start)
                                     : grow_text("%s", report->samples);
  if (page_folder_write(report->folder, document, subtitle, report->arguments->pictures, error) ==
      0)
    write_summary(report, error);
  free(subtitle);
  return error->code;
}

static void write_text(const struct report *report, struct document *document) {
  const struct arguments *arguments = report->arguments;
  unsigned shown = arguments->all_points ? SHOW_ALL_POINTS : SHOW_SUMMARY;
  struct text_options options = text_options_for(stdout, shown);
  add_page_note(document, report, arguments->html);
  if (arguments->format == FORMAT_MARKDOWN)
    markdown_write(stdout, document, shown);
  else
    text_write(stdout, document, &options);
}

/* Writes the requested format to standard output. */
static int write_answer(const struct report *report, struct document *document,
                        struct error *error) {
  if (report->arguments->methods) {
    write_methods(report);
    return 0;
  }
  switch (report->arguments->format) {
  case FORMAT_JSON:
    return export_json(stdout, &report->answer, error);
  case FORMAT_CSV:
    return export_summary_csv(stdout, &report->answer, error);
  case FORMAT_JUNIT:
    return export_junit(stdout, &report->answer, error);
  default:
    write_text(report, document);
    return 0;
  }
}

/* The page first: the text says where it is. */
static int write_all(const struct report *report, struct error *error) {
  struct document document = {0};
  report_build(&document, &report->answer);
  if (!report->arguments->html || write_page(report, &document, error) == 0)
    write_answer(report, &document, error);
  document_free(&document);
  return error->code;
}

int command_report(int argc, char **argv, struct error *error) {
  struct arguments arguments;
  struct report report = {.arguments = &arguments};
  int code = arguments_read(&arguments, argc, argv);
  if (code >= 0)
    return code;
  if (open_report(&report, error) == 0) {
    if (arguments.export != NULL)
      arguments.export(stdout, &report.data, report.run.found ? &report.run : NULL, error);
    else
      write_all(&report, error);
  }
  close_report(&report);
  return error->code;
}
