#include "engine/fetch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/limits.h"
#include "engine/curl.h"

/* Appends what came to the landing. */
static size_t take(char *data, size_t size, size_t count, void *context) {
  struct landing *landing = context;
  size_t bytes = size * count; /* size is 1, says libcurl */
  if (landing_grow(landing, landing->size + bytes))
    return 0;
  memcpy((char *)landing->bytes + landing->size, data, bytes);
  landing->size += bytes;
  return bytes;
}

/* As libcurl would make it, but keeps why there is none: libcurl only says that it could not
 * connect. */
static curl_socket_t make_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address) {
  struct landing *landing = context;
  (void)purpose;
  int made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (made < 0)
    landing->socket_error = errno;
  return made < 0 ? CURL_SOCKET_BAD : made;
}

static void *open_handle(const struct outside *outside, struct landing *landing) {
  CURL *curl = libcurl.easy_init();
  if (!curl)
    return NULL;
  libcurl.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  libcurl.easy_setopt(curl, CURLOPT_WRITEDATA, landing);
  libcurl.easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, make_socket);
  libcurl.easy_setopt(curl, CURLOPT_OPENSOCKETDATA, landing);
  libcurl.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L); /* there are other threads */
  libcurl.easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  libcurl.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  libcurl.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  libcurl.easy_setopt(curl, CURLOPT_MAXREDIRS, 10L);
  long timeout_ms = (long)((outside->documents.timeout_ns + 999999) / 1000000);
  libcurl.easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
  libcurl.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
  if (!outside->documents.url) /* our own server is never behind a proxy */
    libcurl.easy_setopt(curl, CURLOPT_PROXY, "");
  return curl;
}

void *fetch_prepare(const struct outside *outside, struct landing *landing,
                    const struct operation *operation) {
  char url[OUTSIDE_URL + 32];
  if (!landing->handle)
    landing->handle = open_handle(outside, landing);
  if (!landing->handle)
    return NULL;
  landing->size = 0;
  landing->socket_error = 0;
  if (outside->documents.url)
    snprintf(url, sizeof url, "%s", outside->documents.url);
  else
    snprintf(url, sizeof url, "%s/doc/%" PRId64 "?attempt=%d", outside->server,
             operation->as.document, operation->retries + 1);
  return libcurl.easy_setopt(landing->handle, CURLOPT_URL, url) == CURLE_OK ? landing->handle
                                                                            : NULL;
}

/* The errno of a resource of this machine that ran out in an attempt; 0: it failed otherwise. */
static int exhausted(const struct landing *landing, int code) {
  long number = 0;
  if (code == CURLE_OUT_OF_MEMORY || code == CURLE_WRITE_ERROR) /* `take` had no memory */
    return ENOMEM;
  if (code == CURLE_COULDNT_CONNECT)
    libcurl.easy_getinfo(landing->handle, CURLINFO_OS_ERRNO, &number);
  if (landing->socket_error != 0)
    number = landing->socket_error;
  return limits_is_exhausted((int)number) ? (int)number : 0;
}

/* Says which resource it was, and how to need less of it. */
static void exhaust(struct outside *outside, int64_t document, int number) {
  const char *hint = "";
  if (number == EMFILE)
    hint = " (ulimit -n): use a smaller --in-flight";
  else if (number == EADDRNOTAVAIL)
    hint = " (no free port is left): use a smaller --in-flight";
  outside_exhaust(outside, "document %" PRId64 ": %s%s", document, strerror(number), hint);
}

bool fetch_settle(struct outside *outside, struct landing *landing, struct operation *operation,
                  int code) {
  long status = 0;
  if (code == CURLE_OK)
    libcurl.easy_getinfo(landing->handle, CURLINFO_RESPONSE_CODE, &status);
  operation->failure = code != CURLE_OK ? OPERATION_UNREACHED : status >= 400 ? (int)status : 0;
  if (!operation->failure) {
    operation->data = landing->bytes;
    operation->size = landing->size;
    return false;
  }
  int number = exhausted(landing, code);
  if (number != 0) {
    exhaust(outside, operation->as.document, number);
    return false;
  }
  if (operation->retries + 1 < outside->documents.attempts) {
    operation->retries++;
    return true;
  }
  if (operation->failure > 0)
    outside_report(outside, "document %" PRId64 ": HTTP status %ld", operation->as.document,
                   status);
  else
    outside_report(outside, "document %" PRId64 ": %s", operation->as.document,
                   libcurl.easy_strerror((CURLcode)code));
  return false;
}

void fetch_await(struct outside *outside, struct landing *landing, struct operation *operation) {
  int code;
  do {
    void *handle = fetch_prepare(outside, landing, operation);
    code = handle ? (int)libcurl.easy_perform(handle) : (int)CURLE_OUT_OF_MEMORY;
  } while (fetch_settle(outside, landing, operation, code));
}

void fetch_free(void *handle) {
  if (handle) /* else libcurl may not have been loaded */
    libcurl.easy_cleanup(handle);
}
