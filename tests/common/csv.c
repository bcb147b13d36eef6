/* CSV: what is written reads back as it was, and what is not CSV is told with its line. */
#include "common/csv.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static FILE *open_text(const char *text, size_t length) {
  FILE *file = tmpfile();
  if (!file || fwrite(text, 1, length, file) != length) {
    perror("tmpfile");
    exit(1);
  }
  rewind(file);
  return file;
}

static void test_writing(void) {
  static const char *const cells[] = {"plain", "a,b", "say \"hi\"", "two\nlines", "cr\r", "", NULL};
  static const char expected[] = "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\",,\n";
  char *text = NULL;
  size_t length = 0;
  FILE *file = open_memstream(&text, &length);
  CHECK(csv_write(file, cells, COUNT(cells)) == 0);
  fclose(file);
  CHECK(strcmp(text, expected) == 0, "%s", text);
  free(text);
  FILE *full = fopen("/dev/full", "w");
  if (full) {
    setvbuf(full, NULL, _IONBF, 0);
    CHECK(csv_write(full, cells, COUNT(cells)) == -1);
    fclose(full);
  }
}

/* Cells of every length and kind, more than the first buffers hold, written and read back. */
static void test_round_trip(void) {
  enum { RECORDS = 40, CELLS = 70 };
  static const char letters[] = "ab,\"\n\r;' ";
  static char text[RECORDS][CELLS][CELLS];
  FILE *file = tmpfile();
  unsigned random = 1;
  for (int r = 0; r < RECORDS; r++) {
    const char *cells[CELLS];
    for (int c = 0; c <= r; c++) {
      int length = (int)((random = random * 1103515245 + 12345) >> 16) % CELLS;
      for (int i = 0; i < length; i++)
        text[r][c][i] =
            letters[((random = random * 1103515245 + 12345) >> 16) % (COUNT(letters) - 1)];
      cells[c] = text[r][c];
    }
    CHECK(csv_write(file, cells, (size_t)r + 1) == 0);
  }
  rewind(file);
  struct csv_reader reader = {.file = file, .name = "round trip"};
  struct error error = {0};
  for (int r = 0; r < RECORDS; r++) {
    CHECK(csv_read(&reader, &error) == 1, "%s", error.message);
    CHECK(reader.count == (size_t)r + 1, "%zu, not %d", reader.count, r + 1);
    for (size_t c = 0; c < reader.count; c++)
      CHECK(strcmp(reader.cells[c], text[r][c]) == 0, "record %d, cell %zu: <%s>, not <%s>", r, c,
            reader.cells[c], text[r][c]);
  }
  CHECK(csv_read(&reader, &error) == 0, "%s", error.message);
  CHECK(csv_read(&reader, &error) == 0, "%s", error.message);
  csv_close(&reader);
  CHECK(!reader.cells && reader.count == 0);
  fclose(file);
}

static void test_lines(void) {
  static const char text[] = "a,b\r\n\"1\n2\",\"x\"\r\n\n\"\",\n";
  static const struct {
    long line;
    size_t count;
    const char *first, *last;
  } records[] = {{1, 2, "a", "b"}, {2, 2, "1\n2", "x"}, {4, 1, "", ""}, {5, 2, "", ""}};
  struct csv_reader reader = {.file = open_text(text, sizeof text - 1), .name = "lines"};
  struct error error = {0};
  for (size_t i = 0; i < COUNT(records); i++) {
    CHECK(csv_read(&reader, &error) == 1, "%s", error.message);
    CHECK(reader.line == records[i].line, "%ld, not %ld", reader.line, records[i].line);
    CHECK(reader.count == records[i].count, "line %ld: %zu cells", reader.line, reader.count);
    if (reader.count != records[i].count)
      break;
    CHECK(strcmp(reader.cells[0], records[i].first) == 0, "%s", reader.cells[0]);
    CHECK(strcmp(reader.cells[reader.count - 1], records[i].last) == 0);
  }
  CHECK(csv_read(&reader, &error) == 0, "%s", error.message);
  csv_close(&reader);
  fclose(reader.file);
}

/* `good` records can be read, then comes the error. */
static void refuses(const char *text, size_t length, int good, const char *message) {
  struct csv_reader reader = {.file = open_text(text, length), .name = "f.csv"};
  struct error error = {0};
  for (int i = 0; i < good; i++)
    CHECK(csv_read(&reader, &error) == 1, "%s", error.message);
  CHECK(csv_read(&reader, &error) == -1, "read as a record: %s", message);
  CHECK(error.code == EXIT_USAGE, "%d", error.code);
  CHECK(strcmp(error.message, message) == 0, "<%s>, not <%s>", error.message, message);
  csv_close(&reader);
  fclose(reader.file);
}

static void test_refusals(void) {
  static const struct {
    const char *text;
    int good;
    const char *message;
  } refusals[] = {
      {"a,b\n1,2", 1, "f.csv:2: the last line is not ended"},
      {"a,b\n1,", 1, "f.csv:2: the last line is not ended"},
      {"a,b\n\"1\"", 1, "f.csv:2: the last line is not ended"},
      {"a,b\r\n1\r", 1, "f.csv:2: the last line is not ended"},
      {"a\n\"x\ny\n", 1, "f.csv:2: a quote is opened here and never closed"},
      {"\"x\ny\"z\n", 0, "f.csv:2: text after a closing quote"},
      {"a,b\"c\n", 0, "f.csv:1: a quote inside an unquoted cell"},
      {"a\rb\n", 0, "f.csv:1: a carriage return inside a line"},
  };
  for (size_t i = 0; i < COUNT(refusals); i++)
    refuses(refusals[i].text, strlen(refusals[i].text), refusals[i].good, refusals[i].message);
  refuses("a\n1\0002\n", 6, 1, "f.csv:2: a NUL byte");
  refuses("a\n\"1\0002\"\n", 8, 1, "f.csv:2: a NUL byte");
}

static void test_read_error(void) {
  FILE *folder = fopen("/", "r"); /* opens, but cannot be read */
  struct csv_reader reader = {.file = folder, .name = "/"};
  struct error error = {0};
  CHECK(csv_read(&reader, &error) == -1 && error.code == EXIT_MACHINE, "%s", error.message);
  CHECK(strcmp(error.message, "/: Is a directory") == 0, "%s", error.message);
  csv_close(&reader);
  fclose(folder);
}

int main(void) {
  test_writing();
  test_round_trip();
  test_lines();
  test_refusals();
  test_read_error();
  return test_result();
}
