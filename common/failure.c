#include "common/failure.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/number.h"

static const char header[] = "exit_code,about,message\n";
static bool as_csv;

void failure_report_as_csv(void) {
  as_csv = true;
}

int failure_print(const struct error *error, const char *program) {
  char code[NUMBER_TEXT];
  if (as_csv && !isatty(STDOUT_FILENO)) {
    fputs(header, stdout);
    csv_write(stdout,
              (const char *[]){number_format(error->code, code), error->about, error->message}, 3);
    fflush(stdout);
  }
  return error_print(error, program);
}

bool failure_read(const char *output, size_t bytes, struct error *failure) {
  const char *begin = bytes > 0 ? memmem(output, bytes, header, strlen(header)) : NULL;
  struct csv_reader reader = {.name = "its output"};
  struct error error = {0};
  int64_t code = 0;
  *failure = (struct error){0};
  if (begin == NULL)
    return false;
  begin += strlen(header);
  size_t rest = bytes - (size_t)(begin - output);
  reader.file = rest > 0 ? fmemopen((void *)(uintptr_t)begin, rest, "r") : NULL;
  if (reader.file == NULL)
    return false;
  if (csv_read(&reader, &error) > 0 && reader.count == 3 &&
      number_parse(reader.cells[0], 1, 255, &code, &error) == 0) {
    error_set(failure, (int)code, "%s", reader.cells[2]);
    snprintf(failure->about, sizeof failure->about, "%s", reader.cells[1]);
  }
  csv_close(&reader);
  fclose(reader.file);
  return failure->code != 0;
}
