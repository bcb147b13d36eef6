/* The head of an HTTP/1.1 request (RFC 9112), read from bytes that anybody may have sent. */
#ifndef QUARTET_SERVER_REQUEST_H
#define QUARTET_SERVER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum method { METHOD_GET, METHOD_HEAD, METHOD_OTHER };

/* The document that the client requests. */
enum http_target { TARGET_DOCUMENT, TARGET_STATS, TARGET_UNKNOWN };

struct http_request {
  enum method method;
  enum http_target target;
  int64_t document; /* of TARGET_DOCUMENT */
  int64_t attempt;  /* likewise: what ?attempt=A says, 1 if nothing does */
  bool http_1_0;
  bool keep;     /* the connection is to stay open afterwards */
  bool has_body; /* a body follows, which the server ignores */
};

/* The length of the first head among `size` bytes, with the empty line at its end; 0 as long as it
 * is not there. *scanned says how far an earlier call has looked (0 at first) and is moved on.
 * Lines may end with LF alone. */
size_t request_head_length(const char *data, size_t size, size_t *scanned);

/* Reads a whole head. Returns 0, or the status with which to answer what it is not: 400, 411 (a
 * transfer coding), 505. The connection must then be closed, since where the next request begins is
 * not known. */
int request_read(const char *head, size_t length, struct http_request *request);

/* Whether a request can begin with this byte. */
bool request_can_begin(char byte);

#endif
