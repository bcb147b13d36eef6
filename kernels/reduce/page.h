/* The kernel's page: the prose of --describe and docs/kernels/reduce.md. */
#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/page.h"
#include "kernels/reduce/reduce.h"

/* clang-format off */

static const char description[] =
    "Adds up V vectors of n doubles, element by element: the Reduce kernel of the Parallel "
    "Research Kernels (R. Van der Wijngaart, T. Mattson, HPEC 2014), which takes two vectors for "
    "each worker. The parts have whole vectors. Each adds up its own, sends one slice of the sum "
    "to every other part, and adds the slices that it receives to its own: a reduce-scatter (E. "
    "Chan, M. Heimlich, A. Purkayastha, R. van de Geijn, \"Collective communication: theory, "
    "practice, and experience\", Concurrency and Computation: Practice and Experience 19, 2007). "
    "With result=root the slices are then collected in the first part, where PRK has the "
    "sum.\n\nThe additions follow one binary tree over the vectors' numbers, so the sum is bitwise "
    "the same for any number of parts and threads: a part adds up the complete subtrees that it "
    "owns, and sends the sum of each. Up to " QUOTE(REDUCE_FEW) " vectors are read at the same "
    "time and added in registers; more are added in pieces that fit the first-level cache. The "
    "result is stored by non-temporal stores where a part holds more than "
    "" QUOTE(NONTEMPORAL_MIB) " MiB, except for slices that are collected. With several parts, "
    "option slice divides the reduction into steps over that many elements of each part: more "
    "messages, which need less memory.";

static const char counting[] =
    "As in PRK: (V - 1) n flop. Bytes: each vector is read once and the result written once, 8 "
    "(V + 1) n; traffic 8n more where the result is stored through the caches.";

static const char oracle[] =
    "Element j of vector v is (v + 1)(k + f(j)) in pass k, from 1, with a fraction f(j) of 52 "
    "random bits; PRK's has k = 1 and f = 0. So the sum is V(V + 1)/2 (k + f(j)), up to the "
    "rounding of the terms and of one addition for each level of the tree (N. Higham, Accuracy and "
    "Stability of Numerical Algorithms, 2nd ed., 4.2), relative, (ceil(log2 V) + 4) 2^-52. The "
    "minimum and maximum over all elements are checked against it. In each part the result must "
    "also be bitwise that of a second, different traversal of the tree with recomputed vectors.";

static const char exchanged[] =
    "For each subtree that a part owns, at most two for each power of two, one slice to each other "
    "part: (P - 1)/P n elements in all if each part has a power of two of vectors. With "
    "result=root (P - 1)/P n elements of the result go to the first part.";

static const char expectation[] =
    "One part is memory-bound: V - 1 additions for V + 1 numbers. Threads scale until the memory "
    "bandwidth is saturated. Each of P processes sends and receives (P - 1)/P n numbers and reads "
    "V/P n: with two vectors for each process, as in PRK, a message takes longer than the sum, and "
    "a few processes can take longer than one, which sends nothing. More vectors for each process "
    "scale better. With result=root the first part receives the whole result and is the limit.";
