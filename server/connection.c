/* A connection serves one request at a time: reads it, waits until its answer is due, sends that.
 * Input that arrives meanwhile is kept; when it is much, the socket's own buffers hold it back. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/document.h"
#include "server/request.h"
#include "server/serving.h"

enum { INPUT_MAX = 8192 }; /* a longer head is answered with 431 */

enum connection_state {
  STATE_READY,    /* no request in hand */
  STATE_WAITING,  /* its deadline is in the heap */
  STATE_SENDING,  /* the socket is full; libuv sends the rest and calls back */
  STATE_DRAINING, /* answered for the last time; what still comes is thrown away until the end */
  STATE_CLOSED,
};

struct connection {
  uv_tcp_t tcp;
  uv_write_t write;
  uv_shutdown_t shutdown;
  struct server *server;
  enum connection_state state;
  bool reading;
  bool ended; /* the client sends no more; it may still read */
  bool drops; /* the request in hand is not to be answered */
  struct response answer;
  int64_t due_ns;
  char *rest; /* of a piece that the socket did not take; allocated when it first happens */
  size_t length, scanned; /* of the input */
  char input[INPUT_MAX];
};

static uv_stream_t *stream_of(struct connection *c) {
  return (uv_stream_t *)&c->tcp;
}

static void closed(uv_handle_t *handle) {
  struct connection *c = handle->data;
  free(c->rest);
  free(c);
}

static void close_connection(struct connection *c) {
  if (c->state == STATE_CLOSED)
    return;
  c->state = STATE_CLOSED;
  c->server->counts.open--;
  uv_close((uv_handle_t *)&c->tcp, closed);
}

/* The current request will not be answered. */
static void lose(struct connection *c) {
  c->server->counts.lost++;
  close_connection(c);
}

/* ---- reading ---- */

static void serve(struct connection *c);

/* Input that is discarded goes into the buffer for answers, which is free between two of them. */
static void provide(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  struct connection *c = handle->data;
  (void)suggested;
  if (c->state == STATE_DRAINING)
    *buffer = uv_buf_init(c->server->out, sizeof c->server->out);
  else
    *buffer = uv_buf_init(c->input + c->length, (unsigned)(sizeof c->input - c->length));
}

static void received(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer);

/* Reads as long as there is something to read, and room. */
static void update_reading(struct connection *c) {
  bool wanted = !c->ended && (c->state == STATE_DRAINING || c->length < sizeof c->input);
  if (c->state == STATE_CLOSED || wanted == c->reading)
    return;
  c->reading = wanted;
  if (!wanted)
    uv_read_stop(stream_of(c));
  else if (uv_read_start(stream_of(c), provide, received) < 0)
    close_connection(c);
}

/* An error is an end too: if there is something to be answered, sending will find out. */
static void received(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  struct connection *c = stream->data;
  (void)buffer;
  if (c->state == STATE_CLOSED)
    return;
  if (count < 0) {
    c->ended = true;
    if (c->state == STATE_DRAINING) {
      close_connection(c);
      return;
    }
  } else if (c->state != STATE_DRAINING) {
    c->length += (size_t)count;
  }
  serve(c);
}

static void consume(struct connection *c, size_t length) {
  c->length -= length;
  c->scanned = 0;
  memmove(c->input, c->input + length, c->length);
}

/* ---- answering ---- */

static void count_answer(struct connection *c) {
  struct counts *counts = &c->server->counts;
  const struct response *answer = &c->answer;
  if (answer->document)
    counts->documents++;
  else if (answer->status == 500)
    counts->errors++;
  else if (answer->bad)
    counts->bad++;
  else
    counts->others++;
}

static void shut(uv_shutdown_t *request, int status) {
  (void)request;
  (void)status; /* the connection ends when the client closes */
}

/* A socket that is closed while the client still sends would take back what it was sent: so that
 * our last words arrive, the client has to close first. */
static void drain(struct connection *c) {
  c->state = STATE_DRAINING;
  c->length = 0;
  if (c->ended || uv_shutdown(&c->shutdown, stream_of(c), shut) < 0)
    close_connection(c);
}

static void finish_answer(struct connection *c) {
  count_answer(c);
  c->state = STATE_READY;
  if (!c->answer.keep)
    drain(c);
}

static void sent(uv_write_t *write, int status);

/* The socket is full: keeps the rest until it is not. */
static void send_later(struct connection *c, char *data, size_t length) {
  if (!c->rest)
    c->rest = malloc(ANSWER_HEAD + ANSWER_PIECE);
  if (!c->rest) {
    lose(c);
    return;
  }
  memcpy(c->rest, data, length);
  uv_buf_t buffer = uv_buf_init(c->rest, (unsigned)length);
  c->state = STATE_SENDING;
  if (uv_write(&c->write, stream_of(c), &buffer, 1, sent) < 0)
    lose(c);
}

/* Sends `data`, then the rest of the answer, as far as the socket takes it. */
static void send_answer(struct connection *c, char *data, size_t length) {
  struct server *server = c->server;
  while (length > 0) {
    uv_buf_t buffer = uv_buf_init(data, (unsigned)length);
    int taken = uv_try_write(stream_of(c), &buffer, 1);
    if (taken < 0 && taken != UV_EAGAIN) {
      lose(c);
      return;
    }
    server->counts.sent_bytes += (int64_t)length;
    size_t gone = taken < 0 ? 0 : (size_t)taken;
    if (gone < length) {
      send_later(c, data + gone, length - gone);
      return;
    }
    length = answer_next(&c->answer, server->out);
    data = server->out;
  }
  finish_answer(c);
}

static void sent(uv_write_t *write, int status) {
  struct connection *c = write->handle->data;
  if (c->state == STATE_CLOSED)
    return;
  if (status < 0) {
    lose(c);
    return;
  }
  size_t length = answer_next(&c->answer, c->server->out);
  send_answer(c, c->server->out, length);
  serve(c);
}

/* Answers the request in hand, now. */
static void answer_now(struct connection *c) {
  struct server *server = c->server;
  if (c->drops) {
    server->counts.drops++;
    close_connection(c);
    return;
  }
  char text[ANSWER_TEXT];
  if (c->answer.type) { /* the counts: as they are now */
    stats_write(server, text);
    c->answer.text = text;
  }
  size_t length;
  char *data = answer_begin(&c->answer, server->out, &length);
  send_answer(c, data, length);
}

void connection_due(struct connection *c) {
  int64_t late_ns = clock_now_ns() - c->due_ns;
  struct counts *counts = &c->server->counts;
  counts->late_ns += late_ns;
  if (late_ns > counts->most_late_ns)
    counts->most_late_ns = late_ns;
  answer_now(c);
  serve(c);
}

/* ---- asking ---- */

static void ask_document(struct connection *c, int64_t k, int64_t attempt) {
  const struct server_settings *s = c->server->settings;
  uint64_t seed = (uint64_t)s->seed;
  int64_t delay_ns = document_delay_ns(k, seed, s->latency_ns, s->jitter_ns);
  uint64_t draw = seed + (uint64_t)attempt - 1;
  c->drops = document_drops(k, draw, s->drop);
  if (document_fails(k, draw, s->errors)) {
    c->answer.status = 500;
  } else {
    c->answer.document = true;
    c->answer.k = k;
    c->answer.seed = seed;
    c->answer.body_bytes = (size_t)s->body_bytes;
  }
  if (delay_ns == 0) {
    answer_now(c);
    return;
  }
  c->due_ns = clock_now_ns() + delay_ns;
  c->state = STATE_WAITING;
  deadlines_add(&c->server->deadlines, c->due_ns, (int64_t)(intptr_t)c);
}

static void refuse(struct connection *c, int status) {
  c->drops = false;
  c->answer = (struct response){.status = status, .bad = true};
  answer_now(c);
}

static void ask(struct connection *c, const struct http_request *request) {
  c->drops = false;
  c->answer = (struct response){
      .status = 200,
      .head_only = request->method == METHOD_HEAD,
      .http_1_0 = request->http_1_0,
      .keep = request->keep && !request->has_body, /* a body is not parsed: no next request */
  };
  if (request->method == METHOD_OTHER)
    c->answer.status = 405;
  else if (request->target == TARGET_UNKNOWN)
    c->answer.status = 404;
  else if (request->target == TARGET_STATS)
    c->answer.type = "application/json";
  else {
    ask_document(c, request->document, request->attempt);
    return;
  }
  answer_now(c);
}

/* Takes the next request, if it is complete. Input that cannot begin a request is refused. */
static bool take_request(struct connection *c) {
  struct http_request request;
  size_t length = request_head_length(c->input, c->length, &c->scanned);
  bool garbage = c->length > 0 && !request_can_begin(c->input[0]);
  int status = garbage ? 400 : c->length == sizeof c->input ? 431 : 0;
  if (length == 0 && status == 0)
    return false;
  c->server->counts.requests++;
  if (length > 0) {
    status = request_read(c->input, length, &request);
    consume(c, length);
  }
  if (status)
    refuse(c, status);
  else
    ask(c, &request);
  return true;
}

/* Goes on with what has been received, until something has to be waited for. */
static void serve(struct connection *c) {
  while (c->state == STATE_READY && take_request(c))
    ;
  if (c->state == STATE_READY && c->ended)
    close_connection(c);
  update_reading(c);
}

/* ---- opening and closing ---- */

void connection_accept(struct server *server) {
  struct counts *counts = &server->counts;
  /* The input needs no zeros. Without memory libuv keeps this connection, and all after it, waiting
   * in the kernel: those that are open are served on. */
  struct connection *c = malloc(sizeof *c);
  if (!c)
    return;
  memset(c, 0, offsetof(struct connection, input));
  c->server = server;
  uv_tcp_init(&server->loop, &c->tcp);
  c->tcp.data = c;
  counts->open++;
  if (uv_accept((uv_stream_t *)&server->listener, stream_of(c)) < 0) {
    close_connection(c);
  } else if (counts->open > server->settings->connections) {
    counts->refused++;
    close_connection(c);
  } else {
    counts->accepted++;
    if (counts->open > counts->most_open)
      counts->most_open = counts->open;
    uv_tcp_nodelay(&c->tcp, 1);
    update_reading(c);
  }
}

static void close_if_connection(uv_handle_t *handle, void *listener) {
  if (handle->type == UV_TCP && handle != listener)
    close_connection(handle->data);
}

void connection_close_all(struct server *server) {
  uv_walk(&server->loop, close_if_connection, &server->listener);
}
