#include "tests/analysis/data/samples_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/grow.h"
#include "common/samples.h"
#include "tests/analysis/data/dump.h"

static const char ordinary[] =
    "schema=1|run_id=r1|cell_id=c1|kernel=sumsq|bound=compute|model=serial|driver=serial_driver|"
    "n=1000|jobs=1|cores=1|nodes=1|ranks=1|threads=1|grain=0|schedule=static|lock=none|launch=1|"
    "rep=0|warmup=0|start_ns=1000|startup_s=0.001|process_s=0.5|wall_s=0.25|rank_min_s=0.25|"
    "rank_median_s=0.25|rank_max_s=0.25|compute_s=0.2|comm_s=0.01|wait_s=0.02|cpu_s=0.24|"
    "work_op=2000|work_byte=0|work_traffic_byte=0|work_message=0|sync=none|"
    "timer_overhead_s=0.00000002|value=1|verify=ok|error=0|peak_rss_kib=100|binding=0|"
    "oversubscribed=0|attempt=1|status=ok|exit_code=0|hosts=node01|work_unit=flop";
static const char failed[] =
    "rep=|warmup=|start_ns=|startup_s=|process_s=|wall_s=|rank_min_s=|rank_median_s=|rank_max_s=|"
    "compute_s=|comm_s=|wait_s=|cpu_s=|work_op=|work_byte=|work_traffic_byte=|work_message=|sync=|"
    "timer_overhead_s=|value=|verify=|error=|peak_rss_kib=|binding=|status=fail|exit_code=1";

struct cells {
  char *items[COLUMN_COUNT];
};

static void change(struct cells *cells, const char *changes) {
  while (*changes != '\0') {
    size_t name = strcspn(changes, "="), length = strcspn(changes, "|");
    char *column = grow_text("%.*s", (int)name, changes);
    int place = samples_column(column);
    if (place < 0 || name >= length) {
      fprintf(stderr, "no such column: %s\n", column);
      abort();
    }
    free(column);
    free(cells->items[place]);
    cells->items[place] = grow_text("%.*s", (int)(length - name - 1), changes + name + 1);
    changes += length + (changes[length] == '|');
  }
}

static void add_line(struct samples_text *text, const char *const *cells) {
  char *line = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&line, &bytes);
  csv_write(file, cells, COLUMN_COUNT);
  fclose(file);
  *GROW(text->lines, text->count) = line;
}

static void add_row(struct samples_text *text, const char *base, char *changes) {
  struct cells cells = {0};
  if (text->count == 0)
    add_line(text, samples_names);
  char *seq = grow_text("seq=%zu", text->count);
  change(&cells, ordinary);
  change(&cells, base);
  change(&cells, seq);
  change(&cells, changes);
  add_line(text, (const char *const *)cells.items);
  for (size_t i = 0; i < COLUMN_COUNT; i++)
    free(cells.items[i]);
  free(seq);
  free(changes);
}

__attribute__((format(printf, 1, 0))) static char *print(const char *format, va_list arguments) {
  char *text = NULL;
  if (vasprintf(&text, format, arguments) < 0)
    abort();
  return text;
}

void samples_row(struct samples_text *text, const char *changes, ...) {
  va_list arguments;
  va_start(arguments, changes);
  add_row(text, "", print(changes, arguments));
  va_end(arguments);
}

void samples_failed(struct samples_text *text, const char *changes, ...) {
  va_list arguments;
  va_start(arguments, changes);
  add_row(text, failed, print(changes, arguments));
  va_end(arguments);
}

void samples_free(struct samples_text *text) {
  for (size_t i = 0; i < text->count; i++)
    free(text->lines[i]);
  free(text->lines);
  *text = (struct samples_text){0};
}

int bytes_read(const char *bytes, size_t count, char *path, struct dataset *dataset,
               struct error *error) {
  strcpy(path, "/tmp/quartet_samples_XXXXXX");
  int descriptor = mkstemp(path);
  FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
  if (file == NULL || fwrite(bytes, 1, count, file) != count || fclose(file) != 0)
    abort();
  int code = dataset_read(dataset, path, error);
  unlink(path);
  return code;
}

int samples_read(const struct samples_text *text, struct dataset *dataset, struct error *error) {
  char *bytes = NULL, path[64];
  size_t count = 0;
  FILE *file = open_memstream(&bytes, &count);
  for (size_t i = 0; i < text->count; i++)
    fputs(text->lines[i], file);
  fclose(file);
  int code = bytes_read(bytes, count, path, dataset, error);
  free(bytes);
  return code;
}

char *dataset_text(const struct dataset *dataset) {
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  dump_dataset(file, dataset);
  fclose(file);
  return text;
}
