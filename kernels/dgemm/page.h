/* The kernel's page: the prose of --describe and docs/kernels/dgemm.md. */
#include "kernels/blocks/page.h"

static const char description[] =
    "C += A B, all n x n doubles, row-major. Rows of A and C are distributed in blocks; B is cut "
    "into panels of rows, which are distributed in turn. One panel after another is broadcast, and "
    "each worker adds to its rows of C the product of its rows of A, as many columns of them as "
    "the panel has rows, and the panel: SUMMA (R. van de Geijn, J. Watts, Concurrency 9:4, 1997) "
    "on one column of processes. One process works on its panels in place.\n\nIn the tuned path "
    "the panel is packed once, by all threads together, a block of A by its owner, and tiles of C "
    "are held in registers (K. Goto, R. van de Geijn, ACM TOMS 34:3, 2008). With blas=openblas "
    "that path is one call of OpenBLAS's cblas_dgemm, which then starts no threads of its own and "
    "packs the panel for each call. The reference path is three loops.\n\nColumns of A and rows of "
    "B are the integers from 0 to n-1, each rotated by a number of places that a hash function "
    "determines. The matrices of the Parallel Research Kernels (R. Van der Wijngaart, T. Mattson, "
    "HPEC 2014) have the same sums, but all their rows are equal, so that a wrong panel would not "
    "be detected. Above n = 2048 the numbers are taken modulo sqrt(2^33/n), so that C stays exact. "
    "After each pass 1 is added to the first row of each panel; every eighth time it is reset.";

static const char counting[] =
    "As usual: 2n^3 flop, n^3 multiplications and as many additions. Bytes: A and B are read, C is "
    "read and written, 32n^2; traffic by packing and by panels that do not fit the caches is not "
    "counted. The memory includes, besides the matrices, the packed panel and the copies of A of "
    "the tuned path; OpenBLAS allocates about as much.";

static const char oracle[] =
    "Exact, in integers modulo 2^64, and computed from the formulas of the matrices, not from "
    "memory: the increase of each row of C in a pass, times a vector, must equal that row of A "
    "times (B times the vector) (R. Freivalds, 1977; HPC Challenge does the same with a residual). "
    "All elements of the vector are odd, so that any single wrong element of a row is detected, "
    "however small its error. Every other column of A, and the rows of B for the others, have "
    "elements of up to 29 bits, which single precision cannot represent. B changes from pass to "
    "pass, and C starts with other numbers. The value shown is the number of rows.";

static const char exchanged[] =
    "Each panel once from its owner to all others, (parts - 1) n^2 doubles a pass in all. All wait "
    "for the first panel; the transfer of the others overlaps with computation.";

static const char expectation[] =
    "Compute-bound by the core's multipliers: with n in the thousands a good dgemm reaches nine "
    "tenths of the peak rate, and scales with the cores as long as their clock frequency does not "
    "drop. Each process receives all of B, whatever the number of processes, so the share of "
    "communication grows: n doubles for every 2n^2/parts flop; a grid of processes would reduce it "
    "by the square root of their number. The transfer of the first panel of a pass is not "
    "overlapped. With OpenBLAS each thread packs the whole panel for itself, which is noticeable "
    "when a thread has no more than some fifty rows.";
