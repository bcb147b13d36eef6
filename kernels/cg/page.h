/* The kernel's page: the prose of --describe and docs/kernels/cg.md. */
#include "kernels/blocks/page.h"

static const char description[] =
    "Solves A x = b by the conjugate gradient method (M. Hestenes, E. Stiefel, 1952), where A is "
    "the 5-point or 7-point Laplacian on n x n or n x n x n points with zero boundary values, for "
    "a fixed number of iterations from x = 0. No matrix is stored: A p is computed from p, twice "
    "in each iteration instead of being stored. The grid is distributed by rows or planes.\n\nThe "
    "tuned path treats the points at the ends of a line separately, so that those between are "
    "vectorized, and uses several accumulators. The reference path computes one point after "
    "another.";

static const char counting[] =
    "2 d + 1 flop a point for A p (once, though it is computed twice), 2 for each of two dot "
    "products and of three vector updates: 15 or 17 a point and iteration. Bytes: 72 a point "
    "and iteration (p is read for p A p; p and r are read and r is written for the residual; "
    "x, p and r are read and x and p written for the rest), and 32 a point once.";

static const char oracle[] =
    "b is a sum of up to 48 eigenvectors of A with known eigenvalues, on which the method reduces "
    "to 48 scalar coefficients: the oracle iterates on those, without a grid, in long double, and "
    "the norm of the residual after all iterations must agree. The norm of b must agree with its "
    "closed form, and b - A x, computed point by point after every pass, with the residual of the "
    "recurrence. In repetition p (from 0) b is multiplied by (-2)^(p mod 8), so that x and r of "
    "one repetition are wrong in the others. The first alpha is compared with its closed form. The "
    "tolerance is 1e-12, relative (for vectors, to the norm of b); the rounding errors observed "
    "are about 1e-14.";

static const char exchanged[] =
    "A row or plane of p with each neighbour before A p, overlapped with the computation of inner "
    "points; and two global sums in each iteration, for which all parts wait.";

static const char expectation[] =
    "Grids that do not fit the caches are memory-bound. Small ones are limited by the two global "
    "sums of each iteration, which synchronize all workers.";
