/* The kernel's page: the prose of --describe and docs/kernels/fft.md. */
#include "kernels/blocks/page.h"
#include "kernels/fft/fft.h"

/* clang-format off */

static const char description[] =
    "The forward discrete Fourier transform of n complex numbers of double precision, in "
    "natural order before and after, as the FFT of the HPC Challenge. n must be a power of "
    "two. The numbers are an n1 x n2 matrix: the columns are transformed, multiplied with "
    "powers of exp(-2 pi i / n), and the rows are transformed (D. Bailey, FFTs in external or "
    "hierarchical memory, J. Supercomputing 4, 1990). In the tuned path FFTW does these short "
    "transforms, which fit the caches, by plans that it estimates and does not measure: so they "
    "are the same in every process and run, and with them the bits of the result.";

static const char counting[] =
    "5 n log2(n) flop, as in the HPC Challenge and everywhere else, whatever the method takes. "
    "Bytes: each number read and written once. The traffic is that of two sweeps, each of "
    "which reads and writes all; three between parts.";

static const char oracle[] =
    "Numbers x(j) = exp(i pi (j+s)^2 / n), a chirp, have the transform X(k) = sqrt(n) exp(i pi / "
    "4) exp(i pi (2 k s - k^2) / n), a Gauss sum; s is another one each time. Every element is "
    "compared. The error is the greatest distance over sqrt(n), in units of epsilon log2(n), and "
    "may be " QUOTE(FFT_THRESHOLD) ", as in the HPC Challenge. The value shown is the sum of all "
    "|X(k)|^2 over n, which is n (Parseval).";

static const char exchanged[] =
    "Three times all numbers, from every part to every other: rows to columns, columns to rows "
    "and rows to natural order. They travel in chunks of at most " QUOTE(FFT_CHUNK_MIB) " MiB "
    "from each part, already transposed: while one chunk is on its way, the next is transformed "
    "and packed and the one before is put in its place. One part sends nothing and packs nothing.";

static const char expectation[] =
    "In one process, computing: memory is swept twice, and computing waits for little of it. "
    "Threads scale until the memory is saturated. Processes move all data three times more, "
    "through the memory they share or the network's bisection bandwidth, which then limits them.";
