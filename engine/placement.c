#include "engine/placement.h"

#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/host.h"

enum {
  CORE_WORDS = 64
}; /* 4096 cores, as many as an x86-64 Linux can have by default twice over */

/* The data that one process sends to the others. */
struct place {
  char host[HOST_TEXT];
  uint64_t cores[CORE_WORDS]; /* the union over its workers */
  int quota;                  /* most cores' worth of time that it may use */
  int workers;
};

/* The data that one worker reports to its process. */
struct worker_places {
  uint64_t cores[CORE_WORDS];
  char binding[HOST_TEXT];
};

static void find_seat(void *context, int64_t index, int worker) {
  struct worker_places *seat = &((struct worker_places *)context)[worker];
  (void)index;
  sched_getaffinity(0, sizeof seat->cores, (cpu_set_t *)seat->cores); /* else: none known */
  host_binding(seat->binding);
}

static int count_cores(const uint64_t cores[CORE_WORDS]) {
  int count = 0;
  for (int i = 0; i < CORE_WORDS; i++)
    count += __builtin_popcountll(cores[i]);
  return count;
}

static void add_cores(uint64_t into[CORE_WORDS], const uint64_t from[CORE_WORDS]) {
  for (int i = 0; i < CORE_WORDS; i++)
    into[i] |= from[i];
}

/* *binding: of all workers, or the one that they share; the caller frees it. */
static int find_place(struct place *place, char **binding, struct team *team, struct error *error) {
  size_t workers = (size_t)team->workers;
  struct worker_places *seats = calloc(workers, sizeof *seats);
  char *text = *binding = calloc(workers, HOST_TEXT + 1);
  bool alike = true;
  if (!seats || !text) {
    free(seats);
    return error_set(error, EXIT_MACHINE, "no memory for %d workers", team->workers);
  }
  team->each(team, find_seat, seats);
  *place = (struct place){.workers = team->workers, .quota = host_quota()};
  host_name(place->host);
  for (int i = 0; i < team->workers; i++) {
    add_cores(place->cores, seats[i].cores);
    alike = alike && strcmp(seats[i].binding, seats[0].binding) == 0;
  }
  for (int i = 0; i < (alike ? 1 : team->workers); i++)
    text += sprintf(text, "%s%s", i > 0 ? "/" : "", seats[i].binding);
  free(seats);
  return 0;
}

/* Whether the machine of places[first] has fewer cores for its processes than they have workers. */
static bool is_crowded(const struct place *places, int count, int first) {
  uint64_t cores[CORE_WORDS] = {0};
  int workers = 0;
  for (int i = first; i < count; i++)
    if (strcmp(places[i].host, places[first].host) == 0) {
      add_cores(cores, places[i].cores);
      workers += places[i].workers;
    }
  int available = count_cores(cores);
  if (available == 0 || available > places[first].quota)
    available = places[first].quota;
  return workers > available;
}

/* Whether any machine is. */
static bool any_is_crowded(const struct place *places, int count) {
  bool crowded = false;
  for (int i = 0; i < count && !crowded; i++)
    crowded = is_crowded(places, count, i);
  return crowded;
}

static bool host_is_new(const char (*hosts)[HOST_TEXT], int i) {
  for (int k = 0; k < i; k++)
    if (strcmp(hosts[k], hosts[i]) == 0)
      return false;
  return true;
}

char *placement_hosts(struct comm *comm, struct error *error) {
  char own[HOST_TEXT] = "";
  struct gathered all;
  host_name(own);
  if (comm->gather(comm, own, sizeof own, &all, error))
    return NULL;
  const char(*hosts)[HOST_TEXT] = all.bytes;
  char *text = calloc((size_t)comm->processes, HOST_TEXT + 1), *at = text;
  if (!text)
    error_set(error, EXIT_MACHINE, "no memory for the hosts of %d processes", comm->processes);
  for (int i = 0; text && i < comm->processes; i++)
    if (host_is_new(hosts, i))
      at += sprintf(at, "%s%s", i > 0 ? "+" : "", hosts[i]);
  return text;
}

/* The texts of all processes, each with its end, become one: "0|1". */
static int describe_binding(struct placement *placement, const struct gathered *texts,
                            struct error *error) {
  char *binding = placement->binding = malloc(texts->size + 1);
  if (!binding)
    return error_set(error, EXIT_MACHINE, "no memory for the binding of all processes");
  memcpy(binding, texts->bytes, texts->size);
  binding[texts->size] = '\0';
  for (size_t i = 0; i + 1 < texts->size; i++)
    if (binding[i] == '\0')
      binding[i] = '|';
  return 0;
}

int placement_find(struct placement *placement, struct comm *comm, struct team *team,
                   struct error *error) {
  struct place place;
  struct gathered all;
  char *binding = NULL;
  *placement = (struct placement){0};
  find_place(&place, &binding, team, error);
  if (comm_agree(comm, error) == 0 && comm->gather(comm, &place, sizeof place, &all, error) == 0)
    placement->oversubscribed = any_is_crowded(all.bytes, comm->processes);
  if (comm_agree(comm, error) == 0 &&
      comm->gather(comm, binding, strlen(binding) + 1, &all, error) == 0)
    describe_binding(placement, &all, error);
  free(binding);
  return comm_agree(comm, error);
}

void placement_close(struct placement *placement) {
  free(placement->binding);
  *placement = (struct placement){0};
}
