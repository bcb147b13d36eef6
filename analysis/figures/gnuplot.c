#include "analysis/figures/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "analysis/figures/layout.h"
#include "analysis/figures/script.h"
#include "analysis/figures/text.h"
#include "common/grow.h"

#define DRAW_ALL "draw-all"

extern char **environ;

static double now_s(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* -- The scripts ------------------------------------------------------------------------------ */

static int by_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int check_ids(struct figure *const *figures, size_t count, struct error *error) {
  char **ids = grow(NULL, 0, (count + 1) * sizeof *ids);
  for (size_t i = 0; i < count; i++)
    ids[i] = figures[i]->id;
  qsort(ids, count, sizeof *ids, by_text);
  int code = 0;
  for (size_t i = 0; i < count && code == 0; i++)
    if (!text_is_id(ids[i]) || strcmp(ids[i], DRAW_ALL) == 0)
      code = error_set(error, EXIT_USAGE,
                       "'%.100s' cannot be the id of a figure; must be letters, digits and '-'",
                       ids[i]);
    else if (i > 0 && strcmp(ids[i], ids[i - 1]) == 0)
      code = error_set(error, EXIT_USAGE, "two figures have the id '%s'", ids[i]);
  free(ids);
  return code;
}

/* A figure of an earlier run must not pass for one of this run. */
static void remove_drawings(const struct figure *figure, int folder) {
  static const char *const suffixes[] = {"svg", "png", "pdf"};
  char name[128];
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    snprintf(name, sizeof name, "%.100s.%s", figure->id, suffixes[i]);
    unlinkat(folder, name, 0);
  }
}

static int write_scripts(struct figure *const *figures, size_t count, int folder, unsigned formats,
                         struct error *error) {
  int all =
      openat(folder, DRAW_ALL ".gp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  FILE *file = all < 0 ? NULL : fdopen(all, "w");
  if (file == NULL)
    return error_set(error, EXIT_MACHINE, "cannot write " DRAW_ALL ".gp: %s", strerror(errno));
  fputs("# Draws all figures of this folder again: gnuplot < " DRAW_ALL ".gp\n", file);
  int code = 0;
  for (size_t i = 0; i < count && code == 0; i++) {
    struct layout *layout = layout_new(figures[i], (formats & FIGURE_TITLED) != 0);
    remove_drawings(figures[i], folder);
    code = script_write(figures[i], layout, folder, formats, error);
    fprintf(file, "load '%s.gp'\n", figures[i]->id);
    layout_free(layout);
  }
  if (fclose(file) != 0 && code == 0)
    code = error_set(error, EXIT_MACHINE, "cannot write " DRAW_ALL ".gp: %s", strerror(errno));
  return code;
}

/* -- The process ------------------------------------------------------------------------------ */

/* gnuplot reads the script as its standard input: then an error in one figure does not end it (only
 * its exit status says so), and there is no pipe that it could close before all is written. */
static int start(const char *folder, int script, int errors, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int code = posix_spawn_file_actions_adddup2(&actions, script, STDIN_FILENO);
  if (code == 0)
    code = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  if (code == 0)
    code = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (code == 0)
    code = posix_spawn_file_actions_addchdir_np(&actions, folder);
  char program[] = "gnuplot", defaults_only[] = "-d"; /* -d: no ~/.gnuplot */
  char *arguments[] = {program, defaults_only, NULL};
  if (code == 0)
    code = posix_spawnp(process, program, &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return code;
}

/* Waits for something to read until the deadline; false if nothing came. It waits in steps: what a
 * step takes beyond its end is no time of gnuplot's, since this process, and gnuplot with it, was
 * suspended: the deadline moves. */
static bool wait_for(int errors, double *deadline_s) {
  const double step_s = 1;
  struct pollfd wait = {.fd = errors, .events = POLLIN};
  for (double now = now_s(); now < *deadline_s;) {
    double end_s = now + step_s < *deadline_s ? now + step_s : *deadline_s;
    int ready = poll(&wait, 1, (int)((end_s - now) * 1000) + 1);
    if (ready > 0 || (ready < 0 && errno != EINTR))
      return ready > 0;
    now = now_s();
    *deadline_s += now > end_s ? now - end_s : 0;
  }
  return false;
}

/* Reads what gnuplot prints until it has closed its stderr; keeps the last `size` bytes. Returns
 * whether it did within the limit. */
static bool read_errors(int errors, double *deadline_s, char *text, size_t size) {
  size_t length = 0;
  for (;;) {
    if (!wait_for(errors, deadline_s))
      return false;
    char part[1024];
    ssize_t bytes = read(errors, part, sizeof part);
    if (bytes < 0 && errno == EINTR)
      continue;
    if (bytes <= 0)
      return true;
    size_t keep = size - 1 - (size_t)bytes < length ? size - 1 - (size_t)bytes : length;
    memmove(text, text + length - keep, keep);
    memcpy(text + keep, part, (size_t)bytes);
    length = keep + (size_t)bytes;
    text[length] = '\0';
  }
}

/* Waits for the end of the process, which has closed its stderr, until the deadline. */
static bool wait_end(pid_t process, double deadline_s, int *status) {
  for (;;) {
    pid_t ended = waitpid(process, status, WNOHANG);
    if (ended == process || (ended < 0 && errno != EINTR))
      return true;
    if (now_s() > deadline_s)
      return false;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
}

static int kill_it(pid_t process, double limit_s, struct error *error) {
  kill(-process, SIGKILL);
  while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
    ;
  return error_set(error, EXIT_MACHINE,
                   "gnuplot had not drawn all figures after %g s and was killed", limit_s);
}

/* One line: line breaks and the blanks after them as one blank. */
static char *one_line(const char *text) {
  char *clean = text_clean(text, 0);
  size_t to = 0;
  for (const char *at = clean; *at != '\0'; at++)
    if (*at != ' ' || (to > 0 && clean[to - 1] != ' '))
      clean[to++] = *at;
  while (to > 0 && clean[to - 1] == ' ')
    to--;
  clean[to] = '\0';
  return clean;
}

static int run(const char *folder, int script, double limit_s, struct error *error) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return error_set(error, EXIT_MACHINE, "cannot start gnuplot: %s", strerror(errno));
  pid_t process = 0;
  int code = start(folder, script, ends[1], &process);
  close(ends[1]);
  if (code != 0) {
    close(ends[0]);
    if (code == ENOENT)
      return error_set(error, FIGURES_NO_GNUPLOT,
                       "no figures: gnuplot is missing (Debian: gnuplot-nox)");
    return error_set(error, EXIT_MACHINE, "cannot start gnuplot: %s", strerror(code));
  }
  char printed[4096] = "";
  double deadline_s = now_s() + limit_s;
  int status = 0;
  bool ended = read_errors(ends[0], &deadline_s, printed, sizeof printed) &&
               wait_end(process, deadline_s, &status);
  close(ends[0]);
  if (!ended)
    return kill_it(process, limit_s, error);
  char *message = one_line(printed);
  if (WIFSIGNALED(status))
    error_set(error, EXIT_MACHINE, "gnuplot was ended by signal %d%s%.300s", WTERMSIG(status),
              message[0] == '\0' ? "" : ": ", message);
  else if (WEXITSTATUS(status) != 0)
    error_set(error, EXIT_MACHINE, "gnuplot failed with exit status %d%s%.300s",
              WEXITSTATUS(status), message[0] == '\0' ? "" : ": ", message);
  else if (message[0] != '\0') /* perhaps a warning: the caller looks for what was drawn */
    error_set(error, 0, "%.400s", message);
  free(message);
  return error->code;
}

/* Whether gnuplot wrote the file to its end: SVG is the only format that shows it. */
static bool is_drawn(int folder, const char *name) {
  int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0)
    return false;
  struct stat facts;
  bool whole = fstat(file, &facts) == 0 && facts.st_size > 0;
  if (whole && strstr(name, ".svg") != NULL) {
    char end[16] = "";
    off_t from = facts.st_size > 15 ? facts.st_size - 15 : 0;
    whole = pread(file, end, 15, from) > 0 && strstr(end, "</svg>") != NULL;
  }
  close(file);
  return whole;
}

static int check_drawn(struct figure *const *figures, size_t count, int folder, unsigned formats,
                       struct error *error) {
  const struct {
    unsigned format;
    const char *suffix;
  } wanted[] = {{FIGURE_SVG, "svg"}, {FIGURE_PNG, "png"}, {FIGURE_PDF, "pdf"}};
  char *message = grow_text("%s", error->message);
  *error = (struct error){0};
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < sizeof wanted / sizeof *wanted; j++) {
      char name[128];
      snprintf(name, sizeof name, "%.100s.%s", figures[i]->id, wanted[j].suffix);
      if (!((formats | FIGURE_SVG) & wanted[j].format) || is_drawn(folder, name))
        continue;
      unlinkat(folder, name, 0); /* an incomplete file */
      if (error->code == 0)
        error_set(error, EXIT_MACHINE, "gnuplot did not draw %s%s%.300s", name,
                  message[0] == '\0' ? "" : ": ", message);
    }
  free(message);
  return error->code;
}

static int draw_in(struct figure *const *figures, size_t count, const char *path, int folder,
                   unsigned formats, double limit_s, struct error *error) {
  if (write_scripts(figures, count, folder, formats, error) != 0)
    return error->code;
  int script = openat(folder, DRAW_ALL ".gp", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (script < 0)
    return error_set(error, EXIT_MACHINE, "cannot read " DRAW_ALL ".gp: %s", strerror(errno));
  int code = run(path, script, limit_s, error);
  close(script);
  return code != 0 ? code : check_drawn(figures, count, folder, formats, error);
}

int figures_draw_within(struct figure *const *figures, size_t count, const char *folder,
                        unsigned formats, double limit_s, struct error *error) {
  *error = (struct error){0};
  if (count == 0 || check_ids(figures, count, error) != 0)
    return error->code;
  int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return error_set(error, EXIT_MACHINE, "cannot open the folder %s: %s", folder, strerror(errno));
  int code = draw_in(figures, count, folder, directory, formats, limit_s, error);
  close(directory);
  return code;
}

int figures_draw(struct figure *const *figures, size_t count, const char *folder, unsigned formats,
                 struct error *error) {
  double limit_s = FIGURES_LIMIT_S + (double)count / 10;
  return figures_draw_within(figures, count, folder, formats, limit_s, error);
}
