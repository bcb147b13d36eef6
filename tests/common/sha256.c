/* SHA-256 against the vectors of FIPS 180-4 and against sha256sum at the lengths where padding
 * turns. */
#include <stdlib.h>
#include <unistd.h>

#include "common/sha256.h"
#include "tests/check.h"

static void check_digest(const char *what, const void *data, size_t bytes, const char *expected) {
  char text[SHA256_TEXT];
  sha256_hex(data, bytes, text);
  CHECK(strcmp(text, expected) == 0, "%s: %s", what, text);
}

static void check_repeated(char letter, size_t count, const char *expected) {
  char what[40];
  char *data = malloc(count + 1);
  if (data == NULL)
    abort();
  memset(data, letter, count);
  snprintf(what, sizeof what, "%zu times '%c'", count, letter);
  check_digest(what, data, count, expected);
  free(data);
}

/* A file gives what its bytes in memory give, whatever they are in blocks and buffers. */
static void test_files(void) {
  enum { MOST = 3 << 16 };
  static const size_t sizes[] = {0,       1,   63, 64, 65, (1 << 16) - 1, 1 << 16, (1 << 16) + 1,
                                 1 << 17, MOST};
  static char data[MOST];
  for (size_t i = 0; i < MOST; i++)
    data[i] = (char)(i * 31 + i / 251);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char path[] = "/tmp/quartet_sha256_XXXXXX", expected[SHA256_TEXT], found[SHA256_TEXT];
    struct error error = {0};
    int descriptor = mkstemp(path);
    CHECK(descriptor >= 0 && write(descriptor, data, sizes[i]) == (ssize_t)sizes[i]);
    close(descriptor);
    CHECK(sha256_file(path, found, &error) == 0, "%s", error.message);
    CHECK(strcmp(found, sha256_hex(data, sizes[i], expected)) == 0, "%zu bytes", sizes[i]);
    unlink(path);
    CHECK(sha256_file(path, found, &error) == EXIT_USAGE && *found == '\0');
    CHECK(strstr(error.message, path) != NULL, "%s", error.message);
  }
  struct error error = {0};
  char found[SHA256_TEXT];
  CHECK(sha256_file("/", found, &error) == EXIT_MACHINE && *found == '\0', "%s", error.message);
}

int main(void) {
  const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  const char *three_blocks =
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmn"
      "opqklmnopqrlmnopqrsmnopqrstnopqrstu";
  check_digest("nothing", "", 0,
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  check_digest("abc", "abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check_digest("448 bits", two_blocks, strlen(two_blocks),
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  check_digest("896 bits", three_blocks, strlen(three_blocks),
               "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  check_repeated('a', 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  check_repeated('x', 55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
  check_repeated('x', 56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
  check_repeated('x', 63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2");
  check_repeated('x', 64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
  check_repeated('x', 119, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c");
  check_repeated('x', 120, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98");
  check_repeated('x', 128, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464");
  test_files();
  return test_result();
}
