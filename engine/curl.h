/* libcurl, loaded when something is to be fetched, and not linked: loading it with the thirty
 * libraries that it needs would take most of a driver's start-up time, for every kernel. */
#ifndef QUARTET_CURL_H
#define QUARTET_CURL_H

#include <curl/curl.h>

#include "common/error.h"

/* clang-format off */
#define CURL_FUNCTIONS(X)                                                                          \
  X(global_init)                                                                                   \
  X(easy_init) X(easy_setopt) X(easy_getinfo) X(easy_perform) X(easy_cleanup) X(easy_strerror)     \
  X(multi_init) X(multi_setopt) X(multi_add_handle) X(multi_remove_handle) X(multi_info_read)      \
  X(multi_socket_action) X(multi_assign) X(multi_cleanup)
/* clang-format on */

/* libcurl.easy_init is curl_easy_init, and so on; once curl_load has succeeded. */
struct curl_functions {
#define X(name) __typeof__(curl_##name) *name;
  CURL_FUNCTIONS(X)
#undef X
};
extern struct curl_functions libcurl;

/* Loads it, once; it stays until the process ends. To be called before there are threads.
 * EXIT_MACHINE if it is not there. */
int curl_load(struct error *error);

#endif
