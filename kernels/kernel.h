/* The kernel contract: everything that a kernel and the engine know of each other.
 *
 * A kernel says WHAT is measured: a problem cut into global units (a number, a grid row, a request)
 * and a table of phases over them. It never waits, never spawns, never sends and never asks who
 * runs it. The engine owns all control flow: it cuts the units into parts (one for each address
 * space) and the parts into ranges, runs the ranges on its workers, moves what a phase requests
 * between parts, awaits what a phase asks for, and combines the partial results in the order of the
 * ranges. This is the bulk-synchronous model (L. Valiant, "A bridging model for parallel
 * computation", CACM 1990).
 *
 * A kernel is one file that defines one `const struct kernel kernel_NAME`, and one word in the list
 * in kernels/CMakeLists.txt. docs/adding-a-kernel.md walks through one.
 *
 * Rules for every function of a kernel:
 * - it runs to completion and returns: no sleeping, no input or output, no locks, no global state;
 * - `body`, `ask` and `arrived` may run at the same time as each other on different units of one
 *   state, from any thread: they write only what belongs to their own units, and their partial;
 * - all other functions run alone on their state. */
#ifndef QUARTET_KERNEL_H
#define QUARTET_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bound.h"
#include "common/error.h"
#include "common/strict_math.h"

/* How an option's text is read; its value is always an int64_t. */
enum option_type {
  OPTION_COUNT,    /* 1000, 1e3, 1_000, 2^10, 64Ki */
  OPTION_POWER,    /* a count that is a power of two */
  OPTION_DURATION, /* 50ms, 1.5s, 10us; held in nanoseconds */
  OPTION_CHOICE,   /* one of the words in `choices`; held as its index */
  OPTION_REAL,     /* 0.5, 1e-3; held in millionths */
  OPTION_TEXT      /* anything; held in problem->text, NULL when the user says nothing */
};

/* One thing that the user may set. */
struct kernel_option {
  const char *name; /* [a-z0-9_]+; NULL ends a table of options */
  enum option_type type;
  int64_t initial;  /* the value when the user says nothing */
  int64_t min, max; /* the accepted values, both ends included; a choice's: 0 and the last index */
  const char *unit; /* what a count counts, for people: "number", "row"; NULL for the other types */
  const char *help; /* one line, no full stop */
  const char *const *choices; /* a choice's words, [a-z0-9_]+, ended by NULL; NULL for others */
};

enum { OPTIONS_MAX = 12 };

/* One problem as the user put it. Filled and checked by the engine, read-only for the kernel. */
struct problem {
  int64_t n;                  /* --size; within kernel->size.min .. max */
  int64_t value[OPTIONS_MAX]; /* by index into kernel->options; within each option's min .. max */
  const char *text[OPTIONS_MAX]; /* likewise, of an OPTION_TEXT */
};

/* One address space's share of a problem: what one MPI rank holds, or a virtual rank in tests.
 * The parts of a problem cover [0, units) in order; a part can be empty. */
struct part {
  int index, count;   /* which part, of how many; 0 <= index < count */
  int64_t begin, end; /* the global units that it owns, half open */
  /* How all parts are cut: part i owns [bounds[i], bounds[i + 1]); count + 1 of them, rising, the
   * last is the number of units. Owned by the engine; valid as long as the state. */
  const int64_t *bounds;
};

/* What a phase needs from other parts. The engine sends as the phase begins and has received before
 * a range runs that holds a unit within phase.edge of either end; the other ranges are computed
 * meanwhile. Until all ranges are done, no body may write what is sent, nor read what is received
 * unless its units lie within the edge. With one part a request is not even called. */

/* The `width` units on either side of the part, as their owners have them. The units lie in one
 * array in global order: unit u is at own + (u - part.begin) * unit_bytes, and the kernel has
 * allocated width units before and after its own. Units outside [0, units) do not exist and are not
 * written. phase.edge must be at least width, since a part's outermost units are being sent. */
struct halo {
  void *own;         /* where the part's first unit lies; any value when the part is empty */
  size_t unit_bytes; /* size of a unit, and distance from one to the next; the same in all parts */
  int64_t width;     /* how many units from each side; the same in all parts; may exceed a part */
};

/* Each part sends data to the next part that owns units and receives from the previous one; with
 * direction -1 in the opposite direction. The first part receives nothing and the last one sends
 * nothing. Parts without units are skipped. The sizes may differ from pair to pair (0: nothing),
 * but sender and receiver must give the same size. */
struct shift {
  int direction; /* +1 or -1; the same in all parts */
  const void *send;
  size_t send_bytes;
  void *receive;
  size_t receive_bytes;
};

/* The units of all parts. Unit u is at all + u * unit_bytes in every part, which has put its own
 * there; those of the others are filled in. */
struct gather {
  void *all;
  size_t unit_bytes; /* the same in all parts */
};

/* One part's bytes, to all others. */
struct broadcast {
  int root;    /* the part that has them; the same in all parts */
  void *bytes; /* the root's are only read */
  size_t size; /* the same in all parts */
};

/* From every part to every other, with a number of items for each. The data to send are contiguous,
 * in the order of the receiving parts; received data likewise, in the order of the sending parts.
 * Data that stay in the part are not exchanged: their count is 0. */
struct exchange {
  size_t item_bytes; /* the same in all parts */
  const void *send;
  const int64_t *send_count; /* [part.count] items for each part; own: 0 */
  void *receive;
  int64_t *receive_count; /* [part.count] items from each part; filled in by the engine unless known
                           */
  int64_t capacity; /* items that `receive` has room for; more is an error that ends the run */
  bool known;       /* all parts have filled in receive_count, rightly; saves a round of messages */
};

enum request_kind {
  REQUEST_NONE,
  REQUEST_HALO,
  REQUEST_SHIFT,
  REQUEST_GATHER,
  REQUEST_BROADCAST,
  REQUEST_EXCHANGE,
  REQUEST_BARRIER /* nothing but that all parts have come to this phase */
};

/* All parts of a problem make the same kind of request. */
struct request {
  enum request_kind kind; /* REQUEST_NONE on entry: nothing is moved */
  union {
    struct halo halo;
    struct shift shift;
    struct gather gather;
    struct broadcast broadcast;
    struct exchange exchange;
  } as;
};

/* A phase of rounds: steps of communication that follow each other with next to nothing between
 * them. The engine runs all of them by itself, so that a step takes what MPI takes, or the hardware
 * between two cores, and not what a phase takes. It numbers the messages of a pass from first_stamp
 * on, stamps each with its number, and compares on arrival. What it saw is in rounds_result: the
 * kernel's oracle knows how many messages there must have been, and the sum of their numbers. */
enum rounds_kind {
  ROUNDS_BARRIER,  /* all workers of all parts synchronize */
  ROUNDS_PINGPONG, /* unit 0 sends messages to unit 1, which answers with one */
  ROUNDS_ALLREDUCE /* vectors, one from each worker, are summed; all workers get the sum */
};

enum { ROUNDS_STAMP = sizeof(uint64_t) }; /* bytes of a stamp in a message */

/* Filled by phase.rounds. All parts give the same kind, numbers and sizes. */
struct rounds {
  enum rounds_kind kind;
  int64_t rounds; /* >= 0; in a barrier or an allreduce, a round has one number */
  uint64_t first_stamp;

  /* PINGPONG. A message's stamp, made of its number, stands at its head and, from two stamps on, at
   * its tail; a message shorter than a stamp holds its first bytes. Of the part's own endpoints: */
  size_t bytes;  /* of a message */
  int64_t burst; /* messages of unit 0 before the answer, >= 1 */
  void *send[2], *receive[2];
  void (*between)(void *state); /* called between the messages of a burst, where unit 0 is */

  /* ALLREDUCE. `fill` writes the vector that the units [begin, end) together contribute, and
   * returns their weight. In a round, the elements 0, n - 1 and rounds_moving() are replaced by
   * weight * rounds_value(number), and their sums must be total_weight times that. */
  int64_t doubles; /* of a vector, >= 1 */
  double total_weight;
  double (*fill)(const void *state, int64_t begin, int64_t end, double *vector);
};

/* What the engine saw of a part's rounds; `then` gets it as its total. It stays valid until the
 * next phase of rounds. */
struct rounds_result {
  int64_t workers; /* PINGPONG: endpoints; of this part */
  /* PINGPONG: messages received with the right stamps; else rounds that workers went through, of an
   * ALLREDUCE those whose sums were right. Sums over the workers. */
  uint64_t right;
  uint64_t stamps; /* the sum of their numbers, modulo 2^64 */
  /* BARRIER: in how many rounds the workers looked whether all others had come, and how often one
   * had not. Complete before the CHECK stage. */
  int64_t checks, early;
  const double *vector; /* ALLREDUCE: the sum of the last round */
};

/* The element, beside the first and the last, that is stamped in the message of this number. */
static inline int64_t rounds_moving(uint64_t number, int64_t doubles) {
  return (int64_t)(number % (uint64_t)doubles * 7919 % (uint64_t)doubles);
}

enum { ROUNDS_VALUES = 65521 };

/* A number as a double, 1 to ROUNDS_VALUES in turn: exact also if multiplied by weights below 2^32.
 */
static inline double rounds_value(uint64_t number) {
  return (double)(int64_t)(number % ROUNDS_VALUES + 1);
}

/* The sum of `count` numbers from `first` on, modulo 2^64. */
static inline uint64_t rounds_sum(uint64_t first, uint64_t count) {
  uint64_t pairs = count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
  return first * count + pairs;
}

enum operation_kind {
  OPERATION_DELAY, /* time passes */
  OPERATION_READ,  /* bytes come from the part's scratch file */
  OPERATION_WRITE, /* bytes go to it */
  OPERATION_DROP,  /* it leaves the system's page cache; what it holds stays; size: the bytes that
                      are still cached afterwards */
  OPERATION_FETCH  /* a document comes over HTTP */
};

/* Something from outside to await for one unit. `ask` fills kind and as; the engine fills the rest
 * for `arrived`. */
struct operation {
  enum operation_kind kind;
  union {
    int64_t delay_ns; /* at least this long passes; >= 0 */
    struct {
      int64_t offset;   /* in bytes; with kernel->needs' file_direct a multiple of FILE_BLOCK */
      size_t bytes;     /* how many; likewise */
      const void *data; /* WRITE: they are here until arrived, page-aligned with file_direct */
    } file;
    int64_t document; /* FETCH: its number */
  } as;
  int64_t elapsed_ns; /* from ask to arrival, by a monotonic clock */
  const void *data;   /* READ, FETCH: what came; the engine's, until arrived returns */
  size_t size;        /* how much of it; WRITE: how much was written; DROP: see above */
  int failure;        /* 0, or what went wrong: an errno; of a fetch an HTTP status from 400 on, or
                         OPERATION_UNREACHED; then nothing came */
  int retries;        /* of a fetch: attempts beyond the first */
};

enum { OPERATION_UNREACHED = -1 }; /* no whole answer */

enum { FILE_BLOCK = 4096 }; /* what direct access is aligned to */

/* Where documents come from: a server of our own that the driver starts and stops (`delay_server`;
 * document k is .../doc/k, see common/document.h), or what the user names. */
struct documents {
  const char *url; /* of the one document to fetch each time; NULL: a server of our own */
  int64_t latency_ns, jitter_ns, body_bytes, connections, seed; /* of our own server */
  double errors, drops;                                         /* likewise; shares, 0..1 */
  int64_t timeout_ns;                                           /* of one attempt, > 0 */
  int64_t attempts;                                             /* at most, >= 1 */
};

/* What a kernel needs of the outside beside time. All zero: nothing. */
struct needs {
  int64_t file_bytes;  /* a scratch file of this size in each part, > 0; 0: none */
  bool file_direct;    /* with direct access, which bypasses the page cache */
  bool file_on_device; /* an error where it would lie in memory (tmpfs) */
  bool fetches;        /* documents, from here: */
  struct documents documents;
};

/* When a phase runs: SETUP once, untimed; TIMED in every pass; CHECK after every pass, untimed. */
enum stage { STAGE_SETUP, STAGE_TIMED, STAGE_CHECK };

enum { PHASE_END = -1 };         /* what then() returns to end the stage */
#define EDGE_ALL (INT64_MAX / 4) /* phase.edge: every unit reads what was requested */

/* One step between two synchronisations. Exactly one of `body`, `ask` and `rounds` is set. */
struct phase {
  const char *name; /* [a-z0-9_]+ */
  enum stage stage; /* phases of one stage stand together, SETUP before TIMED before CHECK */

  /* The number of units of this phase in this part, numbered from 0. NULL: the part's own global
   * units, numbered as in part.begin .. part.end. */
  int64_t (*extent)(const void *state);

  /* What must come from other parts first. NULL: nothing. Called once per part and pass. */
  void (*request)(void *state, struct request *request);

  /* Computes the units [begin, end), never none. Writes its whole result to *partial (partial_bytes
   * long, aligned to 16, holding anything before; NULL if that is 0). The result depends
   * on begin and end and on the state alone, not on what other ranges run, or when. */
  void (*body)(void *state, int64_t begin, int64_t end, void *partial);

  /* Says what to await for one unit. */
  void (*ask)(void *state, int64_t unit, struct operation *operation);

  /* Says which rounds the engine is to run, once per part and pass; *rounds is zero on entry. Other
   * members of the phase than name, stage and then() are not used. No lock covers rounds. */
  void (*rounds)(void *state, struct rounds *rounds);

  /* What the unit awaited is here. Adds to *partial, which starts as zero bytes; the units of a
   * range arrive in any order, one at a time, so the order must not matter to the result. */
  void (*arrived)(void *state, int64_t unit, const struct operation *operation, void *partial);

  size_t partial_bytes; /* what one range yields; 0: nothing */

  /* What one range yields where that depends on the problem; the same in all parts. NULL:
   * partial_bytes. */
  size_t (*partial_size)(const void *state);

  /* *into = *into then *from, where `from` covers the units right after `into`'s. Must be
   * associative up to rounding; the engine fixes the tree of calls by the ranges alone. */
  void (*combine)(void *into, const void *from);

  /* How many units at each end of the phase's read what was requested; the rest is computed while
   * the data travels. EDGE_ALL: all of them; 0: none, as in a phase that computes with what came
   * before while it requests what comes next. Ignored without a request. */
  int64_t edge;

  /* Any part may compute any unit: the body reads and writes no unit's own data, only its partial.
   * Then a dynamic schedule hands units out across parts. Needs extent and request to be NULL. */
  bool movable;

  /* Runs once per part when all ranges of all parts are done; total is the combined partial of all
   * parts, the same bytes in each (NULL if partial_bytes is 0 or there was no unit at all). Returns
   * the index of the next phase, of the same stage, or PHASE_END; all parts return the same. NULL:
   * the phase that follows, until the stage ends. */
  int (*then)(void *state, const void *total);
};

/* What one pass over the TIMED phases is worth, for the whole problem. Doubles, since these counts
 * may pass 2^64; they carry 53 bits, more than any rate needs. */
struct work {
  double operations; /* of the kind that kernel->operation names */
  double bytes;      /* compulsory memory traffic: each datum moved once, if caches held the rest */
  double traffic;    /* bytes that cross the memory bus: `bytes` and write-allocate traffic; 0: the
                        same as `bytes` */
  double messages;   /* messages between parts for the requests, not for combining partials */
  double memory;     /* bytes that all parts together allocate in open() */
};

/* What a kernel's own oracle says of the state after a pass. The engine judges: right means
 * error <= tolerance, which NaN never is. */
struct verdict {
  char value[48];    /* the result, in decimal */
  char expected[48]; /* what the oracle says it must be */
  double error;      /* distance of the two; absolute or relative as the kernel documents */
  double tolerance;  /* 0: exact */
};

/* What a default size may depend on. */
struct machine {
  int64_t cache_bytes; /* all last-level caches that this machine's processes share out; >= 0 */
};

struct kernel {
  const char *name;    /* [a-z0-9_]+; the file and the CSV say the same */
  const char *summary; /* one line for --list */

  /* For --describe and the kernel's page in docs/kernels, which are made from these: whole
   * sentences in plain text, of any length; a blank line parts paragraphs. Who prints them wraps
   * them. */
  const char *description; /* the operation: what is computed on what data, and where it is from */
  const char *counting;    /* how operations and bytes are counted, with the source */
  const char *oracle;      /* what the result is checked against, the tolerance, with the source */
  const char *exchanged;   /* what the parts send each other */
  const char *expectation; /* what should limit it, in which model, and why it scales or not */

  const char *unit;      /* what a unit is: "number", "grid row", "request" */
  const char *operation; /* what work.operations counts, as before "/s": "flop", "elements" */
  enum bound bound;
  struct kernel_option size; /* n itself: its default, limits, unit and meaning */
  /* n when the user says nothing, where that depends on the machine; NULL: size.initial. */
  int64_t (*default_size)(const struct machine *machine);
  const struct kernel_option *options; /* ended by a NULL name; at most OPTIONS_MAX; NULL: none */
  size_t state_bytes; /* the engine allocates it zeroed, aligned to 64, and frees it */

  /* What operations other than delays go to. NULL: there are none. */
  struct needs (*needs)(const struct problem *problem);

  /* Where a problem says how many rounds a pass has (phase.rounds), for the engine to reduce their
   * number on a slow link if the user has not given it. NULL: there are none. */
  int64_t *(*rounds)(struct problem *problem);

  /* The number of global units, >= 0. */
  int64_t (*units)(const struct problem *problem);

  /* Allocates what the part needs and stores it in the state. Does not touch the pages: the SETUP
   * phases do, over the same ranges as the TIMED ones, so that first touch places them rightly.
   * Returns 0, or the error's code with `error` filled (EXIT_MACHINE when memory is short). The
   * problem outlives the state. NULL: nothing to do. */
  int (*open)(void *state, const struct problem *problem, const struct part *part,
              struct error *error);

  /* Frees what open allocated, also after a failed open. Safe on a zeroed state. NULL: nothing. */
  void (*close)(void *state);

  const struct phase *phases;
  int phase_count;

  /* The work of a pass when the problem is cut into `parts` parts. */
  struct work (*work)(const struct problem *problem, int parts);

  /* Judges the state after `passes` whole passes over the TIMED phases, the last of them followed
   * by the CHECK phases. `passes` is counted by the engine, so that a kernel that does nothing
   * cannot agree with itself. Computed independently of the phases. */
  struct verdict (*verify)(const void *state, const struct problem *problem, int64_t passes);
};

/* kernel->units where they are what --size counts. */
static inline int64_t units_n(const struct problem *problem) {
  return problem->n;
}

/* phase->extent of what is one range in each part. */
static inline int64_t extent_one(const void *state) {
  (void)state;
  return 1;
}

/* A kernel's phases, an array, in its table. */
#define KERNEL_PHASES(array) .phases = (array), .phase_count = sizeof(array) / sizeof *(array)

/* The kernels of this build, in the order of the list in kernels/CMakeLists.txt; NULL ends it. */
extern const struct kernel *const kernel_list[];

#endif
