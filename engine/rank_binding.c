#include "engine/rank_binding.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cores.h"

/* Read before any library is initialized, where the loader has such a place (System V gABI,
 * "Initialization and Termination Functions": DT_PREINIT_ARRAY). */
static cpu_set_t inherited;

static bool is_narrowed;

/* By a bare system call: sanitizers, which would watch over more, are not initialized either. */
__attribute__((no_sanitize("address", "undefined", "thread"))) static void keep_mask(void) {
  syscall(SYS_sched_getaffinity, 0, sizeof inherited, &inherited);
}

__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(void) = keep_mask;

/* Open MPI; MPICH, Intel MPI. */
static const char *const local_ranks[] = {"OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", NULL};

/* A whole number from 0 on; -1: the text is not one. */
static int read_count(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  return end == text || *end != '\0' || value < 0 || value > INT_MAX ? -1 : (int)value;
}

/* A number that launchers put into the environment of each rank; -1: unknown. */
static int find_number(const char *const *names) {
  for (size_t i = 0; names[i] != NULL; i++) {
    const char *text = getenv(names[i]);
    if (text)
      return read_count(text);
  }
  return -1;
}

bool rank_binding_inherited(cpu_set_t *mask) {
  *mask = inherited; /* empty without a loader that calls keep_mask */
  return CPU_COUNT(mask) > 0 || sched_getaffinity(0, sizeof *mask, mask) == 0;
}

bool rank_binding_of_launcher(cpu_set_t *mask) {
  return find_number(local_ranks) >= 0 && sched_getaffinity(getppid(), sizeof *mask, mask) == 0;
}

bool rank_binding_environment_says(void) {
  static const char *const names[] = {"OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY",
                                      "KMP_AFFINITY"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (getenv(names[i]))
      return true;
  return false;
}

void rank_binding_narrow(const struct bind_request *request, int threads) {
  /* A single rank of a host may begin anywhere. */
  static const char *const counts[] = {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", NULL};
  enum cores_unit unit = request->kind == BIND_HWTHREAD ? CORES_HARDWARE_THREAD : CORES_WHOLE;
  int rank = find_number(local_ranks);
  cpu_set_t mask, share;
  if (request->kind == BIND_NONE || (!request->given && rank_binding_environment_says()) ||
      rank < 0 || find_number(counts) < 2 || threads < 1 || rank >= INT_MAX / threads)
    return;
  is_narrowed = rank_binding_inherited(&mask) &&
                cores_share(&mask, unit, rank * threads, threads, &share) &&
                sched_setaffinity(0, sizeof share, &share) == 0;
}

bool rank_binding_is_narrowed(void) {
  return is_narrowed;
}
