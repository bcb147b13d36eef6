#include "engine/curl.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

struct curl_functions libcurl;

/* A function's address into the pointer at `into`, which is of some type of function pointer. */
static bool find(void *library, const char *name, void *into) {
  void *symbol = dlsym(library, name);
  memcpy(into, &symbol, sizeof symbol);
  return symbol != NULL;
}

int curl_load(struct error *error) {
  if (libcurl.global_init)
    return 0;
  struct curl_functions found;
  void *library = dlopen(QUARTET_CURL, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return error_set(error, EXIT_MACHINE, "cannot load libcurl: %s", dlerror());
#define X(name)                                                                                    \
  if (!find(library, "curl_" #name, &found.name))                                                  \
    return error_set(error, EXIT_MACHINE, "%s has no curl_%s", QUARTET_CURL, #name);
  CURL_FUNCTIONS(X)
#undef X
  if (found.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return error_set(error, EXIT_MACHINE, "libcurl cannot be initialized");
  libcurl = found;
  return 0;
}
