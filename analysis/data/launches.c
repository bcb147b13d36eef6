/* The launches of each point and their repetitions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/data/build.h"
#include "common/grow.h"
#include "common/stats.h"

/* A launch as rows give it, with what it is sorted by. */
struct launch_entry {
  size_t point, session; /* indices into the dataset */
  const struct row_group *group;
  struct row_launch *launch;
};

static int compare_integers(int64_t a, int64_t b) {
  return (a > b) - (a < b);
}

/* The factors as the rows have them. */
static int compare_keys(const struct row_group *a, const struct row_group *b) {
  size_t common = a->key_bytes < b->key_bytes ? a->key_bytes : b->key_bytes;
  int order = a == b ? 0 : memcmp(a->key, b->key, common);
  return order != 0 ? order : compare_integers((int64_t)a->key_bytes, (int64_t)b->key_bytes);
}

/* By point, session, number, attempt; what a driver printed by itself by time. */
static int compare_entries(const void *left, const void *right) {
  const struct launch_entry *a = left, *b = right;
  const int64_t numbers[][2] = {{(int64_t)a->point, (int64_t)b->point},
                                {(int64_t)a->session, (int64_t)b->session},
                                {a->launch->number, b->launch->number},
                                {a->launch->start_ns, b->launch->start_ns},
                                {a->launch->attempt, b->launch->attempt}};
  int order = 0;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers && order == 0; i++)
    if (i != 3 || a->launch->number == 0)
      order = compare_integers(numbers[i][0], numbers[i][1]);
  if (order == 0)
    order = (a->launch->own_startup_s > b->launch->own_startup_s) -
            (a->launch->own_startup_s < b->launch->own_startup_s);
  return order != 0 ? order : compare_keys(a->group, b->group);
}

/* By point, number, session: those of the same number in several sessions stand together. */
static int compare_numbers(const void *left, const void *right) {
  const struct launch_entry *a = left, *b = right;
  if (a->point != b->point)
    return a->point < b->point ? -1 : 1;
  int order = compare_integers(a->launch->number, b->launch->number);
  return order != 0 ? order : compare_integers((int64_t)a->session, (int64_t)b->session);
}

static bool same_number(const struct launch_entry *a, const struct launch_entry *b) {
  return a->point == b->point && a->launch->number == b->launch->number;
}

/* --- which launches count --------------------------------------------------------------------- */

/* Adds the rows of a launch that stood in another group. */
static void merge(struct row_launch *into, const struct row_launch *from) {
  if (from->status > into->status)
    into->status = from->status;
  if (from->start_ns > 0 && (into->start_ns == 0 || from->start_ns < into->start_ns))
    into->start_ns = from->start_ns;
  if (from->first_seq > 0 && (into->first_seq == 0 || from->first_seq < into->first_seq))
    into->first_seq = from->first_seq;
  into->startup_s = fmax(into->startup_s, from->startup_s);
  into->process_s = fmax(into->process_s, from->process_s);
  into->repetitions += from->repetitions;
  for (int i = 0; i < TOTALS; i++) {
    into->totals[i] += from->totals[i];
    into->lacks[i] |= from->lacks[i];
  }
  if (from->exit_code > into->exit_code)
    into->exit_code = from->exit_code;
  if (from->signal > into->signal)
    into->signal = from->signal;
}

/* Keeps the last attempt of each launch, and of launches of the same number in several sessions no
 * failed one that was made again in a later session. Returns how many entries are kept, in front.
 * row_launch.final is used to say which launch one went into: an index of rows->launches. */
static size_t keep_last_attempts(struct builder *builder, struct launch_entry *entries,
                                 size_t count) {
  struct row_launch *launches = builder->rows->launches;
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    struct launch_entry *last = kept > 0 ? &entries[kept - 1] : NULL;
    struct row_launch *launch = entries[i].launch;
    launch->final = (size_t)(launch - launches);
    bool again = last != NULL && same_number(last, &entries[i]) &&
                 last->session == entries[i].session && launch->number > 0;
    if (again && last->launch->attempt == launch->attempt) {
      merge(last->launch, launch);
      launch->final = last->launch->final;
      continue;
    }
    if (again) {
      last->launch->final = SIZE_MAX;
      builder->dataset->points[last->point].superseded++;
      kept--;
    }
    entries[kept++] = entries[i];
  }
  return kept;
}

static size_t keep_last_sessions(struct builder *builder, struct launch_entry *entries,
                                 size_t count) {
  size_t kept = 0;
  if (count > 0)
    qsort(entries, count, sizeof *entries, compare_numbers);
  for (size_t i = 0; i < count; i++) {
    const struct launch_entry *entry = &entries[i];
    bool later = i + 1 < count && same_number(entry, entry + 1) &&
                 entry->session != entry[1].session && entry->launch->number > 0;
    if (later && entry->launch->status != STATUS_OK) {
      entry->launch->final = SIZE_MAX;
      builder->dataset->points[entry->point].superseded++;
    } else {
      entries[kept++] = *entry;
    }
  }
  if (kept > 0)
    qsort(entries, kept, sizeof *entries, compare_entries);
  return kept;
}

/* By cell_id, number, attempt: attempts at one launch stand together, wherever they were made. */
static int compare_cells(const void *left, const void *right) {
  const struct launch_entry *a = left, *b = right;
  int order = strcmp(a->group->text[FACTOR_CELL], b->group->text[FACTOR_CELL]);
  if (order == 0)
    order = compare_integers(a->launch->number, b->launch->number);
  if (order == 0)
    order = compare_integers(a->launch->attempt, b->launch->attempt);
  return order != 0 ? order : compare_entries(left, right);
}

static bool is_attempt_before(const struct launch_entry *entry, const struct launch_entry *next) {
  return entry->launch->number > 0 && *entry->group->text[FACTOR_CELL] != '\0' &&
         entry->launch->number == next->launch->number &&
         entry->launch->attempt < next->launch->attempt &&
         strcmp(entry->group->text[FACTOR_CELL], next->group->text[FACTOR_CELL]) == 0;
}

/* Drops failed attempts at launches that were tried again on another host or by another file of the
 * driver, from points with launches that went well: a launch is what its last attempt was. */
static size_t drop_tried_elsewhere(struct builder *builder, struct launch_entry *entries,
                                   size_t count) {
  bool *sound = grow_zeroed(builder->dataset->point_count, sizeof *sound);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    sound[entries[i].point] |= entries[i].launch->status == STATUS_OK;
  if (count > 0)
    qsort(entries, count, sizeof *entries, compare_cells);
  for (size_t i = 0; i < count; i++) {
    const struct launch_entry *entry = &entries[i];
    if (i + 1 < count && entry->launch->status != STATUS_OK && sound[entry->point] &&
        is_attempt_before(entry, entry + 1)) {
      entry->launch->final = SIZE_MAX;
      builder->dataset->points[entry->point].superseded++;
    } else {
      entries[kept++] = *entry;
    }
  }
  if (kept > 0)
    qsort(entries, kept, sizeof *entries, compare_entries);
  free(sound);
  return kept;
}

/* --- launches of points ----------------------------------------------------------------------- */

static double total(const struct row_launch *launch, enum total which) {
  if (launch->repetitions == 0 || launch->lacks[which])
    return NAN;
  return (double)launch->totals[which] / SUMMAND_SCALE;
}

static struct data_launch make_launch(const struct launch_entry *entry) {
  const struct row_launch *launch = entry->launch;
  bool ok = launch->status == STATUS_OK;
  return (struct data_launch){.number = launch->number,
                              .attempt = launch->attempt,
                              .session = entry->session,
                              .status = launch->status,
                              .start_ns = launch->start_ns,
                              .seq = launch->first_seq,
                              .median_s = NAN,
                              .startup_s = launch->startup_s,
                              .process_s = launch->process_s,
                              .compute_s = total(launch, TOTAL_COMPUTE),
                              .comm_s = total(launch, TOTAL_COMM),
                              .wait_s = total(launch, TOTAL_WAIT),
                              .wall_s = total(launch, TOTAL_WALL),
                              .cpu_s = total(launch, TOTAL_CPU),
                              .exit_code = ok ? -1 : launch->exit_code,
                              .signal = ok ? -1 : launch->signal};
}

/* The offset from a session's launch numbers to rounds: the sum of the largest numbers of all
 * sessions before. */
static int64_t *find_offsets(const struct dataset *dataset, const struct launch_entry *entries,
                             size_t count) {
  int64_t *offsets = NULL, sum = 0;
  for (size_t i = 0, sessions = 0; i < dataset->session_count; i++)
    *GROW(offsets, sessions) = 0;
  for (size_t i = 0; i < count; i++)
    if (entries[i].launch->number > offsets[entries[i].session])
      offsets[entries[i].session] = entries[i].launch->number;
  for (size_t i = 0; i < dataset->session_count; i++) {
    int64_t largest = offsets[i];
    offsets[i] = sum;
    sum += largest;
  }
  return offsets;
}

static void add_launches(struct dataset *dataset, const struct launch_entry *entries, size_t count,
                         const int64_t *offsets) {
  for (size_t i = 0; i < count; i++) {
    struct data_point *point = &dataset->points[entries[i].point];
    int64_t before = point->launch_count > 0 ? point->launches[point->launch_count - 1].round : 0;
    int64_t number = entries[i].launch->number;
    int64_t round = number > 0 ? number + offsets[entries[i].session] : before + 1;
    struct data_launch *launch = GROW(point->launches, point->launch_count);
    *launch = make_launch(&entries[i]);
    launch->round = round > before ? round : before + 1;
  }
}

/* --- repetitions ------------------------------------------------------------------------------ */

/* One repetition, with the launch that it belongs to. */
struct placed_time {
  int64_t rep;
  double wall_s;
};

static int compare_times(const void *left, const void *right) {
  const struct placed_time *a = left, *b = right;
  int order = compare_integers(a->rep, b->rep);
  return order != 0 ? order : (a->wall_s > b->wall_s) - (a->wall_s < b->wall_s);
}

/* The launch that the repetitions of a launch count for; SIZE_MAX: superseded. */
static size_t final_of(const struct sample_rows *rows, size_t launch) {
  size_t into = rows->launches[launch].final;
  return into == SIZE_MAX ? SIZE_MAX : rows->launches[into].final;
}

/* Sorts the repetitions of each launch by counting: `ends` starts as where each launch begins. */
static struct placed_time *place_times(const struct sample_rows *rows, size_t *ends, size_t count) {
  struct placed_time *placed = grow(NULL, 0, (count > 0 ? count : 1) * sizeof *placed);
  for (size_t i = 0; i < rows->time_count; i++) {
    const struct row_time *time = &rows->times[i];
    size_t launch = final_of(rows, time->launch);
    if (launch != SIZE_MAX)
      placed[ends[launch]++] = (struct placed_time){time->rep, time->wall_s};
  }
  return placed;
}

static void finish_launch(struct dataset *dataset, struct data_launch *launch,
                          struct placed_time *times, size_t count, double *scratch) {
  launch->first = dataset->wall_count;
  launch->count = count;
  bool sorted = true;
  for (size_t i = 1; i < count && sorted; i++)
    sorted = compare_times(&times[i - 1], &times[i]) < 0;
  if (!sorted)
    qsort(times, count, sizeof *times, compare_times);
  for (size_t i = 0; i < count; i++)
    dataset->walls_s[dataset->wall_count++] = scratch[i] = times[i].wall_s;
  stats_sort(scratch, count);
  if (launch->status == STATUS_OK && count > 0)
    launch->median_s = stats_median(scratch, count);
}

/* Entries stand in the order of the points' launches. */
static void add_walls(struct builder *builder, const struct launch_entry *entries, size_t count) {
  struct dataset *dataset = builder->dataset;
  const struct sample_rows *rows = builder->rows;
  size_t *ends = grow(NULL, 0, (rows->launch_count + 1) * sizeof *ends), walls = 0, most = 0;
  for (size_t i = 0; i < count; i++) {
    size_t repetitions = entries[i].launch->repetitions;
    ends[entries[i].launch->final] = walls;
    walls += repetitions;
    most = repetitions > most ? repetitions : most;
  }
  struct placed_time *placed = place_times(rows, ends, walls);
  double *scratch = grow(NULL, 0, (most + 1) * sizeof *scratch);
  dataset->walls_s = grow(NULL, 0, (walls + 1) * sizeof *dataset->walls_s);
  for (size_t i = 0, k = 0; i < count; i++, k++) {
    struct data_point *point = &dataset->points[entries[i].point];
    if (i == 0 || entries[i].point != entries[i - 1].point)
      k = 0;
    size_t repetitions = entries[i].launch->repetitions;
    finish_launch(dataset, &point->launches[k],
                  placed + ends[entries[i].launch->final] - repetitions, repetitions, scratch);
  }
  free(scratch);
  free(placed);
  free(ends);
}

/* --- sessions --------------------------------------------------------------------------------- */

static int compare_sessions(const void *left, const void *right, void *sessions) {
  return strcmp(((char **)sessions)[*(const size_t *)left],
                ((char **)sessions)[*(const size_t *)right]);
}

/* Moves the sessions to the dataset, sorted. Returns where each went. */
static size_t *sort_sessions(struct builder *builder) {
  struct sample_rows *rows = builder->rows;
  size_t *order = NULL, *moved = NULL, order_count = 0, moved_count = 0;
  for (size_t i = 0; i < rows->session_count; i++) {
    *GROW(order, order_count) = i;
    *GROW(moved, moved_count) = i;
  }
  if (order_count > 0)
    qsort_r(order, order_count, sizeof *order, compare_sessions, rows->sessions);
  for (size_t i = 0; i < order_count; i++) {
    moved[order[i]] = i;
    *GROW(builder->dataset->sessions, builder->dataset->session_count) = rows->sessions[order[i]];
    rows->sessions[order[i]] = NULL;
  }
  free(order);
  return moved;
}

void build_launches(struct builder *builder) {
  struct sample_rows *rows = builder->rows;
  size_t *sessions = sort_sessions(builder);
  struct launch_entry *entries = grow(NULL, 0, (rows->launch_count + 1) * sizeof *entries);
  for (size_t i = 0; i < rows->launch_count; i++) {
    struct row_launch *launch = &rows->launches[i];
    entries[i] =
        (struct launch_entry){builder->places[launch->group].point, sessions[launch->session],
                              &rows->groups[launch->group], launch};
  }
  size_t count = rows->launch_count;
  if (count > 0)
    qsort(entries, count, sizeof *entries, compare_entries);
  count = keep_last_attempts(builder, entries, count);
  count = keep_last_sessions(builder, entries, count);
  count = drop_tried_elsewhere(builder, entries, count);
  int64_t *offsets = find_offsets(builder->dataset, entries, count);
  add_launches(builder->dataset, entries, count, offsets);
  add_walls(builder, entries, count);
  free(offsets);
  free(entries);
  free(sessions);
}
