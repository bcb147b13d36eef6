#include "runner/record/warnings.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "runner/launch/builds.h"
#include "runner/plan/work_query.h"

enum { WINDOW_MS = 200, NAME = 64 };

/* A process and the CPU time that it had taken, in ticks of the clock. */
struct process {
  long pid, ticks;
  char name[NAME];
};

struct processes {
  struct process *items;
  size_t count;
};

/* "pid (name) state ppid ...": the name may hold anything, but no ')' follows it. User and system
 * time are fields 14 and 15 (proc(5)). */
static bool read_process(const char *pid, struct process *process) {
  char path[NAME], line[1024];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return false;
  bool read = fgets(line, sizeof line, file) != NULL;
  fclose(file);
  char *open = read ? strchr(line, '(') : NULL, *close = read ? strrchr(line, ')') : NULL;
  long user, system;
  if (open == NULL || close == NULL ||
      sscanf(close + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system) !=
          2)
    return false;
  *close = '\0';
  process->pid = strtol(pid, NULL, 10);
  process->ticks = user + system;
  snprintf(process->name, sizeof process->name, "%s", open + 1);
  return true;
}

static struct processes list_processes(void) {
  struct processes list = {0};
  DIR *proc = opendir("/proc");
  for (const struct dirent *entry = proc ? readdir(proc) : NULL; entry != NULL;
       entry = readdir(proc)) {
    struct process process;
    if (*entry->d_name >= '1' && *entry->d_name <= '9' && read_process(entry->d_name, &process))
      *GROW(list.items, list.count) = process;
  }
  if (proc != NULL)
    closedir(proc);
  return list;
}

static const struct process *find(const struct processes *list, long pid) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i].pid == pid)
      return &list->items[i];
  return NULL;
}

/* The names of those that took a third of a core or more between the two looks. */
static void name_heavy(const struct processes *before, const struct processes *after, char *text,
                       size_t size) {
  long least = sysconf(_SC_CLK_TCK) * WINDOW_MS / 1000 / 3;
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < after->count && used < size; i++) {
    const struct process *now = &after->items[i], *then = find(before, now->pid);
    if (now->pid != getpid() && then != NULL && now->ticks - then->ticks > least)
      used += (size_t)snprintf(text + used, size - used, "%s%s (%ld)", used > 0 ? ", " : ": ",
                               now->name, now->pid);
  }
}

static void look_at_load(struct warnings *warnings) {
  char names[200];
  struct processes before = list_processes();
  double busy = host_busy_cores(WINDOW_MS);
  struct processes after = list_processes();
  name_heavy(&before, &after, names, sizeof names);
  if (busy > 0.3)
    warnings_add(warnings, "busy", NULL,
                 "the machine is busy (%.1f of %ld cores)%s; expect wide intervals", busy,
                 sysconf(_SC_NPROCESSORS_ONLN), names);
  free(before.items);
  free(after.items);
}

/* The first word of a small file; empty if it cannot be read. */
static char *first_word(const char *path, char word[NAME]) {
  FILE *file = fopen(path, "re");
  word[0] = '\0';
  if (file == NULL)
    return word;
  if (fscanf(file, "%63s", word) != 1)
    word[0] = '\0';
  fclose(file);
  return word;
}

static void look_at_frequencies(struct warnings *warnings) {
  static const char cpu[] = "/sys/devices/system/cpu/";
  char path[128], word[NAME];
  snprintf(path, sizeof path, "%scpu0/cpufreq/scaling_governor", cpu);
  if (*first_word(path, word) != '\0' && strcmp(word, "performance") != 0)
    warnings_add(warnings, "governor", NULL,
                 "the frequency governor is '%s': short repetitions may run at a low clock", word);
  snprintf(path, sizeof path, "%sintel_pstate/no_turbo", cpu);
  bool turbo = strcmp(first_word(path, word), "0") == 0;
  snprintf(path, sizeof path, "%scpufreq/boost", cpu);
  if (turbo || strcmp(first_word(path, word), "1") == 0)
    warnings_add(warnings, "turbo", NULL,
                 "turbo is on: one busy core may run at a higher clock than many");
}

/* Workers that wait take no core from each other. The kernel's driver says whether they do; of one
 * that cannot be asked nothing is known. */
static bool waits(const struct point *point, const char *drivers) {
  bool waits = false;
  struct error ignored = {0};
  return work_query_ask_waits(build_folder(point->build, drivers), point->workload, point->n,
                              &waits, &ignored) == 0 &&
         waits;
}

static void look_at_cores(struct warnings *warnings, const struct plan *plan, const char *drivers) {
  size_t crowded = 0;
  const struct workload *last = NULL; /* points of a workload stand together */
  bool last_waits = false;
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct point *point = &plan->points[i];
    if (point->oversubscribed && point->workload != last) {
      last = point->workload;
      last_waits = waits(point, drivers);
    }
    crowded += point->oversubscribed && !last_waits;
  }
  double quota = host_cpu_quota();
  int cores = host_affinity_cores();
  if (quota < cores)
    warnings_add(warnings, "quota", NULL,
                 "the CPU quota of a control group allows %.3g CPUs' time on %d cores: workers "
                 "that use more are throttled",
                 quota, cores);
  if (plan->allocation != NULL && plan->allocation->problem != NULL)
    warnings_add(warnings, "allocation", NULL, "%s", plan->allocation->problem);
  if (crowded > 0)
    warnings_add(warnings, "oversubscribed", NULL,
                 "%zu of %zu points are oversubscribed (more workers than the %" PRId64
                 " cores here): their times are those of workers that share cores",
                 crowded, plan->point_count, plan->machine_cores);
}

/* As the drivers say it: sweep itself may be of another build. */
static void look_at_build(struct warnings *warnings, const struct build *build) {
  for (size_t i = 0; i < build->fact_count; i++)
    if (strcmp(build->facts[i].name, "build_warning") == 0 && *build->facts[i].value != '\0')
      warnings_add(warnings, "build", NULL, "the drivers%s%s%s are not a release build: %s",
                   build->label ? " of build '" : "", build->label ? build->label : "",
                   build->label ? "'" : "", build->facts[i].value);
}

void warnings_look(struct warnings *warnings, const struct config *config, const struct plan *plan,
                   const char *drivers, bool load) {
  if (load)
    look_at_load(warnings);
  look_at_frequencies(warnings);
  look_at_cores(warnings, plan, drivers);
  look_at_build(warnings, &config->own);
  for (size_t i = 0; i < config->build_count; i++)
    look_at_build(warnings, &config->builds[i]);
}

const char *warnings_add(struct warnings *warnings, const char *kind, const struct point *point,
                         const char *format, ...) {
  va_list arguments;
  struct warning *warning = GROW(warnings->items, warnings->count);
  *warning = (struct warning){.kind = kind};
  if (point != NULL)
    memcpy(warning->cell_id, point->cell_id, sizeof warning->cell_id);
  va_start(arguments, format);
  if (vasprintf(&warning->text, format, arguments) < 0)
    warning->text = grow_text("%s", kind);
  va_end(arguments);
  return warning->text;
}

void warnings_print(const struct warnings *warnings, FILE *stream) {
  for (size_t i = 0; i < warnings->count; i++)
    lines_message(stream, "sweep", "warning: %s", warnings->items[i].text);
}

void warnings_free(struct warnings *warnings) {
  for (size_t i = 0; i < warnings->count; i++)
    free(warnings->items[i].text);
  free(warnings->items);
  *warnings = (struct warnings){0};
}
