/* A communicator (comm) moves data between the parts of a problem. Parts are numbered 0 .. parts-1;
 * each process holds a run of them. `local` holds all of them in this process (one part: no
 * communication), `mpi` one in each MPI rank.
 *
 * All functions but `ticket`, `send` and `receive` are collective: every process calls them in the
 * same order. */
#ifndef QUARTET_COMM_H
#define QUARTET_COMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "kernels/kernel.h"

/* The data that one held part requests. */
struct side {
  struct part part;
  struct request request;
};

/* The transfer between all parts of a problem before a phase. */
struct transfer {
  enum request_kind kind; /* of all sides; not REQUEST_NONE */
  int64_t grain;          /* how the problem is cut: see part_of */
  bool hidden;            /* something is computed between start and finish */
  struct side *sides;     /* one for each part held here, in order */
};

/* Bytes that a comm hands out; it owns them, and they are valid until its next call. */
struct gathered {
  void *bytes;
  size_t size;
};

/* Bytes that grow as processes join theirs, in comm.join. The caller keeps ownership. */
struct joining {
  void *bytes; /* what this process has: at first its own, in the end that of all */
  size_t size;
  /* Where `more` bytes can be received, beside the others, which may move: then `bytes` says where
   * to. NULL if there is no memory for them. */
  void *(*room)(struct joining *joining, size_t more);
  /* Takes in what was received in the last room. Two processes that take in each other's bytes must
   * come to the same ones. */
  void (*take)(struct joining *joining, size_t more);
  void *context;
};

/* This process's clock against process 0's. */
struct clock_offset {
  int64_t at_ns;    /* when they were compared, by this one */
  int64_t ns;       /* to be added to this one's time */
  int64_t error_ns; /* the offset is right within this; 0: it is the same clock */
};

struct comm {
  int parts;              /* in all */
  int first_part, held;   /* this process holds parts [first_part, first_part + held) */
  int process, processes; /* this process, of how many */
  int processes_on_node;  /* how many of them share this machine's memory; at least 1 */
  int nodes;              /* on how many machines they run */
  bool first_on_node;     /* this process is the first on its machine */

  /* Starts the transfer that the sides request; until finish returns, received data may not be
   * accessed and sent data may not be written. The caller keeps ownership of all buffers. */
  int (*start)(struct comm *comm, const struct transfer *transfer, struct error *error);
  int (*finish)(struct comm *comm, const struct transfer *transfer, struct error *error);

  /* Puts what the processes give, each of its own size, one after another in their order; all of
   * them get the whole. `bytes` may not be what an earlier call handed out. */
  int (*gather)(struct comm *comm, const void *bytes, size_t size, struct gathered *all,
                struct error *error);

  /* Joins the bytes of all processes, in steps in which pairs of processes take in each other's.
   * All of them come to the same. */
  int (*join)(struct comm *comm, struct joining *joining, struct error *error);

  /* The steps of rounds (rounds.h), each of which blocks: a message to or from another process, of
   * at most 2^30 bytes; the sum of vectors, one from each process. Not called with one process. */
  void (*send)(struct comm *comm, int process, const void *bytes, size_t size);
  void (*receive)(struct comm *comm, int process, void *bytes, size_t size);
  void (*sum)(struct comm *comm, const double *own, double *all, int64_t count);

  /* After tickets_reset, each call of ticket returns a number that no other process gets: 0, 1, 2,
   * ... over all of them. Each process draws until a number is of no use to it, and then calls
   * tickets_finish, which returns when it has nothing left to hand out to others. */
  void (*tickets_reset)(struct comm *comm);
  int64_t (*ticket)(struct comm *comm);
  void (*tickets_finish)(struct comm *comm);

  void (*barrier)(struct comm *comm);
  /* Compares the clocks: processes on one machine share one. */
  void (*compare_clocks)(struct comm *comm, struct clock_offset *offset);
  /* Ends all processes with this exit status, when a single one has an error between two
   * collectives and the others wait for it. */
  void (*abort)(struct comm *comm, int code) __attribute__((noreturn));
  void (*close)(struct comm *comm); /* frees what the comm holds, not the comm */
  void *own;                        /* the comm's own data */
};

/* `parts` virtual parts in this process, exchanging by memcpy. Fails when memory is short. */
int comm_local_open(struct comm *comm, int parts, struct error *error);

/* Makes all processes agree: if any has an error, every one gets the first of them, by process.
 * Returns its code. */
int comm_agree(struct comm *comm, struct error *error);

/* The error of an exchange that sends this part more than it has room for. Returns its code. */
int comm_overrun(const struct part *part, int64_t capacity, struct error *error);

/* The nearest part in this direction (+1, -1) that owns units, or -1. */
int comm_next_part(const struct part *part, int direction);

#endif
