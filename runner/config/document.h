/* A YAML file as a tree, and readers that check it against tables of keys. Every function that
 * reads a value adds to `problems` what is wrong with it, and where. */
#ifndef QUARTET_RUNNER_CONFIG_DOCUMENT_H
#define QUARTET_RUNNER_CONFIG_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

#include "common/error.h"
#include "runner/config/problems.h"

struct yaml_document {
  const char *path;         /* for messages; NULL: that of the config itself. Not its own. */
  char *text;               /* the file's bytes, and a NUL */
  size_t bytes, read_bytes; /* read: of scalars, each time that one is looked at */
  struct problems *problems;
  bool parsed;
  yaml_document_t yaml; /* if parsed */
};

/* A node and the file that it is in, for checks that follow later; node NULL: missing. */
struct located {
  struct yaml_document *document;
  yaml_node_t *node;
};

/* Reads a whole file into document->text. `regular`: a pipe or a device is an error, and is not
 * waited for. EXIT_USAGE if it cannot be read; too large ones are cut, and refused when parsed. */
int document_read(struct yaml_document *document, const char *path, bool regular,
                  struct error *error);

/* Takes a copy of the text as the file's. */
void document_take(struct yaml_document *document, const char *text);

/* Parses the text. Returns the root, or NULL with a problem added. Texts of the tree live until
 * document_close, which is to be called in any case. */
yaml_node_t *document_parse(struct yaml_document *document, const char *path,
                            struct problems *problems);
void document_close(struct yaml_document *document);

/* Adds a problem at the place of a node. */
#define DOCUMENT_PROBLEM(document, node, ...)                                                      \
  problems_add((document)->problems, (document)->path, (node)->start_mark.line + 1,                \
               (node)->start_mark.column + 1, __VA_ARGS__)

/* The column, from 1, of a byte of a scalar's text. It is known when the text stands in one line as
 * it is; else it is that of the scalar. */
size_t document_column(const yaml_node_t *node, size_t offset);

/* One key of a map and how its value is read; `into` is what document_map was given. */
struct document_key {
  const char *name;
  void (*read)(struct yaml_document *document, yaml_node_t *value, void *into);
  bool required;
};

/* The keys that a map may have. `place` is where configs/schema.json has them. */
struct document_table {
  const char *place;
  const struct document_key *keys;
  size_t count;
};
#define DOCUMENT_TABLE(place, keys)                                                                \
  { place, keys, sizeof(keys) / sizeof *(keys) }

/* Reads a map by a table of keys. Unknown, double and missing keys are problems. `what` is its name
 * for messages ("axes"). */
void document_map(struct yaml_document *document, yaml_node_t *map, const char *what,
                  const struct document_table *table, void *into);

/* Finds the values of a map's keys by such a table, without reading them: found[i] is NULL where
 * keys[i] is not there. Unknown and double keys are problems, missing ones are not. */
void document_find(struct yaml_document *document, yaml_node_t *map, const char *what,
                   const struct document_table *table, yaml_node_t **found);

/* Calls `each` with every key and value of a map; double keys are problems and skipped. */
void document_pairs(struct yaml_document *document, yaml_node_t *map, const char *what,
                    void (*each)(struct yaml_document *document, yaml_node_t *key,
                                 yaml_node_t *value, void *into),
                    void *into);

/* Calls `each` with every item of a list that has at least one and not far too many. These and
 * document_pairs stop when there are more problems than are listed. */
void document_list(struct yaml_document *document, yaml_node_t *list, const char *what,
                   void (*each)(struct yaml_document *document, yaml_node_t *item, void *into),
                   void *into);

/* The text of a scalar that is not empty, or NULL. */
const char *document_text(struct yaml_document *document, yaml_node_t *node, const char *what);

/* Reads one of `count` words; its index goes to *index. A problem lists the words. */
bool document_word(struct yaml_document *document, yaml_node_t *node, const char *what,
                   const char *const *words, int count, int *index);

/* Whole numbers and durations in min..max. False if the value is not one; *value is then untouched.
 */
bool document_number(struct yaml_document *document, yaml_node_t *node, const char *what,
                     int64_t min, int64_t max, int64_t *value);
bool document_duration(struct yaml_document *document, yaml_node_t *node, const char *what,
                       int64_t min_ns, int64_t max_ns, int64_t *value_ns);

#endif
