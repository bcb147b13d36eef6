#include "runner/launch/programs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "runner/process/launch.h"

static char *path_of(const char *folder, const char *name) {
  return grow_text("%s/%s", folder, name);
}

bool programs_in_folder(const char *folder) {
  bool found = false;
  for (int i = 0; i < DRIVERS && !found; i++) {
    char *path = path_of(folder, driver_names[i]);
    found = access(path, X_OK) == 0;
    free(path);
  }
  return found;
}

/* --- builds ----------------------------------------------------------------------------------- */

static void find_builds(struct programs *programs, const struct config *config,
                        const struct tools *tools) {
  for (size_t i = 0; i < config->build_count; i++) {
    struct program_build *build = GROW(programs->builds, programs->build_count);
    build->axis = build->facts = &config->builds[i];
  }
  if (config->build_count == 0)
    GROW(programs->builds, programs->build_count)->facts = tools_build(tools, NULL);
}

/* --- libraries -------------------------------------------------------------------------------- */

static void add_library(struct programs *programs, const char *name, const char *path) {
  struct error ignored = {0};
  char digest[SHA256_TEXT];
  for (size_t i = 0; i < programs->library_count; i++)
    if (strcmp(programs->libraries[i].name, name) == 0)
      return;
  if (sha256_file(path, digest, &ignored) != 0)
    return;
  struct library *library = GROW(programs->libraries, programs->library_count);
  library->name = grow_text("%s", name);
  memcpy(library->sha256, digest, sizeof digest);
}

/* A line of the loader: "\tlibm.so.6 => /lib/libm.so.6 (0x...)", or "... => not found". */
static void take_line(struct programs *programs, struct program *program, char *line) {
  static const char arrow[] = " => ", missing[] = "not found";
  char *found = strstr(line, arrow), *address;
  if (found == NULL)
    return;
  *found = '\0';
  const char *name = line + strspn(line, " \t");
  char *path = found + strlen(arrow);
  if (strncmp(path, missing, strlen(missing)) == 0 && program->obstacle == NULL)
    program->obstacle =
        grow_text("'%s' cannot be run: its library %s is not found", program->path, name);
  if (*path != '/' || (address = strrchr(path, '(')) == NULL || address == path)
    return;
  address[-1] = '\0';
  add_library(programs, name, path);
}

/* With this variable the loader of glibc lists the libraries in the place of running the program.
 * Where there is another loader, or none, the program prints its version and ends. */
static void list_libraries(struct programs *programs, struct program *program) {
  char option[] = "--version", *argv[] = {program->path, option, NULL};
  const struct variable list = {"LD_TRACE_LOADED_OBJECTS", "1"};
  struct program_launch launch = {.argv = argv,
                                  .variables = &list,
                                  .variable_count = 1,
                                  .timeout_ns = INT64_C(20000000000),
                                  .output_bytes_max = 100000};
  struct launch_result result;
  struct error ignored = {0};
  if (launch_run(&launch, &result, &ignored) != 0)
    return;
  if (result.ending == ENDED_UNSTARTED)
    program->obstacle =
        grow_text("'%s' cannot be run: %s", program->path, strerror(result.error_number));
  for (char *line = result.output, *next; line != NULL && *line != '\0'; line = next) {
    next = strchr(line, '\n');
    if (next != NULL)
      *next++ = '\0';
    take_line(programs, program, line);
  }
  launch_free(&result);
}

static int compare_libraries(const void *left, const void *right) {
  return strcmp(((const struct library *)left)->name, ((const struct library *)right)->name);
}

/* --- programs --------------------------------------------------------------------------------- */

static const struct program *find(const struct programs *programs, const struct point *point) {
  for (size_t i = 0; i < programs->count; i++)
    if (programs->items[i].build == point->build &&
        programs->items[i].driver == point->setup->driver)
      return &programs->items[i];
  return NULL;
}

char *programs_build_id(const struct programs *programs, const struct point *point,
                        char text[BUILD_ID_TEXT]) {
  const struct program *program = find(programs, point);
  snprintf(text, BUILD_ID_TEXT, "%.12s", program != NULL ? program->sha256 : "");
  return text;
}

/* Whether another program is the same file, and can be started. */
static bool is_listed(const struct programs *programs, const struct program *program) {
  for (const struct program *other = programs->items; other < program; other++)
    if (*program->sha256 != '\0' && strcmp(other->sha256, program->sha256) == 0 &&
        other->obstacle == NULL && access(program->path, X_OK) == 0)
      return true;
  return false;
}

static void add_program(struct programs *programs, const struct point *point, const char *drivers) {
  struct program *program = GROW(programs->items, programs->count);
  const struct driver_facts *driver = point->setup->driver;
  *program = (struct program){.build = point->build,
                              .driver = driver,
                              .path = path_of(build_folder(point->build, drivers), driver->name)};
  struct error ignored = {0};
  sha256_file(program->path, program->sha256, &ignored);
  if (is_listed(programs, program))
    return;
  if (access(program->path, X_OK) == 0)
    list_libraries(programs, program);
  else
    program->obstacle = grow_text("there is no executable '%s'", program->path);
}

void programs_find(struct programs *programs, const struct config *config, const struct plan *plan,
                   const struct tools *tools) {
  *programs = (struct programs){0};
  find_builds(programs, config, tools);
  for (size_t i = 0; i < plan->point_count; i++)
    if (find(programs, &plan->points[i]) == NULL)
      add_program(programs, &plan->points[i], tools->drivers);
  if (programs->library_count > 0)
    qsort(programs->libraries, programs->library_count, sizeof *programs->libraries,
          compare_libraries);
}

int programs_check(const struct programs *programs, const struct plan *plan,
                   const struct tools *tools, struct error *error) {
  const struct program *first = NULL;
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct program *program = find(programs, &plan->points[i]);
    const struct launcher *launcher = tools_launcher(tools, program->build);
    bool lacks_launcher = program->driver->use == CORES_RANKS && launcher->error_number != 0;
    if (program->obstacle == NULL && !lacks_launcher)
      return 0;
    if (first == NULL)
      first = program;
  }
  if (first != NULL && first->obstacle == NULL) {
    const struct launcher *launcher = tools_launcher(tools, first->build);
    return error_set(error, EXIT_USAGE,
                     "no launch is possible: '%s' cannot be run: %s; QUARTET_MPIRUN, or `launcher` "
                     "in the config, names another launcher",
                     launcher->program, strerror(launcher->error_number));
  }
  if (first != NULL)
    return error_set(error, EXIT_USAGE,
                     "no launch is possible: %s; --drivers names the folder of the drivers",
                     first->obstacle);
  return 0;
}

void programs_free(struct programs *programs) {
  for (size_t i = 0; i < programs->count; i++) {
    free(programs->items[i].path);
    free(programs->items[i].obstacle);
  }
  for (size_t i = 0; i < programs->library_count; i++)
    free(programs->libraries[i].name);
  free(programs->builds);
  free(programs->items);
  free(programs->libraries);
  *programs = (struct programs){0};
}
