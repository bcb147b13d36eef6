#include "common/program.h"

#include <errno.h> /* program_invocation_short_name */
#include <stdio.h>
#include <string.h>

const char *program_name(const char *own) {
  static char name[80];
  const char *rest = strchr(own, ' ');
  size_t length = strcspn(program_invocation_short_name, " ");
  if (length != strlen(PROGRAM_COMMAND) ||
      strncmp(program_invocation_short_name, PROGRAM_COMMAND, length) != 0)
    return own;
  snprintf(name, sizeof name, "%s%s",
           rest != NULL ? PROGRAM_COMMAND : program_invocation_short_name,
           rest != NULL ? rest : "");
  return name;
}
