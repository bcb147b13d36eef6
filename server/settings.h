/* The command line of delay_server, read and checked. */
#ifndef QUARTET_SERVER_SETTINGS_H
#define QUARTET_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

enum server_action { SERVER_RUN, SERVER_VERSION, SERVER_HELP };

struct server_settings {
  enum server_action action;
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

/* Reads the command line. Returns 0, or EXIT_USAGE with a message that names the option and the
 * wrong word. Prints nothing. */
int server_settings_parse(struct server_settings *settings, int argc, char **argv,
                          struct error *error);

/* Prints the list of options for --help. */
void server_settings_print_options(void);

#endif
