#include "runner/record/run_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/encoding.h"
#include "common/grow.h"
#include "common/sha256.h"
#include "common/stats.h"
#include "common/utf8.h"
#include "runner/config/paths.h"
#include "runner/record/json_bytes.h"

/* --- run.json --------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

const char *run_record_path(struct run_record *record, const char *text) {
  if (text == NULL)
    return NULL;
  return *GROW(record->paths, record->path_count) = bytes_read(text);
}

static int read_includes(struct run_record *record, const json_t *config, struct error *error) {
  const json_t *includes = json_object_get(config, "includes"), *file;
  size_t i, count = 0;
  json_array_foreach(includes, i, file) {
    struct config_source source = {text_of(file, "name"),
                                   run_record_path(record, text_of(file, "path")),
                                   text_of(file, "text")};
    const char *sha256 = text_of(file, "sha256");
    if (!source.name || !source.path || !source.text || !sha256)
      return error_set(error, EXIT_USAGE, "run.json: an included file lacks its path or its text");
    *GROW(record->includes, record->include_count) = source;
    *GROW(record->include_sha256, count) = sha256;
  }
  return 0;
}

/* Of older versions, which knew one node, there are only its cores. */
static struct resources resources_of(const json_t *machine) {
  int64_t cores = json_integer_value(json_object_get(machine, "cores"));
  struct resources resources = {
      .nodes = json_integer_value(json_object_get(machine, "nodes")),
      .node_cores = json_integer_value(json_object_get(machine, "node_cores")),
      .own_cores = json_integer_value(json_object_get(machine, "own_cores"))};
  if (resources.nodes < 1 || resources.node_cores < 1 || resources.own_cores < 1)
    resources = (struct resources){.nodes = 1, .node_cores = cores, .own_cores = cores};
  return resources;
}

static int read_shard(struct run_record *record, struct error *error) {
  const json_t *shard = json_object_get(record->json, "shard");
  if (shard == NULL)
    return 0;
  record->shard = (struct shard){json_integer_value(json_object_get(shard, "index")),
                                 json_integer_value(json_object_get(shard, "count"))};
  if (record->shard.index >= 1 && record->shard.index <= record->shard.count)
    return 0;
  return error_set(error, EXIT_USAGE, "run.json: 'shard' must have index and count, 1 to count");
}

int run_record_open(struct run_record *record, int folder, struct error *error) {
  json_error_t why;
  *record = (struct run_record){0};
  int file = openat(folder, "run.json", O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return error_set(error, errno == ENOENT ? EXIT_USAGE : EXIT_MACHINE,
                     "run.json cannot be opened: %s", strerror(errno));
  FILE *stream = fdopen(file, "r");
  if (stream == NULL) {
    close(file);
    return error_set(error, EXIT_MACHINE, "run.json cannot be opened: %s", strerror(errno));
  }
  if (encoding_start(stream, error) == 0)
    record->json = json_loadf(stream, 0, &why);
  fclose(stream);
  if (error->code != 0)
    return error_prefix(error, "run.json");
  if (record->json == NULL)
    return error_set(error, EXIT_USAGE, "run.json:%d: %s", why.line, why.text);
  const json_t *config = json_object_get(record->json, "config");
  const json_t *machine = json_object_get(record->json, "machine");
  record->run_id = text_of(record->json, "run_id");
  record->name = text_of(record->json, "name");
  record->result = text_of(record->json, "result");
  record->drivers = run_record_path(record, text_of(record->json, "drivers"));
  record->config_path = run_record_path(record, text_of(config, "path"));
  record->config_text = text_of(config, "text");
  record->config_sha256 = text_of(config, "sha256");
  record->host = text_of(machine, "host");
  record->processor = text_of(machine, "processor");
  record->binding = text_of(machine, "binding");
  record->resources = resources_of(machine);
  record->sessions = json_object_get(record->json, "sessions");
  record->warnings = json_object_get(record->json, "warnings");
  if (!record->run_id || !record->name || !record->result || !record->config_path ||
      !record->config_text || !record->config_sha256)
    return error_set(error, EXIT_USAGE, "run.json lacks what a resume needs; is it of sweep?");
  if (read_shard(record, error) != 0)
    return error->code;
  return read_includes(record, config, error);
}

bool run_record_warns(const struct run_record *record, const char *kind, const char *cell_id) {
  const json_t *warning;
  size_t i;
  json_array_foreach(record->warnings, i, warning) {
    const char *about = text_of(warning, "cell_id"), *of = text_of(warning, "kind");
    if (about != NULL && of != NULL && strcmp(about, cell_id) == 0 && strcmp(of, kind) == 0)
      return true;
  }
  return false;
}

void run_record_close(struct run_record *record) {
  json_decref(record->json);
  for (size_t i = 0; i < record->path_count; i++)
    free(record->paths[i]);
  free(record->paths);
  free(record->includes);
  free(record->include_sha256);
  *record = (struct run_record){0};
}

/* --- the config ------------------------------------------------------------------------------- */

void run_record_locate_builds(struct run_record *record, struct config *config) {
  const json_t *build;
  size_t i;
  json_array_foreach(json_object_get(record->json, "builds"), i, build) {
    const char *label = json_string_value(json_object_get(build, "label"));
    const char *folder =
        run_record_path(record, json_string_value(json_object_get(build, "folder")));
    for (size_t k = 0; k < config->build_count && label != NULL && folder != NULL; k++)
      if (strcmp(config->builds[k].label, label) == 0 && access(folder, F_OK) == 0)
        config->builds[k].folder = folder;
  }
}

int run_record_open_config(const struct run_record *record, struct config *config,
                           struct problems *problems) {
  struct config_sources sources = {record->config_text, record->includes, record->include_count,
                                   true};
  return config_open_from(config, record->config_path, &sources, problems);
}

static bool is_other(const struct yaml_document *document, const char *sha256) {
  char digest[SHA256_TEXT];
  return strcmp(sha256_hex(document->text ? document->text : "", document->bytes, digest),
                sha256) != 0;
}

/* An include that the config no longer has shows in the config itself. */
static char *find_change(const struct run_record *record, const struct config *config) {
  if (is_other(&config->document, record->config_sha256))
    return grow_text("%s", record->config_path);
  for (size_t i = 0; i < config->include_count; i++)
    for (size_t k = 0; k < record->include_count; k++)
      if (strcmp(config->includes[i].name, record->includes[k].name) == 0 &&
          is_other(&config->includes[i].document, record->include_sha256[k]))
        return grow_text("%s", config->includes[i].path);
  return NULL;
}

int run_record_open_config_again(const struct run_record *record, struct config *config,
                                 char **changed, struct problems *problems) {
  struct config_source *includes = NULL;
  size_t count = 0;
  for (size_t i = 0; i < record->include_count; i++) {
    struct config_source *source = GROW(includes, count);
    *source = record->includes[i];
    if (access(source->path, F_OK) == 0)
      source->text = NULL; /* read again, where it was then */
  }
  struct config_sources sources = {.includes = includes, .include_count = count};
  if (!path_lasts(record->config_path))
    sources.text = record->config_text;
  int code = config_open_from(config, record->config_path, &sources, problems);
  *changed = find_change(record, config);
  free(includes);
  return code;
}

/* Whether that is how run.json names the workload. */
static bool is_workload(const struct workload *workload, const json_t *point) {
  const char *kernel = text_of(point, "kernel");
  const json_t *options = json_object_get(point, "options");
  if (kernel == NULL || strcmp(kernel, workload->kernel) != 0 ||
      json_object_size(options) != workload->settings.count)
    return false;
  for (size_t i = 0; i < workload->settings.count; i++) {
    const char *value = text_of(options, workload->settings.items[i].name);
    if (value == NULL || strcmp(value, workload->settings.items[i].value) != 0)
      return false;
  }
  return true;
}

void run_record_sizes(const struct run_record *record, const struct config *config,
                      struct scaling *scaling) {
  static const char *const lists[] = {"points", "excluded"};
  const json_t *point;
  size_t p;
  for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
    json_array_foreach(json_object_get(record->json, lists[list]), p, point) {
      const json_t *met = json_object_get(point, "work_met");
      struct scaled scaled = {.n = json_integer_value(json_object_get(point, "base_n")),
                              .cores = json_integer_value(json_object_get(point, "cores")),
                              .size = json_integer_value(json_object_get(point, "n")),
                              .met = json_is_number(met) ? json_number_value(met) : NAN};
      const char *label = text_of(point, "build");
      for (size_t i = 0; i < config->build_count && label != NULL; i++)
        if (strcmp(config->builds[i].label, label) == 0)
          scaled.build = &config->builds[i];
      for (size_t i = 0; met != NULL && i < config->workload_count; i++)
        if (is_workload(&config->workloads[i], point)) {
          scaled.workload = &config->workloads[i];
          scaling_remember(scaling, &scaled);
        }
    }
}

/* --- samples.csv ------------------------------------------------------------------------------ */

enum { ID_BYTES = CELL_ID_TEXT - 1 };

/* The points by their cell ids: open addressing, a power of two of places, at most half of them
 * taken. */
struct lookup {
  size_t *places; /* a point + 1; 0: free */
  size_t mask;
};

static size_t hash_of(const char *cell_id) {
  uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
  for (; *cell_id != '\0'; cell_id++)
    hash = (hash ^ (unsigned char)*cell_id) * 0x100000001b3u;
  return (size_t)(hash ^ hash >> 32);
}

static int open_lookup(struct lookup *lookup, const struct plan *plan) {
  size_t room = 64;
  while (room < 2 * plan->point_count)
    room *= 2;
  lookup->mask = room - 1;
  lookup->places = calloc(room, sizeof *lookup->places);
  for (size_t i = 0; lookup->places != NULL && i < plan->point_count; i++) {
    size_t at = hash_of(plan->points[i].cell_id) & lookup->mask;
    while (lookup->places[at] != 0)
      at = (at + 1) & lookup->mask;
    lookup->places[at] = i + 1;
  }
  return lookup->places != NULL ? 0 : -1;
}

/* The point, or point_count. */
static size_t find(const struct lookup *lookup, const struct plan *plan, const char *cell_id) {
  for (size_t at = hash_of(cell_id) & lookup->mask; lookup->places[at] != 0;
       at = (at + 1) & lookup->mask)
    if (strcmp(plan->points[lookup->places[at] - 1].cell_id, cell_id) == 0)
      return lookup->places[at] - 1;
  return plan->point_count;
}

/* The launch whose rows are being read. */
struct current {
  size_t point;
  char cell_id[64];
  int64_t launch, attempt, rows;
  bool ok, hopeless, skipped;
  uint64_t population; /* see schedule_population */
  double *walls_s;     /* of its timed repetitions */
  size_t wall_count;
  double operations, bytes;
  char work_unit[WORK_UNIT_TEXT];
  enum binding binding;
  long line; /* of its first row */
  off_t begin, end;
};

struct journal_reading {
  struct replay *replay;
  struct launch_schedule *schedule;
  const struct tools *tools;
  struct lookup lookup;
  struct current current; /* rows 0: none */
};

static int64_t whole_number(const char *text) {
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  return errno != 0 || end == text || *end != '\0' || value < 0 ? -1 : value;
}

static bool is_whole(const struct journal_reading *reading) {
  const struct current *c = &reading->current;
  const struct plan *plan = reading->schedule->plan;
  if (c->point == plan->point_count)
    return true; /* the number of launches is no longer known */
  const struct point *point = &plan->points[c->point];
  return c->rows == (c->ok ? point->reps + point->warmup : 1);
}

/* The launch that has been read is complete: the schedule records it. */
static void settle(struct journal_reading *reading) {
  struct current *c = &reading->current;
  struct replay *replay = reading->replay;
  replay->rows += c->rows;
  replay->whole = c->end;
  if (c->point == reading->schedule->plan->point_count) {
    replay->foreign += c->rows;
  } else {
    struct scheduled_launch next = {c->point, c->launch, c->attempt, c->skipped};
    if (c->ok)
      schedule_population(reading->schedule, c->point, c->population);
    stats_sort(c->walls_s, c->wall_count);
    schedule_settle(reading->schedule, &next, c->ok, c->hopeless,
                    stats_median(c->walls_s, c->wall_count));
    if (c->ok) {
      schedule_note_work(reading->schedule, c->point, c->operations, c->bytes, c->work_unit);
      schedule_bound(reading->schedule, c->point, c->binding);
    }
    replay->launches++;
  }
  c->rows = 0;
  c->wall_count = 0;
}

/* Another launch of this point would fail alike: it was killed at the limit, could not be started,
 * or was refused. One that was skipped shows nothing: the launch before it does. */
static bool was_hopeless(char *const *cells) {
  const char *status = cells[COLUMN_status], *code = cells[COLUMN_exit_code];
  return strcmp(status, status_names[STATUS_TIMEOUT]) == 0 ||
         (strcmp(status, status_names[STATUS_FAIL]) == 0 &&
          (strcmp(code, "2") == 0 || (*code == '\0' && *cells[COLUMN_signal] == '\0')));
}

/* The launch before this one must be there; one that failed and has no further attempt counts, as
 * the config may allow more attempts now than it did. */
static int check_order(const struct journal_reading *reading, const struct journal_row *row,
                       struct error *error) {
  const struct current *c = &reading->current;
  struct launch_schedule *schedule = reading->schedule;
  if (c->point == schedule->plan->point_count)
    return 0;
  const struct track *track = &schedule->tracks[c->point];
  if (c->launch == track->settled + 2)
    schedule_give_up(schedule, c->point);
  if (c->launch > track->settled + 1)
    return error_set(error, EXIT_USAGE,
                     "samples.csv:%ld: launch %" PRId64 " of cell %s, but launch %" PRId64
                     " is not there",
                     row->line, c->launch, c->cell_id, c->launch - 1);
  return 0;
}

static int begin_launch(struct journal_reading *reading, const struct journal_row *row,
                        struct error *error) {
  struct current *c = &reading->current;
  const struct launch_schedule *schedule = reading->schedule;
  char **cells = row->cells;
  c->point = find(&reading->lookup, schedule->plan, cells[COLUMN_cell_id]);
  c->launch = whole_number(cells[COLUMN_launch]);
  c->attempt = whole_number(cells[COLUMN_attempt]);
  c->ok = strcmp(cells[COLUMN_status], status_names[STATUS_OK]) == 0;
  c->hopeless = was_hopeless(cells);
  c->skipped = strcmp(cells[COLUMN_status], status_names[STATUS_SKIPPED]) == 0;
  c->population = population_key(cells[COLUMN_hosts], cells[COLUMN_build_id]);
  c->binding = BINDING_UNKNOWN;
  if (c->ok && reading->tools != NULL && c->point < schedule->plan->point_count)
    c->binding = binding_judge(
        &(struct binding_cells){cells[COLUMN_binding], cells[COLUMN_hosts], cells[COLUMN_bound_to]},
        &schedule->plan->points[c->point], reading->tools);
  c->line = row->line;
  c->begin = row->begin;
  snprintf(c->cell_id, sizeof c->cell_id, "%s", cells[COLUMN_cell_id]);
  if (c->launch < 1 || c->attempt < 1)
    return error_set(error, EXIT_USAGE, "samples.csv:%ld: launch '%.20s', attempt '%.20s'",
                     row->line, cells[COLUMN_launch], cells[COLUMN_attempt]);
  return check_order(reading, row, error);
}

static bool is_another(const struct current *c, char *const *cells) {
  return strcmp(c->cell_id, cells[COLUMN_cell_id]) != 0 ||
         c->launch != whole_number(cells[COLUMN_launch]) ||
         c->attempt != whole_number(cells[COLUMN_attempt]);
}

static int take_row(void *context, const struct journal_row *row, struct error *error) {
  struct journal_reading *reading = context;
  struct current *c = &reading->current;
  if (c->rows > 0 && is_another(c, row->cells)) {
    if (!is_whole(reading))
      return error_set(error, EXIT_USAGE,
                       "samples.csv:%ld: launch %" PRId64 " of cell %s lacks rows, in the midst of "
                       "the file",
                       c->line, c->launch, c->cell_id);
    settle(reading);
  }
  if (c->rows == 0 && begin_launch(reading, row, error) != 0)
    return error->code;
  c->rows++;
  c->end = row->end;
  char *end;
  double wall_s = strtod(row->cells[COLUMN_wall_s], &end);
  if (c->ok && strcmp(row->cells[COLUMN_warmup], "0") == 0 && end != row->cells[COLUMN_wall_s])
    *GROW(c->walls_s, c->wall_count) = wall_s;
  c->operations = strtod(row->cells[COLUMN_work_op], NULL);
  c->bytes = strtod(row->cells[COLUMN_work_byte], NULL);
  utf8_cut(c->work_unit, sizeof c->work_unit, row->cells[COLUMN_work_unit]);
  return 0;
}

int run_record_replay(struct replay *replay, struct journal *journal,
                      struct launch_schedule *schedule, const struct tools *tools,
                      struct error *error) {
  struct journal_reading reading = {.replay = replay, .schedule = schedule, .tools = tools};
  off_t incomplete_bytes = 0;
  *replay = (struct replay){.whole = journal->header};
  if (open_lookup(&reading.lookup, schedule->plan) != 0)
    return error_set(error, EXIT_MACHINE, "samples.csv: out of memory");
  int code = journal_read(journal, take_row, &reading, &incomplete_bytes, error);
  if (code == 0 && reading.current.rows > 0 && is_whole(&reading))
    settle(&reading);
  replay->cut = journal->bytes - replay->whole;
  free(reading.current.walls_s);
  free(reading.lookup.places);
  return code;
}
