/* The machine and the run: the facts that a reader needs to repeat it, and the excluded points. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "common/grow.h"
#include "common/number.h"

__attribute__((format(printf, 3, 4))) static void fact(struct table *table, const char *name,
                                                       const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = grow_vtext(format, arguments);
  va_end(arguments);
  if (*text != '\0') {
    table_cell(table, TONE_NONE, (double)table->cell_count, "%s", name);
    table_cell(table, TONE_NONE, NAN, "%s", text);
  }
  free(text);
}

static void add_caches(struct table *table, const struct run_machine *machine) {
  const struct {
    const char *name;
    int64_t bytes, count;
  } caches[] = {{"L1 data cache", machine->l1d_bytes, machine->l1d_count},
                {"L2 cache", machine->l2_bytes, machine->l2_count},
                {"L3 cache", machine->l3_bytes, machine->l3_count}};
  char text[NUMBER_TEXT];
  for (size_t i = 0; i < sizeof caches / sizeof *caches; i++)
    if (caches[i].bytes != RUN_UNKNOWN)
      fact(table, caches[i].name, "%" PRId64 " x %s", caches[i].count,
           bytes_format((double)caches[i].bytes, text));
}

static void add_machine(struct table *table, const struct run_machine *machine) {
  char text[NUMBER_TEXT];
  fact(table, "host", "%s", machine->host);
  fact(table, "processor", "%s", machine->processor);
  if (machine->cores != RUN_UNKNOWN)
    fact(table, "cores", "%" PRId64 " that may be used, %" PRId64 " physical", machine->cores,
         machine->physical_cores != RUN_UNKNOWN ? machine->physical_cores : machine->cores);
  add_caches(table, machine);
  if (machine->memory_bytes != RUN_UNKNOWN)
    fact(table, "memory", "%s", bytes_format((double)machine->memory_bytes, text));
  fact(table, "system", "%s %s %s", machine->system, machine->kernel, machine->architecture);
  fact(table, "frequency governor", "%s", machine->governor);
  fact(table, "CPU quota", "%s", machine->cgroup_cpu_quota);
}

static void add_build(struct table *table, const struct run_build *build) {
  char *label = *build->label == '\0' ? grow_text("%s", "") : grow_text(" %s", build->label);
  char *name = grow_text("compiler%s", label), *flags = grow_text("kernel flags%s", label);
  fact(table, name, "%s%s%s", build->compiler, *build->build_type != '\0' ? ", " : "",
       build->build_type);
  fact(table, flags, "%s%s%s", build->kernel_flags,
       *build->sanitizers != '\0' ? ", sanitizers " : "", build->sanitizers);
  free(label);
  free(name);
  free(flags);
}

static void add_run(struct table *table, const struct run_file *run) {
  char *command = grow_text("%s", "");
  for (size_t i = 0; i < run->argument_count; i++) {
    char *longer = grow_text("%s%s%s", command, i > 0 ? " " : "", run->arguments[i]);
    free(command);
    command = longer;
  }
  fact(table, "MPI", "%s%s%s", run->build.mpi, *run->mpirun_version != '\0' ? ", " : "",
       run->mpirun_version);
  fact(table, "Quartet", "%s %s%s", run->build.version, run->build.git_revision,
       run->build.git_dirty == TRUTH_YES ? " with local changes" : "");
  fact(table, "run", "%s, %s to %s, %s", run->run_id, run->start, run->end, run->result);
  fact(table, "order of launches", "%s", run->order);
  if (run->seed != RUN_UNKNOWN)
    fact(table, "seed", "%" PRId64, run->seed);
  if (run->load_at_start >= 0)
    fact(table, "load at start", "%.2f", run->load_at_start);
  fact(table, "command", "%s", command);
  fact(table, "config", "%s, sha256 %s", run->config_path, run->config_sha256);
  free(command);
}

static void add_environment(struct document *document, const struct run_file *run) {
  if (run->environment_count == 0)
    return;
  struct table *table = document_table(document, SHOW_PAGE, "environment", "Environment variables");
  table_column(table, false, false, "variable", NULL);
  table_column(table, false, false, "value", NULL);
  for (size_t i = 0; i < run->environment_count; i++) {
    table_cell(table, TONE_NONE, NAN, "%s", run->environment[i].name);
    table_cell(table, TONE_NONE, NAN, "%s", run->environment[i].value);
  }
}

static void add_exclusions(struct document *document, const struct run_file *run) {
  if (run->exclusion_count == 0)
    return;
  struct table *table =
      document_table(document, SHOW_PAGE | SHOW_ALL_POINTS, "excluded", "Excluded points");
  table_column(table, false, false, "kernel", NULL);
  table_column(table, false, false, "driver", NULL);
  table_column(table, true, false, "n", NULL);
  table_column(table, true, false, "cores", NULL);
  table_column(table, false, false, "why", NULL);
  for (size_t i = 0; i < run->exclusion_count; i++) {
    const struct run_exclusion *exclusion = &run->exclusions[i];
    table_cell(table, TONE_NONE, NAN, "%s", exclusion->kernel);
    table_cell(table, TONE_NONE, NAN, "%s", exclusion->driver);
    table_cell(table, TONE_NONE, (double)exclusion->n, "%" PRId64, exclusion->n);
    table_cell(table, TONE_NONE, (double)exclusion->cores, "%" PRId64, exclusion->cores);
    table_cell(table, TONE_NONE, NAN, "%s", exclusion->why);
  }
}

void section_machine(struct document *document, const struct answer *answer) {
  const struct run_file *run = answer->run;
  if (run == NULL)
    return;
  document_heading(document, SHOW_PAGE, 2, "Machine and run");
  struct table *table = document_table(document, SHOW_PAGE, "machine", "Machine and run");
  table_column(table, false, false, "fact", NULL);
  table_column(table, false, false, "value", NULL);
  add_machine(table, &run->machine);
  if (run->build_count == 0)
    add_build(table, &run->build);
  for (size_t i = 0; i < run->build_count; i++)
    add_build(table, &run->builds[i]);
  add_run(table, run);
  add_exclusions(document, run);
  add_environment(document, run);
}

/* --- references ------------------------------------------------------------------------------- */

static void add_value(struct table *table, double value, const char *unit) {
  char number[NUMBER_TEXT];
  if (isnan(value))
    table_cell(table, TONE_QUIET, NAN, "-");
  else if (strcmp(unit, "s") == 0)
    table_cell(table, TONE_NONE, value, "%s", seconds_format(value, number));
  else
    table_cell(table, TONE_NONE, value, "%s%s", quantity_format(value, number), unit);
}

void section_references(struct document *document, const struct answer *answer) {
  const struct run_file *run = answer->run;
  if (run == NULL || run->acceptance_count == 0)
    return;
  document_heading(document, SHOW_EVERYWHERE, 2, "Acceptance");
  struct table *table = document_table(document, SHOW_EVERYWHERE, "acceptance",
                                       "Results checked against reference values");
  static const char *const titles[] = {"point",     "metric", "measured",
                                       "reference", "bounds", "verdict"};
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    table_column(table, i == 2 || i == 3, false, titles[i], NULL);
  for (size_t i = 0; i < run->acceptance_count; i++) {
    const struct run_acceptance *check = &run->acceptance[i];
    char low[32] = "", high[32] = "";
    table_cell(table, TONE_NONE, (double)i, "%s", check->point);
    table_cell(table, TONE_NONE, NAN, "%s", check->metric);
    add_value(table, check->measured, check->unit);
    add_value(table, check->reference, check->unit);
    if (!isnan(check->lower))
      snprintf(low, sizeof low, "%+g %% ", 100 * check->lower);
    if (!isnan(check->upper))
      snprintf(high, sizeof high, "%+g %%", 100 * check->upper);
    table_cell(table, TONE_NONE, NAN, "%s%s", low, high);
    bool accepted = check->accepted == TRUTH_YES;
    table_cell(table, accepted ? TONE_NONE : TONE_FAILED, accepted, "%s",
               accepted ? "accepted" : "not accepted");
  }
}
