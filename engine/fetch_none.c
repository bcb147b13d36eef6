/* In the place of fetch.c where there is no libcurl: io_environment_open has refused what would
 * fetch. */
#include <stdlib.h>

#include "engine/fetch.h"

void fetch_await(struct io_environment *io, struct receive_buffer *received,
                 struct operation *operation) {
  (void)io;
  (void)received;
  (void)operation;
  abort();
}

void fetch_free(void *handle) {
  (void)handle;
}
