#include "drivers/driver.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/build.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/lines.h"
#include "common/program.h"
#include "common/streams.h"
#include "common/suspension.h"
#include "drivers/launcher.h"
#include "drivers/output.h"
#include "drivers/provide.h"
#include "drivers/watchdog.h"
#include "engine/calibrate.h"
#include "engine/ending.h"
#include "engine/placement.h"

/* The output during the measurement, by the one process that prints. */
struct output {
  bool speaks;
  const struct facts *facts;
  struct rows rows;               /* without a file: words */
  struct repetition *repetitions; /* the timed ones so far, for the words */
  int64_t count, rows_written;
  bool wrong;
};

const char *launch_model(const struct launch *launch) {
  return model_names[driver_model(launch->driver->facts, launch->settings->lock,
                                  launch->team.workers)];
}

/* On standard error, beside the rows. */
static void print_suspended(const struct facts *facts, const struct repetition *repetition) {
  lines_printf(stderr, facts->launch->driver->facts->name, 2,
               ": the process was stopped during %s %lld, which is repeated",
               repetition->warmup ? "warm-up" : "repetition", (long long)repetition->index + 1);
}

static int report_repetition(void *context, const struct repetition *repetition,
                             struct error *error) {
  struct output *output = context;
  if (repetition->suspended) {
    if (output->speaks)
      print_suspended(output->facts, repetition);
    return 0;
  }
  bool first_wrong = !repetition->right && !output->wrong;
  output->wrong = output->wrong || !repetition->right;
  if (output->speaks && first_wrong && !output->rows.file)
    words_wrong(output->facts, repetition);
  if (output->speaks && !repetition->warmup && !output->rows.file)
    output->repetitions[output->count++] = *repetition;
  if (output->speaks && output->rows.file)
    return rows_write(&output->rows, output->facts, output->rows_written++, repetition, error);
  return 0;
}

static int open_output(struct output *output, const struct settings *settings,
                       struct error *error) {
  if (settings->csv)
    return rows_open(&output->rows, settings->csv_file, error);
  output->repetitions = calloc((size_t)settings->reps, sizeof *output->repetitions);
  if (!output->repetitions)
    return error_set(error, EXIT_MACHINE,
                     "--reps: not enough memory for that number of repetitions");
  return 0;
}

static int close_output(struct output *output, struct error *error) {
  struct error late = {0};
  free(output->repetitions);
  if (rows_close(&output->rows, output->facts->launch->settings->csv_file, &late) && !error->code)
    *error = late;
  return error->code;
}

/* Of MPI only: a single process that no launcher has started, although it could use more cores. */
static void warn_of_no_launcher(const struct launch *launch) {
  int given = launcher_job_processes();
  if (launch->driver->open_comm && launch->comm.processes == 1 && given > 1 && !launcher_present())
    fprintf(stderr,
            "%s: warning: started without a launcher: 1 process of the %d that the job has; "
            "mpirun -np %d %s starts all\n",
            program_name(launch->driver->facts->name), given, given,
            program_name(launch->driver->facts->name));
}

/* Ranks that do not bind themselves, as requested or as the environment says, stay where the
 * launcher has put them: two jobs may then run on the same core. */
static void warn_of_lost_mask(const struct launch *launch) {
  cpu_set_t own, launcher, both;
  if (!launch->driver->open_comm || launch->comm.process != 0 ||
      !rank_binding_of_launcher(&launcher) || sched_getaffinity(0, sizeof own, &own) != 0)
    return;
  CPU_AND(&both, &own, &launcher);
  if (!CPU_EQUAL(&both, &own))
    fprintf(stderr,
            "%s: warning: the launcher has bound ranks outside of the CPUs that it was started "
            "with, where other jobs may run; for Open MPI use mpirun --bind-to none\n",
            launch->driver->facts->name);
}

/* Rows in a file have it in the column build_warning. */
static void warn_of_build(const struct launch *launch) {
  if (!launch->settings->csv_file && *build_warning != '\0' && launch->comm.process == 0)
    fprintf(stderr, "%s: warning: not a release build: %s\n",
            program_name(launch->driver->facts->name), build_warning);
}

static int measure_and_report(struct launch *launch, struct output *output,
                              struct locality *locality, struct error *error) {
  const struct driver *driver = launch->driver;
  const struct measurement measurement = {
      .session = &launch->session,
      .start = output->facts->start,
      .reps = launch->settings->reps,
      .warmup = launch->settings->warmup,
      .locality = locality,
      .pass = driver->pass ? driver->pass : measure_plain_pass,
      .pass_context = launch->context,
      .report = report_repetition,
      .report_context = output,
  };
  warn_of_build(launch);
  warn_of_no_launcher(launch);
  warn_of_lost_mask(launch);
  if (output->speaks && !output->rows.file)
    words_begin(output->facts);
  if (measure(&measurement, error))
    return error->code;
  if (output->speaks && !output->rows.file && !output->wrong)
    words_end(output->facts, output->repetitions, output->count);
  if (output->wrong)
    return error_set(error, EXIT_WRONG, "%s: the result is wrong", launch->settings->kernel->name);
  return 0;
}

/* The arguments of run_session for measure_session. */
struct measured_session {
  struct launch *launch;
  struct output *output;
  struct thread_binding *binding;
  struct locality *locality;
  struct error *error;
};

/* Opens the session and the output, measures, and closes both. */
static int measure_session(void *context) {
  const struct measured_session *measured = context;
  struct launch *launch = measured->launch;
  struct output *output = measured->output;
  struct error *error = measured->error;
  const struct settings *settings = launch->settings;
  thread_binding_apply(measured->binding, &launch->team); /* the workers of this region */
  if (settings->kernel->rounds && !settings->rounds_given && settings->jobs == 1 &&
      launch->comm.nodes > 1 && calibrate_rounds(&launch->session, error))
    return error->code;
  /* the session first: what does not fit memory leaves no file behind */
  if (session_open(&launch->session, error) == 0 && output->speaks)
    open_output(output, launch->settings, error);
  if (comm_agree(&launch->comm, error) == 0)
    measure_and_report(launch, output, measured->locality, error);
  session_close(&launch->session);
  return close_output(output, error);
}

/* After provide_open: a server that was bound as worker 0 is would take time from it. */
static int bind_and_place(struct launch *launch, struct thread_binding *binding,
                          struct placement *placement, struct error *error) {
  if (thread_binding_open(binding, &launch->settings->bind, &launch->comm, &launch->team, error))
    return error->code;
  thread_binding_apply(binding, &launch->team);
  return placement_find(placement, binding->whole_cores, &launch->comm, &launch->team, error);
}

/* The workers are there. */
static int run_session(struct launch *launch, struct error *error) {
  const struct settings *settings = launch->settings;
  struct lock lock;
  struct placement placement = {0};
  struct thread_binding binding = {0};
  struct locality locality = {.remote_pages = NAN, .huge_pages = NAN};
  struct facts facts = {.launch = launch,
                        .placement = &placement,
                        .binding = &binding,
                        .starts = launch->starts,
                        .timer_overhead_s = clock_overhead_s(),
                        .clock_step_s = clock_step_s(),
                        .locality = &locality};
  struct output output = {.speaks = launch->comm.process == 0, .facts = &facts};
  struct measured_session measured = {launch, &output, &binding, &locality, error};
  struct provided provided;
  const struct needs needs =
      settings->kernel->needs ? settings->kernel->needs(&settings->problem) : (struct needs){0};
  int code = lock_open(&lock, settings->lock_fraction, settings->switch_ns);
  if (code)
    return error_set(error, EXIT_MACHINE, "no lock: %s", strerror(code));
  const struct provision provision = {
      .needs = &needs,
      .in_flight =
          launch->driver->in_flight ? launch->driver->in_flight(launch) : launch->team.workers,
      .remedy = launch->driver->facts->options & OPTIONS_TASKS ? "use --in-flight" : NULL,
  };
  if (provide_open(&provided, &provision, &launch->comm, error)) {
    error_prefix(error, "%s", settings->kernel->name);
    goto close_lock;
  }
  launch->session = (struct session){
      .kernel = settings->kernel,
      .problem = settings->problem,
      .policy = {.grain = settings->grain,
                 .schedule = settings->schedule,
                 .overlap = settings->overlap,
                 .lock = settings->lock ? &lock : NULL,
                 .server = provided.url[0] ? provided.url : NULL},
      .comm = &launch->comm,
      .team = &launch->team,
      .jobs = settings->jobs,
  };
  if (bind_and_place(launch, &binding, &placement, error) == 0) {
    launch->team.crowded = launch->team.crowded || placement.oversubscribed;
    facts.start = start_kind_for(launch->comm.processes, placement.oversubscribed);
    launch->team.within(&launch->team, measure_session, &measured);
  }
  placement_close(&placement);
  thread_binding_close(&binding);
  provide_close(&provided);
close_lock:
  lock_close(&lock);
  return error->code;
}

static double seconds_since(int64_t start_ns) {
  return (double)(clock_now_ns() - start_ns) * 1e-9;
}

static int run(struct launch *launch, int64_t start_ns, struct error *error) {
  const struct driver *driver = launch->driver;
  launch->team = team_serial;
  if (driver->open_workers) {
    int64_t open_ns = clock_now_ns();
    driver->open_workers(launch, error);
    launch->starts.workers = seconds_since(open_ns);
  }
  launch->starts.all = seconds_since(start_ns);
  if (comm_agree(&launch->comm, error) == 0)
    run_session(launch, error);
  if (driver->close_workers)
    driver->close_workers(launch);
  return error->code;
}

static int act(struct launch *launch, const struct cli *cli, int64_t start_ns,
               struct error *error) {
  const struct settings *settings = launch->settings;
  bool speaks = launch->comm.process == 0;
  if (settings->request == CLI_RUN && settings->action == ACTION_RUN)
    return run(launch, start_ns, error);
  if (!speaks)
    return 0;
  if (settings->request != CLI_RUN)
    cli_print(cli, settings->request);
  else if (settings->action == ACTION_LIST)
    print_list();
  else if (settings->action == ACTION_DESCRIBE)
    print_description(settings->kernel);
  else if (settings->action == ACTION_WORK)
    print_work(settings, error);
  else
    print_build();
  return error->code;
}

int driver_main(const struct driver *driver, int argc, char **argv) {
  int64_t start_ns = clock_now_ns();
  struct error error = {0}, usage = {0}, late = {0};
  struct settings settings;
  const struct cli cli = settings_cli(driver->facts, driver->summary, driver->examples);
  struct launch launch = {.driver = driver, .settings = &settings};
  streams_hold();
  signal(SIGXFSZ, SIG_IGN); /* a file that may grow no more (ulimit -f) is an error of that write */
  ending_guard(driver->facts->name);
  suspension_watch();
  /* before MPI, whose thread level depends on it; errors are reported after, by one process */
  settings_parse(&settings, &cli, argc, argv, &usage);
  /* alone, MPI cannot start everywhere, and information needs none */
  bool informs = !usage.code && (settings.request != CLI_RUN || settings.action != ACTION_RUN);
  if (settings.csv_file || settings.action == ACTION_WORK)
    failure_report_as_csv(
        launcher_present()); /* standard output has nothing else then, or rows in the same form */
  if (usage.code == 0 && settings.time_limit_ns > 0)
    watchdog_start(driver->facts->name, settings.time_limit_ns);
  if (driver->open_comm && (!informs || launcher_present())) {
    bool threaded = usage.code == 0 && settings.threads > 1;
    if (usage.code == 0)
      rank_binding_narrow(&settings.bind, threaded ? (int)settings.threads : 1);
    if (driver->open_comm(&launch.comm, threaded, &argc, &argv, &error) == 0)
      launcher_check(launch.comm.processes, &error);
    launch.starts.comm = seconds_since(start_ns);
  } else {
    comm_local_open(&launch.comm, 1, &error);
  }
  if (!error.code)
    error = usage;
  if (!error.code && settings.request == CLI_RUN && settings.action == ACTION_RUN && settings.csv &&
      !settings.csv_file)
    rows_claim_stdout(&error); /* before any call of a library that may print there */
  if (launch.comm.gather && (launch.hosts = placement_hosts(&launch.comm, &late)) != NULL)
    failure_set_hosts(launch.hosts);
  if (!error.code)
    error = late;
  if (!error.code)
    act(&launch, &cli, start_ns, &error);
  if (error.code && launch.comm.process == 0)
    failure_print(&error, driver->facts->name);
  if (launch.comm.close)
    launch.comm.close(&launch.comm);
  free(launch.hosts);
  ending_release();
  return streams_finish(driver->facts->name, error.code);
}
