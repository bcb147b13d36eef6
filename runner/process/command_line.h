/* A command line that is put together word by word, with variables of its environment. */
#ifndef QUARTET_RUNNER_PROCESS_COMMAND_LINE_H
#define QUARTET_RUNNER_PROCESS_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* A variable of the program's environment; value NULL: it is removed. */
struct variable {
  const char *name, *value;
};

/* Owns its words and the texts of its variables. All zero: empty. */
struct command_line {
  char **argv; /* ended by NULL as soon as it has a word */
  size_t count;
  struct variable *variables;
  size_t variable_count;
};

/* Appends a word, as printf does. */
__attribute__((format(printf, 2, 3))) void command_line_add(struct command_line *line,
                                                            const char *format, ...);

/* Appends words as they are; the list ends with NULL. */
void command_line_add_all(struct command_line *line, const char *const *words);

/* Sets a variable, or removes it (NULL). The last of several settings of a name holds. */
void command_line_set(struct command_line *line, const char *name, const char *value);

/* The value that the line sets for that variable; NULL: none. */
const char *command_line_value(const struct command_line *line, const char *name);

/* The line as a shell reads it: "env -u A B='1 2' mpirun -np 2". The caller frees it. */
char *command_line_text(const struct command_line *line);

void command_line_free(struct command_line *line);

#endif
