/* Which part of an affinity mask is whose, for processes of hosts that this machine is not. */
#include "engine/thread_binding.h"

#include "tests/check.h"

static struct allowance allowance_of(const char *host, unsigned bits, bool asks) {
  struct allowance made = {.workers = 2, .asks = asks};
  CPU_ZERO(&made.mask);
  for (size_t cpu = 0; cpu < 32; cpu++)
    if (bits >> cpu & 1)
      CPU_SET(cpu, &made.mask);
  snprintf(made.host, sizeof made.host, "%s", host);
  return made;
}

static void expect(const struct allowance *all, int count, int me, int first, int total) {
  int found_total, found = thread_binding_first(all, count, me, &found_total);
  CHECK(found == first && (first < 0 || found_total == total), "process %d: %d of %d", me, found,
        found_total);
}

int main(void) {
  /* Unbound ranks on two hosts share each host's mask in their order. */
  const struct allowance unbound[] = {allowance_of("a", 0xff, true), allowance_of("b", 0xff, true),
                                      allowance_of("a", 0xff, true), allowance_of("b", 0xff, true),
                                      allowance_of("a", 0xff, true)};
  expect(unbound, 5, 0, 0, 6);
  expect(unbound, 5, 2, 2, 6);
  expect(unbound, 5, 4, 4, 6);
  expect(unbound, 5, 1, 0, 4);
  expect(unbound, 5, 3, 2, 4);
  /* Ranks that mpirun has bound have their masks for themselves. */
  const struct allowance bound[] = {allowance_of("a", 0x0f, true), allowance_of("a", 0xf0, true)};
  expect(bound, 2, 0, 0, 2);
  expect(bound, 2, 1, 0, 2);
  /* Masks that overlap, or a rank whose environment decides: nobody is bound there. */
  const struct allowance mixed[] = {allowance_of("a", 0x0f, true), allowance_of("a", 0x1e, true),
                                    allowance_of("b", 0x0f, true), allowance_of("b", 0x0f, false),
                                    allowance_of("c", 0x0f, true)};
  for (int i = 0; i < 4; i++)
    expect(mixed, 5, i, -1, 0);
  expect(mixed, 5, 4, 0, 2);
  return test_result();
}
