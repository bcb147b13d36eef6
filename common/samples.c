#include "common/samples.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/protocol.h"

const char *const samples_names[COLUMN_COUNT] = {
#define X(name, kind, unit, by, processes, report) #name,
    SAMPLES_COLUMNS(X)
#undef X
};

const struct column_facts samples_facts[COLUMN_COUNT] = {
#define X(name, kind, unit, by, processes, report)                                                 \
  {#name, CELL_##kind, unit, by, PROCESSES_##processes, REPORT_##report},
    SAMPLES_COLUMNS(X)
#undef X
};

bool samples_is_figure(int column) {
  return samples_facts[column].kind >= CELL_SECONDS;
}

void samples_clear(double figures[COLUMN_COUNT]) {
  for (int i = 0; i < COLUMN_COUNT; i++)
    figures[i] = NAN;
}

char *samples_format(int column, double figure, char text[SAMPLES_TEXT]) {
  enum cell_kind kind = samples_facts[column].kind;
  *text = '\0';
  if (!isnan(figure) && kind == CELL_REAL)
    snprintf(text, SAMPLES_TEXT, "%.17g", figure);
  else if (!isnan(figure))
    snprintf(text, SAMPLES_TEXT, "%.*f", kind == CELL_SECONDS ? 9 : 0, figure);
  return text;
}

int samples_column(const char *name) {
  int column = word_find(name, samples_names, COLUMN_COUNT);
  return column < COLUMN_COUNT ? column : -1;
}

bool samples_is_header(char *const *cells, size_t count) {
  if (count < COLUMN_COUNT_FIRST || count > COLUMN_COUNT)
    return false;
  for (size_t i = 0; i < count; i++)
    if (strcmp(cells[i], samples_names[i]) != 0)
      return false;
  return true;
}
