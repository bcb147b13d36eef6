/* A YAML file as a tree, and readers that check it against tables of keys. Every function that
 * reads a value adds to `problems` what is wrong with it, and where. */
#ifndef QUARTET_RUNNER_DOCUMENT_H
#define QUARTET_RUNNER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

#include "runner/problems.h"

struct document {
  char *text;               /* the file's bytes, and a NUL */
  size_t bytes, read_bytes; /* read: of scalars, each time that one is looked at */
  struct problems *problems;
  bool parsed;
  yaml_document_t yaml; /* if parsed */
};

/* Reads and parses the file. Returns the root, or NULL with a problem added. Texts of the tree live
 * until document_close, which is to be called in both cases. */
yaml_node_t *document_open(struct document *document, const char *path, struct problems *problems);
yaml_node_t *document_parse(struct document *document, const char *text, struct problems *problems);
void document_close(struct document *document);

/* Adds a problem at the place of a node. */
#define DOCUMENT_PROBLEM(document, node, ...)                                                      \
  problems_add((document)->problems, (node)->start_mark.line + 1, (node)->start_mark.column + 1,   \
               __VA_ARGS__)

/* One key of a map and how its value is read; `into` is what document_map was given. */
struct document_key {
  const char *name;
  void (*read)(struct document *document, yaml_node_t *value, void *into);
  bool required;
};

/* Reads a map by a table of keys. Unknown, double and missing keys are problems. `what` is its name
 * for messages ("axes"). */
void document_map(struct document *document, yaml_node_t *map, const char *what,
                  const struct document_key *keys, size_t key_count, void *into);

/* Calls `each` with every key and value of a map; double keys are problems and left out. */
void document_pairs(struct document *document, yaml_node_t *map, const char *what,
                    void (*each)(struct document *document, yaml_node_t *key, yaml_node_t *value,
                                 void *into),
                    void *into);

/* Calls `each` with every item of a list that has at least one and not far too many. These and
 * document_pairs stop when there are more problems than are told. */
void document_list(struct document *document, yaml_node_t *list, const char *what,
                   void (*each)(struct document *document, yaml_node_t *item, void *into),
                   void *into);

/* The text of a scalar that is not empty, or NULL. */
const char *document_text(struct document *document, yaml_node_t *node, const char *what);

/* Whole numbers and durations in min..max. False if the value is not one; *value is then untouched.
 */
bool document_number(struct document *document, yaml_node_t *node, const char *what, int64_t min,
                     int64_t max, int64_t *value);
bool document_duration(struct document *document, yaml_node_t *node, const char *what,
                       int64_t min_ns, int64_t max_ns, int64_t *value_ns);

#endif
