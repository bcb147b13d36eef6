#include "analysis/answer/options.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

static char *text_in(const char *options, const char *name) {
  size_t wanted = strlen(name);
  for (const char *at = options; *at != '\0';) {
    size_t length = strcspn(at, ";"), key = strcspn(at, "=;");
    if (key == wanted && key < length && strncmp(at, name, key) == 0)
      return grow_text("%.*s", (int)(length - key - 1), at + key + 1);
    at += length + (at[length] == ';');
  }
  return NULL;
}

char *option_text(const struct data_work *work, const char *name) {
  return text_in(work->options, name);
}

static double number_of(const char *text) {
  struct error error = {0};
  double value = NAN;
  int64_t nanoseconds;
  if (real_parse(text, -HUGE_VAL, HUGE_VAL, &value, &error) == 0)
    return value;
  return duration_parse(text, 0, INT64_MAX, &nanoseconds, &error) == 0 ? 1e-9 * (double)nanoseconds
                                                                       : NAN;
}

double options_number(const char *options, const char *name) {
  char *text = text_in(options, name);
  double value = text == NULL ? NAN : number_of(text);
  free(text);
  return value;
}

double option_number(const struct data_work *work, const char *name) {
  return options_number(work->options, name);
}

static bool is_number(const char *text, size_t length) {
  char *copy = grow_text("%.*s", (int)length, text);
  bool is = !isnan(number_of(copy));
  free(copy);
  return is;
}

bool options_differ_in_one(const struct data_work *a, const struct data_work *b, const char **name,
                           size_t *length) {
  size_t differ = 0;
  const char *left = a->options, *right = b->options;
  if (strcmp(a->kernel, b->kernel) != 0 || strcmp(a->jobs, b->jobs) != 0)
    return false;
  while (*left != '\0' && *right != '\0') {
    size_t left_length = strcspn(left, ";"), right_length = strcspn(right, ";");
    size_t key = strcspn(left, "=;"), right_key = strcspn(right, "=;");
    if (key != right_key || strncmp(left, right, key) != 0 || key >= left_length ||
        key >= right_length)
      return false;
    if (left_length != right_length || strncmp(left, right, left_length) != 0) {
      differ++;
      *name = left;
      *length = key;
      if (!is_number(left + key + 1, left_length - key - 1) ||
          !is_number(right + key + 1, right_length - key - 1))
        return false;
    }
    left += left_length + (left[left_length] == ';');
    right += right_length + (right[right_length] == ';');
  }
  return differ == 1 && *left == '\0' && *right == '\0';
}
