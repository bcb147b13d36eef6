/* Physical cores and their hardware threads, as Linux numbers them. */
#ifndef QUARTET_CORES_H
#define QUARTET_CORES_H

#include <sched.h> /* with _GNU_SOURCE, as all of Quartet */
#include <stdbool.h>

/* Hardware threads that a cpu_set_t has room for. It is CPU_SETSIZE in glibc; musl has 128 there,
 * though its sets are as large. */
enum { CORES_CPUS = 8 * sizeof(cpu_set_t) };

/* The first hardware thread of this one's core that is in `allowed`, from /sys; `cpu` itself where
 * /sys does not say. `cpu` is in `allowed`. */
int cores_first_thread(int cpu, const cpu_set_t *allowed);

/* The types of the cores that these hardware threads are of, on a machine whose cores differ, as
 * Linux names them: on Intel's hybrid processors "core" (a P core), "atom" (an E core) or
 * "lowpower"; elsewhere "capacity 446" by cpu_capacity, as on Arm's big.LITTLE. "" where all are
 * alike, or /sys does not say. */
enum { CORES_TYPE_TEXT = 32 };
void cores_types(const int *cpus, int count, char types[][CORES_TYPE_TEXT]);

/* The NUMA node of a hardware thread. CORES_NO_NODE on a machine with one node, or where /sys does
 * not say. */
enum { CORES_NO_NODE = -1, CORES_NODES = 64 };
int cores_node(int cpu);

/* Puts all of `allowed` into *set that is in the NUMA node of the first member of *set; all of
 * `allowed` on a machine with one node. */
void cores_widen_to_node(const cpu_set_t *allowed, cpu_set_t *set);

/* Whether all members are in one NUMA node, and the machine has several. */
bool cores_are_in_one_node(const cpu_set_t *set);

/* The unit that one worker has to itself. */
enum cores_unit { CORES_WHOLE, CORES_HARDWARE_THREAD };

/* Cuts `allowed` into units, those of a package together and by number in it, and puts the `count`
 * units from number `first` on into *share; both begin at 0. false: `allowed` has too few. */
bool cores_share(const cpu_set_t *allowed, enum cores_unit unit, int first, int count,
                 cpu_set_t *share);

/* How many units there are. */
int cores_count(const cpu_set_t *allowed, enum cores_unit unit);

enum { CORES_FROM_HERE = -1 };

/* Puts one unit into each of `count` sets: those from number `first` on, or, with CORES_FROM_HERE,
 * from the one on which this thread runs, and after the last one the first. false: `allowed` has
 * too few. */
bool cores_split(const cpu_set_t *allowed, enum cores_unit unit, int first, int count,
                 cpu_set_t *shares);

/* Whether this thread's affinity mask, *allowed, is smaller than the one that it would get by
 * requesting all cores: it was restricted (taskset, numactl, srun --cpu-bind), and mpirun may
 * not know. A cpuset is not meant: nothing leaves that. The mask is the same afterwards. */
bool cores_are_narrowed(const cpu_set_t *allowed);

#endif
