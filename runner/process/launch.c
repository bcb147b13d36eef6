#include "runner/process/launch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a program may take to end its own children (mpirun its ranks) before it is killed. */
static const int64_t grace_ns = 2000000000;

static sigset_t outer_mask; /* as we were started */
static sigset_t stop_mask;  /* the signals that ask us to stop, except those that are ignored */
static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t continued; /* SIGCONT has come: this process was stopped */

/* How long a wait lasts at most. A wait that ends much later shows that this process could not run:
 * a frozen process gets no signal. */
static const int64_t wait_ns = 1000000000;
static const int64_t late_ns = 2000000000; /* more than a busy machine makes a process wait */

/* Children that this process had before it launched any: its caller's, after an exec. */
enum { FOREIGN_MAX = 64 };
static pid_t foreign[FOREIGN_MAX];
static size_t foreign_count;

static size_t list_children(pid_t *pids, size_t room);

static void note_signal(int signal) {
  if (signal == SIGCONT)
    continued = 1;
  else if (signal != SIGCHLD)
    stop_signal = signal;
}

void launch_prepare(void) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGCONT};
  struct sigaction action = {.sa_handler = note_signal};
  sigset_t blocked;
  sigemptyset(&blocked);
  sigemptyset(&stop_mask);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    struct sigaction before;
    bool stops = signals[i] != SIGCHLD && signals[i] != SIGCONT;
    sigaction(signals[i], NULL, &before);
    if (stops && before.sa_handler == SIG_IGN)
      continue; /* nohup */
    sigaction(signals[i], &action, NULL);
    sigaddset(&blocked, signals[i]);
    if (stops)
      sigaddset(&stop_mask, signals[i]);
  }
  /* Delivered only inside ppoll, so that none is missed between a check and a wait. */
  sigprocmask(SIG_BLOCK, &blocked, &outer_mask);
  /* A reader of our progress that goes away is no reason to lose a measurement. */
  signal(SIGPIPE, SIG_IGN);
  /* A file that may not grow any more makes write fail, which is reported. */
  signal(SIGXFSZ, SIG_IGN);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  foreign_count = list_children(foreign, FOREIGN_MAX);
}

int launch_interrupted(void) {
  sigset_t pending;
  sigpending(&pending);
  for (int signal = 1; signal < NSIG && stop_signal == 0; signal++)
    if (sigismember(&stop_mask, signal) == 1 && sigismember(&pending, signal) == 1)
      stop_signal = signal;
  return stop_signal;
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- the child -------------------------------------------------------------------------------- */

struct pipes {
  int output[2], errors[2], failure[2]; /* read end, write end; failure: errno of a failed exec */
};

static void open_pipes(struct pipes *pipes) {
  int *all[] = {pipes->output, pipes->errors, pipes->failure};
  for (int i = 0; i < 3; i++)
    if (pipe2(all[i], O_CLOEXEC) != 0)
      all[i][0] = all[i][1] = -1;
}

static void close_one(int *descriptor) {
  if (*descriptor >= 0)
    close(*descriptor);
  *descriptor = -1;
}

static void close_pipes(struct pipes *pipes) {
  for (int end = 0; end < 2; end++) {
    close_one(&pipes->output[end]);
    close_one(&pipes->errors[end]);
    close_one(&pipes->failure[end]);
  }
}

static void set_environment(const struct program_launch *launch) {
  for (size_t i = 0; i < launch->variable_count; i++) {
    const struct variable *variable = &launch->variables[i];
    if (variable->value == NULL)
      unsetenv(variable->name);
    else
      setenv(variable->name, variable->value, 1);
  }
}

/* Becomes the program. Allocates between fork and exec, which a process of one thread may. */
__attribute__((noreturn)) static void become(const struct program_launch *launch,
                                             struct pipes *pipes, pid_t runner) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM); /* if the runner itself is killed */
  if (getppid() != runner)          /* before that */
    _exit(127);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  sigprocmask(SIG_SETMASK, &outer_mask, NULL);
  int nothing = open(launch->input != NULL ? launch->input : "/dev/null", O_RDONLY);
  if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(pipes->output[1], 1) == 1 &&
      dup2(pipes->errors[1], 2) == 2) {
    if (nothing > 2)
      close(nothing);
    set_environment(launch);
    /* execvp would have a shell read a file that is no program, of another processor say. */
    if (strchr(launch->argv[0], '/') != NULL)
      execv(launch->argv[0], launch->argv);
    else
      execvp(launch->argv[0], launch->argv);
  }
  int why = errno;
  if (write(pipes->failure[1], &why, sizeof why) < 0)
    _exit(126);
  _exit(127);
}

/* --- ending what was started
 * ---------------------------------------------------------------------- */

/* The parent of a process, or 0. */
static pid_t parent_of(pid_t pid) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t bytes = file < 0 ? 0 : read(file, line, sizeof line - 1);
  if (file >= 0)
    close(file);
  line[bytes > 0 ? bytes : 0] = '\0';
  /* "pid (name) state ppid": the name may hold anything, but no ')' follows it */
  const char *after = strrchr(line, ')');
  int parent = 0;
  return after != NULL && sscanf(after + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

static size_t list_children(pid_t *pids, size_t room) {
  size_t count = 0;
  DIR *proc = opendir("/proc");
  if (proc == NULL)
    return 0;
  for (const struct dirent *entry = readdir(proc); entry != NULL && count < room;
       entry = readdir(proc)) {
    pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    if (pid > 0 && parent_of(pid) == getpid())
      pids[count++] = pid;
  }
  closedir(proc);
  return count;
}

/* Kills the children that are left; returns how many. */
static size_t kill_children(void) {
  pid_t pids[256];
  size_t killed = 0, count = list_children(pids, sizeof pids / sizeof *pids);
  for (size_t i = 0; i < count; i++) {
    bool ours = true;
    for (size_t f = 0; f < foreign_count; f++)
      ours &= pids[i] != foreign[f];
    if (ours && kill(pids[i], SIGKILL) == 0)
      killed++;
  }
  return killed;
}

/* Ends all processes that the leader has left: its group, and those that left the group (as the
 * ranks of Open MPI do) and became our children when their parents ended. The leader is a zombie
 * still or not yet dead, so that its number cannot be anybody else's. */
static void end_the_rest(pid_t leader) {
  kill(-leader, SIGKILL);
  waitpid(leader, NULL, 0);
  for (;;) {
    pid_t reaped;
    while ((reaped = waitpid(-1, NULL, WNOHANG)) > 0)
      ;
    /* In the common case there is no child, and no process needs to be looked at. */
    if (reaped < 0 || kill_children() == 0)
      return;
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
}

/* --- watching
 * ------------------------------------------------------------------------------------- */

struct watch {
  pid_t leader;
  struct pipes *pipes;
  const struct program_launch *launch;
  struct launch_result *result;
  size_t output_capacity, tail_bytes;
  int64_t deadline_ns; /* 0: none */
  bool stopped;        /* the leader is, now */
  bool suspended;      /* the leader or this process was, at some time */
  bool may_repeat;
};

static bool keep_output(struct watch *watch, const char *bytes, size_t count) {
  struct launch_result *result = watch->result;
  size_t room = watch->launch->output_bytes_max - result->output_bytes;
  if (count > room) {
    result->output_cut = true;
    count = room;
  }
  size_t needed = result->output_bytes + count + 1;
  if (needed > watch->output_capacity) {
    size_t capacity = needed < 4096 ? 4096 : 2 * needed;
    char *larger = realloc(result->output, capacity);
    if (larger == NULL) {
      result->output_cut = true;
      return false;
    }
    result->output = larger;
    watch->output_capacity = capacity;
  }
  memcpy(result->output + result->output_bytes, bytes, count);
  result->output_bytes += count;
  result->output[result->output_bytes] = '\0';
  return true;
}

static void keep_errors(struct watch *watch, const char *bytes, size_t count) {
  char *tail = watch->result->errors;
  if (count > STDERR_TAIL) {
    bytes += count - STDERR_TAIL;
    count = STDERR_TAIL;
  }
  if (watch->tail_bytes + count > STDERR_TAIL) {
    size_t drop = watch->tail_bytes + count - STDERR_TAIL;
    memmove(tail, tail + drop, watch->tail_bytes - drop);
    watch->tail_bytes -= drop;
  }
  memcpy(tail + watch->tail_bytes, bytes, count);
  for (size_t i = watch->tail_bytes; i < watch->tail_bytes + count; i++)
    if (tail[i] == '\0')
      tail[i] = ' ';
  watch->tail_bytes += count;
  tail[watch->tail_bytes] = '\0';
}

/* Reads what is there without waiting; closes the pipe at its end. */
static void drain(struct watch *watch, int *descriptor, bool is_output) {
  char bytes[65536];
  while (*descriptor >= 0) {
    ssize_t count = read(*descriptor, bytes, sizeof bytes);
    if (count > 0) {
      if (is_output)
        keep_output(watch, bytes, (size_t)count);
      else
        keep_errors(watch, bytes, (size_t)count);
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else if (count < 0 && errno == EAGAIN) {
      return;
    } else {
      close_one(descriptor);
    }
  }
}

/* Whether SIGCONT has come since the last call, in a wait or between waits. */
static bool was_continued(void) {
  const struct timespec now = {0, 0};
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCONT);
  bool came = sigtimedwait(&set, NULL, &now) == SIGCONT || continued;
  continued = 0;
  return came;
}

/* Notes that the leader was stopped or continued. */
static void note_stops(struct watch *watch) {
  siginfo_t info = {.si_pid = 0};
  while (waitid(P_PID, (id_t)watch->leader, &info, WSTOPPED | WCONTINUED | WNOHANG) == 0 &&
         info.si_pid == watch->leader) {
    watch->stopped = info.si_code == CLD_STOPPED;
    watch->suspended = true;
    info.si_pid = 0;
  }
}

/* Notes whether this process could not run, or the leader was stopped: that time does not count.
 * The wait has begun and should have ended at these times at the latest. */
static void note_pause(struct watch *watch, int64_t begin_ns, int64_t end_ns) {
  int64_t now = now_ns(), late = now - end_ns;
  int64_t pause = watch->stopped ? now - begin_ns : late > 0 ? late : 0;
  note_stops(watch);
  watch->suspended |= was_continued() || late > late_ns;
  if (watch->deadline_ns != 0)
    watch->deadline_ns += pause;
}

/* Waits for output, for the leader's end or for a signal, at most until the deadline (0: none), and
 * not longer than wait_ns. */
static void wait_for_news(struct watch *watch, int64_t deadline_ns) {
  struct pollfd polled[2] = {{watch->pipes->output[0], POLLIN, 0},
                             {watch->pipes->errors[0], POLLIN, 0}};
  int64_t begin_ns = now_ns(), end_ns = begin_ns + wait_ns;
  if (deadline_ns != 0 && deadline_ns < end_ns)
    end_ns = deadline_ns > begin_ns ? deadline_ns : begin_ns;
  const struct timespec left = {(end_ns - begin_ns) / 1000000000, (end_ns - begin_ns) % 1000000000};
  sigset_t open_mask;
  sigemptyset(&open_mask);
  ppoll(polled, 2, &left, &open_mask);
  note_pause(watch, begin_ns, end_ns);
  drain(watch, &watch->pipes->output[0], true);
  drain(watch, &watch->pipes->errors[0], false);
  if (watch->launch->woken != NULL)
    watch->launch->woken(watch->launch->woken_context);
}

static bool has_ended(pid_t leader, siginfo_t *info) {
  info->si_pid = 0;
  return waitid(P_PID, (id_t)leader, info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info->si_pid == leader;
}

/* Asks the group to end, and lets it for a while. */
static void end_gently(struct watch *watch) {
  siginfo_t info;
  int64_t deadline_ns = now_ns() + grace_ns;
  kill(-watch->leader, SIGTERM);
  kill(-watch->leader, SIGCONT);
  while (!has_ended(watch->leader, &info) && now_ns() < deadline_ns)
    wait_for_news(watch, deadline_ns);
}

/* Whether the program is to be ended now, and how that is called. */
static bool must_end(struct watch *watch, enum ending *ending) {
  if (launch_interrupted() != 0) {
    *ending = ENDED_INTERRUPTED;
    return true;
  }
  if (watch->stopped) /* by someone who will continue it */
    return false;
  if (watch->suspended && watch->may_repeat)
    *ending = ENDED_SIGNAL; /* it is repeated */
  else if (watch->deadline_ns != 0 && now_ns() >= watch->deadline_ns)
    *ending = ENDED_TIMEOUT;
  else
    return false;
  return true;
}

/* Follows the program to its end, or to ours for it. */
static void follow(struct watch *watch) {
  struct launch_result *result = watch->result;
  siginfo_t info;
  while (!has_ended(watch->leader, &info)) {
    if (!must_end(watch, &result->ending)) {
      wait_for_news(watch, watch->deadline_ns);
      continue;
    }
    end_gently(watch);
    return;
  }
  if (info.si_code == CLD_EXITED) {
    result->ending = ENDED_EXIT;
    result->exit_code = info.si_status;
  } else {
    result->ending = ENDED_SIGNAL;
    result->signal = info.si_status;
  }
}

/* Whether the program ended as by a signal that stops a job, itself or as its launcher reports it;
 * Hydra reports the signal's number. */
static bool ended_as_stopped(const struct launch_result *result) {
  static const int signals[] = {SIGTERM, SIGKILL, SIGINT, SIGHUP};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    if ((result->ending == ENDED_SIGNAL && result->signal == signals[i]) ||
        (result->ending == ENDED_EXIT && result->exit_code == 128 + signals[i]))
      return true;
  return result->ending == ENDED_EXIT && result->exit_code == SIGTERM;
}

/* A scheduler signals the processes of a job one after the other: a program may end by that before
 * this process gets the signal. Such a launch was interrupted, and has not failed. */
static void wait_for_own_stop(struct launch_result *result) {
  static const struct timespec moment = {1, 0};
  if (launch_interrupted() == 0 && ended_as_stopped(result)) {
    int signal = sigtimedwait(&stop_mask, NULL, &moment);
    if (signal > 0)
      stop_signal = signal;
  }
  bool failed =
      result->ending == ENDED_SIGNAL || (result->ending == ENDED_EXIT && result->exit_code != 0);
  if (launch_interrupted() != 0 && failed)
    result->ending = ENDED_INTERRUPTED;
}

static int run_once(const struct program_launch *launch, bool may_repeat,
                    struct launch_result *result, struct error *error) {
  struct pipes pipes;
  *result = (struct launch_result){.output = calloc(1, 1)};
  open_pipes(&pipes);
  int64_t start_ns = now_ns();
  pid_t leader = -1, runner = getpid();
  if (result->output != NULL && pipes.output[0] >= 0 && pipes.errors[0] >= 0 &&
      pipes.failure[0] >= 0)
    leader = fork();
  if (leader == 0)
    become(launch, &pipes, runner);
  if (leader < 0) {
    int why = errno;
    close_pipes(&pipes);
    launch_free(result);
    return error_set(error, EXIT_MACHINE, "cannot start a process: %s", strerror(why));
  }
  setpgid(leader, leader); /* the child does the same: one of both is first */
  close_one(&pipes.output[1]);
  close_one(&pipes.errors[1]);
  close_one(&pipes.failure[1]);
  fcntl(pipes.output[0], F_SETFL, O_NONBLOCK);
  fcntl(pipes.errors[0], F_SETFL, O_NONBLOCK);

  struct watch watch = {.leader = leader,
                        .pipes = &pipes,
                        .launch = launch,
                        .result = result,
                        .deadline_ns = launch->timeout_ns > 0 ? start_ns + launch->timeout_ns : 0,
                        .may_repeat = may_repeat};
  int why = 0;
  bool unstarted = read(pipes.failure[0], &why, sizeof why) == (ssize_t)sizeof why;
  follow(&watch);
  wait_for_own_stop(result);
  result->seconds = (double)(now_ns() - start_ns) * 1e-9;
  end_the_rest(leader);
  drain(&watch, &pipes.output[0], true);
  drain(&watch, &pipes.errors[0], false);
  close_pipes(&pipes);
  if (unstarted) {
    result->ending = ENDED_UNSTARTED;
    result->error_number = why;
  }
  result->suspended = watch.suspended || was_continued();
  return 0;
}

int launch_run(const struct program_launch *launch, struct launch_result *result,
               struct error *error) {
  was_continued(); /* a suspension before this launch does not count */
  for (int repeats = 0;; repeats++) {
    int code = run_once(launch, repeats < LAUNCH_REPEATS_MAX, result, error);
    result->repeats = repeats;
    bool again = code == 0 && result->suspended && repeats < LAUNCH_REPEATS_MAX &&
                 result->ending != ENDED_INTERRUPTED && result->ending != ENDED_UNSTARTED;
    if (!again)
      return code;
    launch_free(result);
  }
}

const char *launch_quote(const struct launch_result *result, bool first, size_t *length) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const char *found = result->errors;
  *length = 0;
  for (const char *line = result->errors; *line != '\0';) {
    line += strspn(line, " \t\r\n");
    size_t bytes = strcspn(line, "\r\n");
    if (strcspn(line, letters) < bytes && (*length == 0 || !first)) {
      found = line;
      *length = bytes;
    }
    line += bytes;
  }
  return found;
}

void launch_free(struct launch_result *result) {
  free(result->output);
  result->output = NULL;
}

int launch_foreground(char *const *argv) {
  pid_t child = fork();
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    sigprocmask(SIG_SETMASK, &outer_mask, NULL);
    execv(argv[0], argv);
    _exit(127);
  }
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
