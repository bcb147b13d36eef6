#include "runner/launch/trial.h"

#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "common/failure.h"
#include "common/grow.h"
#include "common/samples.h"
#include "runner/launch/attempt.h"
#include "runner/plan/placement.h"

static const int64_t time_limit_ns = INT64_C(60000000000);

/* Whether a row says that there was one rank, or the driver refused for that reason. */
static bool ran_alone(const struct launch_result *result) {
  struct csv_reader reader = {.name = "the trial"};
  struct error error = {0};
  bool alone = strcmp(result->failure.about, FAILURE_LAUNCHER) == 0;
  if (result->output_bytes > 0)
    reader.file = fmemopen(result->output, result->output_bytes, "r");
  if (reader.file == NULL)
    return alone;
  while (csv_read(&reader, &error) > 0)
    alone |= reader.count > COLUMN_ranks && strcmp(reader.cells[COLUMN_ranks], "1") == 0;
  csv_close(&reader);
  fclose(reader.file);
  return alone;
}

/* The first point of several ranks of that build; NULL: there is none. */
static const struct point *find_point(const struct plan *plan, const struct build *build) {
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct point *point = &plan->points[i];
    if (point->build == build && point->setup->driver->use == CORES_RANKS && point->ranks > 1)
      return point;
  }
  return NULL;
}

/* What is launched: two ranks if the point has two or more. */
static struct point trial_point(const struct plan *plan, const struct point *point,
                                const struct driver_setup *setup, const struct workload *workload) {
  struct point trial = *point;
  trial.setup = setup;
  trial.workload = workload;
  trial.n = 1000;
  trial.jobs = trial.reps = trial.threads = 1;
  trial.warmup = trial.grain = 0;
  trial.cores = 2;
  trial.nodes = trial.ranks_per_node = 0;
  placement_settle(&trial, &plan->resources);
  return trial;
}

static char *mismatch_text(const struct launcher *launcher, const char *program,
                           const char *library) {
  return grow_text(
      "'%s' (%s) and '%s' (%s) do not belong together: instead of one run of 2 ranks, "
      "separate runs of 1 rank were started; name the launcher of that MPI library by "
      "`launcher` in the config, or by QUARTET_MPIRUN",
      launcher->program,
      *launcher->version != '\0' ? launcher->version : launcher_kind_name(launcher->kind), program,
      library != NULL ? library : "an MPI library that the build does not name");
}

/* The trial of one launcher. *ok: it went well. *alone: each rank saw itself alone. */
static int try_once(const struct point *point, const struct tools *tools, bool *ok, bool *alone,
                    struct error *error) {
  struct launch_result result;
  struct outcome outcome;
  struct foreign foreign = {0};
  struct attempt attempt = {.point = point,
                            .tools = tools,
                            .timeout_ns = time_limit_ns,
                            .folder = -1,
                            .foreign = &foreign};
  if (attempt_run(&attempt, &result, &outcome, error) == 0) {
    *ok = outcome.status == STATUS_OK || result.ending == ENDED_INTERRUPTED;
    *alone = !*ok && ran_alone(&result);
  }
  launch_free(&result);
  return error->code;
}

static int try_launcher(struct tools *tools, struct launcher *launcher, const struct plan *plan,
                        const struct point *point, const struct mpi_build *mpi,
                        struct error *error) {
  const struct driver_setup setup = {.driver = point->setup->driver, .threads = CONFIG_UNSET};
  const struct workload workload = {.kernel = "sumsq"};
  const struct point trial = trial_point(plan, point, &setup, &workload);
  const char *drivers = build_folder(point->build, tools->drivers);
  bool ok = false, alone = false;
  if (try_once(&trial, tools, &ok, &alone, error) != 0)
    return error->code;
  if (!ok && launcher->by_scheduler) {
    launcher_free(launcher);
    launcher_find_other(launcher, &tools->config->launcher, mpi);
    alone = false;
    if (try_once(&trial, tools, &ok, &alone, error) != 0)
      return error->code;
  }
  if (!alone)
    return 0;
  char *program = grow_text("%s/%s", drivers, setup.driver->name);
  char *text = mismatch_text(launcher, program, mpi->library);
  error_set(error, EXIT_USAGE, "%s", text);
  free(program);
  free(text);
  return error->code;
}

int trial_run(struct tools *tools, const struct plan *plan, struct error *error) {
  for (size_t i = 0; i < tools->launcher_count && error->code == 0; i++) {
    const struct build *axis = tools->config->build_count > 0 ? &tools->config->builds[i] : NULL;
    const struct point *point = find_point(plan, axis);
    const struct mpi_build mpi = mpi_build_of(tools_build(tools, axis));
    if (point != NULL && tools->launchers[i].error_number == 0)
      try_launcher(tools, &tools->launchers[i], plan, point, &mpi, error);
  }
  return error->code;
}
