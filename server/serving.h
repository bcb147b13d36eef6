/* The data that the server and its connections share. */
#ifndef QUARTET_SERVER_SERVING_H
#define QUARTET_SERVER_SERVING_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "common/alarm.h"
#include "common/deadlines.h"
#include "server/answer.h"
#include "server/settings.h"

/* Since the start. Every request ends as exactly one of documents .. lost. */
struct counts {
  int64_t requests;          /* heads read, right or wrong */
  int64_t documents;         /* answered 200 */
  int64_t errors;            /* documents answered 500 */
  int64_t drops;             /* documents for which the connection was closed */
  int64_t bad;               /* invalid requests: 400, 411, 431, 505 */
  int64_t others;            /* /stats, 404, 405 */
  int64_t lost;              /* the client had gone before it had its answer */
  int64_t accepted, refused; /* connections */
  int64_t open, most_open;
  int64_t sent_bytes;
  int64_t late_ns, most_late_ns; /* from when an answer was due to when it was begun */
};

struct server {
  struct server_settings *settings;
  uv_loop_t loop;
  struct alarm alarm;
  uv_prepare_t turn; /* before the loop waits: answers what is due, and sets the alarm */
  uv_tcp_t listener;
  uv_signal_t terminate, interrupt;
  uv_poll_t input; /* standard input, if its end is the server's */
  int input_flags;
  /* One at most for each connection. A connection is not freed while it has one, so that none is
   * ever taken out before its time. */
  struct deadlines deadlines;
  bool ending;
  int64_t start_ns;
  struct counts counts;
  char url[80];
  char out[ANSWER_HEAD + ANSWER_PIECE]; /* answers are composed here before they are sent */
};

struct connection;

/* Accepts a connection, or closes it immediately if there are too many. */
void connection_accept(struct server *server);

/* Its deadline has passed and was removed: answers, and continues with its next requests.
 */
void connection_due(struct connection *connection);

/* Ends all connections that there are; no deadline may be taken out afterwards. */
void connection_close_all(struct server *server);

/* The counts and the times as JSON, one line of text. */
void stats_write(struct server *server, char text[ANSWER_TEXT]);

#endif
