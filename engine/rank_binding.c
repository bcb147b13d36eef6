#include "engine/rank_binding.h"

#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cores.h"

static const char *const variable = "QUARTET_BIND";

/* The mask that this process was started with. With OMP_PROC_BIND set, libgomp binds the
 * initial thread to its first place as it is loaded: main sees one core only, of which the second
 * rank would get none. So the mask is read before any library is initialized, where the loader has
 * such a place (System V gABI, "Initialization and Termination Functions": DT_PREINIT_ARRAY). */
static cpu_set_t inherited;

/* By a bare system call: sanitizers, which would watch over more, are not initialized either. */
__attribute__((no_sanitize("address", "undefined", "thread"))) static void keep_mask(void) {
  syscall(SYS_sched_getaffinity, 0, sizeof inherited, &inherited);
}

__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(void) = keep_mask;

/* The mask to share out; without a loader that calls keep_mask what is left of it. */
static bool find_mask(cpu_set_t *mask) {
  *mask = inherited;
  return CPU_COUNT(mask) > 0 || sched_getaffinity(0, sizeof *mask, mask) == 0;
}

/* A whole number from 0 on; -1: the text is not one. */
static int read_count(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  return end == text || *end != '\0' || value < 0 || value > INT_MAX ? -1 : (int)value;
}

/* This rank's number among those of its node, as its launcher puts it into the environment; -1:
 * unknown. */
static int find_local_rank(void) {
  static const char *const names[] = {
      "OMPI_COMM_WORLD_LOCAL_RANK", /* Open MPI */
      "MPI_LOCALRANKID",            /* MPICH, Intel MPI */
      "SLURM_LOCALID",              /* srun */
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *text = getenv(names[i]);
    if (text)
      return read_count(text);
  }
  return -1;
}

/* Reads "cores:T" or "threads:T". */
static bool read_request(const char *text, enum cores_unit *unit, int *count) {
  static const struct {
    const char *word;
    enum cores_unit unit;
  } words[] = {{"cores:", CORES_WHOLE}, {"threads:", CORES_HARDWARE_THREAD}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i].word);
    if (strncmp(text, words[i].word, length) != 0)
      continue;
    *unit = words[i].unit;
    *count = read_count(text + length);
    return *count > 0;
  }
  return false;
}

static bool bind_to_share(const char *request) {
  enum cores_unit unit;
  cpu_set_t allowed, share;
  int count, rank = find_local_rank();
  return read_request(request, &unit, &count) && rank >= 0 && rank < INT_MAX / count &&
         find_mask(&allowed) && cores_share(&allowed, unit, rank * count, count, &share) &&
         sched_setaffinity(0, sizeof share, &share) == 0;
}

void rank_binding_apply(char **argv) {
  const char *request = getenv(variable);
  if (!request)
    return;
  bool bound = bind_to_share(request);
  unsetenv(variable);
  if (bound)
    execv("/proc/self/exe", argv); /* returns only if it fails: then it goes on here, bound */
}
