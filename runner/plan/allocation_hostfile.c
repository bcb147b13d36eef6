#include "runner/plan/allocation_reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "common/suggest.h"

/* The words that may follow a host: slots is what counts here. */
static const char *const host_words[] = {"slots", "max_slots", "max-slots", "cpu", "binding"};
enum { HOST_WORDS = sizeof host_words / sizeof *host_words };

static int complain(struct error *error, const char *name, long line, const char *word) {
  const char *equals = strchr(word, '=');
  char *key = grow_text("%.*s", equals != NULL ? (int)(equals - word) : (int)strlen(word), word);
  const char *near = suggest(key, host_words, HOST_WORDS);
  error_set(error, EXIT_USAGE,
            "%s:%ld: '%.60s': expected a host, then slots=N or :N as its number of cores%s%s%s",
            name, line, word, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
            near != NULL ? "'?" : "");
  free(key);
  return error->code;
}

/* "slots=4": the number goes to *slots; of other words that hostfiles have, nothing is used. */
static bool read_host_word(const char *word, int64_t *slots) {
  const char *at = strchr(word, '=');
  if (at == NULL)
    return false;
  size_t length = (size_t)(at - word);
  for (int i = 0; i < HOST_WORDS; i++) {
    if (strlen(host_words[i]) != length || strncmp(word, host_words[i], length) != 0)
      continue;
    at++;
    return i > 0 || (allocation_number(&at, ALLOCATION_CORES_MAX, slots) && *at == '\0');
  }
  return false;
}

/* A name, or NAME:N; its N goes to *slots. */
static bool read_host(char *word, int64_t *slots) {
  char *colon = strchr(word, ':');
  const char *at = colon;
  bool right = true;
  if (colon != NULL) {
    at++;
    right &= allocation_number(&at, ALLOCATION_CORES_MAX, slots) && *at == '\0';
    *colon = '\0';
  }
  right &= allocation_is_host(word);
  if (colon != NULL)
    *colon = ':';
  return right;
}

/* A host that is there twice has the cores of both lines: PBS lists it once for each rank. */
static bool add_host(struct allocation *allocation, char *word, int64_t slots) {
  char *host = grow_text("%.*s", (int)strcspn(word, ":"), word);
  struct allocation_node *node = allocation_node_find(allocation, host);
  if (node != NULL) {
    free(host);
    node->cores = (node->cores > 0 ? node->cores : 1) + (slots > 0 ? slots : 1);
    return true;
  }
  if (allocation->count >= ALLOCATION_NODES_MAX) {
    free(host);
    return false;
  }
  node = GROW(allocation->nodes, allocation->count);
  node->host = host;
  node->cores = slots;
  return true;
}

static int read_line(struct allocation *allocation, char *line, const char *name, long number,
                     struct error *error) {
  static const char blanks[] = " \t\r";
  char *rest, *word = strtok_r(line, blanks, &rest), *host = word;
  int64_t slots = 0;
  if (host == NULL)
    return 0;
  if (!read_host(host, &slots))
    return complain(error, name, number, host);
  while ((word = strtok_r(NULL, blanks, &rest)) != NULL)
    if (!read_host_word(word, &slots))
      return complain(error, name, number, word);
  if (!add_host(allocation, host, slots))
    return error_set(error, EXIT_USAGE, "%s:%ld: more than %d hosts", name, number,
                     (int)ALLOCATION_NODES_MAX);
  return 0;
}

int allocation_read_hostfile(struct allocation *allocation, const char *text, const char *name,
                             struct error *error) {
  char *copy = grow_text("%s", text), *next;
  long number = 1;
  allocation->source = "hostfile";
  for (char *line = copy; line != NULL && error->code == 0; line = next, number++) {
    next = strchr(line, '\n');
    if (next != NULL)
      *next++ = '\0';
    line[strcspn(line, "#")] = '\0';
    read_line(allocation, line, name, number, error);
  }
  free(copy);
  if (error->code == 0 && allocation->count == 0)
    error_set(error, EXIT_USAGE, "%s: has no host", name);
  return error->code;
}

enum { HOSTFILE_BYTES_MAX = 1 << 26 };

static char *read_file(const char *path, struct error *error) {
  FILE *file = fopen(path, "re");
  char *text = NULL;
  size_t bytes = 0, room = 0, got = 0;
  do {
    if (file == NULL || bytes > HOSTFILE_BYTES_MAX)
      break;
    room = 2 * room + 4096;
    char *longer = realloc(text, room);
    if (longer == NULL)
      break;
    text = longer;
    got = fread(text + bytes, 1, room - bytes - 1, file);
    bytes += got;
    text[bytes] = '\0';
  } while (got > 0);
  if (file == NULL || ferror(file) || text == NULL || got > 0) {
    error_set(error, EXIT_USAGE, "hostfile '%s' cannot be read: %s", path,
              got > 0 ? "it is too long" : strerror(errno));
    free(text);
    text = NULL;
  }
  if (file != NULL)
    fclose(file);
  return text;
}

int allocation_open_hostfile(struct allocation *allocation, const char *path, struct error *error) {
  char *text = read_file(path, error);
  if (text != NULL)
    allocation_read_hostfile(allocation, text, path, error);
  free(text);
  return error->code;
}

/* PBS lists a host once for each requested rank (mpiprocs), and sets NCPUS to the threads
 * of each (ompthreads), or, where the job does not say, to all cores of the chunk (ncpus). */
void allocation_count_pbs(struct allocation *allocation, int64_t cores) {
  const char *text = getenv("NCPUS");
  struct error ignored = {0};
  int64_t threads = 1;
  if (text == NULL || number_parse(text, 1, ALLOCATION_CORES_MAX, &threads, &ignored) != 0)
    threads = 1;
  for (size_t i = 0; i < allocation->count; i++) {
    struct allocation_node *node = &allocation->nodes[i];
    int64_t ranks = node->cores > 0 ? node->cores : 1, all = ranks * threads;
    node->cores = all <= cores ? all : ranks > threads ? ranks : threads;
  }
}
