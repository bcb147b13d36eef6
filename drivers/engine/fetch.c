#include "drivers/engine/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "drivers/engine/curl.h"

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

static void *open_handle(const struct outside *outside, struct landing *landing) {
  CURL *curl = libcurl.easy_init();
  if (!curl)
    return NULL;
  libcurl.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  libcurl.easy_setopt(curl, CURLOPT_WRITEDATA, landing);
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
  if (outside->documents.url)
    snprintf(url, sizeof url, "%s", outside->documents.url);
  else
    snprintf(url, sizeof url, "%s/doc/%" PRId64 "?attempt=%d", outside->server,
             operation->as.document, operation->retries + 1);
  return libcurl.easy_setopt(landing->handle, CURLOPT_URL, url) == CURLE_OK ? landing->handle
                                                                            : NULL;
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
  if (operation->retries + 1 < outside->documents.attempts) {
    operation->retries++;
    return true;
  }
  if (operation->failure > 0)
    outside_tell(outside, "document %" PRId64 ": HTTP status %ld", operation->as.document, status);
  else
    outside_tell(outside, "document %" PRId64 ": %s", operation->as.document,
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
