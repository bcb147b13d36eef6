/* The instructions that a program was compiled for, against those of the processor that it runs on:
 * a program of -march=native would end with SIGILL elsewhere, without a message. */
#ifndef QUARTET_CPU_H
#define QUARTET_CPU_H

#include <stdbool.h>
#include <stddef.h>

/* Which registers the operating system must save for a feature to be of use. */
enum cpu_state { CPU_ANY, CPU_AVX, CPU_AVX512 };

/* X(NAME, MACRO, LEAF, SUBLEAF, REGISTER, BIT, STATE): what compilers use on their own beyond the
 * x86-64 of 2003. NAME as in /proc/cpuinfo; MACRO: defined to 1 where the compiler may use it; the
 * rest: where CPUID has it. */
#define CPU_FEATURES(X)                                                                            \
  X(pni, __SSE3__, 1, 0, ECX, 0, CPU_ANY)                                                          \
  X(ssse3, __SSSE3__, 1, 0, ECX, 9, CPU_ANY)                                                       \
  X(fma, __FMA__, 1, 0, ECX, 12, CPU_AVX)                                                          \
  X(cx16, __GCC_HAVE_SYNC_COMPARE_AND_SWAP_16, 1, 0, ECX, 13, CPU_ANY)                             \
  X(sse4_1, __SSE4_1__, 1, 0, ECX, 19, CPU_ANY)                                                    \
  X(sse4_2, __SSE4_2__, 1, 0, ECX, 20, CPU_ANY)                                                    \
  X(movbe, __MOVBE__, 1, 0, ECX, 22, CPU_ANY)                                                      \
  X(popcnt, __POPCNT__, 1, 0, ECX, 23, CPU_ANY)                                                    \
  X(avx, __AVX__, 1, 0, ECX, 28, CPU_AVX)                                                          \
  X(f16c, __F16C__, 1, 0, ECX, 29, CPU_AVX)                                                        \
  X(abm, __LZCNT__, 0x80000001, 0, ECX, 5, CPU_ANY)                                                \
  X(sse4a, __SSE4A__, 0x80000001, 0, ECX, 6, CPU_ANY)                                              \
  X(xop, __XOP__, 0x80000001, 0, ECX, 11, CPU_AVX)                                                 \
  X(fma4, __FMA4__, 0x80000001, 0, ECX, 16, CPU_AVX)                                               \
  X(tbm, __TBM__, 0x80000001, 0, ECX, 21, CPU_ANY)                                                 \
  X(bmi1, __BMI__, 7, 0, EBX, 3, CPU_ANY)                                                          \
  X(avx2, __AVX2__, 7, 0, EBX, 5, CPU_AVX)                                                         \
  X(bmi2, __BMI2__, 7, 0, EBX, 8, CPU_ANY)                                                         \
  X(avx512f, __AVX512F__, 7, 0, EBX, 16, CPU_AVX512)                                               \
  X(avx512dq, __AVX512DQ__, 7, 0, EBX, 17, CPU_AVX512)                                             \
  X(avx512ifma, __AVX512IFMA__, 7, 0, EBX, 21, CPU_AVX512)                                         \
  X(avx512pf, __AVX512PF__, 7, 0, EBX, 26, CPU_AVX512)                                             \
  X(avx512er, __AVX512ER__, 7, 0, EBX, 27, CPU_AVX512)                                             \
  X(avx512cd, __AVX512CD__, 7, 0, EBX, 28, CPU_AVX512)                                             \
  X(avx512bw, __AVX512BW__, 7, 0, EBX, 30, CPU_AVX512)                                             \
  X(avx512vl, __AVX512VL__, 7, 0, EBX, 31, CPU_AVX512)                                             \
  X(avx512vbmi, __AVX512VBMI__, 7, 0, ECX, 1, CPU_AVX512)                                          \
  X(avx512_vbmi2, __AVX512VBMI2__, 7, 0, ECX, 6, CPU_AVX512)                                       \
  X(gfni, __GFNI__, 7, 0, ECX, 8, CPU_ANY)                                                         \
  X(avx512_vnni, __AVX512VNNI__, 7, 0, ECX, 11, CPU_AVX512)                                        \
  X(avx512_bitalg, __AVX512BITALG__, 7, 0, ECX, 12, CPU_AVX512)                                    \
  X(avx512_vpopcntdq, __AVX512VPOPCNTDQ__, 7, 0, ECX, 14, CPU_AVX512)                              \
  X(avx512_fp16, __AVX512FP16__, 7, 0, EDX, 23, CPU_AVX512)                                        \
  X(avx_vnni, __AVXVNNI__, 7, 1, EAX, 4, CPU_AVX)                                                  \
  X(avx512_bf16, __AVX512BF16__, 7, 1, EAX, 5, CPU_AVX512)

#define CPU_NUMBER(name, macro, leaf, subleaf, register, bit, state) CPU_FEATURE_##name,
enum cpu_feature { CPU_FEATURES(CPU_NUMBER) CPU_FEATURE_COUNT };
#undef CPU_NUMBER

/* The features that the program was compiled for, by its macros: cpu_compiled.c, which is compiled
 * with the flags of the code that it speaks of. */
extern const bool cpu_compiled[CPU_FEATURE_COUNT];

/* cpu_start.c checks them before main() runs. If some are missing it names them on stderr and ends
 * the program with EXIT_MACHINE. For tests, names in the variable QUARTET_CPU_WITHOUT, separated by
 * commas, are taken for missing. */

#endif
