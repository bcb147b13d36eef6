#include "engine/comm_mpi_tickets.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Tags of their own: a server receives questions from any process. */
enum { QUESTION_TAG = 101, ANSWER_TAG };
enum question { MORE, NO_MORE };

/* The processes of process 0's machine serve the others, which are dealt out to them in turn. */
static void assign_servers(struct tickets *t, const int *leaders) {
  int me, count, servers = 0, client = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &me);
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  for (int i = 0; i < count; i++)
    servers += leaders[i] == 0;
  for (int i = 0; i < count; i++) {
    if (leaders[i] == 0)
      continue;
    int server = 0;
    for (int skip = client++ % servers; leaders[server] != 0 || skip > 0; server++)
      skip -= leaders[server] == 0;
    t->clients += server == me;
    if (i == me) {
      t->server = server;
      t->first = client - 1;
    }
  }
  t->given = client;
}

void tickets_open(struct tickets *t, MPI_Comm node, int *scratch) {
  int leader;
  *t = (struct tickets){.window = MPI_WIN_NULL, .request = MPI_REQUEST_NULL};
  MPI_Comm_rank(MPI_COMM_WORLD, &leader);
  MPI_Bcast(&leader, 1, MPI_INT, 0, node);
  MPI_Allgather(&leader, 1, MPI_INT, scratch, 1, MPI_INT, MPI_COMM_WORLD);
  assign_servers(t, scratch);
  if (leader != 0)
    return;
  int rank, unit;
  MPI_Aint bytes;
  void *memory;
  MPI_Comm_rank(node, &rank);
  MPI_Win_allocate_shared(rank == 0 ? (MPI_Aint)sizeof *t->counter : 0, (int)sizeof *t->counter,
                          MPI_INFO_NULL, node, (void *)&memory, &t->window);
  MPI_Win_shared_query(t->window, 0, &bytes, &unit, (void *)&memory);
  t->counter = memory;
}

void tickets_close(struct tickets *t) {
  if (t->window != MPI_WIN_NULL)
    MPI_Win_free(&t->window);
}

/* ---- a process without the counter ---- */

static void ask(struct tickets *t) {
  const int64_t more = MORE;
  MPI_Irecv(&t->message, 1, MPI_INT64_T, t->server, ANSWER_TAG, MPI_COMM_WORLD, &t->request);
  MPI_Send(&more, 1, MPI_INT64_T, t->server, QUESTION_TAG, MPI_COMM_WORLD);
}

static int64_t take_answer(struct tickets *t) {
  MPI_Wait(&t->request, MPI_STATUS_IGNORE);
  return t->message;
}

/* ---- a process that is asked ---- */

static void await_question(struct tickets *t) {
  if (t->asking > 0)
    MPI_Irecv(&t->message, 1, MPI_INT64_T, MPI_ANY_SOURCE, QUESTION_TAG, MPI_COMM_WORLD,
              &t->request);
}

/* Answers a question that is there; `until_end`: waits for questions until none will come. */
static void serve(struct tickets *t, bool until_end) {
  while (t->asking > 0) {
    int there = 1;
    MPI_Status status;
    if (until_end)
      MPI_Wait(&t->request, &status);
    else
      MPI_Test(&t->request, &there, &status);
    if (!there)
      return;
    if (t->message == MORE) {
      const int64_t number = atomic_fetch_add_explicit(t->counter, 1, memory_order_relaxed);
      MPI_Send(&number, 1, MPI_INT64_T, status.MPI_SOURCE, ANSWER_TAG, MPI_COMM_WORLD);
    } else {
      t->asking--;
    }
    await_question(t);
  }
}

/* ---- both ---- */

void tickets_begin(struct tickets *t) {
  int me;
  MPI_Comm_rank(MPI_COMM_WORLD, &me);
  MPI_Barrier(MPI_COMM_WORLD); /* no rank requests a number of an earlier phase any more */
  if (me == 0)
    atomic_store(t->counter, t->given);
  MPI_Barrier(MPI_COMM_WORLD);
  t->asking = t->clients;
  if (t->counter)
    await_question(t);
  else
    ask(t);
  t->begins = true;
}

int64_t tickets_draw(struct tickets *t) {
  if (t->counter) {
    serve(t, false);
    return atomic_fetch_add_explicit(t->counter, 1, memory_order_relaxed);
  }
  if (t->begins) {
    t->begins = false;
    return t->first;
  }
  int64_t number = take_answer(t);
  ask(t);
  return number;
}

/* The number that was requested in advance is of no use either, as numbers increase. */
void tickets_end(struct tickets *t) {
  const int64_t no_more = NO_MORE;
  if (t->counter) {
    serve(t, true);
    return;
  }
  take_answer(t);
  MPI_Send(&no_more, 1, MPI_INT64_T, t->server, QUESTION_TAG, MPI_COMM_WORLD);
}
