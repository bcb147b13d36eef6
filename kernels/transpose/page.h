/* The kernel's page: the prose of --describe and docs/kernels/transpose.md. */
#include "kernels/blocks/page.h"
#include "kernels/transpose/transpose.h"

/* clang-format off */

static const char description[] =
    "B += A^T, then A += 1, on n x n matrices of doubles in row-major order, both cut into blocks "
    "of rows. The Transpose kernel of the Parallel Research Kernels (R. Van der Wijngaart, T. "
    "Mattson, HPEC 2014). Both happen in one sweep, in the tuned path in square tiles whose side "
    "is a cache line. Rows are an odd number of cache lines apart, so that powers of two are as "
    "fast as any other n.";

static const char counting[] =
    "2 flop an element: one addition for B, one for A. Bytes as PRK counts them: 16 an element, A "
    "read and B written. The traffic is twice that, since B is also read and A is also written: 32 "
    "an element.";

static const char oracle[] =
    "Before each pass A and B hold fractions of 31 bits, more than single precision has, which "
    "depend on row, column and pass and have no symmetry: a(i,j) and b(i,j). After T "
    "transpositions of a pass B(i,j) = b(i,j) + T a(j,i) + T (T-1)/2 and A(i,j) = a(i,j) + T (PRK "
    "starts with n i + j and 0, and does not check A). Every element of both is compared, and all "
    "sums are exact (above 2000 transpositions in a pass, with fewer bits): the sum of all "
    "distances must be 0. The value shown is the sum of B.";

static const char exchanged[] =
    "Every part sends every other part the elements that its rows of A have in the other's "
    "columns, already transposed, so that the receiver adds contiguous runs. Rows are sent in "
    "chunks of at most " QUOTE(TRANSPOSE_CHUNK_MAX) " rows: while one chunk is in transit, the "
    "next one is packed and the previous one is added. A part has four buffers of one chunk each. "
    "They take at most about a quarter of the memory of its two matrices if its rows suffice for "
    "" QUOTE(TRANSPOSE_CHUNKS_MIN) " chunks of " QUOTE(TRANSPOSE_CHUNK_MIN) " rows. One part sends "
    "nothing and packs nothing.";

static const char expectation[] =
    "Matrices that do not fit the caches are memory-bound, and limited by the number of "
    "outstanding misses of a core, since each tile touches 16 pages. Threads scale until the "
    "memory bandwidth is saturated. Processes pack, send and add (P-1)/P of A: inside a machine "
    "all of this uses the same memory, between machines it needs the bisection bandwidth of the "
    "network.";
