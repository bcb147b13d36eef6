/* Compiled once for each set of flags; data alone, so that it can be read on any processor. */
#include "common/cpu.h"

/* Whether a macro is defined to 1: else its own name, which is longer, is what is quoted. */
#define QUOTE(text) #text
#define IS_ONE(macro) (sizeof QUOTE(macro) == sizeof "1")

#define COMPILED(name, macro, leaf, subleaf, register, bit, state)                                 \
  [CPU_FEATURE_##name] = IS_ONE(macro),
const bool cpu_compiled[CPU_FEATURE_COUNT] = {CPU_FEATURES(COMPILED)};
