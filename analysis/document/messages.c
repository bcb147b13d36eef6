#include "analysis/document/messages.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/document/lines.h"
#include "common/program.h"

void message_print(const char *program, const char *text) {
  char *plain = lines_plain(text);
  for (char *at = plain; *at != '\0'; at++)
    *at = *at == '\n' ? '?' : *at;
  fprintf(stderr, "%s: %s\n", program_name(program), plain);
  free(plain);
}
