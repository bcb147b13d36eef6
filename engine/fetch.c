#include "engine/fetch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/limits.h"
#include "engine/curl.h"

/* Appends received bytes to the receive buffer. */
static size_t take(char *data, size_t size, size_t count, void *context) {
  struct receive_buffer *received = context;
  size_t bytes = size * count; /* size is 1, says libcurl */
  if (receive_buffer_grow(received, received->size + bytes))
    return 0;
  memcpy((char *)received->bytes + received->size, data, bytes);
  received->size += bytes;
  return bytes;
}

/* As libcurl would create it, but keeps the reason of a failure: libcurl only reports that it could
 * not connect. */
static curl_socket_t make_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address) {
  struct receive_buffer *received = context;
  (void)purpose;
  int made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (made < 0)
    received->socket_error = errno;
  return made < 0 ? CURL_SOCKET_BAD : made;
}

static void *open_handle(const struct io_environment *io, struct receive_buffer *received) {
  CURL *curl = libcurl.easy_init();
  if (!curl)
    return NULL;
  libcurl.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  libcurl.easy_setopt(curl, CURLOPT_WRITEDATA, received);
  libcurl.easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, make_socket);
  libcurl.easy_setopt(curl, CURLOPT_OPENSOCKETDATA, received);
  libcurl.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L); /* there are other threads */
  libcurl.easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  libcurl.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  libcurl.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  libcurl.easy_setopt(curl, CURLOPT_MAXREDIRS, 10L);
  long timeout_ms = (long)((io->documents.timeout_ns + 999999) / 1000000);
  libcurl.easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
  libcurl.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
  if (!io->documents.url) /* our own server is never behind a proxy */
    libcurl.easy_setopt(curl, CURLOPT_PROXY, "");
  return curl;
}

void *fetch_prepare(const struct io_environment *io, struct receive_buffer *received,
                    const struct operation *operation) {
  char url[IO_ENVIRONMENT_URL + 32];
  if (!received->handle)
    received->handle = open_handle(io, received);
  if (!received->handle)
    return NULL;
  received->size = 0;
  received->socket_error = 0;
  if (io->documents.url)
    snprintf(url, sizeof url, "%s", io->documents.url);
  else
    snprintf(url, sizeof url, "%s/doc/%" PRId64 "?attempt=%d", io->server, operation->as.document,
             operation->retries + 1);
  return libcurl.easy_setopt(received->handle, CURLOPT_URL, url) == CURLE_OK ? received->handle
                                                                             : NULL;
}

/* The errno of a resource of this machine that ran out in an attempt; 0: it failed otherwise. */
static int exhausted(const struct receive_buffer *received, int code) {
  long number = 0;
  if (code == CURLE_OUT_OF_MEMORY || code == CURLE_WRITE_ERROR) /* `take` had no memory */
    return ENOMEM;
  if (code == CURLE_COULDNT_CONNECT)
    libcurl.easy_getinfo(received->handle, CURLINFO_OS_ERRNO, &number);
  if (received->socket_error != 0)
    number = received->socket_error;
  return limits_is_exhausted((int)number) ? (int)number : 0;
}

/* Names the resource, and how to need less of it. */
static void exhaust(struct io_environment *io, int64_t document, int number) {
  const char *hint = "";
  if (number == EMFILE)
    hint = " (ulimit -n): use a smaller --in-flight";
  else if (number == EADDRNOTAVAIL)
    hint = " (no free port is left): use a smaller --in-flight";
  io_environment_exhaust(io, "document %" PRId64 ": %s%s", document, strerror(number), hint);
}

bool fetch_settle(struct io_environment *io, struct receive_buffer *received,
                  struct operation *operation, int code) {
  long status = 0;
  if (code == CURLE_OK)
    libcurl.easy_getinfo(received->handle, CURLINFO_RESPONSE_CODE, &status);
  operation->failure = code != CURLE_OK ? OPERATION_UNREACHED : status >= 400 ? (int)status : 0;
  if (!operation->failure) {
    operation->data = received->bytes;
    operation->size = received->size;
    return false;
  }
  int number = exhausted(received, code);
  if (number != 0) {
    exhaust(io, operation->as.document, number);
    return false;
  }
  if (operation->retries + 1 < io->documents.attempts) {
    operation->retries++;
    return true;
  }
  if (operation->failure > 0)
    io_environment_report(io, "document %" PRId64 ": HTTP status %ld", operation->as.document,
                          status);
  else
    io_environment_report(io, "document %" PRId64 ": %s", operation->as.document,
                          libcurl.easy_strerror((CURLcode)code));
  return false;
}

void fetch_await(struct io_environment *io, struct receive_buffer *received,
                 struct operation *operation) {
  int code;
  do {
    void *handle = fetch_prepare(io, received, operation);
    code = handle ? (int)libcurl.easy_perform(handle) : (int)CURLE_OUT_OF_MEMORY;
  } while (fetch_settle(io, received, operation, code));
}

void fetch_free(void *handle) {
  if (handle) /* else libcurl may not have been loaded */
    libcurl.easy_cleanup(handle);
}
