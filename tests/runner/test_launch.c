/* Starting programs, and above all ending them. Argument: the fake driver. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/process/launch.h"
#include "tests/check.h"

enum { OUTPUT_MAX = 1 << 20 };

static char *words(const char *text) {
  char *copy = strdup(text);
  if (copy == NULL)
    abort();
  return copy;
}

/* Launches `sh -c script`. */
static struct launch_result run_script(const char *script, int64_t timeout_ns,
                                       const struct variable *variables, size_t variable_count) {
  char *shell = words("sh"), *option = words("-c"), *text = words(script);
  char *argv[] = {shell, option, text, NULL};
  struct program_launch launch = {.argv = argv,
                                  .variables = variables,
                                  .variable_count = variable_count,
                                  .timeout_ns = timeout_ns,
                                  .output_bytes_max = OUTPUT_MAX};
  struct launch_result result;
  struct error error = {0};
  CHECK(launch_run(&launch, &result, &error) == 0, "%s", error.message);
  free(shell);
  free(option);
  free(text);
  return result;
}

/* No child of ours, running or waiting for wait(), is left. */
static void check_no_child(const char *after) {
  CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s", after);
}

static void test_ends(void) {
  struct launch_result result = run_script("echo out; echo err >&2; exit 7", 0, NULL, 0);
  CHECK(result.ending == ENDED_EXIT && result.exit_code == 7);
  CHECK(strcmp(result.output, "out\n") == 0 && result.output_bytes == 4, "%s", result.output);
  CHECK(strcmp(result.errors, "err\n") == 0, "%s", result.errors);
  CHECK(result.seconds > 0 && result.seconds < 10, "%g", result.seconds);
  launch_free(&result);

  result = run_script("kill -USR1 $$", 0, NULL, 0);
  CHECK(result.ending == ENDED_SIGNAL && result.signal == SIGUSR1, "%d", result.signal);
  launch_free(&result);

  result = run_script(":", 0, NULL, 0);
  CHECK(result.ending == ENDED_EXIT && result.exit_code == 0 && result.output_bytes == 0);
  CHECK(result.output[0] == '\0' && result.errors[0] == '\0');
  launch_free(&result);
  check_no_child("test_ends");
}

static void test_missing(void) {
  static const struct {
    const char *program;
    int error_number;
  } programs[] = {
      {"/nonexistent/program", ENOENT}, {"no-such-program-in-path", ENOENT}, {"/tmp", EACCES}};
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
    char *program = words(programs[i].program);
    char *argv[] = {program, NULL};
    struct program_launch launch = {.argv = argv, .output_bytes_max = OUTPUT_MAX};
    struct launch_result result;
    struct error error = {0};
    CHECK(launch_run(&launch, &result, &error) == 0);
    CHECK(result.ending == ENDED_UNSTARTED, "%s", program);
    CHECK(result.error_number == programs[i].error_number, "%d", result.error_number);
    launch_free(&result);
    free(program);
  }
  check_no_child("test_missing");
}

/* Both pipes fill far beyond what a pipe holds; neither may block the other. */
static void test_big_output(void) {
  struct launch_result result =
      run_script("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); printf '%0200d' $i; "
                 "printf '%0200d' $i >&2; done; echo END >&2",
                 0, NULL, 0);
  CHECK(result.ending == ENDED_EXIT && result.exit_code == 0);
  CHECK(result.output_bytes == 600000 && !result.output_cut, "%zu", result.output_bytes);
  CHECK(strcmp(result.output + result.output_bytes - 4, "3000") == 0);
  CHECK(strlen(result.errors) == STDERR_TAIL, "%zu", strlen(result.errors));
  CHECK(strcmp(result.errors + STDERR_TAIL - 8, "3000END\n") == 0);
  launch_free(&result);

  result = run_script("head -c 3000000 /dev/zero; echo done >&2", 0, NULL, 0);
  CHECK(result.output_bytes == OUTPUT_MAX && result.output_cut, "%zu", result.output_bytes);
  CHECK(result.exit_code == 0 && strcmp(result.errors, "done\n") == 0);
  launch_free(&result);

  result = run_script("printf 'a\\0b' >&2", 0, NULL, 0);
  CHECK(strcmp(result.errors, "a b") == 0, "%s", result.errors);
  launch_free(&result);
}

static void test_environment(void) {
  static const struct variable variables[] = {{"QUARTET_TEST_A", "with space"},
                                              {"QUARTET_TEST_B", NULL}};
  setenv("QUARTET_TEST_B", "here", 1);
  struct launch_result result = run_script("echo \"$QUARTET_TEST_A|${QUARTET_TEST_B-unset}\"; "
                                           "read line || echo no input",
                                           0, variables, 2);
  CHECK(strcmp(result.output, "with space|unset\nno input\n") == 0, "%s", result.output);
  CHECK(strcmp(getenv("QUARTET_TEST_B"), "here") == 0);
  CHECK(getenv("QUARTET_TEST_A") == NULL);
  launch_free(&result);
}

/* The fake driver and its child, which has a process group of its own and ignores SIGTERM, as ranks
 * under mpirun may: none outlives the time limit. */
static void test_timeout(const char *driver) {
  char pids_path[] = "/tmp/quartet_pids_XXXXXX";
  int file = mkstemp(pids_path);
  if (file < 0)
    abort();
  close(file);
  char *program = words(driver), *kernel = words("fake"), *set = words("--set"),
       *mode = words("mode=hang");
  char *argv[] = {program, kernel, set, mode, NULL};
  struct variable variables[] = {{"FAKE_PIDS", pids_path}};
  struct program_launch launch = {.argv = argv,
                                  .variables = variables,
                                  .variable_count = 1,
                                  .timeout_ns = 500000000,
                                  .output_bytes_max = OUTPUT_MAX};
  struct launch_result result;
  struct error error = {0};
  CHECK(launch_run(&launch, &result, &error) == 0);
  CHECK(result.ending == ENDED_TIMEOUT);
  CHECK(result.seconds >= 0.5 && result.seconds < 2.5, "%g", result.seconds);
  launch_free(&result);

  FILE *pids = fopen(pids_path, "r");
  int count = 0;
  for (int pid; pids != NULL && fscanf(pids, "%d", &pid) == 1; count++)
    CHECK(kill(pid, 0) == -1 && errno == ESRCH, "process %d lives", pid);
  CHECK(count == 2, "%d processes wrote their number", count);
  fclose(pids);
  unlink(pids_path);
  free(program);
  free(kernel);
  free(set);
  free(mode);
  check_no_child("test_timeout");
}

static void test_stubborn(void) {
  struct launch_result result =
      run_script("trap '' TERM; while :; do sleep 1; done", 300000000, NULL, 0);
  CHECK(result.ending == ENDED_TIMEOUT);
  CHECK(result.seconds > 2.0 && result.seconds < 5, "%g: the grace of 2 s, then SIGKILL",
        result.seconds);
  launch_free(&result);
  check_no_child("test_stubborn");
}

/* What a program leaves running when it ends well does not disturb the next one; nor does it keep
 * us waiting by holding the pipes. */
static void test_leftovers(void) {
  struct launch_result result =
      run_script("sleep 100 & (setsid sleep 100 &) ; echo started", 0, NULL, 0);
  CHECK(result.ending == ENDED_EXIT && result.exit_code == 0);
  CHECK(strcmp(result.output, "started\n") == 0, "%s", result.output);
  CHECK(result.seconds < 10, "%g", result.seconds);
  launch_free(&result);
  check_no_child("test_leftovers");
}

/* A shell script that runs `meanwhile` the first time, in a temporary folder, and then says "done".
 */
static struct launch_result run_disturbed(const char *meanwhile, int64_t timeout_ns) {
  char folder[] = "/tmp/quartet_launch_XXXXXX", script[1000];
  if (mkdtemp(folder) == NULL)
    abort();
  snprintf(script, sizeof script,
           "stopped() { until grep -q 'State:.T' /proc/$1/status; do :; done; }; echo try; "
           "if mkdir %s/first 2>/dev/null; then %s; sleep 100; fi; echo done",
           folder, meanwhile);
  struct launch_result result = run_script(script, timeout_ns, NULL, 0);
  char first[64];
  snprintf(first, sizeof first, "%s/first", folder);
  CHECK(rmdir(first) == 0 && rmdir(folder) == 0, "the script ran");
  return result;
}

/* The runner is stopped, or the program, for longer than the time limit: the launch is repeated,
 * and neither is a timeout. */
static void test_suspended(void) {
  static const char *const disturbances[] = {
      "kill -STOP $PPID; stopped $PPID; sleep 6; kill -CONT $PPID",
      "(stopped $$; sleep 6; kill -CONT $$) & kill -STOP $$",
      /* however short it is */
      "kill -STOP $PPID; stopped $PPID; kill -CONT $PPID",
  };
  for (size_t i = 0; i < sizeof disturbances / sizeof *disturbances; i++) {
    struct launch_result result = run_disturbed(disturbances[i], 5000000000);
    CHECK(result.ending == ENDED_EXIT && result.exit_code == 0, "%zu: ending %d", i, result.ending);
    CHECK(strcmp(result.output, "try\ndone\n") == 0, "%zu: %s", i, result.output);
    CHECK(result.repeats == 1 && !result.suspended, "%zu: %d", i, result.repeats);
    launch_free(&result);
    check_no_child("test_suspended");
  }
}

/* After so many tries, the last one stands. */
static void test_always_suspended(void) {
  struct launch_result result =
      run_script("kill -STOP $PPID; until grep -q 'State:.T' /proc/$PPID/status; do :; done; "
                 "kill -CONT $PPID; echo done",
                 0, NULL, 0);
  CHECK(result.ending == ENDED_EXIT && result.exit_code == 0);
  CHECK(result.repeats == LAUNCH_REPEATS_MAX && result.suspended, "%d", result.repeats);
  launch_free(&result);
}

/* Must be last: after it, this process counts as interrupted. */
static void test_interrupt(void) {
  pid_t self = getpid(), killer = fork();
  if (killer == 0) {
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    kill(self, SIGTERM);
    _exit(0);
  }
  CHECK(launch_interrupted() == 0);
  struct launch_result result = run_script("sleep 100", 0, NULL, 0);
  CHECK(result.ending == ENDED_INTERRUPTED);
  CHECK(result.seconds < 10, "%g", result.seconds);
  CHECK(launch_interrupted() == SIGTERM);
  launch_free(&result);
  check_no_child("test_interrupt");
}

int main(int argc, char **argv) {
  launch_prepare();
  test_ends();
  test_missing();
  test_big_output();
  test_environment();
  if (argc > 1)
    test_timeout(argv[1]);
  test_stubborn();
  test_leftovers();
  test_suspended();
  test_always_suspended();
  test_interrupt();
  return test_result() || argc != 2;
}
