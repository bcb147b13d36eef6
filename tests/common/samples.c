/* The columns of samples.csv: the list and its documentation agree. Argument: results/README.md; or
 * --names, which prints the header for other tests. */
#include "common/samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "tests/check.h"

/* "| `wall_s` | s | D · | meaning |" of the line; false: it is no such row of a table. */
static bool read_row(char *line, char *cells[4]) {
  char *at = line + 1;
  if (strncmp(line, "| `", 3) != 0)
    return false;
  for (int i = 0; i < 4; i++) {
    cells[i] = at + strspn(at, " ");
    at = strchr(cells[i], '|');
    if (at == NULL)
      return false;
    char *end = at++;
    while (end > cells[i] && end[-1] == ' ')
      end--;
    *end = '\0';
  }
  return true;
}

/* Every row of a table with these four cells is a column, and every column has a row. */
static void test_documentation(const char *path) {
  static char line[4096];
  bool seen[COLUMN_COUNT] = {false};
  FILE *file = fopen(path, "r");
  CHECK(file != NULL, "%s", path);
  while (fgets(line, sizeof line, file) != NULL && strncmp(line, "## Rows of", 10) != 0) {
    char *cells[4];
    if (!read_row(line, cells))
      continue;
    cells[0][strlen(cells[0]) - 1] = '\0';
    int column = samples_column(cells[0] + 1);
    CHECK(column >= 0, "%s is no column", cells[0]);
    if (column < 0)
      continue;
    CHECK(!seen[column], "%s has two rows", cells[0]);
    seen[column] = true;
    const struct column_facts *facts = &samples_facts[column];
    CHECK(strcmp(cells[1], facts->unit) == 0, "%s: unit '%s'", facts->name, cells[1]);
    CHECK(strcmp(cells[2], facts->by) == 0, "%s: by '%s'", facts->name, cells[2]);
    CHECK(*cells[3] != '\0', "%s has no meaning", facts->name);
  }
  for (int i = 0; i < COLUMN_COUNT; i++)
    CHECK(seen[i], "%s: no row for the column %s", path, samples_names[i]);
  fclose(file);
}

static void test_format(void) {
  char text[SAMPLES_TEXT];
  CHECK(strcmp(samples_format(COLUMN_wall_s, 0.0015, text), "0.001500000") == 0, "%s", text);
  CHECK(strcmp(samples_format(COLUMN_peak_rss_kib, 1e15, text), "1000000000000000") == 0);
  CHECK(strcmp(samples_format(COLUMN_work_op, 0.1, text), "0.10000000000000001") == 0);
  CHECK(*samples_format(COLUMN_failures, NAN, text) == '\0');
}

/* Rows of failed launches have no figures, and what combines processes or rows is one. */
static void test_rules(void) {
  for (int i = 0; i < COLUMN_COUNT; i++) {
    const struct column_facts *facts = &samples_facts[i];
    CHECK(!samples_is_figure(i) || strlen(facts->by) > 1, "%s is kept", facts->name);
    CHECK(facts->processes == PROCESSES_NONE || samples_is_figure(i), "%s", facts->name);
    CHECK(facts->report != REPORT_SUM || facts->kind == CELL_COUNT, "%s", facts->name);
  }
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--names") == 0)
    return csv_write(stdout, samples_names, COLUMN_COUNT);
  if (argc == 2)
    test_documentation(argv[1]);
  test_format();
  test_rules();
  return test_result();
}
