/* The kernel's page: the prose of --describe and docs/kernels/mandelbrot.md. */
#include "kernels/blocks/page.h"
#include "kernels/mandelbrot/mandelbrot.h"

/* clang-format off */

static const char description[] =
    "For each of n x n points c of the square [-2, 0.5] x [-1.25, 1.25], shifted by a quarter of a "
    "pixel along the imaginary axis: how often z -> z*z + c can be applied, starting with z = 0, "
    "before |z| exceeds 2, but at most as often as option iterations says. The points of the "
    "Mandelbrot set take all iterations, most others a few: with the defaults a row (all points of "
    "one real part) takes from 0.14 iterations a point to 720, and the first half of the rows 15 % "
    "of the whole. No iterations are avoided: there is no test for the cardioid or for periodic "
    "orbits, and the symmetry is not used.\n\nIn the tuned path several vectors of points are "
    "iterated at a time; points that have exceeded the bound are replaced by others, so that no "
    "lane of a vector is idle.";

static const char counting[] =
    "An operation is one point of the grid, whatever its number of iterations: the number of "
    "points is known before the run, that of all iterations is not. No bytes are counted: no data "
    "are moved.";

static const char oracle[] =
    "All n rows must be present. One of " QUOTE(MANDELBROT_STRIDE) " points of each row (more of "
    "short rows, so that there are at least " QUOTE(MANDELBROT_LEAST) "), starting at one that a "
    "hash of the numbers of row and repetition selects, is computed again by scalar code, and the "
    "sums of the counts, weighted with their positions, must agree modulo 2^64. The grid is "
    "shifted in each repetition (by 2^-21 of a pixel), and no row is its own mirror image. The "
    "area of the points that stay within the bound is that of the Mandelbrot set, "
    "" QUOTE(MANDELBROT_AREA) " (T. Foerstemann, \"Numerical estimation of the area of the "
    "Mandelbrot set\", 2012), to within " QUOTE(MANDELBROT_BORDER) "/n, or is larger by up to "
    "" QUOTE(MANDELBROT_LATE) "/iterations: tolerances found by measuring with n = 1..700 and "
    "1..4000 iterations, as no bound is known. The error is the number of violations and must be "
    "0.";

static const char exchanged[] = "Only the sums of each part, 32 bytes.";

static const char expectation[] =
    "The fused multiply-adds of the core limit it: three and an addition for each iteration of a "
    "vector; a core starts two in a cycle. Load balance determines the speedup: with a static "
    "schedule the second of two workers has the cardioid and 85 % of the work, so that the speedup "
    "is at most 1.18; with a dynamic or guided schedule it is nearly 2. A global lock or a single "
    "cooperative thread gains nothing.";
