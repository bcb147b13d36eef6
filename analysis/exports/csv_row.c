#include "analysis/exports/csv_row.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "common/grow.h"
#include "common/number.h"

/* With a sign or without. */
static bool is_number(const char *text) {
  double value;
  struct error ignored = {0};
  const char *digits = *text == '+' || *text == '-' ? text + 1 : text;
  return real_parse(digits, 0, INFINITY, &value, &ignored) == 0;
}

static bool is_formula(const char *text) {
  return *text != '\0' && strchr("=+-@\t\r\n", *text) != NULL && !is_number(text);
}

void csv_row_text(struct csv_row *row, const char *text) {
  *GROW(row->cells, row->count) = grow_text("%s%s", is_formula(text) ? "'" : "", text);
}

void csv_row_real(struct csv_row *row, double value) {
  *GROW(row->cells, row->count) = isfinite(value) ? grow_text("%.12g", value) : grow_text("%s", "");
}

void csv_row_integer(struct csv_row *row, int64_t value) {
  *GROW(row->cells, row->count) = grow_text("%" PRId64, value);
}

void csv_row_size(struct csv_row *row, size_t value) {
  *GROW(row->cells, row->count) = grow_text("%zu", value);
}

void csv_row_write(FILE *file, struct csv_row *row) {
  csv_write(file, (const char *const *)row->cells, row->count);
  for (size_t i = 0; i < row->count; i++)
    free(row->cells[i]);
  free(row->cells);
  *row = (struct csv_row){0};
}
