#include "runner/record/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/host.h"

enum { ID_TEXT = 64, FILE_TEXT = 1024 };

/* A process among all of all hosts. Texts are empty where they are unknown. */
struct holder {
  char host[HOST_TEXT];
  char boot[ID_TEXT];      /* of the kernel, another one after each boot */
  char namespace[ID_TEXT]; /* in which pid is a number: containers have their own */
  char job[ID_TEXT];       /* of Slurm */
  long pid, restart;       /* restart: how often Slurm has requeued the job */
  long long started;       /* in clock ticks after the boot: a number is given out again */
};

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* When that process started; -1 if there is none. */
static long long start_of(long pid) {
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t bytes = file < 0 ? 0 : read(file, line, sizeof line - 1);
  if (file >= 0)
    close(file);
  line[bytes > 0 ? bytes : 0] = '\0';
  /* The second field, the name, may hold anything, but no ')' follows it; this is the 22nd. */
  char *at = strrchr(line, ')'), state = 'X';
  if (at == NULL || sscanf(at + 1, " %c", &state) != 1 || state == 'Z' || state == 'X')
    return -1;
  for (int field = 2; at != NULL && field < 22; field++)
    at = strchr(at + 1, ' ');
  return at != NULL ? strtoll(at, NULL, 10) : -1;
}

static void copy_text(char *to, size_t room, const char *from) {
  snprintf(to, room, "%s", from != NULL ? from : "");
}

static void know_self(struct holder *self) {
  *self = (struct holder){.pid = (long)getpid()};
  host_name(self->host);
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
  if (file != NULL && fscanf(file, "%63s", self->boot) != 1)
    *self->boot = '\0';
  if (file != NULL)
    fclose(file);
  ssize_t length = readlink("/proc/self/ns/pid", self->namespace, sizeof self->namespace - 1);
  self->namespace[length > 0 ? length : 0] = '\0';
  self->started = start_of(self->pid);
  copy_text(self->job, sizeof self->job, getenv("SLURM_JOB_ID"));
  const char *restart = getenv("SLURM_RESTART_COUNT");
  self->restart = restart != NULL ? strtol(restart, NULL, 10) : 0;
}

static int write_holder(int file, const struct holder *holder) {
  return dprintf(file,
                 "host %s\npid %ld\nboot %s\nnamespace %s\nstarted %lld\njob %s\nrestart %ld\n",
                 holder->host, holder->pid, holder->boot, holder->namespace, holder->started,
                 holder->job, holder->restart) < 0
             ? -1
             : fsync(file);
}

/* The text after "NAME " on a line of its own; "" without. */
static void find_line(const char *text, const char *name, char *value, size_t room) {
  size_t length = strlen(name);
  *value = '\0';
  for (const char *line = text; line != NULL && *line != '\0';
       line = strchr(line, '\n'), line = line != NULL ? line + 1 : NULL)
    if (strncmp(line, name, length) == 0 && line[length] == ' ')
      snprintf(value, room, "%.*s", (int)strcspn(line + length + 1, "\n"), line + length + 1);
}

static void read_holder(int file, struct holder *holder) {
  char text[FILE_TEXT], number[ID_TEXT];
  ssize_t bytes = pread(file, text, sizeof text - 1, 0);
  text[bytes > 0 ? bytes : 0] = '\0';
  *holder = (struct holder){.pid = 0};
  find_line(text, "host", holder->host, sizeof holder->host);
  find_line(text, "boot", holder->boot, sizeof holder->boot);
  find_line(text, "namespace", holder->namespace, sizeof holder->namespace);
  find_line(text, "job", holder->job, sizeof holder->job);
  find_line(text, "pid", number, sizeof number);
  holder->pid = strtol(number, NULL, 10);
  find_line(text, "started", number, sizeof number);
  holder->started = strtoll(number, NULL, 10);
  find_line(text, "restart", number, sizeof number);
  holder->restart = strtol(number, NULL, 10);
}

/* The time of the folder's file system, which is its server's on a network: clocks of hosts
 * differ. */
static struct timespec folder_time(int folder) {
  char name[64];
  struct stat facts;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(name, sizeof name, LEASE_NAME ".%ld.%" PRIx64, (long)getpid(), (uint64_t)now_ns());
  int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0)
    return now;
  if (futimens(file, NULL) == 0 && fstat(file, &facts) == 0)
    now = facts.st_mtim;
  close(file);
  unlinkat(folder, name, 0);
  return now;
}

static bool is_same(const char *a, const char *b) {
  return *a != '\0' && strcmp(a, b) == 0;
}

/* Whether the holder may be alive; *silent_s: since when it has given no heartbeat, or negative if
 * its process was looked at instead. */
static bool may_live(const struct holder *holder, int folder, int file, double *silent_s) {
  struct holder self;
  struct stat facts;
  know_self(&self);
  *silent_s = -1;
  if (is_same(holder->boot, self.boot) && is_same(holder->namespace, self.namespace)) {
    long long started = start_of(holder->pid);
    return started >= 0 && started == holder->started;
  }
  if (is_same(holder->job, self.job) && holder->restart < self.restart)
    return false;
  if (fstat(file, &facts) != 0)
    return false;
  struct timespec now = folder_time(folder);
  *silent_s = (double)(now.tv_sec - facts.st_mtim.tv_sec);
  return *silent_s <= LEASE_SILENT_S;
}

static void describe(const struct holder *holder, double silent_s, char text[LEASE_HOLDER_TEXT]) {
  if (*holder->host == '\0')
    snprintf(text, LEASE_HOLDER_TEXT, "a process that " LEASE_NAME " does not name yet");
  else if (silent_s < 0)
    snprintf(text, LEASE_HOLDER_TEXT, "process %ld on host %s", holder->pid, holder->host);
  else
    snprintf(text, LEASE_HOLDER_TEXT,
             "process %ld on host %s, whose last heartbeat was %.0f s ago; if it has ended, wait "
             "until that is more than %d s, or remove " LEASE_NAME,
             holder->pid, holder->host, silent_s, LEASE_SILENT_S);
}

bool lease_is_held(int folder, char text[LEASE_HOLDER_TEXT]) {
  struct holder holder;
  double silent_s;
  int file = openat(folder, LEASE_NAME, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  read_holder(file, &holder);
  bool held = may_live(&holder, folder, file, &silent_s);
  if (held && text != NULL)
    describe(&holder, silent_s, text);
  close(file);
  return held;
}

bool lease_holder(int folder, char text[LEASE_HOLDER_TEXT]) {
  struct holder holder;
  int file = openat(folder, LEASE_NAME, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  read_holder(file, &holder);
  close(file);
  if (*holder.host != '\0')
    describe(&holder, -1, text);
  return *holder.host != '\0';
}

/* Whether the open file is the one of that name in the folder. */
static bool is_named(int folder, const char *name, int file) {
  struct stat own, named;
  return fstat(file, &own) == 0 && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

/* Removes the lease of a dead process. Several may try at once: only one can rename that file, and
 * a process that has renamed another one's new lease instead renames it back. */
static void remove_dead(int folder, int dead) {
  char name[64];
  snprintf(name, sizeof name, LEASE_NAME ".dead.%ld.%" PRIx64, (long)getpid(), (uint64_t)now_ns());
  if (renameat(folder, LEASE_NAME, folder, name) != 0)
    return;
  if (!is_named(folder, name, dead) && linkat(folder, name, folder, LEASE_NAME, 0) != 0)
    return;
  unlinkat(folder, name, 0);
}

/* Looks at the lease that is there, and removes it if its process is dead. EXIT_USAGE if not. */
static int judge(int folder, struct error *error) {
  struct holder holder;
  double silent_s;
  char text[LEASE_HOLDER_TEXT];
  int file = openat(folder, LEASE_NAME, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return 0; /* it has gone in this moment */
  read_holder(file, &holder);
  if (may_live(&holder, folder, file, &silent_s)) {
    describe(&holder, silent_s, text);
    error_set(error, EXIT_USAGE, "another sweep is writing there: %s", text);
  } else {
    remove_dead(folder, file);
  }
  close(file);
  return error->code;
}

/* Makes the lease, with its text, unless there is one. A lease without a text, of a process that
 * was killed at that moment, would block others until it is silent: the text is written to another
 * name first. File systems without hard links get it afterwards. Returns the file; or -1 with
 * errno, EEXIST: there is one. */
static int make(int folder, const struct holder *self) {
  char name[64];
  snprintf(name, sizeof name, LEASE_NAME ".%ld.%" PRIx64, self->pid, (uint64_t)now_ns());
  int file = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0)
    return -1;
  int failed = write_holder(file, self) != 0 || linkat(folder, name, folder, LEASE_NAME, 0) != 0;
  int why = errno;
  unlinkat(folder, name, 0);
  if (!failed)
    return file;
  close(file);
  errno = why;
  if (why == EEXIST || why == ENOSPC || why == EDQUOT)
    return -1;
  file = openat(folder, LEASE_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file >= 0)
    write_holder(file, self);
  return file;
}

int lease_take(struct lease *lease, int folder, struct error *error) {
  struct holder self;
  *lease = (struct lease){.folder = folder};
  know_self(&self);
  for (int tries = 0; tries < 10; tries++) {
    int file = make(folder, &self);
    if (file >= 0) {
      *lease = (struct lease){.folder = folder, .file = file, .held = true, .beat_ns = now_ns()};
      return 0;
    }
    if (errno != EEXIST)
      return 0;
    if (judge(folder, error) != 0)
      return error->code;
  }
  return error_set(error, EXIT_USAGE, "another sweep is starting there");
}

void lease_beat(struct lease *lease) {
  int64_t now = now_ns();
  if (!lease->held || now - lease->beat_ns < LEASE_BEAT_S * INT64_C(1000000000))
    return;
  lease->beat_ns = now;
  futimens(lease->file, NULL);
}

bool lease_is_kept(const struct lease *lease) {
  return !lease->held || is_named(lease->folder, LEASE_NAME, lease->file);
}

void lease_release(struct lease *lease) {
  if (!lease->held)
    return;
  if (lease_is_kept(lease))
    unlinkat(lease->folder, LEASE_NAME, 0);
  close(lease->file);
  lease->held = false;
}
