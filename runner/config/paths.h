/* Paths as run.json and job scripts need them: right in another folder and in another process; and
 * where this program is. */
#ifndef QUARTET_RUNNER_CONFIG_PATHS_H
#define QUARTET_RUNNER_CONFIG_PATHS_H

#include <stdbool.h>

/* The path from the root, in memory that the caller frees; its end need not exist yet. No
 * slash ends it. */
char *path_absolute(const char *path);

/* Whether the path leads to a regular file that another process finds there, too: not to a pipe or
 * a device, and not by a name of this process's own (/dev/stdin, /dev/fd/63 of a shell's <(...)).
 */
bool path_lasts(const char *path);

/* The config that a user means: a file; else, where the word has no folder and an installation has
 * a config of that name (".yaml" may be missing), that one. In memory that the caller frees. */
char *path_of_config(const char *word);

#endif
