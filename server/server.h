/* An HTTP/1.1 server of documents that each take a fixed time, on one thread and one libuv loop. */
#ifndef QUARTET_SERVER_SERVER_H
#define QUARTET_SERVER_SERVER_H

#include "common/error.h"
#include "server/settings.h"

struct server;

/* Listens. settings must stay until the server is closed; its `connections` is lowered to what the
 * machine allows unless the user has set it. Fails with EXIT_USAGE (an invalid address) or
 * EXIT_MACHINE. */
int server_open(struct server **server, struct server_settings *settings, struct error *error);

/* "http://127.0.0.1:40123" */
const char *server_url(const struct server *server);

/* Serves until SIGTERM, SIGINT or, if requested, the end of standard input; ends all
 * connections. */
void server_run(struct server *server);

/* Frees it; NULL is allowed. */
void server_close(struct server *server);

#endif
