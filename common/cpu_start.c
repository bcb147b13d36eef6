/* Compiled for any x86-64 (common/CMakeLists.txt), and run before main(), which may not be. */
#include <errno.h> /* program_invocation_short_name */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cpu.h"
#include "common/error.h"

#ifdef __x86_64__
#  include <cpuid.h>

enum { EAX, EBX, ECX, EDX };

static const struct feature {
  const char *name;
  unsigned leaf, subleaf;
  int which, bit;
  enum cpu_state state;
} features[] = {
#  define FEATURE(name, macro, leaf, subleaf, register, bit, state)                                \
    {#name, leaf, subleaf, register, bit, state},
    CPU_FEATURES(FEATURE)
#  undef FEATURE
};

/* Which registers the operating system saves: AVX's are bits 1 and 2, AVX-512's 5 to 7 as well. */
static enum cpu_state find_state(void) {
  unsigned registers[4] = {0}, low = 0, high;
  __get_cpuid(1, &registers[EAX], &registers[EBX], &registers[ECX], &registers[EDX]);
  if (!(registers[ECX] & bit_OSXSAVE))
    return CPU_ANY;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & 0xe6) == 0xe6 ? CPU_AVX512 : (low & 0x6) == 0x6 ? CPU_AVX : CPU_ANY;
}

/* Whether `name` is a word of the list, "avx2,fma". */
static bool is_listed(const char *list, const char *name) {
  for (size_t length; list != NULL && *list != '\0'; list += length + (list[length] == ',')) {
    length = strcspn(list, ",");
    if (strlen(name) == length && strncmp(list, name, length) == 0)
      return true;
  }
  return false;
}

static bool has_feature(const struct feature *feature, enum cpu_state state) {
  unsigned registers[4] = {0};
  if (feature->state > state || is_listed(getenv("QUARTET_CPU_WITHOUT"), feature->name))
    return false;
  return __get_cpuid_count(feature->leaf, feature->subleaf, &registers[EAX], &registers[EBX],
                           &registers[ECX], &registers[EDX]) &&
         (registers[feature->which] >> feature->bit & 1);
}

__attribute__((constructor)) static void check_processor(void) {
  enum { MISSING = 600 };
  char missing[MISSING] = "";
  size_t used = 0;
  enum cpu_state state = find_state();
  for (size_t i = 0; i < CPU_FEATURE_COUNT; i++)
    if (cpu_compiled[i] && !has_feature(&features[i], state) && used < MISSING)
      used += (size_t)snprintf(missing + used, MISSING - used, "%s%s", used > 0 ? ", " : "",
                               features[i].name);
  if (used == 0)
    return;
  fprintf(stderr,
          "%s: compiled for a processor with %s, which this one lacks; build on this machine, or "
          "with cmake -DQUARTET_NATIVE=OFF and without -march in the flags\n",
          program_invocation_short_name, missing);
  _exit(EXIT_MACHINE);
}
#endif
