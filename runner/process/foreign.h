/* Text on a program's standard output that is not the program's own: of a preloaded library, of an
 * MPI launcher, of a site's start-up script. */
#ifndef QUARTET_RUNNER_PROCESS_FOREIGN_H
#define QUARTET_RUNNER_PROCESS_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

struct foreign {
  size_t lines;    /* that were dropped */
  char first[100]; /* of them, cut if long, unprintable bytes as '?' */
};

/* Whether a line, without its line break, can be a row of the program's CSV. */
typedef bool foreign_is_row(const char *line, size_t bytes);

/* Keeps of the text the line that begins with `header` and, after it, the lines that are rows, with
 * all lines that a quoted cell of a row goes on in. The rest is dropped, and counted in *foreign. A
 * text without such a header is left as it is. Returns how many bytes are left; a NUL follows if
 * any were dropped. */
size_t foreign_drop(char *text, size_t bytes, const char *header, foreign_is_row *is_row,
                    struct foreign *foreign);

#endif
