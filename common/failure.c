#include "common/failure.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/number.h"

/* The header up to the last column, which older versions do not have. */
static const char header[] = "exit_code,about,message";
static const char last_column[] = ",hosts";
enum { COLUMNS = 4 };

static bool as_csv, is_launched;
static const char *hosts_text = "";

void failure_report_as_csv(bool launched) {
  as_csv = true;
  is_launched = launched;
}

void failure_set_hosts(const char *hosts) {
  hosts_text = hosts;
}

int failure_print(const struct error *error, const char *program) {
  char code[NUMBER_TEXT];
  if (as_csv && (is_launched || !isatty(STDOUT_FILENO))) {
    printf("%s%s\n", header, last_column);
    csv_write(stdout,
              (const char *[]){number_format(error->code, code), error->about, error->message,
                               hosts_text},
              COLUMNS);
    fflush(stdout);
  }
  return error_print(error, program);
}

/* Behind the header's line, or NULL: `at` is something else. */
static const char *skip_header(const char *at, const char *end) {
  static const char *const endings[] = {",hosts\n", ",hosts\r\n", "\n", "\r\n"};
  at += strlen(header);
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    size_t length = strlen(endings[i]);
    if ((size_t)(end - at) > length && memcmp(at, endings[i], length) == 0)
      return at + length;
  }
  return NULL;
}

bool failure_read(const char *output, size_t bytes, struct error *failure,
                  char hosts[FAILURE_HOSTS]) {
  const char *found = bytes > 0 ? memmem(output, bytes, header, strlen(header)) : NULL;
  const char *end = output + bytes, *begin = found != NULL ? skip_header(found, end) : NULL;
  struct csv_reader reader = {.name = "its output"};
  struct error error = {0};
  int64_t code = 0;
  *failure = (struct error){0};
  if (hosts != NULL)
    *hosts = '\0';
  if (begin == NULL)
    return false;
  reader.file = fmemopen((void *)(uintptr_t)begin, (size_t)(end - begin), "r");
  if (reader.file == NULL)
    return false;
  if (csv_read(&reader, &error) > 0 && reader.count >= COLUMNS - 1 && reader.count <= COLUMNS &&
      number_parse(reader.cells[0], 1, 255, &code, &error) == 0) {
    error_set(failure, (int)code, "%s", reader.cells[2]);
    snprintf(failure->about, sizeof failure->about, "%s", reader.cells[1]);
    if (hosts != NULL && reader.count == COLUMNS)
      snprintf(hosts, FAILURE_HOSTS, "%s", reader.cells[3]);
  }
  csv_close(&reader);
  fclose(reader.file);
  return failure->code != 0;
}
