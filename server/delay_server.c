/* Serves documents that each take a fixed time: what waiting is measured against. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/streams.h"
#include "server/server.h"
#include "server/settings.h"

static const char examples[] =
    "  delay_server                            1 KiB documents after 5 ms each, on a free port\n"
    "  delay_server --latency 20ms --jitter 80ms --body 64Ki --port 8080\n"
    "  delay_server --errors 0.01 --drop 0.001 --seed 42\n"
    "  curl -i http://127.0.0.1:8080/doc/7     document 7, and its checksum\n"
    "  curl http://127.0.0.1:8080/stats        counts since the start, as JSON\n";

static void print_help(void) {
  printf("Usage: delay_server [OPTION]...\n"
         "Serves documents over HTTP/1.1, each a fixed time after its request, from one "
         "thread.\nOnce it listens it prints one line: listening on "
         "http://ADDRESS:PORT\n\nOptions:\n");
  server_settings_print_options();
  printf(
      "\n"
      "GET /doc/K: document K, 0 to 2^63 - 1, of --body bytes that follow from K and --seed;\n"
      "/doc/K?attempt=A: the same, but whether it fails or is dropped is drawn anew for each A;\n"
      "common/document.h says how, and how the header X-Checksum follows from them. GET /stats:\n"
      "counts since the start, and busy_s of wall_s, which show that the server itself is not\n"
      "the bottleneck. Requests on one connection are answered one after the other, the time of\n"
      "each beginning when the one before is answered. SIGTERM and SIGINT end the server.\n"
      "\nExamples:\n%s\n"
      "Exit status: 0 shut down; 2 usage error; 3 system error (port, files, memory)\n",
      examples);
}

static int act(struct server_settings *settings, struct error *error) {
  struct server *server = NULL;
  if (settings->action == SERVER_HELP)
    print_help();
  else if (settings->action == SERVER_VERSION)
    printf("delay_server (Quartet) %s\n", QUARTET_VERSION);
  else if (server_open(&server, settings, error) == 0)
    printf("listening on %s\n", server_url(server));
  if (!error->code && fflush(stdout))
    error_set(error, EXIT_MACHINE, "cannot write to standard output: %s", strerror(errno));
  if (!error->code && server)
    server_run(server);
  server_close(server);
  return error->code;
}

int main(int argc, char **argv) {
  struct server_settings settings;
  struct error error = {0};
  streams_hold();
  if (server_settings_parse(&settings, argc, argv, &error) == 0)
    act(&settings, &error);
  return streams_finish("delay_server", error.code ? error_print(&error, "delay_server") : 0);
}
