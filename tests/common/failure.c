/* How a driver reports an error to sweep, and that nothing else is accepted as a report. */
#include "common/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"

/* What failure_print writes to standard output, in memory that the caller frees. */
static char *print(const struct error *error, size_t *bytes) {
  char *text = calloc(1, 4096);
  int saved = dup(STDOUT_FILENO);
  FILE *file = tmpfile();
  fflush(stdout);
  dup2(fileno(file), STDOUT_FILENO);
  CHECK(failure_print(error, "driver") == error->code);
  fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  rewind(file);
  *bytes = fread(text, 1, 4095, file);
  fclose(file);
  return text;
}

static void test_there_and_back(void) {
  const struct error error = {EXIT_USAGE, "--set: a: \"x\", y", "option a"};
  struct error failure;
  size_t bytes;
  char *text = print(&error, &bytes);
  CHECK(bytes == 0, "%s", text); /* it was not requested */
  free(text);
  failure_report_as_csv(false);
  failure_set_hosts("n1+n2");
  text = print(&error, &bytes);
  char *whole = malloc(bytes + 32), hosts[FAILURE_HOSTS];
  int length = sprintf(whole, "module: loading\n%s[1,0]: done\n", text);
  CHECK(failure_read(whole, (size_t)length, &failure, hosts));
  CHECK(strcmp(hosts, "n1+n2") == 0, "%s", hosts);
  CHECK(failure.code == EXIT_USAGE && strcmp(failure.message, error.message) == 0, "%s",
        failure.message);
  CHECK(strcmp(failure.about, "option a") == 0, "%s", failure.about);
  free(whole);
  free(text);
}

/* As a terminal ends lines, and as drivers of older versions print it. */
static void test_other_forms(void) {
  static const struct {
    const char *text, *hosts;
  } forms[] = {{"exit_code,about,message,hosts\r\n3,,no memory,n1\r\n", "n1"},
               {"x\r\nexit_code,about,message\r\n3,,no memory\r\n", ""},
               {"exit_code,about,message\n3,,no memory\n", ""}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    struct error failure;
    char hosts[FAILURE_HOSTS];
    CHECK(failure_read(forms[i].text, strlen(forms[i].text), &failure, hosts), "%zu", i);
    CHECK(failure.code == EXIT_MACHINE && strcmp(failure.message, "no memory") == 0, "%zu: %s", i,
          failure.message);
    CHECK(strcmp(hosts, forms[i].hosts) == 0, "%zu: %s", i, hosts);
  }
}

static void test_no_report(void) {
  static const char *const texts[] = {"",
                                      "driver: error\n",
                                      "exit_code,about,message\n",
                                      "exit_code,about,message\n0,,fine\n",
                                      "exit_code,about,messages\n3,,a\n",
                                      "exit_code,about,message\nx,,y\n",
                                      "exit_code,about,message\n2,\"never ends\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct error failure;
    CHECK(!failure_read(texts[i], strlen(texts[i]), &failure, NULL) && failure.code == 0, "%zu", i);
  }
}

int main(void) {
  test_there_and_back();
  test_other_forms();
  test_no_report();
  return test_result();
}
