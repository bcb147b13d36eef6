/* In the place of fetch.c where there is no libcurl: outside_open has refused what would fetch. */
#include <stdlib.h>

#include "engine/fetch.h"

void fetch_await(struct outside *outside, struct landing *landing, struct operation *operation) {
  (void)outside;
  (void)landing;
  (void)operation;
  abort();
}

void fetch_free(void *handle) {
  (void)handle;
}
