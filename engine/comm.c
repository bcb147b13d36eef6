#include "engine/comm.h"

#include <inttypes.h>

int comm_agree(struct comm *comm, struct error *error) {
  const struct error mine = *error;
  struct gathered all;
  if (comm->gather(comm, &mine, sizeof mine, &all, error))
    return error->code;
  const struct error *errors = all.bytes;
  for (int i = 0; i < comm->processes; i++)
    if (errors[i].code) {
      *error = errors[i];
      return error->code;
    }
  return 0;
}

int comm_next_part(const struct part *part, int direction) {
  int other = part->index + direction;
  while (other >= 0 && other < part->count && part->bounds[other] == part->bounds[other + 1])
    other += direction;
  return other < part->count ? other : -1;
}

int comm_overrun(const struct part *part, int64_t capacity, struct error *error) {
  return error_set(error, EXIT_MACHINE,
                   "part %d was sent more than the %" PRId64 " items that it has room for",
                   part->index, capacity);
}
