#include "runner/plan/allocation_reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "runner/process/launch.h"

/* --- Slurm ------------------------------------------------------------------------------------ */

/* "2(x3),1": the cores of the nodes in order. */
static bool read_cores(struct allocation *allocation, const char *text) {
  for (;;) {
    int64_t cores, times = 1;
    if (!allocation_number(&text, ALLOCATION_CORES_MAX, &cores))
      return false;
    if (strncmp(text, "(x", 2) == 0) {
      text += 2;
      if (!allocation_number(&text, ALLOCATION_NODES_MAX, &times) || *text++ != ')')
        return false;
    }
    if ((int64_t)allocation->count + times > ALLOCATION_NODES_MAX)
      return false;
    for (int64_t i = 0; i < times; i++)
      GROW(allocation->nodes, allocation->count)->cores = cores;
    if (*text == '\0')
      return true;
    if (*text++ != ',')
      return false;
  }
}

/* A list of hosts that is being expanded: names go to nodes[named] and on. */
struct expansion {
  struct allocation *allocation;
  size_t named;
  bool adds; /* nodes that are not there yet are added, else they are too many */
};

static bool name_node(struct expansion *expansion, char *host) {
  struct allocation *allocation = expansion->allocation;
  if (expansion->named == allocation->count) {
    if (!expansion->adds || allocation->count >= ALLOCATION_NODES_MAX) {
      free(host);
      return false;
    }
    (void)GROW(allocation->nodes, allocation->count);
  }
  free(allocation->nodes[expansion->named].host);
  allocation->nodes[expansion->named++].host = host;
  return true;
}

/* A name whose brackets from `at` on are still to be expanded; `before` stands already. */
static bool expand(struct expansion *expansion, const char *before, const char *at,
                   const char *end);

/* "1-3,7" between brackets: each number, with leading zeros as it has them, and what follows. */
static bool expand_numbers(struct expansion *expansion, const char *before, const char *at,
                           const char *close, const char *end) {
  for (;;) {
    char text[HOST_BYTES];
    size_t width = strspn(at, "0123456789");
    char *stop;
    if (width == 0 || width > 15)
      return false;
    long long first = strtoll(at, &stop, 10), last = first;
    if (*stop == '-') {
      size_t other = strspn(stop + 1, "0123456789");
      if (other == 0 || other > 15)
        return false;
      last = strtoll(stop + 1, &stop, 10);
    }
    if (last < first || last - first >= ALLOCATION_NODES_MAX)
      return false;
    for (long long number = first; number <= last; number++)
      if (snprintf(text, sizeof text, "%s%0*lld", before, (int)width, number) >= (int)sizeof text ||
          !expand(expansion, text, close + 1, end))
        return false;
    if (stop == close)
      return true;
    if (*stop != ',' || stop > close)
      return false;
    at = stop + 1;
  }
}

static bool expand(struct expansion *expansion, const char *before, const char *at,
                   const char *end) {
  size_t plain = 0;
  while (at + plain < end && at[plain] != '[')
    plain++;
  char *name = grow_text("%s%.*s", before, (int)plain, at);
  bool right = *name == '\0' || allocation_is_host(name);
  const char *close = at + plain < end ? memchr(at + plain, ']', (size_t)(end - at) - plain) : NULL;
  if (right && at + plain == end && *name != '\0')
    return name_node(expansion, name);
  right = right && close != NULL && expand_numbers(expansion, name, at + plain + 1, close, end);
  free(name);
  return right;
}

/* "n[1-3,7],login": names separated by commas outside of brackets. */
static bool read_hosts(struct expansion *expansion, const char *text) {
  for (;;) {
    const char *end = text;
    for (bool inside = false; *end != '\0' && (inside || *end != ','); end++)
      inside = *end == '[' || (inside && *end != ']');
    if (!expand(expansion, "", text, end))
      return false;
    if (*end == '\0')
      return true;
    text = end + 1;
  }
}

bool allocation_read_slurm(struct allocation *allocation, const char *cores, const char *hosts) {
  struct expansion expansion = {.allocation = allocation};
  allocation->source = "Slurm";
  if (!read_cores(allocation, cores))
    return allocation_refuse(allocation, "SLURM_JOB_CPUS_PER_NODE", cores, "2(x3),1");
  if (hosts != NULL && (!read_hosts(&expansion, hosts) || expansion.named != allocation->count))
    return allocation_refuse(allocation, "SLURM_JOB_NODELIST", hosts, "n[1-3,7]");
  return true;
}

/* --- Flux ------------------------------------------------------------------------------------- */

bool allocation_read_flux(struct allocation *allocation, const char *line) {
  static const char variable[] = "the answer of `flux resource list`", like[] = "2 8 n[1-2]";
  struct expansion expansion = {.allocation = allocation, .adds = true};
  const char *at = line;
  int64_t nodes, cores;
  allocation->source = "Flux";
  if (!allocation_number(&at, ALLOCATION_NODES_MAX, &nodes) || *at++ != ' ' ||
      !allocation_number(&at, (int64_t)ALLOCATION_NODES_MAX * ALLOCATION_CORES_MAX, &cores) ||
      *at++ != ' ' || cores / nodes < 1 || !read_hosts(&expansion, at) ||
      allocation->count != (size_t)nodes)
    return allocation_refuse(allocation, variable, line, like);
  for (size_t i = 0; i < allocation->count; i++)
    allocation->nodes[i].cores = cores / nodes;
  return true;
}

bool allocation_ask_flux(struct allocation *allocation) {
  char program[] = "flux", resource[] = "resource", list[] = "list", state[] = "--states=up";
  char bare[] = "--no-header", format[] = "--format={nnodes} {ncores} {nodelist}";
  char *argv[] = {program, resource, list, state, bare, format, NULL};
  struct program_launch launch = {
      .argv = argv, .timeout_ns = INT64_C(20000000000), .output_bytes_max = 1 << 20};
  struct launch_result result;
  struct error ignored = {0};
  if (launch_run(&launch, &result, &ignored) != 0)
    return false;
  bool read = result.ending == ENDED_EXIT && result.exit_code == 0;
  result.output[strcspn(result.output, "\n")] = '\0';
  read = read && allocation_read_flux(allocation, result.output);
  launch_free(&result);
  return read;
}

/* --- LSF -------------------------------------------------------------------------------------- */

bool allocation_read_lsf(struct allocation *allocation, const char *hosts) {
  const char *at = hosts;
  allocation->source = "LSF";
  for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
    size_t length = strcspn(at, " ");
    char *host = grow_text("%.*s", (int)length, at);
    struct allocation_node *node = allocation_node_find(allocation, host);
    int64_t cores;
    at += length + strspn(at + length, " ");
    if (!allocation_number(&at, ALLOCATION_CORES_MAX, &cores) || (*at != ' ' && *at != '\0') ||
        allocation->count >= ALLOCATION_NODES_MAX) {
      free(host);
      return allocation_refuse(allocation, "LSB_MCPU_HOSTS", hosts, "n1 4 n2 4");
    }
    if (node == NULL) {
      node = GROW(allocation->nodes, allocation->count);
      node->host = host;
    } else {
      free(host);
    }
    node->cores += cores;
  }
  return allocation->count > 0 ||
         allocation_refuse(allocation, "LSB_MCPU_HOSTS", hosts, "n1 4 n2 4");
}
