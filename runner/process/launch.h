/* Runs one program: its own process group, a time limit, its output caught. Never a shell. */
#ifndef QUARTET_RUNNER_PROCESS_LAUNCH_H
#define QUARTET_RUNNER_PROCESS_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/failure.h"
#include "runner/process/command_line.h"

struct program_launch {
  char *const *argv; /* argv[0] is looked up in PATH if it has no slash; ended by NULL */
  const struct variable *variables;
  size_t variable_count;
  const char *input;            /* a file for standard input; NULL: it has none */
  int64_t timeout_ns;           /* of the time in which it can run, see launch_run; 0: no limit */
  size_t output_bytes_max;      /* of stdout; what is more is read and dropped */
  void (*woken)(void *context); /* called when a wait has ended, by news or a signal; may be NULL */
  void *woken_context;
};

enum ending {
  ENDED_EXIT,        /* exit_code */
  ENDED_SIGNAL,      /* signal */
  ENDED_TIMEOUT,     /* killed by us with everything it had started */
  ENDED_INTERRUPTED, /* we got a signal to stop, and killed it */
  ENDED_UNSTARTED    /* it could not be executed; error_number */
};

enum { STDERR_TAIL = 8192 };

struct launch_result {
  enum ending ending;
  int exit_code, signal, error_number;
  char *output; /* of stdout; a NUL follows; never NULL */
  size_t output_bytes;
  struct error failure; /* what a driver reports there; see common/failure.h, rows_file.h */
  char failure_hosts[FAILURE_HOSTS]; /* likewise; "": not stated */
  bool output_cut;                   /* there was more than output_bytes_max */
  char errors[STDERR_TAIL + 1];      /* the end of stderr; NULs in it are spaces */
  double seconds;
  int repeats;    /* launches before this one that a suspension disturbed */
  bool suspended; /* this one, too: its times may contain a pause */
};

/* Prepares this process for launching: SIGINT, SIGTERM and SIGHUP wait until a launch can end
 * cleanly, and orphans of what we start become our children, so that none is left behind. Once,
 * before the first launch, and before any thread. */
void launch_prepare(void);

/* Runs a program to its end. What it has left running when it ends is killed. Returns 0 with
 * *result filled, to be freed by launch_free, or EXIT_MACHINE if there is no process or pipe to be
 * had.
 *
 * A suspension (SIGSTOP and SIGCONT to this process or the program, a frozen cgroup, a paused
 * virtual machine) makes times meaningless: the launch is then ended and repeated,
 * LAUNCH_REPEATS_MAX times at most. The time limit counts no time in which this process could not
 * run or the program was stopped. */
enum { LAUNCH_REPEATS_MAX = 3 };
int launch_run(const struct program_launch *launch, struct launch_result *result,
               struct error *error);
void launch_free(struct launch_result *result);

/* A line of standard error, to be quoted to people: the first one with a letter in it, or the last
 * one. *length is 0 if there is none. */
const char *launch_quote(const struct launch_result *result, bool first, size_t *length);

/* The signal that has asked this process to stop, or 0. */
enum { EXIT_INTERRUPTED = 130 }; /* the exit status then */
int launch_interrupted(void);

/* Runs a program on our own stdin, stdout and stderr. Its exit status, or -1 if it could not be
 * run.
 */
int launch_foreground(char *const *argv);

#endif
