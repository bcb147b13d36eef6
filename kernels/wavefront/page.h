/* The kernel's page: the prose of --describe and docs/kernels/wavefront.md. */
#include "kernels/blocks/page.h"
#include "kernels/wavefront/wavefront.h"

/* clang-format off */

static const char description[] =
    "point(i, j) = point(i-1, j) + point(i, j-1) - point(i-1, j-1) for all points of an n x n grid "
    "of doubles but those of row 0 and column 0, which are given. Then point(0, 0) is set to the "
    "negated last point, -point(n-1, n-1), so that a pass depends on the end of the previous one. "
    "The Synch_p2p kernel of the Parallel Research Kernels (R. Van der Wijngaart, T. Mattson, HPEC "
    "2014).\n\nThe grid is cut into tiles. A tile depends on its neighbours in the previous row "
    "and column, so all tiles on an anti-diagonal can be computed at the same time, diagonal by "
    "diagonal. A part owns columns of tiles. Inside a tile the tuned path computes eight rows at a "
    "time in the lanes of vectors, each four columns behind the row before it.";

static const char counting[] =
    "As in PRK: 2 flop for each point outside of row 0 and column 0. Bytes: 8 for each of these "
    "points, which is written once a pass; the neighbours of a point are still in the caches. "
    "Traffic: the same with non-temporal stores, and twice as much without them, as each line is "
    "then fetched before it is overwritten (write-allocate).";

static const char oracle[] =
    "The elements of row 0 and column 0 are 1 plus a pseudo-random fraction of 31 bits (PRK: i + "
    "j, which single precision represents exactly). With point(0, 0) every point that is computed "
    "is point(i, 0) + point(0, j) - point(0, 0): the minimum and maximum difference from point(i, "
    "0) + point(0, j) are checked against -point(0, 0), and all (n-1)^2 must be numbers. After "
    "pass k, counted from 1, point(n-1, n-1) is k times its value after the first pass, as in PRK, "
    "and point(0, 0) is its negative. The tolerance is " QUOTE(WAVEFRONT_TOLERANCE) ", relative to "
    "that value.";

static const char exchanged[] =
    "For each row of tiles, each part sends the last column of its last tile to the next part: "
    "tile_rows numbers. The last part sends the last point to all after each pass.";

static const char expectation[] =
    "Grids larger than the last-level cache are limited by the write bandwidth of the memory; "
    "smaller ones by the vector shuffles that move points from row to row. Parallel runs are "
    "limited by the pipeline as well: the first and the last diagonals have few tiles, and each "
    "diagonal ends with a synchronization. P processes with c tile columns each start one after "
    "the other, c(c+1)/2 tiles apart, where each computes c times the number of tile rows. A "
    "global lock or a single cooperative thread gains nothing.";
