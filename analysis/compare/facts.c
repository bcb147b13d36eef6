#include "analysis/compare/facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

/* All facts of one run are set one after the other. */
struct fact_setter {
  struct fact_list *facts;
  size_t run;
};

static struct fact *find_fact(struct fact_list *facts, const char *name) {
  for (size_t i = 0; i < facts->count; i++)
    if (strcmp(facts->items[i].name, name) == 0)
      return &facts->items[i];
  struct fact *fact = GROW(facts->items, facts->count);
  fact->name = grow_text("%s", name);
  for (size_t count = 0; count < facts->run_count;)
    *GROW(fact->values, count) = NULL;
  return fact;
}

/* Takes the value over. */
static void set(const struct fact_setter *setting, const char *name, char *value) {
  struct fact *fact = find_fact(setting->facts, name);
  free(fact->values[setting->run]);
  fact->values[setting->run] = value;
}

static void set_text(const struct fact_setter *setting, const char *name, const char *text) {
  set(setting, name, grow_text("%s", text));
}

static void set_integer(const struct fact_setter *setting, const char *name, int64_t value) {
  set(setting, name, value == RUN_UNKNOWN ? grow_text("%s", "") : grow_text("%" PRId64, value));
}

static void set_bytes(const struct fact_setter *setting, const char *name, int64_t bytes) {
  char text[NUMBER_TEXT];
  bool known = bytes != RUN_UNKNOWN;
  set(setting, name, grow_text("%s", known ? bytes_format((double)bytes, text) : ""));
}

/* --- of a run --------------------------------------------------------------------------------- */

static void set_hosts(const struct fact_setter *setting, const struct dataset *data) {
  char *hosts = grow_text("%s", "");
  for (size_t i = 0; i < data->machine_count; i++) {
    char *longer = grow_text("%s%s%s", hosts, i > 0 ? ", " : "", data->machines[i].hosts);
    free(hosts);
    hosts = longer;
  }
  set(setting, "hosts", hosts);
}

static void set_machine(const struct fact_setter *setting, const struct run_machine *machine) {
  set_text(setting, "host", machine->host);
  set_text(setting, "processor", machine->processor);
  set_text(setting, "architecture", machine->architecture);
  set_integer(setting, "cores", machine->cores);
  set_integer(setting, "physical cores", machine->physical_cores);
  set_integer(setting, "cores online", machine->cores_online);
  set_integer(setting, "packages", machine->packages);
  set_integer(setting, "NUMA nodes", machine->numa_nodes);
  set_integer(setting, "hardware threads", machine->hardware_threads);
  set_bytes(setting, "L1 data cache", machine->l1d_bytes);
  set_bytes(setting, "L2 cache", machine->l2_bytes);
  set_bytes(setting, "L3 cache", machine->l3_bytes);
  set_bytes(setting, "memory", machine->memory_bytes);
  set_text(setting, "governor", machine->governor);
  set_text(setting, "binding of the runner", machine->binding);
  set_text(setting, "quota of CPU time", machine->cgroup_cpu_quota);
  set_text(setting, "system", machine->system);
  set_text(setting, "kernel release", machine->kernel);
}

/* Facts of one build; those of an axis have its label behind their names. */
static void set_build(const struct fact_setter *setting, const struct run_build *build) {
  const char *dirty = build->git_dirty == TRUTH_YES  ? "yes"
                      : build->git_dirty == TRUTH_NO ? "no"
                                                     : "";
  const struct {
    const char *name, *value;
  } texts[] = {{"version", build->version},
               {"git revision", build->git_revision},
               {"uncommitted changes", dirty},
               {"compiler", build->compiler},
               {"compiler's path", build->compiler_path},
               {"build type", build->build_type},
               {"compiler flags", build->kernel_flags},
               {"sanitizers", build->sanitizers},
               {"MPI standard", build->mpi}};
  bool labelled = *build->label != '\0';
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *name = grow_text("%s%s%s%s", texts[i].name, labelled ? " (build " : "",
                           labelled ? build->label : "", labelled ? ")" : "");
    set_text(setting, name, texts[i].value);
    free(name);
  }
}

static void set_software(const struct fact_setter *setting, const struct run_file *run) {
  char *modules = grow_text("%s", "");
  set_build(setting, &run->build);
  for (size_t i = 0; i < run->build_count; i++)
    set_build(setting, &run->builds[i]);
  set_text(setting, "mpirun", run->mpirun);
  set_text(setting, "mpirun's version", run->mpirun_version);
  for (size_t i = 0; i < run->module_count; i++) {
    char *longer = grow_text("%s%s%s", modules, i > 0 ? ", " : "", run->modules[i]);
    free(modules);
    modules = longer;
  }
  set(setting, "modules", modules);
}

static void set_measuring(const struct fact_setter *setting, const struct run_file *run) {
  set_text(setting, "run", run->name);
  set_text(setting, "result", run->result);
  set_text(setting, "config sha256", run->config_sha256);
  set_text(setting, "order", run->order);
  set_integer(setting, "seed", run->seed);
  set_integer(setting, "launches, minimum", run->launches_min);
  set_integer(setting, "launches, maximum", run->launches_max);
  set(setting, "width of intervals",
      isnan(run->width) ? grow_text("%s", "") : grow_text("%g %%", 100 * run->width));
}

static void set_environment(const struct fact_setter *setting, const struct run_file *run) {
  for (size_t i = 0; i < run->environment_count; i++)
    set_text(setting, run->environment[i].name, run->environment[i].value);
}

/* --- which differ ----------------------------------------------------------------------------- */

static bool differs(const struct fact *fact, const struct compare *compare) {
  const char *known = NULL;
  bool hosts = strcmp(fact->name, "hosts") == 0; /* every samples.csv has them */
  for (size_t i = 0; i < compare->run_count; i++) {
    if (!compare->runs[i].run.found && !hosts)
      continue;
    const char *value = fact->values[i] != NULL ? fact->values[i] : "";
    if (known != NULL && strcmp(known, value) != 0)
      return true;
    known = value;
  }
  return false;
}

static void free_fact(struct fact *fact, size_t run_count) {
  for (size_t i = 0; i < run_count; i++)
    free(fact->values[i]);
  free(fact->values);
  free(fact->name);
}

static void keep_different(struct fact_list *facts, const struct compare *compare) {
  size_t kept = 0;
  for (size_t i = 0; i < facts->count; i++) {
    if (differs(&facts->items[i], compare))
      facts->items[kept++] = facts->items[i];
    else
      free_fact(&facts->items[i], facts->run_count);
  }
  facts->count = kept;
  for (size_t i = 0; i < kept; i++)
    for (size_t k = 0; k < facts->run_count; k++)
      if (facts->items[i].values[k] == NULL)
        facts->items[i].values[k] = grow_text("%s", "");
}

struct fact_list facts_that_differ(const struct compare *compare) {
  struct fact_list facts = {.run_count = compare->run_count};
  for (size_t i = 0; i < compare->run_count; i++) {
    const struct fact_setter setting = {&facts, i};
    const struct run_file *run = &compare->runs[i].run;
    set_hosts(&setting, &compare->runs[i].data);
    if (!run->found)
      continue;
    set_machine(&setting, &run->machine);
    set_software(&setting, run);
    set_measuring(&setting, run);
    set_environment(&setting, run);
  }
  keep_different(&facts, compare);
  return facts;
}

void facts_free(struct fact_list *facts) {
  for (size_t i = 0; i < facts->count; i++)
    free_fact(&facts->items[i], facts->run_count);
  free(facts->items);
  *facts = (struct fact_list){0};
}
