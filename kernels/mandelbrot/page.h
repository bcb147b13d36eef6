/* The kernel's page: the prose of --describe and docs/kernels/mandelbrot.md. */
#include "kernels/blocks/page.h"
#include "kernels/mandelbrot/mandelbrot.h"

/* clang-format off */

static const char description[] =
    "For each of n x n points c of the square [-2, 0.5] x [-1.25, 1.25], shifted by a quarter of a "
    "pixel along the imaginary axis: how often z -> z*z + c, begun at 0, can be applied before |z| "
    "passes 2, but at most `iterations` times. The points of the Mandelbrot set take all of them and most others a few: with the defaults a row (all "
    "points of one real part) takes from 0.14 iterations a point to 720, and the first half of "
    "the rows 15 % of the whole. No point is spared its iterations: there is no test for the "
    "cardioid or for periodic orbits, and the symmetry is not used.\n\n"
    "In the tuned path several vectors of points are iterated at a time; points that have passed "
    "the bound make room for others, so that lanes do not idle beside a slow neighbour.";

static const char counting[] =
    "An operation is one point of the grid, of whatever number of iterations: that is known "
    "before the run, as the sum of the iterations is not. No bytes: no data is moved.";

static const char oracle[] =
    "All n rows are there. One of " QUOTE(MANDELBROT_STRIDE) " points of each row, or of fewer so "
    "that there are at least " QUOTE(MANDELBROT_LEAST) ", from one on that a hash of the numbers "
    "of row and repetition chooses, is computed again one number at a time, and the counts, "
    "weighted with their places, add up to the same, modulo 2^64. The grid is another one in each "
    "repetition (by 2^-21 of a pixel), and no row is its own mirror image. The area of "
    "the points that stay within the bound is that of the Mandelbrot set, "
    "" QUOTE(MANDELBROT_AREA) " (T. Foerstemann, \"Numerical estimation of the area of the "
    "Mandelbrot set\", 2012), to within " QUOTE(MANDELBROT_BORDER) "/n, or is greater by up to "
    "" QUOTE(MANDELBROT_LATE) "/iterations: limits found by measuring with n = 1..700 and 1..4000 "
    "iterations, as none is known. The error counts what does not hold and must be 0.";

static const char exchanged[] = "Nothing but the sums of each part, 32 bytes.";

static const char expectation[] =
    "The fused multiply-adds of the core limit it: three and an addition for each iteration of "
    "a vector, of which a core starts two in a cycle. How evenly the rows are dealt out "
    "decides how it scales: with a static schedule and two workers the second one has the "
    "cardioid and 85 % of the work, so that they gain 1.18 at most; with a dynamic or guided "
    "one nearly 2. A lock or a single cooperative thread gains nothing.";
