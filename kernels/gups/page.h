/* The kernel's page: the prose of --describe and docs/kernels/gups.md. */
#include "kernels/blocks/page.h"

static const char description[] =
    "Changes random words of a table of n 64-bit words, n a power of two: for each element x of a "
    "pseudo-random sequence, word x mod n becomes itself XOR x. RandomAccess of the HPC Challenge "
    "(HPCC; D. Koester, B. Lucas, RandomAccess rules; P. Luszczek et al., 2005), with its "
    "sequence. The table is cut into 64 blocks, each of which makes its share of the updates from "
    "a place of its own in the sequence. In turn, all blocks make some updates, the parts exchange "
    "those that are another's, and each block applies its own.\n\n"
    "The tuned path makes 32 elements of the sequence at a time and prefetches the words.";

static const char counting[] =
    "An operation is one update: 10^9 of them a second are 1 GUPS. Bytes: the 16 that an update "
    "asks for; in fact it moves a line of the cache there and back, 128 bytes. HPCC lets a process "
    "look ahead by 1024 updates at most; with the default of 16 a block all workers together look "
    "ahead by 1024, so W workers may use --set lookahead=16W. More is outside the rule.";

static const char oracle[] =
    "After each pass all updates are made once more, in one sequence from its first element on and "
    "without blocks, which undoes them: every word must be its own number again, and all n times "
    "updates must have been made. Exact; HPCC "
    "allows 1 % of the words to be wrong.";

static const char exchanged[] =
    "In each round every part sends every other the updates that are for its blocks; how many they "
    "are depends on the data, so a round of counts goes before.";

static const char expectation[] =
    "Memory-bound by latency: each update misses the caches, so what limits it is how many misses "
    "a core can have open at once. The words are prefetched for that, to the second-level cache, "
    "which can have more open than the first, and the table has huge pages, or address translation "
    "would miss too. It scales with the cores while the memory can serve more requests than they "
    "can open. Each round is two synchronizations of the workers, and between parts a handful of "
    "small messages: a larger lookahead makes them rarer. By HPCC's rule (1,024 updates under way) "
    "a round takes some 10 us, too short for two threads to gain anything on the cores measured; "
    "processes exchange for half of it.";
