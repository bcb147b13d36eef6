#include "server/request.h"

#include <string.h>
#include <strings.h>

/* A piece of the head. */
struct text {
  const char *at;
  size_t length;
};

/* RFC 9110, 5.6.2: what names are made of. */
static bool is_token(unsigned char c) {
  static const char others[] = "!#$%&'*+-.^_`|~";
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || (c != 0 && memchr(others, c, sizeof others - 1) != NULL);
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* Control characters have no place in a head but for the tab in a value. */
static bool is_control(unsigned char c) {
  return c < ' ' || c == 0x7f;
}

bool request_can_begin(char byte) {
  return is_token((unsigned char)byte) || byte == '\r' || byte == '\n';
}

static bool same(struct text text, const char *word) {
  return text.length == strlen(word) && memcmp(text.at, word, text.length) == 0;
}

static bool same_whatever_case(struct text text, const char *word) {
  return text.length == strlen(word) && strncasecmp(text.at, word, text.length) == 0;
}

/* Takes what is before `end`, and `end` itself if it is there. */
static struct text take_until(struct text *rest, char end) {
  const char *found = rest->length > 0 ? memchr(rest->at, end, rest->length) : NULL;
  struct text taken = {rest->at, found ? (size_t)(found - rest->at) : rest->length};
  size_t gone = taken.length + (found != NULL);
  rest->at += gone;
  rest->length -= gone;
  return taken;
}

static struct text trim(struct text text) {
  for (; text.length > 0 && is_blank(text.at[0]); text.length--)
    text.at++;
  while (text.length > 0 && is_blank(text.at[text.length - 1]))
    text.length--;
  return text;
}

/* The next line, without its end. */
static struct text take_line(struct text *rest) {
  struct text line = take_until(rest, '\n');
  if (line.length > 0 && line.at[line.length - 1] == '\r')
    line.length--;
  return line;
}

/* Empty lines before a request are to be overlooked (RFC 9112, 2.2). */
static size_t empty_lines(const char *data, size_t size) {
  size_t at = 0;
  while (at < size &&
         (data[at] == '\n' || (data[at] == '\r' && at + 1 < size && data[at + 1] == '\n')))
    at += data[at] == '\n' ? 1 : 2;
  return at;
}

size_t request_head_length(const char *data, size_t size, size_t *scanned) {
  size_t first = empty_lines(data, size);
  size_t at = *scanned > first + 2 ? *scanned - 2 : first; /* the end may be split in three */
  while (at < size) {
    const char *line_end = memchr(data + at, '\n', size - at);
    if (!line_end)
      break;
    at = (size_t)(line_end - data) + 1;
    size_t next = at + (at < size && data[at] == '\r');
    if (next < size && data[next] == '\n')
      return next + 1;
  }
  *scanned = size;
  return 0;
}

/* Reads a whole number that fits; false if the text is not one. */
static bool read_number(struct text digits, int64_t *value) {
  *value = 0;
  for (size_t i = 0; i < digits.length; i++)
    if (!is_digit(digits.at[i]) || __builtin_mul_overflow(*value, 10, value) ||
        __builtin_add_overflow(*value, digits.at[i] - '0', value))
      return false;
  return digits.length > 0;
}

/* "K" or "K?attempt=A". */
static bool read_document(struct text rest, struct http_request *request) {
  static const char query[] = "attempt=";
  const size_t query_length = sizeof query - 1;
  const char *mark = memchr(rest.at, '?', rest.length);
  struct text number = {rest.at, mark ? (size_t)(mark - rest.at) : rest.length};
  request->attempt = 1;
  if (!read_number(number, &request->document))
    return false;
  if (!mark)
    return true;
  struct text asked = {mark + 1, rest.length - number.length - 1};
  return asked.length > query_length && memcmp(asked.at, query, query_length) == 0 &&
         read_number((struct text){asked.at + query_length, asked.length - query_length},
                     &request->attempt);
}

/* Also "http://any.host/path", which a server has to take (RFC 9112, 3.2.2). */
static void read_target(struct text target, struct http_request *request) {
  static const char scheme[] = "http://", folder[] = "/doc/";
  const size_t scheme_length = sizeof scheme - 1, folder_length = sizeof folder - 1;
  if (target.length > scheme_length && strncasecmp(target.at, scheme, scheme_length) == 0) {
    const char *end = target.at + target.length;
    const char *path = memchr(target.at + scheme_length, '/', target.length - scheme_length);
    target = (struct text){path ? path : end, path ? (size_t)(end - path) : 0};
  }
  request->target = TARGET_UNKNOWN;
  if (same(target, "/stats"))
    request->target = TARGET_STATS;
  else if (target.length > folder_length && memcmp(target.at, folder, folder_length) == 0 &&
           read_document((struct text){target.at + folder_length, target.length - folder_length},
                         request))
    request->target = TARGET_DOCUMENT;
}

static int read_version(struct text version, struct http_request *request) {
  if (version.length != 8 || memcmp(version.at, "HTTP/", 5) != 0 || !is_digit(version.at[5]) ||
      version.at[6] != '.' || !is_digit(version.at[7]))
    return 400;
  request->http_1_0 = version.at[7] == '0';
  return version.at[5] == '1' ? 0 : 505;
}

static int read_request_line(struct text line, struct http_request *request) {
  struct text method = take_until(&line, ' '), target = take_until(&line, ' ');
  if (method.length == 0 || target.length == 0)
    return 400;
  for (size_t i = 0; i < method.length; i++)
    if (!is_token((unsigned char)method.at[i]))
      return 400;
  for (size_t i = 0; i < target.length; i++)
    if (is_control((unsigned char)target.at[i]))
      return 400;
  request->method = same(method, "GET")    ? METHOD_GET
                    : same(method, "HEAD") ? METHOD_HEAD
                                           : METHOD_OTHER;
  read_target(target, request);
  return read_version(line, request);
}

/* The values of the headers that matter. */
struct headers {
  int hosts, lengths;
  bool coded, close, keep_alive;
};

static void read_connection(struct text list, struct headers *headers) {
  while (list.length > 0) {
    struct text word = trim(take_until(&list, ','));
    headers->close = headers->close || same_whatever_case(word, "close");
    headers->keep_alive = headers->keep_alive || same_whatever_case(word, "keep-alive");
  }
}

static int read_header(struct text line, struct http_request *request, struct headers *headers) {
  size_t name_length = 0;
  while (name_length < line.length && is_token((unsigned char)line.at[name_length]))
    name_length++;
  if (name_length == 0 || name_length == line.length || line.at[name_length] != ':')
    return 400;
  struct text name = {line.at, name_length};
  struct text value = trim((struct text){line.at + name_length + 1, line.length - name_length - 1});
  for (size_t i = 0; i < value.length; i++)
    if (is_control((unsigned char)value.at[i]) && value.at[i] != '\t')
      return 400;
  if (same_whatever_case(name, "Host")) {
    headers->hosts++;
  } else if (same_whatever_case(name, "Connection")) {
    read_connection(value, headers);
  } else if (same_whatever_case(name, "Transfer-Encoding")) {
    headers->coded = true;
  } else if (same_whatever_case(name, "Content-Length")) {
    int64_t length;
    if (++headers->lengths > 1 || !read_number(value, &length))
      return 400;
    request->has_body = length > 0;
  }
  return 0;
}

int request_read(const char *head, size_t length, struct http_request *request) {
  size_t first = empty_lines(head, length);
  struct text rest = {head + first, length - first};
  struct headers headers = {0};
  *request = (struct http_request){0};
  int status = read_request_line(take_line(&rest), request);
  while (status == 0) {
    struct text line = take_line(&rest);
    if (line.length == 0)
      break;
    status = read_header(line, request, &headers);
  }
  if (status)
    return status;
  /* RFC 9112, 3.2 and 6.1: both are used to smuggle requests through a proxy */
  if (headers.hosts > 1 || (headers.hosts == 0 && !request->http_1_0) ||
      (headers.coded && headers.lengths > 0))
    return 400;
  request->keep = !headers.close && (headers.keep_alive || !request->http_1_0);
  return headers.coded ? 411 : 0;
}
