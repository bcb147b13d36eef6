/* The kernel's page: the prose of --describe and docs/kernels/nbody.md. */
#include "kernels/blocks/page.h"
#include "kernels/nbody/nbody.h"

/* clang-format off */

static const char description[] =
    "n bodies attract each other: the acceleration of body i is the sum over all j of m_j d / "
    "(|d|^2 + eps^2)^(3/2), d from i to j, with the softening eps = " QUOTE(NBODY_SOFTENING) " "
    "(S. Aarseth, MNRAS 126, 1963). All n^2 pairs are computed, in double precision. `steps` "
    "steps of the leapfrog (half a kick, drift, half a kick) cover a quarter of a unit of time; "
    "every other repetition goes them back. The bodies stand in four rings about one axis, and n "
    "mod 4 of them on it.\n\n"
    "In the tuned path as many bodies as a vector has lanes sum up at a time, over the others one "
    "after another. The power -3/2 comes from the processor's estimate of the reciprocal root (12 "
    "bits with AVX2, 14 with AVX-512) and one polynomial in its error, where the greatest "
    "relative error seen for 2*10^7 distances was 2.6e-16 (AVX2); elsewhere, and in the reference "
    "path, from a root and a division.";

static const char counting[] =
    "20 flop for each of the n^2 pairs of a step, a body with itself among them, as in L. "
    "Nyland, M. Harris, J. Prins, \"Fast N-Body Simulation with CUDA\", GPU Gems 3, 2007: the "
    "root counts as two. Bytes: the bodies, velocities and accelerations, each as often as a "
    "step reads or writes it: 256 a body and step.";

static const char oracle[] =
    "The rings keep their symmetry, so the path of every body is that of the first one of its "
    "ring, turned about the axis. These few are integrated apart, by root and division; places, "
    "velocities and accelerations of all bodies agree to " QUOTE(NBODY_PATH_BOUND) " + n 2^-53 "
    "(after an even number of repetitions: with where they began). The accelerations of the first "
    "ones are within the bound for the rounding of a sum (N. Higham, \"Accuracy and Stability of "
    "Numerical Algorithms\", 4.2) of a plain sum by root and division. The energy is that of the "
    "beginning to " QUOTE(NBODY_ENERGY_BOUND) " h^2 of it with steps of h, as the leapfrog is of second "
    "order (1.74 h^2 was the most seen with n = 1..300); the momentum to "
    "" QUOTE(NBODY_MOMENTUM_BOUND) ". All n bodies are there. The error is the largest of these, "
    "each in units of its bound, and must be at most 1.";

static const char exchanged[] =
    "Before each step's pull, every part's bodies (32 bytes each) to all others.";

static const char expectation[] =
    "The multiply-adds of the core limit it: 15 and the estimate for each vector of pairs, of "
    "which a core starts two in a cycle, so at most 10 flop a cycle with AVX2 where sums of "
    "products alone would reach 16. The n bodies that are sent are little beside n^2 pairs: "
    "it scales with the cores in every model that uses them, processes included. A lock or a "
    "single cooperative thread gains nothing.";
