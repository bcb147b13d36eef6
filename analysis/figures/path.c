#include "analysis/figures/path.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

static void skip(const char **at, const char *end) {
  while (*at < end && (isspace((unsigned char)**at) || **at == ','))
    ++*at;
}

static bool read_number(const char **at, const char *end, double *value) {
  char text[32]; /* a copy, as the bytes need not end with the slice */
  skip(at, end);
  size_t length = 0;
  while (*at + length < end && length < sizeof text - 1 && (*at)[length] != '\0' &&
         strchr("0123456789.-+eE", (*at)[length]) != NULL) {
    text[length] = (*at)[length];
    length++;
  }
  text[length] = '\0';
  char *after = NULL;
  *value = strtod(text, &after);
  *at += after - text;
  return after != text && fabs(*value) <= PATH_LARGEST_PX;
}

struct vertex *path_read(const char *text, size_t bytes, size_t *count) {
  struct vertex *vertices = NULL;
  const char *at = text, *end = text + bytes;
  *count = 0;
  bool move = true;
  for (;;) {
    skip(&at, end);
    if (at == end)
      break;
    if (*at == 'Z' || *at == 'z') {
      if (*count > 0)
        vertices[*count - 1].closed = true;
      move = true;
      at++;
      continue;
    }
    if (*at == 'M' || *at == 'L')
      move = *at++ == 'M' || *count == 0;
    double x = 0, y = 0;
    if (!read_number(&at, end, &x) || !read_number(&at, end, &y))
      break;
    *GROW(vertices, *count) = (struct vertex){.x = x, .y = y, .move = move};
    move = false;
  }
  return vertices;
}

void path_px(FILE *file, double value) {
  double rounded = round(value * 10) / 10;
  fprintf(file, rounded == floor(rounded) ? "%.0f" : "%.1f", rounded == 0 ? 0.0 : rounded);
}

/* Tenths of a pixel, so that rounding errors do not add up. */
static long tenths(double px) {
  return lround(px * 10);
}

static void write_tenths(FILE *file, long value, bool space) {
  if (space && value >= 0)
    fputc(' ', file);
  if (value % 10 == 0)
    fprintf(file, "%ld", value / 10);
  else
    fprintf(file, "%s%ld.%ld", value < 0 ? "-" : "", labs(value) / 10, labs(value) % 10);
}

/* Whether the line to vertex i and the next one are one line: both level or both upright, and in
 * the same direction. */
static bool leads_on(const struct vertex *vertices, size_t count, size_t i) {
  if (i + 1 >= count || vertices[i + 1].move)
    return false;
  long dx = tenths(vertices[i].x) - tenths(vertices[i - 1].x);
  long dy = tenths(vertices[i].y) - tenths(vertices[i - 1].y);
  long next_x = tenths(vertices[i + 1].x) - tenths(vertices[i].x);
  long next_y = tenths(vertices[i + 1].y) - tenths(vertices[i].y);
  return (dx == 0 && next_x == 0 && (dy < 0) == (next_y < 0)) ||
         (dy == 0 && next_y == 0 && (dx < 0) == (next_x < 0));
}

bool path_any(const struct vertex *vertices, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (!vertices[i].move && (tenths(vertices[i].x) != tenths(vertices[i - 1].x) ||
                              tenths(vertices[i].y) != tenths(vertices[i - 1].y)))
      return true;
  return false;
}

void path_write(FILE *file, const struct vertex *vertices, size_t count) {
  bool pending = false; /* a move that is not yet written */
  long x = 0, y = 0, first_x = 0, first_y = 0;
  for (size_t i = 0; i < count; i++) {
    long to_x = tenths(vertices[i].x), to_y = tenths(vertices[i].y);
    if (vertices[i].move || i == 0) {
      pending = true;
      first_x = x = to_x;
      first_y = y = to_y;
      continue;
    }
    if (!vertices[i].closed && ((to_x == x && to_y == y) || leads_on(vertices, count, i)))
      continue;
    if (pending) {
      fputc('M', file);
      write_tenths(file, x, false);
      write_tenths(file, y, true);
    }
    pending = false;
    if (to_x != x || to_y != y)
      fputc(to_y == y ? 'h' : to_x == x ? 'v' : 'l', file);
    if (to_x != x)
      write_tenths(file, to_x - x, false);
    if (to_y != y)
      write_tenths(file, to_y - y, to_x != x);
    if (vertices[i].closed)
      fputc('z', file);
    x = vertices[i].closed ? first_x : to_x;
    y = vertices[i].closed ? first_y : to_y;
  }
}
