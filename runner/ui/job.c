#include "runner/ui/job.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runner/config/paths.h"

/* In single quotes, in which a shell changes nothing; a quote ends them, stands escaped, and begins
 * them again. */
static void write_quoted(FILE *file, const char *text) {
  putc('\'', file);
  for (; *text != '\0'; text++)
    if (*text == '\'')
      fputs("'\\''", file);
    else
      putc(*text, file);
  putc('\'', file);
}

static void write_variable(FILE *file, const char *name, const char *path) {
  char *text = path_absolute(path);
  fprintf(file, "%s=", name);
  write_quoted(file, text);
  putc('\n', file);
  free(text);
}

static void write_directive(FILE *file, const char *option, const char *value) {
  if (value != NULL)
    fprintf(file, "#SBATCH --%s=%s\n", option, value);
}

static void write_directives(FILE *file, const struct config *config, const struct plan *plan) {
  const struct batch_job *batch = &config->batch;
  int64_t cores = 1;
  for (size_t i = 0; i < plan->point_count; i++)
    if (plan->points[i].cores > cores)
      cores = plan->points[i].cores;
  fprintf(file, "#SBATCH --job-name=%s\n#SBATCH --nodes=1\n#SBATCH --ntasks=%" PRId64 "\n",
          config->name, cores);
  write_directive(file, "account", batch->account);
  write_directive(file, "partition", batch->partition);
  write_directive(file, "qos", batch->qos);
  write_directive(file, "constraint", batch->constraint);
  if (batch->given && batch->time_ns != CONFIG_UNSET) {
    int64_t minutes = (batch->time_ns + INT64_C(59999999999)) / INT64_C(60000000000);
    fprintf(file, "#SBATCH --time=%" PRId64 "\n", minutes);
  }
  fputs("#SBATCH --requeue\n#SBATCH --signal=B:INT@60\n", file);
  for (size_t i = 0; i < batch->option_count; i++)
    fprintf(file, "#SBATCH %s\n", batch->options[i]);
}

/* Before `set -eu`: the functions of module systems use variables that are not set, and commands
 * that may fail. */
static void write_modules(FILE *file, const struct batch_job *batch) {
  for (size_t i = 0; i < batch->module_count; i++) {
    fputs("module load ", file);
    write_quoted(file, batch->modules[i]);
    fputs(" || exit\n", file);
  }
}

int job_write(FILE *file, const struct config *config, const struct plan *plan,
              const struct job_paths *paths, struct error *error) {
  char *absolute = path_absolute(config->path);
  bool lasts = path_lasts(absolute);
  free(absolute);
  if (!lasts)
    return error_set(error, EXIT_USAGE,
                     "%.200s: a job script needs a config that is a file: the job reads it when it "
                     "starts",
                     config->path);
  fputs("#!/bin/bash\n", file);
  write_directives(file, config, plan);
  fputs("\n"
        "# The job gets a signal a minute before its end: the sweep then ends cleanly. If the job "
        "is\n"
        "# run again, by the scheduler or by you, this script continues with the other launches.\n"
        "# Numbers have a decimal point in any locale of the user.\n"
        "export LC_ALL=C\n",
        file);
  write_modules(file, &config->batch);
  fputs("set -eu\n", file);
  write_variable(file, "sweep", paths->sweep);
  write_variable(file, "drivers", paths->drivers);
  write_variable(file, "config", config->path);
  write_variable(file, "out", paths->out);
  fputs("if [ -e \"$out/run.json\" ]; then\n"
        "  exec \"$sweep\" resume \"$out\" --drivers \"$drivers\"\n"
        "fi\n"
        "exec \"$sweep\" run \"$config\" --out \"$out\" --drivers \"$drivers\"\n",
        file);
  if (fflush(file) != 0 || ferror(file))
    return error_set(error, EXIT_MACHINE, "the job script cannot be written: %s", strerror(errno));
  return 0;
}
