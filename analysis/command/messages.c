#include "analysis/command/messages.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/document/lines.h"

void message_print(const char *text) {
  char *plain = lines_plain(text);
  for (char *at = plain; *at != '\0'; at++)
    *at = *at == '\n' ? '?' : *at;
  fprintf(stderr, "report: %s\n", plain);
  free(plain);
}
