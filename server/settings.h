/* The command line of delay_server, read and checked. */
#ifndef QUARTET_SERVER_SETTINGS_H
#define QUARTET_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cli.h"

struct server_settings {
  int64_t latency_ns, jitter_ns;
  int64_t body_bytes;
  int64_t connections;   /* maximum number of open ones */
  bool connections_said; /* by the user: fewer will not do */
  double errors, drop;   /* shares, 0 to 1 */
  int64_t seed;
  const char *bind;
  int64_t port; /* 0: a free one */
  bool until_stdin_closes;
};

/* Reads the command line; prints what is wrong with it, or the help. Returns -1 to continue, or the
 * exit status. */
int server_settings_read(struct server_settings *settings, int argc, char **argv);

#endif
