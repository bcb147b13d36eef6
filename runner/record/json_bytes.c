#include "runner/record/json_bytes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/utf8.h"

json_t *text_value(const char *text) {
  json_t *value = json_string(text);
  if (value != NULL || text == NULL)
    return value != NULL ? value : json_null();
  char *copy = strdup(text);
  for (char *at = copy; at != NULL && *at != '\0'; at++)
    if ((unsigned char)*at >= 0x80)
      *at = '?';
  value = json_string(copy);
  free(copy);
  return value;
}

json_t *bytes_value(const char *bytes) {
  char *text = malloc(4 * strlen(bytes) + 1), *into = text;
  if (text == NULL)
    return json_null();
  while (*bytes != '\0') {
    size_t length = utf8_length(bytes);
    if (length == 0 || (bytes[0] == '\\' && bytes[1] == 'x')) {
      into += sprintf(into, "\\x%02x", (unsigned char)*bytes++);
      continue;
    }
    memcpy(into, bytes, length);
    into += length;
    bytes += length;
  }
  *into = '\0';
  json_t *value = json_string(text);
  free(text);
  return value;
}

static int hex_digit(char digit) {
  return digit >= '0' && digit <= '9'   ? digit - '0'
         : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                                        : -1;
}

char *bytes_read(const char *text) {
  char *bytes = grow_text("%s", text), *into = bytes;
  while (*text != '\0') {
    int high = text[0] == '\\' && text[1] == 'x' ? hex_digit(text[2]) : -1;
    int low = high >= 0 ? hex_digit(text[3]) : -1;
    if (low < 0 || 16 * high + low == 0) {
      *into++ = *text++;
      continue;
    }
    *into++ = (char)(16 * high + low);
    text += 4;
  }
  *into = '\0';
  return bytes;
}

void set_text(json_t *object, const char *name, const char *text) {
  json_object_set_new(object, name, text_value(text));
}

void set_integer(json_t *object, const char *name, int64_t value) {
  json_object_set_new(object, name, json_integer(value));
}

void set_real(json_t *object, const char *name, double value) {
  json_object_set_new(object, name, isfinite(value) ? json_real(value) : json_null());
}
