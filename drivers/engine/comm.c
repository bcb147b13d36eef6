#include "drivers/engine/comm.h"

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
