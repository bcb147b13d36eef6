#include "common/build.h"

#include "build_facts.h"
#include "build_revision.h"

const struct build_fact build_facts[] = {
    {"version", BUILD_VERSION},
    {"git_revision", BUILD_REVISION},
    {"git_dirty", BUILD_DIRTY},
    {"compiler", BUILD_COMPILER},
    {"compiler_path", BUILD_COMPILER_PATH},
    {"build_type", BUILD_TYPE},
    {"kernel_flags", BUILD_FLAGS},
    {"sanitizers", BUILD_SANITIZERS},
    {"mpi", BUILD_MPI},
};
const size_t build_fact_count = sizeof build_facts / sizeof *build_facts;
