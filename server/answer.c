#include "server/answer.h"

#include <stdio.h>
#include <string.h>

#include "common/document.h"

static const char *reason(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 400:
    return "Bad Request";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 411:
    return "Length Required";
  case 431:
    return "Request Header Fields Too Large";
  case 505:
    return "HTTP Version Not Supported";
  default:
    return "Internal Server Error";
  }
}

static size_t append(char *out, size_t at, const char *text) {
  size_t length = strlen(text);
  memcpy(out + at, text, length);
  return at + length;
}

/* Digits without printf, which would take longer than all else of a small document. */
static size_t append_number(char *out, size_t at, size_t value) {
  char digits[24];
  int first = sizeof digits;
  do
    digits[--first] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  memcpy(out + at, digits + first, sizeof digits - (size_t)first);
  return at + sizeof digits - (size_t)first;
}

static size_t append_hexadecimal(char *out, size_t at, uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4)
    out[at++] = "0123456789abcdef"[value >> shift & 15];
  return at;
}

/* The head, but for what a document and a text have each for themselves. */
static size_t begin_head(const struct response *answer, char *head, size_t body_bytes) {
  size_t at = append(head, 0, "HTTP/1.1 ");
  at = append_number(head, at, (size_t)answer->status);
  at = append(head, at, " ");
  at = append(head, at, reason(answer->status));
  at = append(head, at, "\r\nContent-Length: ");
  at = append_number(head, at, body_bytes);
  if (!answer->keep)
    at = append(head, at, "\r\nConnection: close");
  else if (answer->http_1_0)
    at = append(head, at, "\r\nConnection: keep-alive");
  if (answer->status == 405)
    at = append(head, at, "\r\nAllow: GET, HEAD");
  return append(head, at, "\r\nContent-Type: ");
}

/* Of all pieces; what a document has more than one of is made once for this, and again to be sent,
 * so that no connection holds more than a piece. */
static uint64_t checksum(const struct response *answer, char *piece, size_t first_bytes) {
  uint64_t sum =
      document_checksum_add(document_checksum_start(answer->body_bytes), piece, first_bytes);
  struct response rest = *answer;
  if (first_bytes == answer->body_bytes)
    return sum;
  rest.sent_bytes = first_bytes;
  for (size_t length; (length = answer_next(&rest, piece)) > 0;)
    sum = document_checksum_add(sum, piece, length);
  document_fill(answer->k, answer->seed, first_bytes, piece);
  return sum;
}

/* The body's first piece stands at a fixed place, and the head right before it: one block to send.
 */
static char *join(char *out, const char *head, size_t head_length, size_t body_length,
                  size_t *length) {
  char *begin = out + ANSWER_HEAD - head_length;
  memcpy(begin, head, head_length);
  *length = head_length + body_length;
  return begin;
}

static char *begin_document(struct response *answer, char *out, size_t *length) {
  char head[ANSWER_HEAD], *piece = out + ANSWER_HEAD;
  size_t bytes = answer_next(answer, piece);
  size_t at = begin_head(answer, head, answer->body_bytes);
  at = append(head, at, "application/octet-stream\r\nX-Checksum: ");
  at = append_hexadecimal(head, at, checksum(answer, piece, bytes));
  at = append(head, at, "\r\n\r\n");
  if (answer->head_only) {
    answer->sent_bytes = answer->body_bytes;
    bytes = 0;
  }
  return join(out, head, at, bytes, length);
}

static char *begin_text(struct response *answer, char *out, size_t *length) {
  char head[ANSWER_HEAD], words[64];
  const char *text = answer->text;
  if (!text) {
    snprintf(words, sizeof words, "%d %s\n", answer->status, reason(answer->status));
    text = words;
  }
  size_t bytes = strlen(text), at = begin_head(answer, head, bytes);
  at = append(head, at, answer->type ? answer->type : "text/plain");
  at = append(head, at, "\r\n\r\n");
  memcpy(out + ANSWER_HEAD, text, bytes);
  answer->sent_bytes = answer->body_bytes;
  return join(out, head, at, answer->head_only ? 0 : bytes, length);
}

char *answer_begin(struct response *answer, char *out, size_t *length) {
  return answer->document ? begin_document(answer, out, length) : begin_text(answer, out, length);
}

size_t answer_next(struct response *answer, char *out) {
  size_t left = answer->body_bytes - answer->sent_bytes;
  size_t bytes = left < ANSWER_PIECE ? left : ANSWER_PIECE;
  document_fill_from(answer->k, answer->seed, answer->sent_bytes, bytes, out);
  answer->sent_bytes += bytes;
  return bytes;
}
