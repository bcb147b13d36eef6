#include "runner/ui/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "runner/config/paths.h"
#include "runner/plan/shard.h"
#include "runner/process/launch.h"
#include "runner/record/results.h"
#include "runner/ui/job.h"

enum { WORDS = 8 };

/* The commands of a scheduler; "%" stands for the script or the job's number. */
struct commands {
  const char *submit[WORDS], *state[WORDS];
  bool from_input;  /* the script is read from standard input */
  const char *mark; /* in the answer to `state`, what stands before the state; NULL: nothing */
  const char *tasks[WORDS]; /* of arrays */
};
static const struct commands commands[JOB_SCHEDULERS] = {
    [JOB_SLURM] = {{"sbatch", "--parsable", "%"},
                   {"squeue", "-h", "-o", "%T", "-j", "%"},
                   false,
                   NULL,
                   {"squeue", "-h", "-r", "-o", "%K %T", "-j", "%"}},
    [JOB_PBS] = {{"qsub", "%"}, {"qstat", "-f", "%"}, false, "job_state = ", {NULL}},
    [JOB_LSF] = {{"bsub"}, {"bjobs", "-noheader", "-o", "stat", "%"}, true, NULL, {NULL}},
    [JOB_FLUX] = {{"flux", "batch", "%"},
                  {"flux", "jobs", "-n", "-o", "{status}", "%"},
                  false,
                  NULL,
                  {NULL}},
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
static void read_id(const char *answer, char id[QUEUE_ID_TEXT]) {
  const char *open = strchr(answer, '<');
  const char *begin = open != NULL ? open + 1 : answer;
  snprintf(id, QUEUE_ID_TEXT, "%.*s", (int)strcspn(begin, ">; \n"), begin);
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

static int write_id(const struct queued_job *job, int folder, struct error *error) {
  int file = openat(folder, "job.id", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0 || dprintf(file, "%s %s %" PRId64 "\n", job->scheduler, job->id, job->shards) < 0)
    error_set(error, EXIT_MACHINE, "job.id cannot be written: %s; the job is %s", strerror(errno),
              job->id);
  if (file >= 0)
    close(file);
  return error->code;
}

static int submit(const struct job *job, const struct results *results, struct error *error) {
  const struct commands *command = &commands[job->scheduler];
  char *relative = grow_text("%s/job.sh", results->path);
  char *script = path_absolute(relative), *answer = NULL;
  struct queued_job queued = {.shards = job->shards};
  snprintf(queued.scheduler, sizeof queued.scheduler, "%s", job_scheduler_name(job->scheduler));
  if (write_script(job, results->folder, error) == 0 &&
      ask(command->submit, script, command->from_input ? script : NULL, &answer, error) == 0) {
    read_id(answer, queued.id);
    if (write_id(&queued, results->folder, error) == 0)
      lines_printf(stdout, "", 2, "%s job%s %s: %s", queued.scheduler,
                   job->shards > 0 ? " array" : "", queued.id, relative);
  }
  free(answer);
  free(script);
  free(relative);
  return error->code;
}

/* A job would continue the run that is in the folder of its shard. */
static int clear_shards(const struct arguments *arguments, const struct config *config,
                        struct error *error) {
  struct shard shard = {.count = arguments->shards};
  while (++shard.index <= shard.count && error->code == 0) {
    struct results results;
    char *out = arguments->out != NULL ? path_absolute(arguments->out) : NULL;
    char *folder = shard_folder(&shard, out != NULL ? out : config->name);
    results_open(&results, out != NULL ? folder : NULL, folder, error);
    results_close(&results);
    free(folder);
    free(out);
  }
  return error->code;
}

int queue_submit(const struct arguments *arguments, const struct config *config,
                 const struct plan *plan, const char *drivers, struct error *error) {
  struct results results = {.folder = -1};
  int scheduler = find_scheduler(arguments, config, error);
  if (scheduler < 0)
    return error->code;
  char *program = grow_text("%s/sweep", host_program_folder());
  char *earlier = grow_text("results/%s", config->name);
  struct job job = {.scheduler = (enum job_scheduler)scheduler,
                    .config = config,
                    .plan = plan,
                    .paths = {program, drivers, arguments->out != NULL ? arguments->out : earlier},
                    .shards = arguments->shards};
  /* The earlier run is looked at before it is moved. */
  if (job_prepare(&job, error) == 0 &&
      results_open(&results, arguments->out, config->name, error) == 0 &&
      clear_shards(arguments, config, error) == 0) {
    job.paths.out = results.path;
    submit(&job, &results, error);
  }
  free(earlier);
  free(program);
  results_close(&results);
  return error->code;
}

/* --- the state of a job ----------------------------------------------------------------------- */

bool queue_find(int folder, struct queued_job *job) {
  char line[2 * QUEUE_ID_TEXT] = "";
  *job = (struct queued_job){.shards = 0};
  int file = openat(folder, "job.id", O_RDONLY | O_CLOEXEC);
  bool found = file >= 0 && read(file, line, sizeof line - 1) > 0 &&
               sscanf(line, "%15s %127s %" SCNd64, job->scheduler, job->id, &job->shards) >= 2 &&
               job->shards >= 0 && job->shards <= SHARDS_MAX;
  if (file >= 0)
    close(file);
  return found;
}

/* NULL: of a scheduler that this version does not know. */
static const struct commands *commands_of(const struct queued_job *job) {
  for (int i = 0; i < JOB_SCHEDULERS; i++)
    if (strcmp(job->scheduler, job_scheduler_name((enum job_scheduler)i)) == 0)
      return &commands[i];
  return NULL;
}

void queue_print_state(const struct queued_job *job, const char *prefix) {
  const struct commands *command = commands_of(job);
  char *answer = NULL;
  struct error error = {0};
  const char *state = NULL;
  if (command != NULL && ask(command->state, job->id, NULL, &answer, &error) == 0) {
    const char *mark = command->mark != NULL ? strstr(answer, command->mark) : answer;
    state = mark != NULL && command->mark != NULL ? mark + strlen(command->mark) : mark;
  }
  size_t length = state != NULL ? strcspn(state, " \n") : 0;
  if (length > 0)
    lines_printf(stdout, prefix, strlen(prefix), "%s %s: %.*s", job->scheduler, job->id,
                 (int)length, state);
  else
    lines_printf(stdout, prefix, strlen(prefix), "%s %s: no longer queued", job->scheduler,
                 job->id);
  free(answer);
}

char *queue_tasks(const struct queued_job *job, struct error *error) {
  const struct commands *command = commands_of(job);
  char *answer = NULL;
  if (command == NULL || command->tasks[0] == NULL)
    error_set(error, EXIT_USAGE, "%s has no arrays here", job->scheduler);
  else
    ask(command->tasks, job->id, NULL, &answer, error);
  return answer;
}
