/* The kernel's page: the prose of --describe and docs/kernels/fft.md. */
#include "kernels/blocks/page.h"
#include "kernels/fft/fft.h"

/* clang-format off */

static const char description[] =
    "The forward discrete Fourier transform of n complex numbers of double precision, in natural "
    "order before and after, as the FFT of the HPC Challenge. n must be a power of two. The "
    "numbers are an n1 x n2 matrix: the columns are transformed, multiplied with powers of exp(-2 "
    "pi i / n), and the rows are transformed (D. Bailey, FFTs in external or hierarchical memory, "
    "J. Supercomputing 4, 1990). In the tuned path FFTW computes these short transforms, which fit "
    "the caches. Its plans are estimated and not measured, so that they, and the bits of the "
    "result, are the same in every process and run.";

static const char counting[] =
    "5 n log2(n) flop, the usual convention (also of the HPC Challenge), whatever the method "
    "executes. Bytes: each number read and written once. Traffic: two sweeps, each of which reads "
    "and writes all numbers; three with several parts.";

static const char oracle[] =
    "Numbers x(j) = exp(i pi (j+s)^2 / n), a chirp, have the transform X(k) = sqrt(n) exp(i pi / "
    "4) exp(i pi (2 k s - k^2) / n), a Gauss sum; s differs from pass to pass. Every element is "
    "compared. The error is the maximum difference over sqrt(n), in units of epsilon log2(n), and "
    "may be " QUOTE(FFT_THRESHOLD) ", as in the HPC Challenge. The value shown is the sum of all "
    "|X(k)|^2 over n, which is n (Parseval).";

static const char exchanged[] =
    "All numbers three times, from every part to every other: rows to columns, columns to rows, "
    "and rows to natural order. They are sent in chunks of at most " QUOTE(FFT_CHUNK_MIB) " MiB "
    "from each part, already transposed: while one chunk is in transit, the next one is "
    "transformed and packed and the previous one is unpacked. A single part sends and packs "
    "nothing.";

static const char expectation[] =
    "In one process it is mostly compute-bound, since memory is swept only twice. Threads scale "
    "until the memory bandwidth is saturated. Processes move all data three more times, through "
    "shared memory or through the network, whose bisection bandwidth then limits them.";
