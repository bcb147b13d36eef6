#include "drivers/watchdog.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/error.h"

#ifndef SYS_pidfd_open
#  define SYS_pidfd_open 434
#endif

static struct {
  const char *program;
  int64_t deadline_ns;
  int parent;     /* a descriptor that is readable when that process has ended; -1: unknown */
  int terminated; /* one that is readable after SIGTERM */
} watchdog;

/* Files of shared memory stay when the processes that map them have ended. The paths in
 * /proc/self/maps are the last word of a line; those of removed files end with " (deleted)". */
static void remove_shared_memory(void) {
  char line[4096], last[4096] = "";
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == NULL)
    return;
  while (fgets(line, sizeof line, maps) != NULL) {
    char *path = strstr(line, " /dev/shm/");
    if (path == NULL)
      continue;
    path++;
    path[strcspn(path, "\n")] = '\0';
    if (strcmp(path, last) != 0)
      unlink(path);
    memcpy(last, path, strlen(path) + 1);
  }
  fclose(maps);
}

/* The launcher's daemon on another host is as unreachable as this process, and would wait until TCP
 * gives up, which takes a quarter of an hour. Other parents are not ours to end. */
static void end_daemon(void) {
  static const char *const daemons[] = {"orted", "prted", "hydra_pmi_proxy"};
  char path[64], name[32] = "";
  struct pollfd ended = {watchdog.parent, POLLIN, 0};
  pid_t parent = getppid();
  snprintf(path, sizeof path, "/proc/%d/comm", (int)parent);
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return;
  bool known = fscanf(file, "%31s", name) == 1;
  fclose(file);
  for (size_t i = 0; known && i < sizeof daemons / sizeof *daemons; i++) {
    /* the kernel keeps 15 characters of a name */
    if (strncmp(name, daemons[i], 15) != 0 || kill(parent, SIGTERM) != 0)
      continue;
    if (poll(&ended, 1, 2000) == 0 && getppid() == parent)
      kill(parent, SIGKILL);
  }
}

/* Its cause is known on standard error, should somebody still read that. */
__attribute__((noreturn)) static void end(const char *why) {
  char text[200];
  int length = snprintf(text, sizeof text, "%s: ended: %s\n", watchdog.program, why);
  remove_shared_memory();
  if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0) {
    /* the exit status still says it */
  }
  _exit(EXIT_MACHINE);
}

static void end_by_signal(void) {
  remove_shared_memory();
  signal(SIGTERM, SIG_DFL);
  kill(getpid(), SIGTERM);
}

static void *watch(void *unused) {
  enum { STEP_MS = 10000 }; /* a wait that lasts much longer shows that the process was stopped */
  (void)unused;
  for (;;) {
    struct pollfd polled[2] = {{watchdog.parent, POLLIN, 0}, {watchdog.terminated, POLLIN, 0}};
    int64_t begin_ns = clock_now_ns(), left_ms = (watchdog.deadline_ns - begin_ns) / 1000000 + 1;
    int wait_ms = left_ms < 0 ? 0 : left_ms < STEP_MS ? (int)left_ms : STEP_MS;
    int news = poll(polled, 2, wait_ms);
    int64_t late_ns = clock_now_ns() - begin_ns - wait_ms * INT64_C(1000000);
    if (news > 0 && polled[1].revents != 0) {
      end_by_signal();
    } else if (news > 0) {
      end("the process that started it has ended");
    } else if (late_ns > INT64_C(2000000000)) {
      watchdog.deadline_ns += late_ns;
    } else if (clock_now_ns() >= watchdog.deadline_ns) {
      end_daemon();
      end("its --time-limit has passed");
    }
  }
  return NULL;
}

static void note_signal(int number) {
  uint64_t one = 1;
  (void)number;
  if (write(watchdog.terminated, &one, sizeof one) < 0) {
    /* there is nothing else to do in a handler */
  }
}

void watchdog_start(const char *program, int64_t limit_ns) {
  pthread_t thread;
  sigset_t all, before;
  watchdog.program = program;
  watchdog.deadline_ns = clock_now_ns() + limit_ns;
  watchdog.parent = (int)syscall(SYS_pidfd_open, getppid(), 0);
  watchdog.terminated = eventfd(0, EFD_CLOEXEC);
  if (watchdog.terminated < 0)
    return;
  sigfillset(&all); /* signals are the other threads' */
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, NULL, watch, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed)
    return;
  pthread_detach(thread);
  signal(SIGTERM, note_signal);
}
