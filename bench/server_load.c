/* How many documents a second delay_server can answer: many connections that each request the next
 * as soon as they have one, from one thread, each body checked against its own making. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/document.h"
#include "common/error.h"
#include "common/streams.h"

enum { HEAD_MAX = 1024, EVENTS = 512 };

struct client {
  int fd;
  int64_t k;
  size_t length; /* of what has come of the answer */
  char *answer;  /* HEAD_MAX and the body */
};

struct load {
  int64_t port, connections, documents, body, seed;
  bool bare;
  int epoll;
  int64_t asked, answered;
  struct client *clients;
  char *expected; /* a document */
};

static int failed(struct error *error, const char *what) {
  return error_set(error, EXIT_MACHINE, "%s: %s", what, strerror(errno));
}

static int ask(struct load *load, struct client *client, struct error *error) {
  char request[128];
  client->k = load->asked++;
  client->length = 0;
  int length = snprintf(request, sizeof request,
                        "GET /doc/%lld HTTP/1.1\r\nHost: localhost\r\n\r\n", (long long)client->k);
  return send(client->fd, request, (size_t)length, MSG_NOSIGNAL) == length
             ? 0
             : failed(error, "cannot ask");
}

static int open_client(struct load *load, struct client *client, struct error *error) {
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)load->port),
                                      .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  client->answer = malloc(HEAD_MAX + (size_t)load->body);
  if (client->fd < 0 || !client->answer)
    return failed(error, "no connection");
  if (connect(client->fd, (const struct sockaddr *)&address, sizeof address))
    return failed(error, "cannot connect");
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  return epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) ? failed(error, "epoll") : 0;
}

/* The length of the head if the whole answer is there, 0 otherwise. */
static size_t whole_answer(const struct load *load, const struct client *client) {
  const char *end = memmem(client->answer, client->length, "\r\n\r\n", 4);
  size_t head = end ? (size_t)(end - client->answer) + 4 : 0;
  return head > 0 && client->length >= head + (size_t)load->body ? head : 0;
}

static int check(struct load *load, const struct client *client, size_t head, struct error *error) {
  size_t bytes = (size_t)load->body;
  document_fill(client->k, (uint64_t)load->seed, bytes, load->expected);
  if (client->length != head + bytes || memcmp(client->answer, "HTTP/1.1 200 ", 13) != 0 ||
      memcmp(client->answer + head, load->expected, bytes) != 0)
    return error_set(error, EXIT_WRONG,
                     "document %lld is wrong: is the server's --body %lld and "
                     "its --seed %lld?",
                     (long long)client->k, (long long)load->body, (long long)load->seed);
  return 0;
}

/* What one client has received; it requests the next document when the last one is complete. */
static int receive(struct load *load, struct client *client, struct error *error) {
  size_t room = HEAD_MAX + (size_t)load->body - client->length;
  ssize_t count = recv(client->fd, client->answer + client->length, room, 0);
  if (count <= 0)
    return count < 0 ? failed(error, "cannot receive")
                     : error_set(error, EXIT_MACHINE, "the server closed a connection");
  client->length += (size_t)count;
  size_t head = whole_answer(load, client);
  if (head == 0)
    return (size_t)count == room ? error_set(error, EXIT_WRONG, "an answer is too long") : 0;
  if (check(load, client, head, error))
    return error->code;
  load->answered++;
  return load->asked < load->documents ? ask(load, client, error) : 0;
}

static int fetch_all(struct load *load, struct error *error) {
  struct epoll_event events[EVENTS];
  for (int64_t i = 0; i < load->connections && load->asked < load->documents; i++)
    if (ask(load, &load->clients[i], error))
      return error->code;
  while (load->answered < load->documents) {
    int count = epoll_wait(load->epoll, events, EVENTS, -1);
    if (count < 0 && errno != EINTR)
      return failed(error, "epoll");
    for (int i = 0; i < count; i++)
      if (receive(load, events[i].data.ptr, error))
        return error->code;
  }
  return 0;
}

/* A figure of the server's own, by GET /stats on the first connection. */
struct figures {
  double busy_s, cpu_s, requests;
};

static double figure(const char *json, const char *name) {
  char quoted[32];
  snprintf(quoted, sizeof quoted, "\"%s\": ", name);
  const char *found = strstr(json, quoted);
  return found ? strtod(found + strlen(quoted), NULL) : 0;
}

static int ask_figures(const struct load *load, struct figures *figures, struct error *error) {
  static const char request[] = "GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n";
  char answer[2048] = "";
  size_t length = 0;
  int fd = load->clients[0].fd;
  if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
    return failed(error, "cannot ask");
  while (!strchr(answer, '}')) {
    ssize_t count = recv(fd, answer + length, sizeof answer - 1 - length, 0);
    if (count <= 0)
      return failed(error, "no answer to /stats");
    length += (size_t)count;
    answer[length] = 0;
  }
  *figures = (struct figures){figure(answer, "busy_s"), figure(answer, "cpu_s"),
                              figure(answer, "requests")};
  return 0;
}

static void print_result(const struct load *load, double wall_s, const struct figures *before,
                         const struct figures *after) {
  double rate = (double)load->documents / wall_s;
  double cpu_s = (after->cpu_s - before->cpu_s) / (double)load->documents;
  if (load->bare) {
    printf("%.6g\n", 1 / cpu_s);
    return;
  }
  printf("%.0f documents/s over %lld connections; the server was busy for %.0f %% of the time and "
         "took\n%.2f us of a core for each: one core answers %.0f/s at most\n",
         rate, (long long)load->connections, 100 * (after->busy_s - before->busy_s) / wall_s,
         cpu_s * 1e6, 1 / cpu_s);
}

static int run(struct load *load, struct error *error) {
  struct figures before, after;
  load->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (load->epoll < 0)
    return failed(error, "epoll");
  for (int64_t i = 0; i < load->connections; i++)
    if (open_client(load, &load->clients[i], error))
      return error->code;
  if (ask_figures(load, &before, error))
    return error->code;
  int64_t start_ns = clock_now_ns();
  if (fetch_all(load, error))
    return error->code;
  double wall_s = (double)(clock_now_ns() - start_ns) * 1e-9;
  if (ask_figures(load, &after, error) == 0)
    print_result(load, wall_s, &before, &after);
  return error->code;
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct load load = {.connections = 100, .documents = 200000, .body = 1024, .seed = 1};
  const struct cli_option options[] = {
      {"port", 'p', "N", "of the server", .count = &load.port, .min = 1, .max = 65535},
      {"connections", 'c', "N", "in flight (100)", .count = &load.connections, .min = 1,
       .max = 20000},
      {"documents", 'n', "N", "to fetch (200000)", .count = &load.documents, .min = 1,
       .max = 1000000000},
      {"body", 'b', "N", "the server's (1Ki)", .count = &load.body, .max = 1 << 30},
      {"seed", 's', "N", "the server's (1)", .count = &load.seed, .max = INT64_MAX},
      {"bare", 'm', NULL, "only how many a second one core of the server's answers",
       .flag = &load.bare},
      {0},
  };
  sample_begin("bench_server_load", options,
               "Fetches documents from a delay_server as fast as it gives them.",
               "  delay_server --latency 0 --port 8080 &\n  bench_server_load --port 8080\n", argc,
               argv);
  load.clients = calloc((size_t)load.connections, sizeof *load.clients);
  load.expected = malloc((size_t)load.body + 1);
  if (load.port == 0)
    error_set(&error, EXIT_USAGE, "--port: needed; see --help");
  else if (!load.clients || !load.expected)
    error_set(&error, EXIT_MACHINE, "no memory for %lld clients", (long long)load.connections);
  else
    run(&load, &error);
  for (int64_t i = 0; load.clients && i < load.connections; i++)
    free(load.clients[i].answer);
  free(load.clients);
  free(load.expected);
  return streams_finish("bench_server_load",
                        error.code ? error_print(&error, "bench_server_load") : 0);
}
