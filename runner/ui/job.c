#include "runner/ui/job.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "runner/config/paths.h"
#include "runner/record/forecast.h"
#include "runner/record/shard_points.h"

/* What the job asks its scheduler for. */
struct request {
  const char *name;
  int64_t nodes, tasks, threads; /* tasks: of a node; threads: CPUs of a task */
  int64_t minutes;
};

/* A scheduler's language. Options are formats of printf for one text of the config; NULL: it has no
 * such thing. `again` is the command of the job that queues it once more, `array_again` that of a
 * job of an array; NULL: arrays of this scheduler are not written. */
struct scheduler {
  const char *name, *directive;
  const char *account, *partition, *qos, *constraint;
  void (*write)(FILE *file, const struct request *request);
  const char *enter; /* a command at the start; "": none */
  const char *again, *array_again;
};

static void write_slurm(FILE *file, const struct request *request) {
  fprintf(file,
          "#SBATCH --job-name=%s\n#SBATCH --nodes=%" PRId64 "\n#SBATCH --ntasks-per-node=%" PRId64
          "\n#SBATCH --cpus-per-task=%" PRId64 "\n#SBATCH --time=%" PRId64
          "\n#SBATCH --exclusive\n#SBATCH --hint=nomultithread\n#SBATCH --open-mode=append\n"
          "#SBATCH --requeue\n",
          request->name, request->nodes, request->tasks, request->threads, request->minutes);
}

static void write_pbs(FILE *file, const struct request *request) {
  fprintf(file,
          "#PBS -N %s\n#PBS -l select=%" PRId64 ":ncpus=%" PRId64 ":mpiprocs=%" PRId64
          ":ompthreads=%" PRId64 "\n#PBS -l place=scatter:exclhost\n#PBS -l walltime=%02" PRId64
          ":%02" PRId64 ":00\n#PBS -j oe\n#PBS -r y\n",
          request->name, request->nodes, request->tasks * request->threads, request->tasks,
          request->threads, request->minutes / 60, request->minutes % 60);
}

/* -o appends; -r: again after a failure of the host; -Q: again after that exit status. */
static void write_lsf(FILE *file, const struct request *request) {
  fprintf(file,
          "#BSUB -J %s\n#BSUB -n %" PRId64 "\n#BSUB -R \"span[ptile=%" PRId64
          "] affinity[core(%" PRId64 ")]\"\n#BSUB -W %" PRId64
          "\n#BSUB -x\n#BSUB -r\n#BSUB -Q 99\n#BSUB -o %s.%%J.out\n",
          request->name, request->nodes * request->tasks, request->tasks, request->threads,
          request->minutes, request->name);
}

static void write_flux(FILE *file, const struct request *request) {
  fprintf(file,
          "#flux: --job-name=%s\n#flux: --nodes=%" PRId64 "\n#flux: --nslots=%" PRId64
          "\n#flux: --cores-per-slot=%" PRId64 "\n#flux: --time-limit=%" PRId64
          "m\n#flux: --exclusive\n#flux: --output=%s.{{id}}.out\n",
          request->name, request->nodes, request->nodes * request->tasks, request->threads,
          request->minutes, request->name);
}

static const struct scheduler schedulers[JOB_SCHEDULERS] = {
    {"slurm", "#SBATCH", "--account=%s", "--partition=%s", "--qos=%s", "--constraint=%s",
     write_slurm, "", "scontrol requeue \"$SLURM_JOB_ID\"",
     /* SLURM_JOB_ID of one task is the number of the array, by which all tasks are requeued. */
     "scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\""},
    {"pbs", "#PBS", "-A %s", "-q %s", NULL, NULL, write_pbs, "cd \"$PBS_O_WORKDIR\" || exit\n",
     "qsub \"$0\"", NULL},
    {"lsf", "#BSUB", "-P %s", "-q %s", NULL, "-R \"select[%s]\"", write_lsf, "", "exit 99", NULL},
    {"flux", "#flux:", "--bank=%s", "--queue=%s", NULL, "--requires=%s", write_flux, "",
     "flux --parent batch \"$0\"", NULL},
};

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

static int64_t quotient_up(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}

/* The config's time, or what the forecast says with room for what it does not know, or an hour. */
static int64_t minutes_of(const struct batch_job *batch, double forecast_s) {
  if (batch->given && batch->time_ns != CONFIG_UNSET)
    return quotient_up(batch->time_ns, INT64_C(60000000000));
  return forecast_s >= 0 && forecast_s < 1e8 ? (int64_t)ceil(1.5 * forecast_s / 60) + 5 : 60;
}

/* The longest of the jobs, by the most launches that each of its points may have. */
static double longest_s(const struct job *job, const struct forecast *forecast,
                        const int64_t *division) {
  double longest = 0, *jobs_s = grow_zeroed((size_t)job->shards + 1, sizeof *jobs_s);
  for (size_t i = 0; i < job->plan->point_count; i++) {
    double *job_s = &jobs_s[division != NULL ? division[i] : 0];
    *job_s += forecast_launch_s(forecast, job->plan, i) * (double)job->plan->most;
    longest = fmax(longest, *job_s);
  }
  free(jobs_s);
  return longest;
}

/* How long a job takes at most, by an earlier run; NaN: not known. */
static int find_forecast(struct job *job, struct error *error) {
  struct forecast forecast;
  int64_t *division = NULL;
  job->forecast_s = NAN;
  if (forecast_open(&forecast, job->plan, job->paths.drivers, error) == 0 && job->shards > 0)
    division = shard_points_divide(job->plan, job->config, job->shards, &forecast, error);
  if (error->code == 0) {
    forecast_look(&forecast, job->plan, job->paths.out);
    forecast_finish(&forecast, job->plan);
    if (forecast.known == job->plan->point_count)
      job->forecast_s = longest_s(job, &forecast, division);
  }
  free(division);
  forecast_close(&forecast);
  return error->code;
}

/* As many nodes as the config says or its points take, as many tasks on a node as the point with
 * the most ranks has there, and CPUs for each so that every point finds its cores. */
static struct request request_for(const struct config *config, const struct plan *plan,
                                  double forecast_s) {
  struct request request = {.name = config->name,
                            .nodes = config->batch.nodes > 0 ? config->batch.nodes : 1,
                            .minutes = minutes_of(&config->batch, forecast_s)};
  int64_t cores = 1; /* of a node */
  for (size_t i = 0; i < plan->point_count && config->batch.nodes <= 0; i++)
    request.nodes = plan->points[i].nodes > request.nodes ? plan->points[i].nodes : request.nodes;
  request.tasks = 1;
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct point *point = &plan->points[i];
    int64_t nodes = point->placed && point->nodes > 0 ? point->nodes : request.nodes;
    /* A kernel's own cores beyond those of a machine are threads that wait. */
    bool crowds = point->oversubscribed && workload_fixes(point->workload, FACTOR_CORES, NULL);
    int64_t tasks = quotient_up(point->ranks, nodes);
    int64_t used = crowds ? 1 : quotient_up(point->cores, nodes);
    request.tasks = tasks > request.tasks ? tasks : request.tasks;
    cores = used > cores ? used : cores;
  }
  request.threads = quotient_up(cores, request.tasks);
  return request;
}

static int write_option(FILE *file, const struct scheduler *scheduler, const char *key,
                        const char *format, const char *value, struct error *error) {
  if (value == NULL)
    return 0;
  if (format == NULL)
    return error_set(error, EXIT_USAGE, "batch: %s: %s has no such option; use batch: options", key,
                     scheduler->name);
  const char *place = strstr(format, "%s");
  fprintf(file, "%s %.*s%s%s\n", scheduler->directive, (int)(place - format), format, value,
          place + 2);
  return 0;
}

static int write_directives(FILE *file, const struct scheduler *scheduler,
                            const struct batch_job *batch, const struct request *request,
                            struct error *error) {
  scheduler->write(file, request);
  if (write_option(file, scheduler, "account", scheduler->account, batch->account, error) ||
      write_option(file, scheduler, "partition", scheduler->partition, batch->partition, error) ||
      write_option(file, scheduler, "qos", scheduler->qos, batch->qos, error) ||
      write_option(file, scheduler, "constraint", scheduler->constraint, batch->constraint, error))
    return error->code;
  for (size_t i = 0; i < batch->option_count; i++)
    fprintf(file, "%s %s\n", scheduler->directive, batch->options[i]);
  return 0;
}

/* Before `set -eu`: the functions of module systems use variables that are not set, and commands
 * that may fail. Some sites define `module` for login shells only. */
static void write_environment(FILE *file, const struct batch_job *batch) {
  if (batch->module_count > 0)
    fputs("if ! command -v module >/dev/null; then\n"
          "  for init in \"${LMOD_PKG-}/init/bash\" \"${MODULESHOME-}/init/bash\" "
          "/etc/profile.d/modules.sh \\\n    /etc/profile.d/lmod.sh; do\n"
          "    # shellcheck disable=SC1090\n"
          "    if [ -r \"$init\" ]; then . \"$init\"; break; fi\n  done\nfi\n",
          file);
  for (size_t i = 0; i < batch->module_count; i++) {
    fputs("module load ", file);
    write_quoted(file, batch->modules[i]);
    fputs(" || exit\n", file);
  }
  for (size_t i = 0; i < batch->setup_count; i++)
    fprintf(file, "%s || exit\n", batch->setup[i]);
}

/* Into how many shards the run is divided; 0: this job runs all of it. */
static int64_t shard_count(const struct job *job) {
  return job->shards > 0 ? job->shards : job->plan->shard.count;
}

/* Each shard has a folder of its own. */
static void write_shard(FILE *file, const struct job *job) {
  int64_t count = shard_count(job);
  if (job->shards > 0)
    fputs("shard=$SLURM_ARRAY_TASK_ID\n", file);
  else if (count > 0)
    fprintf(file, "shard=%" PRId64 "\n", job->plan->shard.index);
  if (count > 0)
    fprintf(file, "out=$out.$shard-of-%" PRId64 "\n", count);
}

/* The sweep ends cleanly, in a second or two, a twentieth of the limit before it. */
static void write_run(FILE *file, const struct job *job, int64_t minutes) {
  const struct scheduler *scheduler = &schedulers[job->scheduler];
  const char *again = job->shards > 0 ? scheduler->array_again : scheduler->again;
  char option[48] = "";
  if (shard_count(job) > 0)
    snprintf(option, sizeof option, " --shard \"$shard/%" PRId64 "\"", shard_count(job));
  int64_t limit = minutes * 60, margin = limit / 20;
  margin = margin < 10 ? 10 : margin > 120 ? 120 : margin;
  fprintf(
      file,
      "# The sweep stops so many seconds after the start of the job, before the scheduler would\n"
      "# kill it. SECONDS is what the modules and the set-up have taken.\n"
      "seconds=${QUARTET_JOB_SECONDS:-%" PRId64 "}\n"
      "seconds=$((seconds > SECONDS ? seconds - SECONDS : 1))\n"
      "if [ -e \"$out/run.json\" ]; then\n"
      "  set -- resume \"$out\"\n"
      "else\n"
      "  set -- run \"$config\" --out \"$out\"%s\n"
      "fi\n"
      "status=0\n"
      "timeout --signal=TERM \"$seconds\" \"$sweep\" \"$@\" --drivers \"$drivers\" &\n"
      "child=$!\n"
      "# A shell that waits gets signals of the scheduler at once, and passes them on.\n"
      "trap 'kill -TERM \"$child\" 2>/dev/null' INT TERM HUP USR1\n"
      "wait \"$child\" || status=$?\n"
      "while kill -0 \"$child\" 2>/dev/null; do status=0; wait \"$child\" || status=$?; done\n"
      "if [ \"$status\" -eq 124 ]; then # it was stopped for the time limit\n"
      "  %s\n"
      "fi\n"
      "exit \"$status\"\n",
      limit - margin, option, again);
}

const char *job_scheduler_name(enum job_scheduler scheduler) {
  return schedulers[scheduler].name;
}

/* Arrays of other schedulers queue themselves again in ways that are not tested. */
static int check_shards(const struct job *job, struct error *error) {
  if (job->shards > 0 && schedulers[job->scheduler].array_again == NULL)
    return error_set(error, EXIT_USAGE, "--shards: only --format slurm writes a job array");
  if (job->shards > 0 && job->plan->shard.count > 0)
    return error_set(error, EXIT_USAGE,
                     "--shard and --shards: a script runs one shard, or an array of all shards");
  return 0;
}

int job_prepare(struct job *job, struct error *error) {
  char *absolute = path_absolute(job->config->path);
  bool lasts = path_lasts(absolute);
  free(absolute);
  if (!lasts)
    return error_set(error, EXIT_USAGE,
                     "%.200s: a job script needs a config that is a file: the job reads it when it "
                     "starts",
                     job->config->path);
  return check_shards(job, error) != 0 ? error->code : find_forecast(job, error);
}

int job_write(FILE *file, const struct job *job, struct error *error) {
  const struct scheduler *scheduler = &schedulers[job->scheduler];
  const struct config *config = job->config;
  struct request request = request_for(config, job->plan, job->forecast_s);
  fputs("#!/bin/bash\n", file);
  if (write_directives(file, scheduler, &config->batch, &request, error) != 0)
    return error->code;
  if (job->shards > 0)
    fprintf(file, "#SBATCH --array=1-%" PRId64 "\n", job->shards);
  fprintf(file,
          "\n"
          "# If the time limit ends the sweep before it is done, the job is queued again, and\n"
          "# continues with the launches that are left. So it does if you submit it again.\n"
          "# Numbers have a decimal point, whatever the locale of who submits the job.\n"
          "export LC_ALL=C\n%s",
          scheduler->enter);
  write_environment(file, &config->batch);
  fputs("set -eu\n", file);
  write_variable(file, "sweep", job->paths.sweep);
  write_variable(file, "drivers", job->paths.drivers);
  write_variable(file, "config", config->path);
  write_variable(file, "out", job->paths.out);
  write_shard(file, job);
  write_run(file, job, request.minutes);
  if (fflush(file) != 0 || ferror(file))
    return error_set(error, EXIT_MACHINE, "the job script cannot be written: %s", strerror(errno));
  return 0;
}
