"""Faults of the rounds that the engine runs by itself: ping-pong, barrier, allreduce."""
from fault import Fault

MPI = "engine/comm_mpi.c"
PINGPONG = "engine/rounds_pingpong.c"
BARRIER = "engine/rounds_barrier.c"
ALLREDUCE = "engine/rounds_allreduce.c"
MEETING = "engine/rounds_run.h"
RECEIVED = "  comm->receive(comm, peer, message, end->bytes);\n"
STAMPED = """  stamp(message, end->bytes, number);
  comm->send(comm, peer, message, end->bytes);
"""
TAKEN = ("  copy(line->receive, bytes <= CHANNEL_INLINE ? line->in->bytes : line->sender, bytes);\n")
MADE = "  stamp(message, bytes, number);\n  flag_raise("
RECEIVE = ("  MPI_Recv(bytes, (int)size, MPI_BYTE, process, 0, MPI_COMM_WORLD, "
           "MPI_STATUS_IGNORE);\n")
WORKER_0 = """  if (worker == 0)
    comm->barrier(comm);
"""
MEET = """  rounds_meet(meeting, number);
  if (comm->processes == 1)
"""
WAIT = "    flag_wait(meeting->awaited[level], number, meeting->crowded);\n"
PAIR_WAIT = "    flag_wait(&other->number, number, crowded);\n"
SUM = "    comm->sum(comm, share.vector, total, n);\n"
VECTORS = "  for (int64_t k = 1; k < count; k++) {\n"
ROUNDS = "  const int64_t rounds = run->rounds[0].rounds"

FAULTS = [
    Fault("messages of rounds are received elsewhere", PINGPONG, RECEIVED,
          "  static char elsewhere[1 << 20];\n" + RECEIVED.replace("message", "elsewhere"),
          "mpi 2 pingpong"),
    Fault("the same message of rounds again and again", PINGPONG, STAMPED,
          "  if (number < 20)\n  " + STAMPED, "mpi 2 pingpong"),
    Fault("a message of rounds loses its last byte", MPI, RECEIVE,
          RECEIVE + "  ((char *)bytes)[size - 1] = 0;\n", "mpi 2 pingpong"),
    Fault("payload zeroed after 200 messages of rounds", MPI, RECEIVE,
          RECEIVE + "  static int received;\n"
          "  if (++received > 200)\n    memset(bytes, 0, size);\n",
          "mpi 2 pingpong"),
    Fault("between threads no message is copied", PINGPONG, TAKEN, "  (void)bytes;\n",
          "omp_driver pingpong -t 2"),
    Fault("between threads the same message again and again", PINGPONG, MADE,
          "  if (number < 20)\n  " + MADE, "omp_driver pingpong -t 2"),
    Fault("between threads long messages are copied in half", PINGPONG, TAKEN,
          TAKEN.replace(", bytes);", ", bytes / 2);"), "omp_driver pingpong -t 2 -n 1000"),
    Fault("no barrier between processes", BARRIER, WORKER_0, "  (void)worker;\n", "mpi 2 barrier"),
    Fault("every second barrier between processes is omitted", BARRIER, WORKER_0,
          WORKER_0.replace("worker == 0", "worker == 0 && number % 4 == 1"), "mpi 2 barrier"),
    Fault("rank 1 leaves each barrier one round early", BARRIER, WORKER_0,
          """  if (worker == 0 && (comm->process == 0 || number > 1))
    comm->barrier(comm);
  if (comm->process == 1 && number + 2 >= 2 * (uint64_t)run->rounds[0].rounds)
    comm->barrier(comm);
""", "mpi 2 barrier -r 1 -w 0"),
    Fault("two threads announce themselves and do not wait", BARRIER, PAIR_WAIT,
          "    (void)crowded;\n", "omp_driver barrier -t 2"),
    Fault("every second barrier of two threads does not wait", BARRIER, PAIR_WAIT,
          "    if (number % 4 == 1)\n  " + PAIR_WAIT, "omp_driver barrier -t 2"),
    Fault("half of the barriers of two threads", BARRIER, ROUNDS + ";\n",
          ROUNDS + " / 2;\n", "omp_driver barrier -t 2"),
    Fault("threads do not meet", BARRIER, MEET, "  if (comm->processes == 1)\n",
          "omp_driver barrier -t 3"),
    Fault("threads announce themselves and do not wait", MEETING, WAIT, "",
          "omp_driver barrier -t 3"),
    Fault("half of the barriers", BARRIER, ROUNDS + ",", ROUNDS + " / 2,",
          "omp_driver barrier -t 3"),
    Fault("sums are those of round 1000", ALLREDUCE, SUM,
          "    static int calls;\n    if (calls++ < 1000)\n  " + SUM, "mpi 2 allreduce"),
    Fault("a sum without its last element", ALLREDUCE, SUM,
          SUM.replace("n)", "n - 1)"), "mpi 2 allreduce -n 100"),
    Fault("a sum without the last thread", ALLREDUCE, VECTORS,
          VECTORS.replace("< count", "< count - 1"), "omp_driver allreduce -t 2"),
]
