/* Answers, as the bytes to send: a head, and a body that is either a document, made piece by piece
 * as it is sent, or a short text. */
#ifndef QUARTET_SERVER_ANSWER_H
#define QUARTET_SERVER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  ANSWER_HEAD = 512,    /* a head is shorter */
  ANSWER_PIECE = 65536, /* most bytes of a body that are made at a time; a multiple of 8 */
  ANSWER_TEXT = 1024,   /* a text is shorter */
};

struct response {
  int status;     /* 200, 400, ... */
  bool head_only; /* to HEAD: the lengths are stated, no body is sent */
  bool http_1_0;  /* the answer must state that the connection is kept */
  bool keep;      /* the connection stays open afterwards */
  bool bad;       /* to what was no request */
  bool document;  /* the body is document k */
  int64_t k;
  uint64_t seed;
  const char *type; /* of a text; NULL: the status in words */
  const char *text;
  size_t body_bytes; /* of a document */
  size_t sent_bytes; /* of the body, by earlier pieces */
};

/* Writes the head and the first piece of the body to `out`, which has room for ANSWER_HEAD +
 * ANSWER_PIECE bytes. Returns where the bytes begin in it; *length says how many there are. */
char *answer_begin(struct response *answer, char *out, size_t *length);

/* Writes the next piece of the body to `out`; 0 if all has been. */
size_t answer_next(struct response *answer, char *out);

#endif
