#include "runner/document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "common/suggest.h"

/* Far more than a config needs, less than what hurts. */
enum { FILE_BYTES_MAX = 1 << 20, KEYS_MAX = 1000 };

static bool read_file(struct document *document, const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    problems_add(document->problems, 0, 0, "cannot be opened: %s", strerror(errno));
    return false;
  }
  char *text = malloc(FILE_BYTES_MAX + 2);
  size_t bytes = text == NULL ? 0 : fread(text, 1, FILE_BYTES_MAX + 1, file);
  bool failed = text == NULL || ferror(file);
  int why = errno;
  fclose(file);
  if (failed)
    problems_add(document->problems, 0, 0, "cannot be read: %s", strerror(why));
  else if (bytes > FILE_BYTES_MAX)
    problems_add(document->problems, 0, 0, "is larger than %d bytes: not a config",
                 (int)FILE_BYTES_MAX);
  document->text = text;
  document->bytes = bytes;
  if (failed || bytes > FILE_BYTES_MAX)
    return false;
  text[bytes] = '\0';
  return true;
}

static void add_parser_problem(struct problems *problems, const yaml_parser_t *parser) {
  const char *problem = parser->problem != NULL ? parser->problem : "cannot be parsed";
  if (parser->error == YAML_READER_ERROR)
    problems_add(problems, 0, 0, "not YAML: %s at byte %zu", problem, parser->problem_offset);
  else if (parser->context != NULL)
    problems_add(problems, parser->problem_mark.line + 1, parser->problem_mark.column + 1,
                 "not YAML: %s, %s that began in line %zu", problem, parser->context,
                 parser->context_mark.line + 1);
  else
    problems_add(problems, parser->problem_mark.line + 1, parser->problem_mark.column + 1,
                 "not YAML: %s", problem);
}

/* The file may hold one document only. */
static bool is_last(yaml_parser_t *parser, struct problems *problems) {
  yaml_document_t next;
  if (!yaml_parser_load(parser, &next)) {
    add_parser_problem(problems, parser);
    return false;
  }
  const yaml_node_t *root = yaml_document_get_root_node(&next);
  bool last = root == NULL;
  if (!last)
    problems_add(problems, next.start_mark.line + 1, next.start_mark.column + 1,
                 "a second YAML document; a config is one");
  yaml_document_delete(&next);
  return last;
}

yaml_node_t *document_open(struct document *document, const char *path, struct problems *problems) {
  *document = (struct document){.problems = problems};
  if (!read_file(document, path))
    return NULL;
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) {
    problems_add(problems, 0, 0, "cannot be parsed: out of memory");
    return NULL;
  }
  yaml_parser_set_input_string(&parser, (const unsigned char *)document->text, document->bytes);
  yaml_node_t *root = NULL;
  if (!yaml_parser_load(&parser, &document->yaml)) {
    add_parser_problem(problems, &parser);
  } else {
    document->parsed = true;
    root = yaml_document_get_root_node(&document->yaml);
    if (root == NULL)
      problems_add(problems, 0, 0, "is empty");
    else if (!is_last(&parser, problems))
      root = NULL;
  }
  yaml_parser_delete(&parser);
  return root;
}

void document_close(struct document *document) {
  if (document->parsed)
    yaml_document_delete(&document->yaml);
  free(document->text);
  *document = (struct document){0};
}

const char *document_text(struct document *document, yaml_node_t *node, const char *what) {
  if (node->type != YAML_SCALAR_NODE) {
    DOCUMENT_PROBLEM(document, node, "%s must be a single value, not a %s", what,
                     node->type == YAML_MAPPING_NODE ? "map" : "list");
    return NULL;
  }
  const char *text = (const char *)node->data.scalar.value;
  if (strlen(text) != node->data.scalar.length)
    DOCUMENT_PROBLEM(document, node, "%s holds a NUL character", what);
  else if (node->data.scalar.length == 0)
    DOCUMENT_PROBLEM(document, node, "%s has no value", what);
  else if (strncmp((const char *)node->tag, "tag:yaml.org,2002:", 18) != 0)
    DOCUMENT_PROBLEM(document, node, "%s has the tag '%s', which means nothing here", what,
                     (const char *)node->tag);
  else
    return text;
  return NULL;
}

bool document_number(struct document *document, yaml_node_t *node, const char *what, int64_t min,
                     int64_t max, int64_t *value) {
  struct error error = {0};
  const char *text = document_text(document, node, what);
  if (text == NULL)
    return false;
  if (number_parse(text, min, max, value, &error) == 0)
    return true;
  DOCUMENT_PROBLEM(document, node, "%s: %s", what, error.message);
  return false;
}

bool document_duration(struct document *document, yaml_node_t *node, const char *what,
                       int64_t min_ns, int64_t max_ns, int64_t *value_ns) {
  struct error error = {0};
  const char *text = document_text(document, node, what);
  if (text == NULL)
    return false;
  if (duration_parse(text, min_ns, max_ns, value_ns, &error) == 0)
    return true;
  DOCUMENT_PROBLEM(document, node, "%s: %s", what, error.message);
  return false;
}

/* Whether an earlier pair of the map has the same key. */
static bool is_double(struct document *document, yaml_node_t *map, const yaml_node_pair_t *pair) {
  const yaml_node_t *key = yaml_document_get_node(&document->yaml, pair->key);
  for (const yaml_node_pair_t *earlier = map->data.mapping.pairs.start; earlier < pair; earlier++) {
    const yaml_node_t *other = yaml_document_get_node(&document->yaml, earlier->key);
    if (other->type == YAML_SCALAR_NODE && other->data.scalar.length == key->data.scalar.length &&
        memcmp(other->data.scalar.value, key->data.scalar.value, key->data.scalar.length) == 0) {
      DOCUMENT_PROBLEM(document, key, "'%s' is here twice; the first is in line %zu",
                       (const char *)key->data.scalar.value, other->start_mark.line + 1);
      return true;
    }
  }
  return false;
}

void document_pairs(struct document *document, yaml_node_t *map, const char *what,
                    void (*each)(struct document *document, yaml_node_t *key, yaml_node_t *value,
                                 void *into),
                    void *into) {
  if (map->type != YAML_MAPPING_NODE) {
    DOCUMENT_PROBLEM(document, map, "%s must be a map of keys and values", what);
    return;
  }
  if (map->data.mapping.pairs.top - map->data.mapping.pairs.start > KEYS_MAX) {
    DOCUMENT_PROBLEM(document, map, "%s has more than %d keys", what, (int)KEYS_MAX);
    return;
  }
  for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
       pair < map->data.mapping.pairs.top; pair++) {
    yaml_node_t *key = yaml_document_get_node(&document->yaml, pair->key);
    yaml_node_t *value = yaml_document_get_node(&document->yaml, pair->value);
    if (document_text(document, key, "a key") != NULL && !is_double(document, map, pair))
      each(document, key, value, into);
  }
}

struct map_reader {
  const char *what;
  const struct document_key *keys;
  size_t key_count;
  void *into;
  uint64_t seen; /* a bit for each key */
};

static void add_unknown_key(struct document *document, const yaml_node_t *node,
                            const struct map_reader *reader) {
  const char *word = (const char *)node->data.scalar.value;
  const char *names[64];
  char list[300] = "";
  for (size_t i = 0; i < reader->key_count; i++) {
    names[i] = reader->keys[i].name;
    size_t used = strlen(list);
    snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", names[i]);
  }
  const char *near = suggest(word, names, reader->key_count);
  if (near != NULL)
    DOCUMENT_PROBLEM(document, node, "unknown key '%s' in %s; did you mean '%s'?", word,
                     reader->what, near);
  else
    DOCUMENT_PROBLEM(document, node, "unknown key '%s' in %s; it takes: %s", word, reader->what,
                     list);
}

static void read_pair(struct document *document, yaml_node_t *key, yaml_node_t *value, void *into) {
  struct map_reader *reader = into;
  for (size_t i = 0; i < reader->key_count; i++)
    if (strcmp(reader->keys[i].name, (const char *)key->data.scalar.value) == 0) {
      reader->seen |= UINT64_C(1) << i;
      reader->keys[i].read(document, value, reader->into);
      return;
    }
  add_unknown_key(document, key, reader);
}

void document_map(struct document *document, yaml_node_t *map, const char *what,
                  const struct document_key *keys, size_t key_count, void *into) {
  struct map_reader reader = {.what = what, .keys = keys, .key_count = key_count, .into = into};
  document_pairs(document, map, what, read_pair, &reader);
  for (size_t i = 0; map->type == YAML_MAPPING_NODE && i < key_count; i++)
    if (keys[i].required && !(reader.seen >> i & 1))
      DOCUMENT_PROBLEM(document, map, "%s lacks the key '%s'", what, keys[i].name);
}

void document_list(struct document *document, yaml_node_t *list, const char *what,
                   void (*each)(struct document *document, yaml_node_t *item, void *into),
                   void *into) {
  if (list->type != YAML_SEQUENCE_NODE) {
    DOCUMENT_PROBLEM(document, list, "%s must be a list", what);
    return;
  }
  if (list->data.sequence.items.start == list->data.sequence.items.top)
    DOCUMENT_PROBLEM(document, list, "%s is an empty list", what);
  for (const yaml_node_item_t *item = list->data.sequence.items.start;
       item < list->data.sequence.items.top; item++)
    each(document, yaml_document_get_node(&document->yaml, *item), into);
}
