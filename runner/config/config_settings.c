#include "runner/config/config_reading.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

static int by_name(const void *left, const void *right) {
  return strcmp(((const struct setting *)left)->name, ((const struct setting *)right)->name);
}

void settings_sort(struct option_settings *settings) {
  if (settings->count > 0)
    qsort(settings->items, settings->count, sizeof *settings->items, by_name);
}

void settings_add(struct option_settings *settings, const char *name, const char *value) {
  *GROW(settings->items, settings->count) = (struct setting){name, value};
}

void append_word(char **text, const char *between, const char *name, const char *value) {
  char *longer = grow_text("%s%s%s=%s", *text, **text == '\0' ? "" : between, name, value);
  free(*text);
  *text = longer;
}

void append_number(char **text, const char *name, int64_t value) {
  char number[NUMBER_TEXT];
  if (value != CONFIG_UNSET)
    append_word(text, " ", name, number_format(value, number));
}

char *settings_text(const struct option_settings *settings, const char *between) {
  char *text = grow_text("%s", "");
  for (size_t i = 0; i < settings->count; i++)
    append_word(&text, between, settings->items[i].name, settings->items[i].value);
  return text;
}

const char *settings_find(const struct option_settings *settings, const char *name) {
  for (size_t i = 0; i < settings->count; i++)
    if (strcmp(settings->items[i].name, name) == 0)
      return settings->items[i].value;
  return NULL;
}

/* Names that go into argv and CSV as they are: no option of ours, no path, nothing to quote. */
bool is_plain_name(const char *name) {
  if (!islower((unsigned char)*name))
    return false;
  for (; *name != '\0'; name++)
    if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '_')
      return false;
  return true;
}

/* The name and the options of an item of a list that is a name or {name: {options}}. */
const char *read_item(struct yaml_document *document, yaml_node_t *item, const char *what,
                      yaml_node_t **name_node, yaml_node_t **options) {
  *name_node = item;
  *options = NULL;
  if (item->type == YAML_MAPPING_NODE) {
    const yaml_node_pair_t *pair = item->data.mapping.pairs.start;
    if (item->data.mapping.pairs.top - pair != 1) {
      DOCUMENT_PROBLEM(document, item, "a %s with options is {name: {option: value}}", what);
      return NULL;
    }
    *name_node = yaml_document_get_node(&document->yaml, pair->key);
    *options = yaml_document_get_node(&document->yaml, pair->value);
  }
  return document_text(document, *name_node, what);
}
