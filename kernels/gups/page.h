/* The kernel's page: the prose of --describe and docs/kernels/gups.md. */
#include "kernels/blocks/page.h"

static const char description[] =
    "Updates random words of a table of n 64-bit words, n a power of two: for each element x of a "
    "pseudo-random sequence, word x mod n is replaced by itself XOR x. RandomAccess of the HPC "
    "Challenge (HPCC; D. Koester, B. Lucas, RandomAccess rules; P. Luszczek et al., 2005), with "
    "its sequence. The table is cut into 64 blocks, each of which generates its share of the "
    "updates, from its own position in the sequence. In rounds, all blocks generate some updates, "
    "the parts exchange those for blocks of other parts, and each block applies its own.\n\nThe "
    "tuned path makes 32 elements of the sequence at a time and prefetches the words.";

static const char counting[] =
    "An operation is one update: 10^9 of them a second are 1 GUPS. Bytes: the 16 that an update "
    "reads and writes; the actual traffic is a cache line in each direction, 128 bytes. HPCC's "
    "rules allow a process to look ahead by at most 1024 updates; with the default of 16 for each "
    "block all workers together look ahead by 1024, so W workers may use --set lookahead=16W. A "
    "larger lookahead violates these rules.";

static const char oracle[] =
    "After each repetition all its updates are applied once more, in one sequence without blocks, "
    "which undoes them: every word must again be its own index, and all n times updates must have "
    "been applied. Each repetition continues in the sequence where the previous one ended, so that "
    "its updates differ from those of all others. Exact; HPCC allows 1 % of the words to be wrong.";

static const char exchanged[] =
    "In each round every part sends every other part the updates for its blocks. Their number "
    "depends on the data, so the parts exchange the counts first.";

static const char expectation[] =
    "Latency-bound by the memory: each update misses the caches, so the number of outstanding "
    "misses of a core limits the rate. The words are prefetched to the second-level cache, which "
    "can have more outstanding misses than the first, and the table uses huge pages, since address "
    "translation would miss otherwise. It scales with the cores while the memory can serve more "
    "requests than they can issue. Each round has two synchronizations of the workers and a few "
    "small messages between parts; a larger lookahead makes them rarer. With HPCC's rule (1,024 "
    "updates in flight) a round takes some 10 us, too short for a speedup by two threads on the "
    "cores measured; processes spend half of it in communication.";
