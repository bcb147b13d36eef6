/* The kernel's page: the prose of --describe and docs/kernels/sumsq.md. */
#include "kernels/blocks/page.h"

static const char description[] =
    "Multiplies each of the numbers 0..n-1 by itself and adds the squares: the loop of most "
    "tutorials on multiprocessing, sum(i*i for i in range(n)), with 128-bit integers in place of "
    "Python's unbounded ones. The sum exceeds 2^64 from n = 3810778 on.\n\nThe tuned path adds the "
    "squares of a block of numbers in 64-bit lanes of the vector unit, with the instructions that "
    "the processor has: AVX-512 IFMA, AVX2, or what the compiler makes of a plain loop.";

static const char counting[] =
    "An operation is one number squared and added. No bytes are counted: no data are moved.";

static const char oracle[] =
    "n(n-1)(2n-1)/6, the sum of the first squares (Archimedes, On Spirals, prop. 10), in 128-bit "
    "integers. In repetition p (from 0, warm-up included) p modulo 1000 is added to each number, "
    "so that the sum of one repetition is wrong in the next, and the closed form of the "
    "difference, p n(n-1) + p p n, is subtracted. The error is the difference and must be 0.";

static const char exchanged[] = "Only the sum of each part, 16 bytes.";

static const char expectation[] =
    "Only the vector unit limits it, and it should scale with the cores. A global lock or a single "
    "cooperative thread gains nothing.";
