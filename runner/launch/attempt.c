#include "runner/launch/attempt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/launch/command.h"
#include "runner/launch/rows_file.h"

/* Of a driver's output; a row is some 500 bytes. */
static const size_t output_bytes_max = (size_t)1 << 30;

/* How many processes the system has killed for lack of memory since it started; 0 if it does not
 * say. */
static long count_oom_kills(void) {
  char line[128];
  long count = 0;
  FILE *file = fopen("/proc/vmstat", "r");
  if (file == NULL)
    return 0;
  while (fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "oom_kill %ld", &count) == 1)
      break;
  fclose(file);
  return count;
}

static int start(const struct attempt *attempt, struct command *command,
                 struct launch_result *result, struct outcome *outcome, struct error *error) {
  struct rows_file rows;
  if (attempt->folder < 0)
    rows_file_open_temporary(&rows);
  else if (rows_file_open(&rows, attempt->folder, error) != 0)
    return error->code;
  if (rows.path != NULL)
    command_set_rows(command, rows.path);
  struct program_launch launch = {.argv = command->line.argv,
                                  .variables = command->line.variables,
                                  .variable_count = command->line.variable_count,
                                  .timeout_ns = attempt->timeout_ns,
                                  .output_bytes_max = output_bytes_max,
                                  .woken = attempt->woken,
                                  .woken_context = attempt->woken_context};
  long oom_kills = count_oom_kills();
  if (launch_run(&launch, result, error) == 0)
    rows_file_take(&rows, result, output_bytes_max, attempt->foreign, error);
  rows_file_close(&rows); /* before its rows take room in samples.csv */
  if (error->code != 0)
    return error->code;
  outcome_judge(outcome, attempt->point, attempt->tools, result, count_oom_kills() > oom_kills,
                attempt->timeout_ns);
  if (result->ending == ENDED_UNSTARTED)
    outcome_say(outcome, "'%s' cannot be run: %s", command->line.argv[0],
                strerror(result->error_number));
  return 0;
}

int attempt_run(const struct attempt *attempt, struct launch_result *result,
                struct outcome *outcome, struct error *error) {
  struct command command;
  *result = (struct launch_result){.ending = ENDED_UNSTARTED};
  *outcome =
      (struct outcome){.status = STATUS_FAIL, .exit_code = -1, .hopeless = true, .wall_s = NAN};
  command_build(&command, attempt->point, attempt->tools);
  /* mpirun explains a missing program at length, so that is looked for before. */
  if (access(command_program(&command), X_OK) == 0)
    start(attempt, &command, result, outcome, error);
  else
    outcome_say(outcome, "there is no executable '%s'", command_program(&command));
  command_free(&command);
  return error->code;
}
