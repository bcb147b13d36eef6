/* The nodes that a job or a hostfile gives us. */
#ifndef QUARTET_RUNNER_PLAN_ALLOCATION_H
#define QUARTET_RUNNER_PLAN_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

enum { ALLOCATION_NODES_MAX = 1 << 20, ALLOCATION_CORES_MAX = 1 << 20 }; /* cores of a node */

struct allocation_node {
  char *host;    /* NULL: the scheduler does not name it */
  int64_t cores; /* 0: not known */
};

struct allocation {
  const char
      *source; /* "Slurm", "PBS", "LSF", "Flux", "hostfile"; NULL: none, this machine alone */
  struct allocation_node *nodes; /* in the order in which launchers fill them */
  size_t count;
  char *problem; /* what of the environment could not be read and is ignored; NULL: nothing */
};

/* What a plan may use. A core is a hardware thread here, as a scheduler or an affinity mask counts
 * them. Nodes with unequal numbers of cores count as if each had as many as the smallest: ranks are
 * spread evenly. */
struct resources {
  int64_t nodes, node_cores; /* node_cores: of each */
  int64_t own_cores;         /* for drivers that run in one process, on this node */
  bool open;                 /* the nodes are not known yet (a plan outside of a job): any number */
};

/* Reads the hostfile, if it is not NULL; else the environment: Flux (which it asks by `flux
 * resource list`), Slurm, PBS, LSF, the innermost first. `cores`: of this machine, for nodes whose
 * number is not known. EXIT_USAGE, "FILE:LINE: what", for a hostfile that cannot be read. To be
 * freed in all cases. launch_prepare has been called. */
int allocation_find(struct allocation *allocation, const char *hostfile, int64_t cores,
                    struct error *error);
void allocation_free(struct allocation *allocation);

/* What a plan may use of it, on a machine that gives this process that many cores. */
struct resources allocation_resources(const struct allocation *allocation, int64_t cores);

/* All cores: of all nodes. */
int64_t resources_cores(const struct resources *resources);

/* The names of the first `nodes` nodes, "n1+n2" as in the column hosts, in memory that the caller
 * frees; `host`, of this machine, where there is no allocation or it names none. */
char *allocation_hosts(const struct allocation *allocation, int64_t nodes, const char *host);

/* --- for tests: one source each; false with allocation->problem if it cannot be read --- */
/* SLURM_JOB_CPUS_PER_NODE "2(x3),1", SLURM_JOB_NODELIST "n[1-3],login" (may be NULL). */
bool allocation_read_slurm(struct allocation *allocation, const char *cores, const char *hosts);
/* LSB_MCPU_HOSTS: "n1 4 n2 4". */
bool allocation_read_lsf(struct allocation *allocation, const char *hosts);
/* The line of `flux resource list -n -o "{nnodes} {ncores} {nodelist}"`: "2 8 n[1-2]". */
bool allocation_read_flux(struct allocation *allocation, const char *line);
/* The text of a hostfile of Open MPI ("n1 slots=4"), MPICH ("n1:4") or PBS ("n1", once for each
 * rank). `name` is for messages. */
int allocation_read_hostfile(struct allocation *allocation, const char *text, const char *name,
                             struct error *error);

#endif
