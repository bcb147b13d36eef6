/* The schema of samples.csv: one row for each timed repetition. The drivers, the runner and the
 * report agree through this list alone; results/README.md explains the columns, and a test compares
 * it with the list.
 *
 * New columns are appended. A file of an older version ends after fewer columns: readers take the
 * missing ones as empty, and a program that appends to it keeps its number of columns. */
#ifndef QUARTET_SAMPLES_H
#define QUARTET_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#define SAMPLES_SCHEMA "1"

/* X(name, kind, unit, by, processes, report):
 * kind       a text, a number that identifies or counts, or a figure (see samples_is_figure):
 *            seconds, a count, or a real number;
 * by         who fills it: D the driver, R the runner; with a dot: empty where a launch failed;
 * processes  how the figures of several processes become one: their sum, or that of the slowest
 *            process; NONE: the engine or the driver has another rule;
 * report     what the report makes of a point's rows: the largest value, the sum over the timed
 *            repetitions, COUNT: how many of them have a text there, or what its own code makes of
 *            it (READ); UNREAD: nothing.
 * A measured column is a line here, and a line in engine/measure.c where a process measures it. */
/* clang-format off */
#define SAMPLES_COLUMNS(X)                                                                         \
  X(schema,            TEXT,    "",               "D",   NONE,    READ)                            \
  X(run_id,            TEXT,    "",               "R",   NONE,    READ)                            \
  X(seq,               NUMBER,  "",               "R",   NONE,    READ)                            \
  X(cell_id,           TEXT,    "",               "R",   NONE,    READ)                            \
  X(kernel,            TEXT,    "",               "D",   NONE,    READ)                            \
  X(bound,             TEXT,    "",               "D",   NONE,    READ)                            \
  X(model,             TEXT,    "",               "D",   NONE,    READ)                            \
  X(driver,            TEXT,    "",               "D",   NONE,    READ)                            \
  X(n,                 NUMBER,  "the kernel's",   "D",   NONE,    READ)                            \
  X(jobs,              NUMBER,  "",               "D",   NONE,    READ)                            \
  X(options,           TEXT,    "",               "D",   NONE,    READ)                            \
  X(cores,             NUMBER,  "",               "D",   NONE,    READ)                            \
  X(nodes,             NUMBER,  "",               "D",   NONE,    READ)                            \
  X(ranks,             NUMBER,  "",               "D",   NONE,    READ)                            \
  X(threads,           NUMBER,  "",               "D",   NONE,    READ)                            \
  X(tasks,             NUMBER,  "",               "D",   NONE,    READ)                            \
  X(grain,             NUMBER,  "units",          "D",   NONE,    READ)                            \
  X(schedule,          TEXT,    "",               "D",   NONE,    READ)                            \
  X(lock,              TEXT,    "",               "D",   NONE,    READ)                            \
  X(launch,            NUMBER,  "",               "R",   NONE,    READ)                            \
  X(rep,               NUMBER,  "",               "D ·", NONE,    READ)                            \
  X(warmup,            NUMBER,  "",               "D ·", NONE,    READ)                            \
  X(start_ns,          NUMBER,  "ns since 1970",  "D ·", NONE,    READ)                            \
  X(startup_s,         SECONDS, "s",              "D ·", NONE,    READ)                            \
  X(comm_start_s,      SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(workers_start_s,   SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(process_s,         SECONDS, "s",              "R ·", NONE,    READ)                            \
  X(wall_s,            SECONDS, "s",              "D ·", NONE,    READ)                            \
  X(rank_min_s,        SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(rank_median_s,     SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(rank_max_s,        SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(compute_s,         SECONDS, "s",              "D ·", SLOWEST, READ)                            \
  X(comm_s,            SECONDS, "s",              "D ·", SLOWEST, READ)                            \
  X(wait_s,            SECONDS, "s",              "D ·", SLOWEST, READ)                            \
  X(longest_step_s,    SECONDS, "s",              "D ·", SLOWEST, UNREAD)                          \
  X(cpu_s,             SECONDS, "CPU s",          "D ·", SUM,     READ)                            \
  X(work_op,           REAL,    "the kernel's",   "D ·", NONE,    LARGEST)                         \
  X(work_byte,         REAL,    "byte",           "D ·", NONE,    LARGEST)                         \
  X(work_traffic_byte, REAL,    "byte",           "D ·", NONE,    LARGEST)                         \
  X(work_message,      REAL,    "",               "D ·", NONE,    LARGEST)                         \
  X(failures,          COUNT,   "",               "D ·", SUM,     SUM)                             \
  X(retries,           COUNT,   "",               "D ·", SUM,     SUM)                             \
  X(sync,              TEXT,    "",               "D ·", NONE,    UNREAD)                          \
  X(timer_overhead_s,  SECONDS, "s",              "D ·", NONE,    LARGEST)                         \
  X(value,             TEXT,    "",               "D ·", NONE,    UNREAD)                          \
  X(verify,            TEXT,    "",               "D ·", NONE,    UNREAD)                          \
  X(error,             TEXT,    "",               "D ·", NONE,    LARGEST)                         \
  X(peak_rss_kib,      COUNT,   "KiB",            "D ·", SUM,     LARGEST)                         \
  X(binding,           TEXT,    "",               "D ·", NONE,    READ)                            \
  X(oversubscribed,    NUMBER,  "",               "D",   NONE,    READ)                            \
  X(attempt,           NUMBER,  "",               "R",   NONE,    READ)                            \
  X(status,            TEXT,    "",               "R",   NONE,    READ)                            \
  X(exit_code,         NUMBER,  "",               "R",   NONE,    READ)                            \
  X(signal,            NUMBER,  "",               "R",   NONE,    READ)                            \
  X(hosts,             TEXT,    "",               "D",   NONE,    READ)                            \
  X(work_unit,         TEXT,    "",               "D",   NONE,    READ)                            \
  X(build,             TEXT,    "",               "R",   NONE,    READ)                            \
  X(build_id,          TEXT,    "",               "R",   NONE,    READ)                            \
  X(build_warning,     TEXT,    "",               "D ·", NONE,    READ)                            \
  X(involuntary_switches, COUNT, "",             "D ·", SUM,     SUM)                              \
  X(start_skew_s,      SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(clock_error_s,     SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(voluntary_switches, COUNT,  "",               "D ·", SUM,     UNREAD)                          \
  X(faults_minor,      COUNT,   "",               "D ·", SUM,     UNREAD)                          \
  X(faults_major,      COUNT,   "",               "D ·", SUM,     UNREAD)                          \
  X(migrations,        COUNT,   "",               "D ·", SUM,     UNREAD)                          \
  X(steal_s,           SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(throttled_s,       SECONDS, "s",              "D ·", NONE,    UNREAD)                          \
  X(frequency_hz,      COUNT,   "Hz",             "D ·", NONE,    UNREAD)                          \
  X(package_j,         REAL,    "J",              "D ·", NONE,    UNREAD)                          \
  X(memory_j,          REAL,    "J",              "D ·", NONE,    UNREAD)                          \
  X(suspect,           TEXT,    "",               "D ·", NONE,    COUNT)                           \
  X(core_types,        TEXT,    "",               "D ·", NONE,    UNREAD)                          \
  X(thread_nodes,      TEXT,    "",               "D ·", NONE,    UNREAD)                          \
  X(page_nodes,        TEXT,    "",               "D ·", NONE,    UNREAD)                          \
  X(remote_pages,      REAL,    "",               "D ·", NONE,    UNREAD)                          \
  X(huge_pages,        REAL,    "",               "D ·", NONE,    UNREAD)                          \
  X(bound_to,          TEXT,    "",               "D ·", NONE,    READ)                            \
  X(engine_step_s,     REAL,    "s",              "D ·", SLOWEST, UNREAD)
/* clang-format on */

enum samples_column {
#define X(name, kind, unit, by, processes, report) COLUMN_##name,
  SAMPLES_COLUMNS(X)
#undef X
      COLUMN_COUNT
};

/* Every file has the columns before this one: those of the first version. */
enum { COLUMN_COUNT_FIRST = COLUMN_work_unit };

enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_SECONDS, CELL_COUNT, CELL_REAL };
enum column_processes { PROCESSES_NONE, PROCESSES_SUM, PROCESSES_SLOWEST };
enum column_report { REPORT_UNREAD, REPORT_READ, REPORT_LARGEST, REPORT_SUM, REPORT_COUNT };

struct column_facts {
  const char *name;
  enum cell_kind kind;
  const char *unit, *by;
  enum column_processes processes;
  enum column_report report;
};
extern const struct column_facts samples_facts[COLUMN_COUNT];

/* The columns' names, in order. */
extern const char *const samples_names[COLUMN_COUNT];

/* Whether a column holds what was measured, a number or nothing; rows of failed launches have no
 * figures. */
bool samples_is_figure(int column);

/* Figures without any value: NaN. */
void samples_clear(double figures[COLUMN_COUNT]);

/* A figure as a cell has it, by its kind: "0.001500000", "42"; empty if it is NaN. Returns text. */
enum { SAMPLES_TEXT = 48 };
char *samples_format(int column, double figure, char text[SAMPLES_TEXT]);

/* The index of a column's name, or -1. */
int samples_column(const char *name);

/* Whether that is the header of a samples.csv, of this version or an older one: COLUMN_COUNT_FIRST
 * names or more, all of them those of this list, in its order. */
bool samples_is_header(char *const *cells, size_t count);

#endif
