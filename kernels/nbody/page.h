/* The kernel's page: the prose of --describe and docs/kernels/nbody.md. */
#include "kernels/blocks/page.h"
#include "kernels/nbody/nbody.h"

/* clang-format off */

static const char description[] =
    "n bodies attract each other: the acceleration of body i is the sum over all j of m_j d / "
    "(|d|^2 + eps^2)^(3/2), d from i to j, with the softening eps = " QUOTE(NBODY_SOFTENING) " (S. "
    "Aarseth, MNRAS 126, 1963). All n^2 pairs are computed, in double precision. `steps` steps of "
    "the leapfrog (half a kick, drift, half a kick) cover a quarter of a unit of time. The "
    "bodies start in four rings around one axis, and n mod 4 of them on the axis; in each "
    "repetition all distances are scaled by another factor, 1 to 1.06.\n\n"
    "The tuned path computes as many bodies at a time as a vector has lanes, "
    "and loops over the others. It computes the power -3/2 from the processor's estimate of the "
    "reciprocal square root (12 bits with AVX2, 14 with AVX-512) and one polynomial in its error; "
    "the maximum relative error observed for 2*10^7 distances is 2.6e-16 (AVX2). On other "
    "processors, and in the reference path, it is computed by a square root and a division.";

static const char counting[] =
    "20 flop for each of the n^2 pairs of a step, including those of a body with itself, as in L. "
    "Nyland, M. Harris, J. Prins, \"Fast N-Body Simulation with CUDA\", GPU Gems 3, 2007: the "
    "square root counts as two. Bytes: the bodies, velocities and accelerations, each as often as "
    "a step reads or writes it: 256 a body and step.";

static const char oracle[] =
    "The rings keep their symmetry, so the path of every body is that of the first one of its "
    "ring, rotated about the axis. These first bodies are integrated separately, by square root "
    "and division; positions, velocities and accelerations of all bodies must agree to "
    "" QUOTE(NBODY_PATH_BOUND) " + n 2^-53. As the initial distances differ, the result of a "
    "repetition is wrong in the others. The accelerations of the first bodies must be "
    "within the bound for the rounding errors of a sum "
    "(N. Higham, \"Accuracy and Stability of Numerical Algorithms\", 4.2) "
    "of a plain sum by square root and division. The energy must be the initial one to "
    "" QUOTE(NBODY_ENERGY_BOUND) " h^2 of it with steps of h, as the leapfrog is of second order "
    "(the maximum observed with n = 1..300 is 1.74 h^2); the momentum to "
    "" QUOTE(NBODY_MOMENTUM_BOUND) ". All n bodies must be present. The error is the maximum of "
    "these errors, each in units of its bound, and must be at most 1.";

static const char exchanged[] =
    "Before the forces of each step are computed, every part's bodies (32 bytes each) to all "
    "others.";

static const char expectation[] =
    "The multiply-adds of the core limit it: 15 and the estimate for each vector of pairs; a core "
    "starts two in a cycle, so the rate is at most 10 flop a cycle with AVX2, where sums of "
    "products alone would reach 16. Sending n bodies takes little time compared with computing n^2 "
    "pairs: it scales with the cores in every model that uses several, processes included. A "
    "global lock or a single cooperative thread gains nothing.";
