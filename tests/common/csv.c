/* CSV: what is written reads back as it was, and what is not CSV is refused with its line. */
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
  refuses("\xFF\xFE"
          "a\0\n\0",
          6, 0, "f.csv: is encoded as UTF-16 (little-endian); it must be UTF-8");
}

/* A byte-order mark belongs to no cell, even before a quote; elsewhere it is text. */
static void test_mark(void) {
  static const char *const texts[] = {"\xEF\xBB\xBF\"a\",b\n", "\xEF\xBB\xBF\141,b\n", "a,b\n"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    struct csv_reader reader = {.file = open_text(texts[i], strlen(texts[i])), .name = "mark"};
    struct error error = {0};
    CHECK(csv_read(&reader, &error) == 1, "%s", error.message);
    CHECK(reader.count == 2 && strcmp(reader.cells[0], "a") == 0, "text %zu", i);
    CHECK(csv_read(&reader, &error) == 0);
    csv_close(&reader);
    fclose(reader.file);
  }
  struct csv_reader reader = {.file = open_text("\xEF\xBB\n", 3), .name = "mark"};
  struct error error = {0};
  CHECK(csv_read(&reader, &error) == 1 && strcmp(reader.cells[0], "\xEF\xBB") == 0);
  csv_close(&reader);
  fclose(reader.file);
}

/* How much of a record there is where the file ends within it; 0 for any other error. */
static void test_unended(void) {
  static const struct {
    const char *text;
    size_t bytes;
    bool within_line;
  } ends[] = {{"a,b\n1,2", 3, true},     {"a,b\n\"1,", 3, true}, {"a,b\r\n1\r", 2, true},
              {"a,b\n\"1\n2", 4, false}, {"a\n1\"2\n", 0, true}, {"a\n\"x\"y\nz\n", 0, true}};
  for (size_t i = 0; i < COUNT(ends); i++) {
    struct csv_reader reader = {.file = open_text(ends[i].text, strlen(ends[i].text)),
                                .name = "end"};
    struct error error = {0};
    CHECK(csv_read(&reader, &error) == 1, "%s", error.message);
    CHECK(reader.unended_bytes == 0);
    CHECK(csv_read(&reader, &error) == -1);
    CHECK(reader.unended_bytes == ends[i].bytes, "text %zu: %zu", i, reader.unended_bytes);
    CHECK((reader.next_line == reader.line) == ends[i].within_line, "text %zu", i);
    csv_close(&reader);
    fclose(reader.file);
  }
}

/* Records longer than every buffer of the reader, with and without quotes, with either end. */
static void test_long_records(void) {
  static const size_t lengths[] = {1,       100,     (1 << 14) - 2, (1 << 14) - 1,
                                   1 << 14, 1 << 18, (1 << 20) + 3, 5};
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  for (size_t i = 0; i < COUNT(lengths); i++)
    for (int quoted = 0; quoted < 2; quoted++) {
      fputs(quoted ? "\"" : "", file);
      for (size_t k = 0; k < lengths[i]; k++)
        putc(k % 3 == 2 && !quoted ? ',' : 'x', file);
      fputs(quoted ? "\",y\r\n" : "\n", file);
    }
  fclose(file);
  struct csv_reader reader = {.file = open_text(text, bytes), .name = "long"};
  struct error error = {0};
  for (size_t i = 0; i < COUNT(lengths); i++)
    for (int quoted = 0; quoted < 2; quoted++) {
      CHECK(csv_read(&reader, &error) == 1, "%s", error.message);
      CHECK(reader.line == 2 * (long)i + quoted + 1);
      CHECK(reader.count == (quoted ? 2 : lengths[i] / 3 + 1), "%zu cells", reader.count);
      size_t length = strlen(reader.cells[0]);
      CHECK(length == (quoted ? lengths[i] : lengths[i] < 3 ? lengths[i] : 2), "%zu", length);
    }
  CHECK(csv_read(&reader, &error) == 0, "%s", error.message);
  csv_close(&reader);
  fclose(reader.file);
  free(text);
}

static void test_too_long(void) {
  FILE *file = tmpfile();
  static char block[1 << 20];
  memset(block, 'x', sizeof block);
  for (size_t i = 0; file && i <= CSV_RECORD_MAX / sizeof block; i++)
    fwrite(block, 1, sizeof block, file);
  rewind(file);
  struct csv_reader reader = {.file = file, .name = "f.csv"};
  struct error error = {0};
  CHECK(csv_read(&reader, &error) == -1 && error.code == EXIT_USAGE);
  CHECK(strcmp(error.message, "f.csv:1: a record of more than 64 MiB") == 0, "%s", error.message);
  CHECK(reader.unended_bytes == 0);
  csv_close(&reader);
  fclose(file);
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
  test_mark();
  test_unended();
  test_long_records();
  test_too_long();
  test_read_error();
  return test_result();
}
