#include "server/settings.h"

static struct server_settings given;
#define HOUR_NS INT64_C(3600000000000)

static const struct cli_option options[] = {
    {"latency", 0, "TIME", "time from a request to its answer: 5ms, 200us (5ms)",
     .duration_ns = &given.latency_ns, .max = HOUR_NS},
    {"jitter", 0, "TIME",
     "maximum of a uniform random extra delay, the same for all requests for a document (0)",
     .duration_ns = &given.jitter_ns, .max = HOUR_NS},
    {"body", 0, "N", "bytes of a document: 1000, 64Ki, 2^20 (1Ki)", .count = &given.body_bytes,
     .max = 1 << 30},
    {"connections", 0, "N",
     "maximum at the same time; further ones are accepted and closed (10000, or the limit on open "
     "files if lower)",
     .count = &given.connections, .min = 1, .max = 1000000},
    {"errors", 0, "F", "share of the documents that are answered with 500, 0 to 1 (0)",
     .real = &given.errors, .max = 1},
    {"drop", 0, "F",
     "share of the documents for which the connection is closed without an answer, 0 to 1 (0)",
     .real = &given.drop, .max = 1},
    {"seed", 0, "N", "seed of the random numbers and the documents (1)", .count = &given.seed,
     .max = INT64_MAX},
    {"bind", 0, "ADDRESS", "numeric address to listen on: 127.0.0.1, ::1 (127.0.0.1)",
     .text = &given.bind},
    {"port", 0, "N", "port to listen on; 0: a free one (0)", .count = &given.port, .max = 65535},
    {"until-stdin-closes", 0, NULL,
     "shut down at the end of standard input, a pipe: when the process that started the server has "
     "ended",
     .flag = &given.until_stdin_closes},
    {0},
};

static const struct cli cli = {
    .program = "delay_server",
    .summary = "Serves documents over HTTP/1.1, each a fixed time after its request, from one "
               "thread. Once it listens it prints one line: listening on http://ADDRESS:PORT",
    .options = options,
    .notes =
        "GET /doc/K: document K, 0 to 2^63 - 1, of --body bytes that follow from K and --seed; "
        "/doc/K?attempt=A: the same, but whether it fails or is dropped is drawn for each A "
        "independently; common/document.h says how, and how X-Checksum follows from them. GET "
        "/stats: counts since the start, and busy_s of wall_s, which show that the server itself "
        "is not the bottleneck. Requests on one connection are answered one after the other, the "
        "time of each beginning when the one before is answered. SIGTERM and SIGINT end the "
        "server.",
    .examples = "  delay_server              1 KiB documents after 5 ms each, on a free port\n"
                "  delay_server --latency 20ms --jitter 80ms --body 64Ki --port 8080\n"
                "  delay_server --errors 0.01 --drop 0.001 --seed 42\n"
                "  curl -i http://127.0.0.1:8080/doc/7     document 7, and its checksum\n"
                "  curl http://127.0.0.1:8080/stats        counts since the start, as JSON\n",
    .status = "0 shut down; 2 usage error; 3 system error (port, files, memory)",
};

int server_settings_read(struct server_settings *settings, int argc, char **argv) {
  given = (struct server_settings){
      .latency_ns = 5000000, .body_bytes = 1024, .seed = 1, .bind = "127.0.0.1"};
  int code = cli_read(&cli, argc, argv);
  given.connections_said = given.connections > 0;
  if (!given.connections_said)
    given.connections = 10000;
  *settings = given;
  return code;
}
