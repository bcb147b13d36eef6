/* The numbers that a dynamic or guided schedule draws (comm.ticket), over MPI.
 *
 * The counter lies in memory that the processes of process 0's machine share: each of them adds to
 * it by one atomic instruction. Processes of other machines send a message to one of those, which
 * answers whenever it draws a number itself, and at the end. So that their computation hides the
 * journey, each has its first number without asking, and asks for the next one beforehand.
 *
 * One-sided communication would say the same in fewer lines, but no window can be made between
 * machines by Open MPI 4.1's osc/rdma over TCP (MPI_ERR_WIN), and no other component serves there
 * in its version 5. Messages work everywhere. */
#ifndef QUARTET_COMM_MPI_TICKETS_H
#define QUARTET_COMM_MPI_TICKETS_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

struct tickets {
  _Atomic int64_t *counter; /* NULL: on another machine */
  /* private: */
  MPI_Win window;      /* of the counter */
  int server, clients; /* which process to ask without a counter; how many ask this one */
  int asking;          /* clients that have not finished drawing */
  int given, first;    /* numbers that clients have without asking: how many, and which is ours */
  bool begins;         /* that number has not been drawn yet */
  int64_t message;     /* the received one, a client's answer or a server's question */
  MPI_Request request; /* of its receive */
};

/* Collective over all processes. `node`: the processes of this machine, in their order; `scratch`:
 * room for a number for each process. */
void tickets_open(struct tickets *tickets, MPI_Comm node, int *scratch);
void tickets_close(struct tickets *tickets);

/* Begins to draw from 0 on, when all processes have come here; collective. */
void tickets_begin(struct tickets *tickets);

/* The next number. Every process draws until a number is of no use to it, and then calls
 * tickets_end, in which the asked processes answer until all others have done so, too. */
int64_t tickets_draw(struct tickets *tickets);
void tickets_end(struct tickets *tickets);

#endif
