/* The kernel's page: the prose of --describe and docs/kernels/cg.md. */
#include "kernels/blocks/page.h"

static const char description[] =
    "Solves A x = b by the conjugate gradient method (M. Hestenes, E. Stiefel, 1952), where A "
    "is the 5-point or 7-point Laplacian on n x n or n x n x n points with zeros around them, "
    "for a fixed number of iterations from x = 0. There is no matrix: A p is computed from p, "
    "twice in each iteration rather than kept. The points are cut into rows or planes.\n\n"
    "The tuned path computes the points at the ends of a line apart from those between, so that "
    "the latter are computed in vectors, and adds up several partial sums at a time. The "
    "reference path takes the points one after another.";

static const char counting[] =
    "2 d + 1 flop a point for A p (once, though it is computed twice), 2 for each of two dot "
    "products and of three vector updates: 15 or 17 a point and iteration. Bytes: 72 a point "
    "and iteration (p is read for p A p; p and r are read and r is written for the residual; "
    "x, p and r are read and x and p written for the rest), and 32 a point once.";

static const char oracle[] =
    "b is a sum of up to 48 eigenvectors of A with known eigenvalues, of which conjugate "
    "gradients see nothing but 48 numbers: the oracle runs the method on those, without a "
    "grid, in long double, and the norm of the residual after all iterations must agree. So "
    "must the norm of b with its closed form, and b - A x, computed point by point after every "
    "pass, with the residual that the iterations carried along. In repetition p (from 0) b is "
    "multiplied by (-2)^(p mod 8), so that x and r of one repetition are wrong in the others. "
    "The first step's alpha is compared with its closed form. Relative (to the norm of b where it "
    "is a vector), 1e-12; rounding was seen to make some 1e-14.";

static const char exchanged[] =
    "A row or plane of p with each neighbour before A p is computed, while the inside is; and "
    "two sums in each iteration, on which all parts wait.";

static const char expectation[] =
    "The memory limits grids that do not fit the caches. Small ones are limited by the two "
    "sums: each is a synchronisation of all workers, twice an iteration.";
