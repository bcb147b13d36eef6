#include "runner/plan/allocation_reading.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"

struct allocation_node *allocation_node_find(struct allocation *allocation, const char *host) {
  for (size_t i = 0; i < allocation->count; i++)
    if (allocation->nodes[i].host != NULL && strcmp(allocation->nodes[i].host, host) == 0)
      return &allocation->nodes[i];
  return NULL;
}

void allocation_drop_nodes(struct allocation *allocation) {
  for (size_t i = 0; i < allocation->count; i++)
    free(allocation->nodes[i].host);
  free(allocation->nodes);
  allocation->nodes = NULL;
  allocation->count = 0;
}

void allocation_free(struct allocation *allocation) {
  allocation_drop_nodes(allocation);
  free(allocation->problem);
  *allocation = (struct allocation){0};
}

bool allocation_refuse(struct allocation *allocation, const char *variable, const char *text,
                       const char *expected) {
  allocation_drop_nodes(allocation);
  free(allocation->problem);
  allocation->problem =
      grow_text("%s is '%.100s', but must be like '%s'; it is ignored", variable, text, expected);
  return false;
}

bool allocation_number(const char **at, int64_t max, int64_t *value) {
  *value = 0;
  if (!isdigit((unsigned char)**at))
    return false;
  for (; isdigit((unsigned char)**at); (*at)++) {
    *value = *value * 10 + (**at - '0');
    if (*value > max)
      return false;
  }
  return *value >= 1;
}

bool allocation_is_host(const char *text) {
  size_t length = strlen(text);
  for (const char *at = text; *at != '\0'; at++)
    if (!isalnum((unsigned char)*at) && strchr("-._", *at) == NULL)
      return false;
  return length > 0 && length < HOST_BYTES;
}

/* --- finding it ------------------------------------------------------------------------------- */

static bool find_in_environment(struct allocation *allocation, int64_t cores) {
  const char *slurm = getenv("SLURM_JOB_CPUS_PER_NODE"), *pbs = getenv("PBS_NODEFILE");
  const char *lsf = getenv("LSB_MCPU_HOSTS");
  struct error error = {0};
  if (getenv("FLUX_URI") != NULL && allocation_ask_flux(allocation))
    return true;
  if (slurm != NULL)
    return allocation_read_slurm(allocation, slurm, getenv("SLURM_JOB_NODELIST"));
  if (pbs != NULL) {
    if (allocation_open_hostfile(allocation, pbs, &error) == 0) {
      allocation->source = "PBS";
      allocation_count_pbs(allocation, cores);
      return true;
    }
    allocation_drop_nodes(allocation);
    allocation->problem = grow_text("PBS_NODEFILE is ignored: %s", error.message);
    return false;
  }
  return lsf != NULL && allocation_read_lsf(allocation, lsf);
}

int allocation_find(struct allocation *allocation, const char *hostfile, int64_t cores,
                    struct error *error) {
  *allocation = (struct allocation){0};
  if (hostfile != NULL)
    allocation_open_hostfile(allocation, hostfile, error);
  else if (!find_in_environment(allocation, cores))
    allocation->source = NULL;
  for (size_t i = 0; i < allocation->count; i++)
    if (allocation->nodes[i].cores == 0) /* a hostfile without numbers */
      allocation->nodes[i].cores = cores;
  return error->code;
}

/* Names of one host may be with or without its domain. */
static bool is_same_host(const char *a, const char *b) {
  size_t length = strcspn(a, ".");
  return length == strcspn(b, ".") && strncmp(a, b, length) == 0;
}

struct resources allocation_resources(const struct allocation *allocation, int64_t cores) {
  struct resources resources = {.nodes = 1, .node_cores = cores, .own_cores = cores};
  char host[HOST_BYTES] = "";
  if (allocation->source == NULL)
    return resources;
  gethostname(host, sizeof host - 1);
  resources.nodes = (int64_t)allocation->count;
  resources.node_cores = allocation->nodes[0].cores;
  for (size_t i = 0; i < allocation->count; i++) {
    const struct allocation_node *node = &allocation->nodes[i];
    if (node->cores < resources.node_cores)
      resources.node_cores = node->cores;
    bool own = node->host != NULL ? is_same_host(node->host, host) : i == 0;
    if (own && node->cores < resources.own_cores)
      resources.own_cores = node->cores;
  }
  return resources;
}

int64_t resources_cores(const struct resources *resources) {
  return resources->nodes * resources->node_cores;
}

char *allocation_hosts(const struct allocation *allocation, int64_t nodes, const char *host) {
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = allocation->count > 0 && allocation->nodes[0].host != NULL
                   ? open_memstream(&text, &bytes)
                   : NULL;
  if (file == NULL)
    return grow_text("%s", host);
  for (size_t i = 0; i < allocation->count && (int64_t)i < nodes; i++)
    fprintf(file, "%s%s", i > 0 ? "+" : "", allocation->nodes[i].host);
  fclose(file);
  return text;
}
