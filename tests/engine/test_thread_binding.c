/* Which part of an affinity mask is whose, for processes of hosts and machines that this one is
 * not. */
#include "engine/thread_binding.h"

#include <stdlib.h>

#include "tests/check.h"
#include "tests/made_files.h"

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

static void test_first(void) {
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
  /* Masks that overlap, or a rank whose environment decides: no worker is bound there. */
  const struct allowance mixed[] = {allowance_of("a", 0x0f, true), allowance_of("a", 0x1e, true),
                                    allowance_of("b", 0x0f, true), allowance_of("b", 0x0f, false),
                                    allowance_of("c", 0x0f, true)};
  for (int i = 0; i < 4; i++)
    expect(mixed, 5, i, -1, 0);
  expect(mixed, 5, 4, 0, 2);
}

/* ---- machines as text: of each hardware thread in turn its core, package and NUMA node ---- */

enum { MOST_CPUS = 16 };

struct fake_machine {
  int cpus, core[MOST_CPUS], package[MOST_CPUS], node[MOST_CPUS];
};

static void append(char *text, int number) {
  sprintf(text + strlen(text), "%s%d", *text ? "," : "", number);
}

static void write_cpu(const struct fake_machine *m, int cpu) {
  char path[100], siblings[100] = "", package[16];
  for (int other = 0; other < m->cpus; other++)
    if (m->core[other] == m->core[cpu])
      append(siblings, other);
  snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
  write_file(path, siblings);
  snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%d/topology/physical_package_id", cpu);
  snprintf(package, sizeof package, "%d\n", m->package[cpu]);
  write_file(path, package);
}

static struct fake_machine make_machine(const char *text) {
  struct fake_machine m = {0};
  char path[100], online[100] = "";
  for (int length; m.cpus < MOST_CPUS && sscanf(text, "%d.%d.%d%n", &m.core[m.cpus],
                                                &m.package[m.cpus], &m.node[m.cpus], &length) == 3;
       text += length)
    m.cpus++;
  for (int cpu = 0; cpu < m.cpus; cpu++)
    write_cpu(&m, cpu);
  for (int node = 0; node < MOST_CPUS; node++) {
    char list[100] = "";
    for (int cpu = 0; cpu < m.cpus; cpu++)
      if (m.node[cpu] == node)
        append(list, cpu);
    if (*list) {
      append(online, node);
      snprintf(path, sizeof path, "sys/devices/system/node/node%d/cpulist", node);
      write_file(path, list);
    }
  }
  write_file("sys/devices/system/node/online", online);
  return m;
}

/* The numbers of the units that the set has members of. */
static unsigned units_of(const struct fake_machine *m, const cpu_set_t *set, const int *unit) {
  unsigned units = 0;
  for (int cpu = 0; cpu < m->cpus; cpu++)
    if (CPU_ISSET((size_t)cpu, set))
      units |= 1u << (unit ? unit[cpu] : cpu);
  return units;
}

static unsigned bits_of(const struct fake_machine *m, const cpu_set_t *set) {
  return units_of(m, set, NULL);
}

/* A worker's share; `taken` by those before it. */
static void check_share(const struct fake_machine *m, enum bind_kind kind, const cpu_set_t *mask,
                        const cpu_set_t *share, unsigned *taken) {
  unsigned cpus = bits_of(m, share), cores = units_of(m, share, m->core);
  CHECK(cpus != 0 && (cpus & ~bits_of(m, mask)) == 0, "0x%x leaves 0x%x", cpus, bits_of(m, mask));
  if (kind == BIND_NUMA) {
    CHECK(__builtin_popcount(units_of(m, share, m->node)) == 1, "0x%x", cpus);
    return;
  }
  unsigned own = kind == BIND_CORE ? cores : cpus;
  CHECK(__builtin_popcount(own) == 1 && (own & *taken) == 0, "0x%x, taken 0x%x", own, *taken);
  *taken |= own;
}

/* So many ranks of a host with that mask: each worker gets a unit of its own in it, or, where there
 * are fewer units, no worker is bound. */
static void check_ranks(const struct fake_machine *m, unsigned bits, enum bind_kind kind, int ranks,
                        int threads) {
  struct allowance all[MOST_CPUS];
  struct error error = {0};
  unsigned taken = 0;
  for (int i = 0; i < ranks; i++) {
    all[i] = allowance_of("a", bits, true);
    all[i].workers = threads;
  }
  const cpu_set_t *mask = &all[0].mask;
  int units = __builtin_popcount(kind == BIND_HWTHREAD ? bits : units_of(m, mask, m->core));
  for (int me = 0; me < ranks; me++) {
    cpu_set_t *shares = thread_binding_share(kind, all, ranks, me, &error);
    CHECK((shares != NULL) == (ranks * threads <= units), "mask 0x%x, %d x %d, kind %d", bits,
          ranks, threads, (int)kind);
    for (int i = 0; shares && i < threads; i++)
      check_share(m, kind, mask, &shares[i], &taken);
    free(shares);
  }
}

static void check_machine(const char *text) {
  struct fake_machine m = make_machine(text);
  unsigned all = (1u << m.cpus) - 1, random = 12345;
  CHECK(m.cpus > 0, "%s", text);
  for (int mask = 0; mask < 5; mask++) { /* whole, then with holes */
    unsigned bits = mask == 0 ? all : (random = random * 1103515245 + 12345) >> 8 & all;
    for (int ranks = 1; bits != 0 && ranks <= m.cpus; ranks++)
      for (int threads = 1; threads <= 2; threads++)
        for (int kind = BIND_CORE; kind <= BIND_NUMA; kind++)
          check_ranks(&m, bits, (enum bind_kind)kind, ranks, threads);
  }
}

static void expect_share(const struct fake_machine *m, enum bind_kind kind,
                         const struct allowance *all, int count, int me, unsigned expected) {
  struct error error = {0};
  cpu_set_t *shares = thread_binding_share(kind, all, count, me, &error);
  unsigned got = shares ? bits_of(m, &shares[0]) : 0;
  CHECK(got == expected, "rank %d: 0x%x, not 0x%x", me, got, expected);
  free(shares);
}

/* Two packages, each a NUMA node, of two cores with two hardware threads: 0 and 4 are one core. */
static const char two_packages[] = "0.0.0 1.0.0 2.1.1 3.1.1 0.0.0 1.0.0 2.1.1 3.1.1";

static void test_examples(void) {
  struct fake_machine m = make_machine(two_packages);
  struct allowance ranks[4];
  for (int i = 0; i < 4; i++) {
    ranks[i] = allowance_of(i < 2 ? "a" : "b", i < 2 ? 0xff : 0xcc, true);
    ranks[i].workers = 1;
  }
  expect_share(&m, BIND_CORE, ranks, 4, 0, 0x11);
  expect_share(&m, BIND_CORE, ranks, 4, 1, 0x22);
  expect_share(&m, BIND_CORE, ranks, 4, 2, 0x44); /* another host, with a mask of its own */
  expect_share(&m, BIND_CORE, ranks, 4, 3, 0x88);
  expect_share(&m, BIND_HWTHREAD, ranks, 4, 1, 0x02);
  expect_share(&m, BIND_NUMA, ranks, 4, 0, 0x33);
  expect_share(&m, BIND_NUMA, ranks, 4, 3, 0xcc);
  expect_share(&m, BIND_NONE, ranks, 4, 0, 0);
  /* The launcher has given each rank its own: it stays there. */
  ranks[0] = allowance_of("a", 0x80, true);
  ranks[1] = allowance_of("a", 0x11, true);
  ranks[0].workers = ranks[1].workers = 1;
  expect_share(&m, BIND_CORE, ranks, 2, 0, 0x80);
  expect_share(&m, BIND_CORE, ranks, 2, 1, 0x11);
}

/* Open MPI's mpirun in a job whose mask is `job` binds rank i to CPU i of the machine. */
static void expect_return(unsigned job, int ranks, bool returns) {
  struct allowance all[4], launcher = allowance_of("a", job, true);
  for (int i = 0; i < ranks; i++) {
    all[i] = allowance_of("a", 1u << i, true);
    all[i].launcher = launcher.mask;
  }
  all[ranks] = allowance_of("b", 0x0f, true); /* another host, whose launcher is unknown */
  struct allowance before = all[0];
  CHECK(!thread_binding_return(all, ranks + 1, ranks), "job 0x%x: host b", job);
  CHECK(CPU_EQUAL(&all[0].mask, &before.mask), "job 0x%x: the hosts' processes mix", job);
  CHECK(thread_binding_return(all, ranks + 1, 0) == returns, "job 0x%x: returns", job);
  for (int i = 0; i < ranks; i++)
    CHECK(CPU_EQUAL(&all[i].mask, &launcher.mask) == returns, "job 0x%x: rank %d", job, i);
  if (!returns)
    return;
  before.asks = false;
  before.launcher = launcher.mask;
  CHECK(!thread_binding_return(&before, 1, 0), "a rank is not to be bound, and yet moves");
}

static void test_return(void) {
  expect_return(0x02, 1, true);
  expect_return(0x0c, 2, true);
  expect_return(0x06, 2,
                true); /* one of them is inside; both take the mask, or they would overlap */
  expect_return(0xff, 2, false);
  expect_return(0x03, 2, false);
}

int main(void) {
  static const char *const machines[] = {
      "0.0.0",                   /* one CPU */
      "0.0.0 1.0.0 2.0.0 3.0.0", /* no hardware threads */
      "0.0.0 0.0.0 1.0.0 1.0.0", /* neighbours share a core */
      "0.0.0 1.0.0 0.0.0 1.0.0", /* the second threads after all first ones */
      two_packages,
      "0.0.0 1.1.1 2.0.0 3.1.1 4.0.0 5.1.1",             /* packages numbered in turn */
      "0.0.0 0.0.0 1.0.0 2.0.0 3.0.0",                   /* P and E cores */
      "0.0.0 1.0.1 2.0.0 3.0.1 4.1.2 5.1.3",             /* several nodes in a package */
      "0.0.0 0.0.0 0.0.0 0.0.0 1.1.1 1.1.1 1.1.1 1.1.1", /* four hardware threads */
  };
  test_first();
  made_files_open();
  setenv("QUARTET_FSROOT", made_root, 1);
  for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
    check_machine(machines[i]);
  test_examples();
  test_return();
  unsetenv("QUARTET_FSROOT");
  made_files_close();
  return test_result();
}
