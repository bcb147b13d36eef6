/* Refuses to be compiled in a mode in which the compiler may change what floating-point code
 * computes: -ffast-math, -Ofast and what they consist of. Verification would accept NaN there, as
 * isnan() may be taken for false, and sums would depend on the compiler. Every source of the
 * kernels, the engine and the statistics includes this; cmake/QuartetStrictMath.cmake preprocesses
 * it to refuse at configure time already. -ffp-contract is no matter: a fused multiply-add is
 * rounded once, and the same everywhere. */
#ifndef QUARTET_STRICT_MATH_H
#define QUARTET_STRICT_MATH_H

#ifdef __FAST_MATH__
#  error "-ffast-math (-Ofast; icx without -fp-model=precise) is refused: see common/strict_math.h"
#endif
#if defined __FINITE_MATH_ONLY__ && __FINITE_MATH_ONLY__ > 0
#  error "-ffinite-math-only is refused: see common/strict_math.h"
#endif
#ifdef __ASSOCIATIVE_MATH__
#  error "-fassociative-math (-funsafe-math-optimizations) is refused: see common/strict_math.h"
#endif
#ifdef __RECIPROCAL_MATH__
#  error "-freciprocal-math (-funsafe-math-optimizations) is refused: see common/strict_math.h"
#endif

#endif
