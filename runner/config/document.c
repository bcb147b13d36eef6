#include "runner/config/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/encoding.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/protocol.h"
#include "common/suggest.h"

/* Far more than a config needs, less than what hurts: libyaml takes quadratic time for depth and
 * for anchors, and with aliases a small file can be read as a large one. */
enum {
  FILE_BYTES_MAX = 1 << 17,
  READ_BYTES_MAX = 2 * FILE_BYTES_MAX, /* without aliases nothing is read twice */
  NESTING_MAX = 32,
  ANCHORS_MAX = 1000,
  KEYS_MAX = 200,
  ITEMS_MAX = 10000
};

/* Opened so that a pipe without a writer is not waited for, if it is refused anyway. */
static FILE *open_file(const char *path, bool regular, struct error *error) {
  struct stat facts;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (regular ? O_NONBLOCK : 0));
  if (file < 0) {
    error_set(error, EXIT_USAGE, "cannot be opened: %s", strerror(errno));
    return NULL;
  }
  if (regular && (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode))) {
    error_set(error, EXIT_USAGE, "not a regular file");
    close(file);
    return NULL;
  }
  FILE *stream = fdopen(file, "rb");
  if (stream == NULL) {
    error_set(error, EXIT_USAGE, "cannot be read: %s", strerror(errno));
    close(file);
  }
  return stream;
}

int document_read(struct yaml_document *document, const char *path, bool regular,
                  struct error *error) {
  *document = (struct yaml_document){0};
  FILE *file = open_file(path, regular, error);
  if (file == NULL)
    return error->code;
  char *text = malloc(FILE_BYTES_MAX + 2);
  size_t bytes = text == NULL ? 0 : fread(text, 1, FILE_BYTES_MAX + 1, file);
  bool failed = text == NULL || ferror(file);
  int why = errno;
  fclose(file);
  if (text != NULL)
    text[failed ? 0 : bytes] = '\0';
  document->text = text;
  document->bytes = failed ? 0 : bytes;
  return failed ? error_set(error, EXIT_USAGE, "cannot be read: %s", strerror(why)) : 0;
}

void document_take(struct yaml_document *document, const char *text) {
  *document = (struct yaml_document){.text = grow_text("%s", text), .bytes = strlen(text)};
}

/* The beginning of a line, counted from 0; NULL: the text ends before it. */
static const char *line_of(const struct yaml_document *document, size_t line) {
  const char *at = document->text;
  for (size_t i = 0; i < line && at != NULL; i++) {
    at = strchr(at, '\n');
    at = at != NULL ? at + 1 : NULL;
  }
  return at;
}

/* YAML's own words for a tab where blanks are needed do not name it. Looks for one in the
 * indentation of the lines that the parser could not read, and where it has stopped. */
static bool add_tab_problem(struct yaml_document *document, const yaml_parser_t *parser) {
  size_t last = parser->problem_mark.line;
  size_t line = parser->context != NULL ? parser->context_mark.line : last, column = 0;
  bool found = false;
  for (; line <= last && !found; line += !found) {
    const char *text = line_of(document, line);
    column = text != NULL ? strspn(text, " ") : 0;
    found = text != NULL && text[column] == '\t';
    if (text != NULL && !found && line == last) {
      column = parser->problem_mark.column;
      found = column < strcspn(text, "\n") && text[column] == '\t';
    }
  }
  if (found)
    problems_add(document->problems, document->path, line + 1, column + 1,
                 "not YAML: a tab, where only spaces may stand");
  return found;
}

static void add_parser_problem(struct yaml_document *document, const yaml_parser_t *parser) {
  struct problems *problems = document->problems;
  const char *path = document->path;
  const char *problem = parser->problem != NULL ? parser->problem : "cannot be parsed";
  if (parser->error == YAML_READER_ERROR)
    problems_add(problems, path, 0, 0, "not YAML: %s at byte %zu", problem, parser->problem_offset);
  else if (add_tab_problem(document, parser))
    return;
  else if (parser->context != NULL)
    problems_add(problems, path, parser->problem_mark.line + 1, parser->problem_mark.column + 1,
                 "not YAML: %s, %s that began in line %zu", problem, parser->context,
                 parser->context_mark.line + 1);
  else
    problems_add(problems, path, parser->problem_mark.line + 1, parser->problem_mark.column + 1,
                 "not YAML: %s", problem);
}

/* The file may hold one document only. */
static bool is_last(struct yaml_document *document, yaml_parser_t *parser) {
  yaml_document_t next;
  if (!yaml_parser_load(parser, &next)) {
    add_parser_problem(document, parser);
    return false;
  }
  const yaml_node_t *root = yaml_document_get_root_node(&next);
  bool last = root == NULL;
  if (!last)
    problems_add(document->problems, document->path, next.start_mark.line + 1,
                 next.start_mark.column + 1, "a second YAML document; a config is one");
  yaml_document_delete(&next);
  return last;
}

static bool start_parser(struct yaml_document *document, yaml_parser_t *parser) {
  if (!yaml_parser_initialize(parser)) {
    problems_add(document->problems, document->path, 0, 0, "cannot be parsed: out of memory");
    return false;
  }
  yaml_parser_set_input_string(parser, (const unsigned char *)document->text, document->bytes);
  return true;
}

struct extent {
  int nesting, anchors;
};

/* Takes one event into account. False, with a problem added, if that is too much. */
static bool add_event(struct extent *extent, const yaml_event_t *event,
                      const struct yaml_document *document) {
  const yaml_char_t *anchor = NULL;
  if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT) {
    extent->nesting++;
    anchor = event->type == YAML_SEQUENCE_START_EVENT ? event->data.sequence_start.anchor
                                                      : event->data.mapping_start.anchor;
  } else if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT) {
    extent->nesting--;
  } else if (event->type == YAML_SCALAR_EVENT) {
    anchor = event->data.scalar.anchor;
  }
  extent->anchors += anchor != NULL;
  size_t line = event->start_mark.line + 1, column = event->start_mark.column + 1;
  if (extent->nesting > NESTING_MAX)
    problems_add(document->problems, document->path, line, column,
                 "lists and maps are nested more than %d deep", (int)NESTING_MAX);
  else if (extent->anchors > ANCHORS_MAX)
    problems_add(document->problems, document->path, line, column, "more than %d anchors",
                 (int)ANCHORS_MAX);
  return extent->nesting <= NESTING_MAX && extent->anchors <= ANCHORS_MAX;
}

/* Checks the text before it becomes a tree. Errors of YAML syntax are reported when it is parsed.
 */
static bool is_modest(struct yaml_document *document) {
  yaml_parser_t parser;
  if (document->bytes > FILE_BYTES_MAX) {
    problems_add(document->problems, document->path, 0, 0, "is larger than %d bytes: not a config",
                 (int)FILE_BYTES_MAX);
    return false;
  }
  const char *encoding = encoding_foreign(document->text, document->bytes);
  if (encoding != NULL) { /* libyaml would read it, but run.json could not keep its text */
    problems_add(document->problems, document->path, 0, 0, "is encoded as %s; it must be UTF-8",
                 encoding);
    return false;
  }
  if (!start_parser(document, &parser))
    return false;
  struct extent extent = {0};
  bool modest = true, more = true;
  yaml_event_t event;
  while (modest && more && yaml_parser_parse(&parser, &event)) {
    modest = add_event(&extent, &event, document);
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return modest;
}

yaml_node_t *document_parse(struct yaml_document *document, const char *path,
                            struct problems *problems) {
  yaml_parser_t parser;
  document->path = path;
  document->problems = problems;
  if (!is_modest(document) || !start_parser(document, &parser))
    return NULL;
  yaml_node_t *root = NULL;
  if (!yaml_parser_load(&parser, &document->yaml)) {
    add_parser_problem(document, &parser);
  } else {
    document->parsed = true;
    root = yaml_document_get_root_node(&document->yaml);
    if (root == NULL)
      problems_add(problems, path, 0, 0, "is empty");
    else if (!is_last(document, &parser))
      root = NULL;
  }
  yaml_parser_delete(&parser);
  return root;
}

void document_close(struct yaml_document *document) {
  if (document->parsed)
    yaml_document_delete(&document->yaml);
  free(document->text);
  *document = (struct yaml_document){0};
}

size_t document_column(const yaml_node_t *node, size_t offset) {
  size_t column = node->start_mark.column + 1;
  if (node->type != YAML_SCALAR_NODE || node->start_mark.line != node->end_mark.line)
    return column;
  bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  return column + offset + (plain ? 0 : 1);
}

const char *document_text(struct yaml_document *document, yaml_node_t *node, const char *what) {
  if (node->type != YAML_SCALAR_NODE) {
    DOCUMENT_PROBLEM(document, node, "%s must be a single value, not a %s", what,
                     node->type == YAML_MAPPING_NODE ? "map" : "list");
    return NULL;
  }
  const char *text = (const char *)node->data.scalar.value;
  bool was_modest = document->read_bytes <= READ_BYTES_MAX;
  document->read_bytes += node->data.scalar.length + 1;
  if (!was_modest)
    return NULL; /* already reported */
  if (document->read_bytes > READ_BYTES_MAX)
    DOCUMENT_PROBLEM(document, node, "with all aliases followed, this is more than %d bytes",
                     (int)READ_BYTES_MAX);
  else if (strlen(text) != node->data.scalar.length)
    DOCUMENT_PROBLEM(document, node, "%s holds a NUL character", what);
  else if (node->data.scalar.length == 0)
    DOCUMENT_PROBLEM(document, node, "%s has no value", what);
  else if (strncmp((const char *)node->tag, "tag:yaml.org,2002:", 18) != 0)
    DOCUMENT_PROBLEM(document, node, "%s has the tag '%s', which is not supported", what,
                     (const char *)node->tag);
  else
    return text;
  return NULL;
}

bool document_word(struct yaml_document *document, yaml_node_t *node, const char *what,
                   const char *const *words, int count, int *index) {
  const char *text = document_text(document, node, what);
  int found = text != NULL ? word_find(text, words, count) : count;
  if (text != NULL && found == count) {
    char *list = word_list(words, count);
    DOCUMENT_PROBLEM(document, node, "%s '%s' must be one of: %s", what, text, list);
    free(list);
  }
  if (found < count)
    *index = found;
  return found < count;
}

bool document_number(struct yaml_document *document, yaml_node_t *node, const char *what,
                     int64_t min, int64_t max, int64_t *value) {
  struct error error = {0};
  const char *text = document_text(document, node, what);
  if (text == NULL)
    return false;
  if (number_parse(text, min, max, value, &error) == 0)
    return true;
  DOCUMENT_PROBLEM(document, node, "%s: %s", what, error.message);
  return false;
}

bool document_duration(struct yaml_document *document, yaml_node_t *node, const char *what,
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
static bool is_double(struct yaml_document *document, yaml_node_t *map,
                      const yaml_node_pair_t *pair) {
  const yaml_node_t *key = yaml_document_get_node(&document->yaml, pair->key);
  for (const yaml_node_pair_t *earlier = map->data.mapping.pairs.start; earlier < pair; earlier++) {
    const yaml_node_t *other = yaml_document_get_node(&document->yaml, earlier->key);
    if (other->type == YAML_SCALAR_NODE && other->data.scalar.length == key->data.scalar.length &&
        memcmp(other->data.scalar.value, key->data.scalar.value, key->data.scalar.length) == 0) {
      DOCUMENT_PROBLEM(document, key, "duplicate key '%s'; the first is in line %zu",
                       (const char *)key->data.scalar.value, other->start_mark.line + 1);
      return true;
    }
  }
  return false;
}

void document_pairs(struct yaml_document *document, yaml_node_t *map, const char *what,
                    void (*each)(struct yaml_document *document, yaml_node_t *key,
                                 yaml_node_t *value, void *into),
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
       pair < map->data.mapping.pairs.top && document->problems->unlisted == 0; pair++) {
    yaml_node_t *key = yaml_document_get_node(&document->yaml, pair->key);
    yaml_node_t *value = yaml_document_get_node(&document->yaml, pair->value);
    if (document_text(document, key, "a key") != NULL && !is_double(document, map, pair))
      each(document, key, value, into);
  }
}

/* The index of a key in the table, or its count with a problem added. */
static size_t find_key(struct yaml_document *document, const yaml_node_t *node, const char *what,
                       const struct document_table *table) {
  const char *word = (const char *)node->data.scalar.value, *names[64];
  for (size_t i = 0; i < table->count; i++) {
    names[i] = table->keys[i].name;
    if (strcmp(names[i], word) == 0)
      return i;
  }
  const char *near = suggest(word, names, table->count);
  char *list = word_list(names, (int)table->count);
  if (near != NULL)
    DOCUMENT_PROBLEM(document, node, "unknown key '%s' in %s; did you mean '%s'?", word, what,
                     near);
  else
    DOCUMENT_PROBLEM(document, node, "unknown key '%s' in %s; it takes: %s", word, what, list);
  free(list);
  return table->count;
}

struct finder {
  const char *what;
  const struct document_table *table;
  yaml_node_t **found;
};

static void find_pair(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                      void *into) {
  struct finder *finder = into;
  size_t index = find_key(document, key, finder->what, finder->table);
  if (index < finder->table->count)
    finder->found[index] = value;
}

void document_find(struct yaml_document *document, yaml_node_t *map, const char *what,
                   const struct document_table *table, yaml_node_t **found) {
  struct finder finder = {what, table, found};
  for (size_t i = 0; i < table->count; i++)
    found[i] = NULL;
  document_pairs(document, map, what, find_pair, &finder);
}

struct map_reader {
  const char *what;
  const struct document_table *table;
  void *into;
  uint64_t seen; /* a bit for each key */
};

static void read_pair(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                      void *into) {
  struct map_reader *reader = into;
  size_t index = find_key(document, key, reader->what, reader->table);
  if (index == reader->table->count)
    return;
  reader->seen |= UINT64_C(1) << index;
  reader->table->keys[index].read(document, value, reader->into);
}

void document_map(struct yaml_document *document, yaml_node_t *map, const char *what,
                  const struct document_table *table, void *into) {
  struct map_reader reader = {.what = what, .table = table, .into = into};
  document_pairs(document, map, what, read_pair, &reader);
  for (size_t i = 0; map->type == YAML_MAPPING_NODE && i < table->count; i++)
    if (table->keys[i].required && !(reader.seen >> i & 1))
      DOCUMENT_PROBLEM(document, map, "%s lacks the key '%s'", what, table->keys[i].name);
}

void document_list(struct yaml_document *document, yaml_node_t *list, const char *what,
                   void (*each)(struct yaml_document *document, yaml_node_t *item, void *into),
                   void *into) {
  if (list->type != YAML_SEQUENCE_NODE) {
    DOCUMENT_PROBLEM(document, list, "%s must be a list", what);
    return;
  }
  if (list->data.sequence.items.start == list->data.sequence.items.top)
    DOCUMENT_PROBLEM(document, list, "%s is an empty list", what);
  if (list->data.sequence.items.top - list->data.sequence.items.start > ITEMS_MAX) {
    DOCUMENT_PROBLEM(document, list, "%s has more than %d values", what, (int)ITEMS_MAX);
    return;
  }
  for (const yaml_node_item_t *item = list->data.sequence.items.start;
       item < list->data.sequence.items.top && document->problems->unlisted == 0; item++)
    each(document, yaml_document_get_node(&document->yaml, *item), into);
}
