#include "drivers/provide.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/document.h"
#include "common/host.h"
#include "common/limits.h"
#include "common/number.h"

extern char **environ;

/* Open files beside the connections: streams, libraries, the server's own 32, spare ones. */
enum { OTHER_FILES = 48, SPARE_CONNECTIONS = 16, SERVER_CONNECTIONS = 10000 };

enum { START_MS = 10000, GREETING_LINES = 1000, END_MS = 2000, WORD = 96, WORDS = 16 };

static const char greeting[] = DOCUMENT_GREETING;

/* The server's path: in the folder of this executable. */
static int find_server(char path[4096], struct error *error) {
  static const char name[] = "delay_server";
  snprintf(path, 4096, "%s/%s", host_program_folder(), name);
  if (access(path, X_OK) != 0)
    return error_set(error, EXIT_MACHINE, "%s: %s (name a server of your own: --set url=URL)", path,
                     strerror(errno));
  return 0;
}

/* The server's command line, each word in a place of its own. */
static void make_words(const struct documents *d, char words[WORDS][WORD], char *argv[WORDS + 2],
                       char *path) {
  const struct {
    const char *name;
    int64_t value;
    bool duration;
  } numbers[] = {{"--latency", d->latency_ns, true},
                 {"--jitter", d->jitter_ns, true},
                 {"--body", d->body_bytes, false},
                 {"--connections", d->connections, false},
                 {"--seed", d->seed, false}};
  int count = 0, words_used = 0;
  argv[count++] = path;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char text[NUMBER_TEXT];
    if (numbers[i].value == 0 && strcmp(numbers[i].name, "--connections") == 0)
      continue; /* the server's own limit */
    snprintf(words[words_used], WORD, "%s=%s", numbers[i].name,
             numbers[i].duration ? duration_format(numbers[i].value, text)
                                 : number_format(numbers[i].value, text));
    argv[count++] = words[words_used++];
  }
  snprintf(words[words_used], WORD, "--errors=%.9g", d->errors);
  argv[count++] = words[words_used++];
  snprintf(words[words_used], WORD, "--drop=%.9g", d->drops);
  argv[count++] = words[words_used++];
  snprintf(words[words_used], WORD, "--until-stdin-closes");
  argv[count++] = words[words_used];
  argv[count] = NULL;
}

/* Starts it with its standard input and output on pipes; returns 0 or an errno. */
static int spawn(const char *path, char *const *argv, pid_t *child, int *to, int *from) {
  int in[2], out[2], code;
  posix_spawn_file_actions_t actions;
  if (pipe2(in, O_CLOEXEC))
    return errno;
  if (pipe2(out, O_CLOEXEC)) {
    code = errno;
    close(in[0]);
    close(in[1]);
    return code;
  }
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  code = posix_spawn(child, path, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  if (code) {
    close(in[1]);
    close(out[0]);
    return code;
  }
  *to = in[1];
  *from = out[0];
  return 0;
}

/* Reads a line, without its end; the part that does not fit is dropped. False: no line, or it takes
 * longer than START_MS. The server prints a line or two: a byte at a time is fast enough. */
static bool read_line(int from, char *line, size_t size) {
  struct pollfd ready = {from, POLLIN, 0};
  size_t length = 0;
  char byte = 0;
  while (byte != '\n') {
    int come = poll(&ready, 1, START_MS);
    if (come < 0 && errno == EINTR) /* this process was stopped and continued */
      continue;
    if (come <= 0 || read(from, &byte, 1) != 1)
      return false;
    if (byte != '\n' && length + 1 < size)
      line[length++] = byte;
  }
  line[length] = 0;
  return true;
}

/* The line that the server greets with. Lines before it are of others: a preloaded library, say. */
static int read_greeting(int from, char *line, size_t size, struct error *error) {
  for (int lines = 0; lines < GREETING_LINES && read_line(from, line, size); lines++)
    if (strncmp(line, greeting, strlen(greeting)) == 0)
      return 0;
  return error_set(error, EXIT_MACHINE, "delay_server did not start");
}

static int start_server(struct provided *provided, const struct documents *documents,
                        struct error *error) {
  char path[4096], words[WORDS][WORD], line[sizeof provided->url + sizeof greeting - 2];
  char *argv[WORDS + 2];
  int from = -1;
  if (find_server(path, error))
    return error->code;
  make_words(documents, words, argv, path);
  int code = spawn(path, argv, &provided->server, &provided->leash, &from);
  if (code)
    return error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(code));
  if (read_greeting(from, line, sizeof line, error) == 0)
    snprintf(provided->url, sizeof provided->url, "%s", line + strlen(greeting));
  close(from);
  return error->code;
}

/* Each operation in flight has a connection, which is an open file. */
static int allow_files(int64_t in_flight, const char *remedy, struct error *error) {
  int64_t wanted = in_flight + OTHER_FILES, limit = limits_allow_files(wanted);
  if (limit >= wanted)
    return 0;
  error_set(error, EXIT_MACHINE,
            "%" PRId64 " open connections need %" PRId64 " open files, but the limit is %" PRId64
            " (ulimit -n)",
            in_flight, wanted, limit);
  if (remedy && limit > OTHER_FILES) {
    size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof error->message - used, ": %s %" PRId64, remedy,
             limit - OTHER_FILES);
  }
  return error->code;
}

/* The server's own default suffices for most runs. Otherwise it gets a few more connections than
 * are open here, as one that is closed may still be open there for a while. */
static int start_for(struct provided *provided, const struct documents *documents,
                     int64_t in_flight, struct error *error) {
  struct documents wanted = *documents;
  if (wanted.connections == 0 && in_flight + SPARE_CONNECTIONS > SERVER_CONNECTIONS)
    wanted.connections = in_flight + SPARE_CONNECTIONS;
  return start_server(provided, &wanted, error);
}

int provide_open(struct provided *provided, const struct provision *provision, struct comm *comm,
                 struct error *error) {
  const struct documents *documents = &provision->needs->documents;
  struct gathered all;
  *provided = (struct provided){.leash = -1};
  if (!provision->needs->fetches)
    return 0;
  allow_files(provision->in_flight, provision->remedy, error);
  if (comm_agree(comm, error) || documents->url)
    return error->code;
  if (comm->nodes > 1)
    error_set(error, EXIT_USAGE, "on several nodes a server must be named: --set url=URL");
  else if (comm->process == 0)
    start_for(provided, documents, provision->in_flight * comm->processes, error);
  if (comm_agree(comm, error) ||
      comm->gather(comm, provided->url, comm->process == 0 ? sizeof provided->url : 0, &all, error))
    provide_close(provided);
  else
    memcpy(provided->url, all.bytes, sizeof provided->url);
  return error->code;
}

void provide_close(struct provided *provided) {
  if (provided->leash >= 0)
    close(provided->leash);
  provided->leash = -1;
  int64_t until_ns = clock_now_ns() + (int64_t)END_MS * 1000000;
  while (provided->server > 0 && waitpid(provided->server, NULL, WNOHANG) == 0) {
    if (clock_now_ns() > until_ns)
      kill(provided->server, SIGKILL);
    clock_sleep_until(clock_now_ns() + 1000000);
  }
  provided->server = 0;
}
