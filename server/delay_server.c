/* Serves documents that each take a fixed time: what waiting is measured against. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/document.h"
#include "common/streams.h"
#include "server/server.h"
#include "server/settings.h"

static int serve(struct server_settings *settings) {
  struct error error = {0};
  struct server *server = NULL;
  if (server_open(&server, settings, &error) == 0)
    printf(DOCUMENT_GREETING "%s\n", server_url(server));
  if (!error.code && fflush(stdout))
    error_set(&error, EXIT_MACHINE, "cannot write to standard output: %s", strerror(errno));
  if (!error.code)
    server_run(server);
  server_close(server);
  return error.code ? error_print(&error, "delay_server") : 0;
}

int main(int argc, char **argv) {
  struct server_settings settings;
  streams_hold();
  int code = server_settings_read(&settings, argc, argv);
  return streams_finish("delay_server", code < 0 ? serve(&settings) : code);
}
