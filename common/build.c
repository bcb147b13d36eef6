#include "common/build.h"

#include "build_facts.h"
#include "build_revision.h"

/* This file is compiled with the flags of the kernels, so its macros are theirs. Each part begins
 * with the separator, which the first one loses. */
#define SEPARATOR "; "
#ifndef __OPTIMIZE__
#  define NOT_OPTIMIZED SEPARATOR "unoptimized"
#elif defined __OPTIMIZE_SIZE__
#  define NOT_OPTIMIZED SEPARATOR "optimized for size"
#else
#  define NOT_OPTIMIZED
#endif
#ifndef NDEBUG
#  define ASSERTIONS SEPARATOR "assertions"
#else
#  define ASSERTIONS
#endif
/* The option of the library of kernels for one level of processors, which then has this file. */
#ifndef QUARTET_KERNEL_LEVEL
#  define QUARTET_KERNEL_LEVEL ""
#endif
#define WARNING "" NOT_OPTIMIZED ASSERTIONS BUILD_INSTRUMENTED
#define WARNING_TEXT (&WARNING[sizeof WARNING > 1 ? sizeof SEPARATOR - 1 : 0])

const char *const build_warning = WARNING_TEXT;

const struct build_fact build_facts[] = {
    {"version", BUILD_VERSION},
    {"git_revision", BUILD_REVISION},
    {"git_dirty", BUILD_DIRTY},
    {"compiler", BUILD_COMPILER},
    {"compiler_path", BUILD_COMPILER_PATH},
    {"build_type", BUILD_TYPE},
    {"kernel_flags", BUILD_FLAGS QUARTET_KERNEL_LEVEL},
    {"sanitizers", BUILD_SANITIZERS},
    {"mpi", BUILD_MPI},
    {"mpiexec", BUILD_MPIEXEC},
    {"build_warning", WARNING_TEXT},
};
const size_t build_fact_count = sizeof build_facts / sizeof *build_facts;
