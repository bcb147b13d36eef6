#include "runner/ui/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "runner/config/paths.h"
#include "runner/process/launch.h"
#include "runner/record/results.h"
#include "runner/ui/job.h"

enum { WORDS = 8, ID_TEXT = 128 };

/* The commands of a scheduler; "%" stands for the script or the job's number. */
struct commands {
  const char *submit[WORDS], *state[WORDS];
  bool from_input;  /* the script is read from standard input */
  const char *mark; /* in the answer to `state`, what stands before the state; NULL: nothing */
};
static const struct commands commands[JOB_SCHEDULERS] = {
    [JOB_SLURM] = {{"sbatch", "--parsable", "%"},
                   {"squeue", "-h", "-o", "%T", "-j", "%"},
                   false,
                   NULL},
    [JOB_PBS] = {{"qsub", "%"}, {"qstat", "-f", "%"}, false, "job_state = "},
    [JOB_LSF] = {{"bsub"}, {"bjobs", "-noheader", "-o", "stat", "%"}, true, NULL},
    [JOB_FLUX] = {{"flux", "batch", "%"},
                  {"flux", "jobs", "-n", "-o", "{status}", "%"},
                  false,
                  NULL},
};

static bool is_in_path(const char *program) {
  const char *path = getenv("PATH");
  for (const char *at = path; at != NULL && *at != '\0';) {
    size_t length = strcspn(at, ":");
    char *file = grow_text("%.*s/%s", (int)length, at, program);
    bool found = access(file, X_OK) == 0;
    free(file);
    if (found)
      return true;
    at += length + (at[length] == ':');
  }
  return false;
}

/* The config's scheduler, else the one whose command is there. Flux runs in jobs of others, too, so
 * that it is the last. */
static int find_scheduler(const struct arguments *arguments, const struct config *config,
                          struct error *error) {
  if (arguments->format >= LISTING_JOB)
    return (int)arguments->format - LISTING_JOB;
  for (int i = 0; i < JOB_SCHEDULERS && config->batch.scheduler != NULL; i++)
    if (strcmp(config->batch.scheduler, job_scheduler_name((enum job_scheduler)i)) == 0)
      return i;
  for (int i = 0; i < JOB_SCHEDULERS; i++)
    if (is_in_path(commands[i].submit[0]))
      return i;
  error_set(
      error, EXIT_USAGE,
      "no scheduler here: none of sbatch, qsub, bsub, flux is in PATH; `plan --format` writes "
      "the job script");
  return -1;
}

/* Runs a command with `text` for "%"; *answer is its standard output, which the caller frees. */
static int ask(const char *const *words, const char *text, const char *input, char **answer,
               struct error *error) {
  char *argv[WORDS + 1] = {NULL};
  struct launch_result result;
  for (size_t i = 0; i < WORDS && words[i] != NULL; i++)
    argv[i] = grow_text("%s", strcmp(words[i], "%") == 0 ? text : words[i]);
  struct program_launch launch = {.argv = argv,
                                  .input = input,
                                  .timeout_ns = INT64_C(60000000000),
                                  .output_bytes_max = 1 << 16};
  *answer = NULL;
  if (launch_run(&launch, &result, error) == 0) {
    size_t length;
    const char *reason = launch_quote(&result, true, &length);
    if (result.ending == ENDED_UNSTARTED)
      error_set(error, EXIT_MACHINE, "'%s' cannot be run: %s", argv[0],
                strerror(result.error_number));
    else if (result.ending != ENDED_EXIT || result.exit_code != 0)
      error_set(error, EXIT_MACHINE, "%s: %.*s", argv[0], (int)length, reason);
    else
      *answer = grow_text("%s", result.output);
    launch_free(&result);
  }
  for (size_t i = 0; argv[i] != NULL; i++)
    free(argv[i]);
  return error->code;
}

/* "123", "123;cluster", "123.server", or "Job <123> is submitted to ...". */
static void read_id(const char *answer, char id[ID_TEXT]) {
  const char *open = strchr(answer, '<');
  const char *begin = open != NULL ? open + 1 : answer;
  snprintf(id, ID_TEXT, "%.*s", (int)strcspn(begin, ">; \n"), begin);
}

static int write_script(const struct job *job, int folder, struct error *error) {
  int descriptor = openat(folder, "job.sh", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0777);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
  if (file == NULL)
    return error_set(error, EXIT_MACHINE, "job.sh cannot be written: %s", strerror(errno));
  job_write(file, job, error);
  fclose(file);
  return error->code;
}

static int write_id(enum job_scheduler scheduler, const char *id, int folder, struct error *error) {
  int file = openat(folder, "job.id", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0 || dprintf(file, "%s %s\n", job_scheduler_name(scheduler), id) < 0)
    error_set(error, EXIT_MACHINE, "job.id cannot be written: %s; the job is %s", strerror(errno),
              id);
  if (file >= 0)
    close(file);
  return error->code;
}

static int submit(const struct job *job, const struct results *results, struct error *error) {
  const struct commands *command = &commands[job->scheduler];
  char *relative = grow_text("%s/job.sh", results->path);
  char *script = path_absolute(relative), *answer = NULL, id[ID_TEXT];
  if (write_script(job, results->folder, error) == 0 &&
      ask(command->submit, script, command->from_input ? script : NULL, &answer, error) == 0) {
    read_id(answer, id);
    if (write_id(job->scheduler, id, results->folder, error) == 0)
      lines_printf(stdout, "", 2, "%s job %s: %s", job_scheduler_name(job->scheduler), id,
                   relative);
  }
  free(answer);
  free(script);
  free(relative);
  return error->code;
}

int queue_submit(const struct arguments *arguments, const struct config *config,
                 const struct plan *plan, const char *drivers, struct error *error) {
  struct results results;
  int scheduler = find_scheduler(arguments, config, error);
  if (scheduler < 0 || results_open(&results, arguments->out, config->name, error) != 0)
    return error->code;
  char *program = grow_text("%s/sweep", host_program_folder());
  struct job job = {.scheduler = (enum job_scheduler)scheduler,
                    .config = config,
                    .plan = plan,
                    .paths = {program, drivers, results.path}};
  submit(&job, &results, error);
  free(program);
  results_close(&results);
  return error->code;
}

bool queue_print_state(int folder, const char *prefix) {
  char line[2 * ID_TEXT] = "", name[16] = "", id[ID_TEXT] = "";
  int file = openat(folder, "job.id", O_RDONLY | O_CLOEXEC);
  if (file < 0 || read(file, line, sizeof line - 1) < 0 ||
      sscanf(line, "%15s %127s", name, id) != 2) {
    if (file >= 0)
      close(file);
    return false;
  }
  close(file);
  char *answer = NULL;
  struct error error = {0};
  const char *state = NULL;
  for (int i = 0; i < JOB_SCHEDULERS; i++)
    if (strcmp(name, job_scheduler_name((enum job_scheduler)i)) == 0 &&
        ask(commands[i].state, id, NULL, &answer, &error) == 0) {
      const char *mark = commands[i].mark != NULL ? strstr(answer, commands[i].mark) : answer;
      state = mark != NULL && commands[i].mark != NULL ? mark + strlen(commands[i].mark) : mark;
    }
  size_t length = state != NULL ? strcspn(state, " \n") : 0;
  if (length > 0)
    lines_printf(stdout, prefix, strlen(prefix), "%s %s: %.*s", name, id, (int)length, state);
  else
    lines_printf(stdout, prefix, strlen(prefix), "%s %s: no longer queued", name, id);
  free(answer);
  return true;
}
