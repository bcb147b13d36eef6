#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/limits.h"
#include "server/serving.h"

enum { OTHER_FILES = 32 }; /* open beside the connections */

/* ---- running ---- */

/* Sends the answers that are due. Answers that become due meanwhile wait for the next iteration of
 * the loop, so that reading has its own. */
static void take_turn(uv_prepare_t *turn) {
  struct server *server = turn->data;
  struct deadlines *deadlines = &server->deadlines;
  int64_t now_ns = clock_now_ns();
  while (deadlines->count > 0 && deadlines_first(deadlines)->time_ns <= now_ns)
    connection_due((struct connection *)(intptr_t)deadlines_take(deadlines).task);
  if (deadlines->count > 0)
    alarm_set(&server->alarm, deadlines_first(deadlines)->time_ns);
}

static void connect_one(uv_stream_t *listener, int status) {
  if (status == 0)
    connection_accept(listener->data);
}

/* Opening may have failed before this one was there. */
static void close_handle(void *handle) {
  if (((uv_handle_t *)handle)->loop)
    uv_close(handle, NULL);
}

/* Closes everything; the loop then ends by itself. */
static void end(struct server *server) {
  if (server->ending)
    return;
  server->ending = true;
  alarm_close(&server->alarm);
  close_handle(&server->turn);
  close_handle(&server->listener);
  close_handle(&server->terminate);
  close_handle(&server->interrupt);
  close_handle(&server->input);
  connection_close_all(server);
}

static void end_by_signal(uv_signal_t *handle, int number) {
  (void)number;
  end(handle->data);
}

static void end_with_input(uv_poll_t *handle, int status, int events) {
  char unread[4096];
  (void)events;
  ssize_t count = status < 0 ? 0 : read(STDIN_FILENO, unread, sizeof unread);
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
    end(handle->data);
}

void server_run(struct server *server) {
  uv_run(&server->loop, UV_RUN_DEFAULT);
}

/* ---- opening ---- */

/* Each connection takes a file. */
static int allow_files(struct server_settings *settings, struct error *error) {
  int64_t wanted = settings->connections + OTHER_FILES, limit = limits_allow_files(wanted);
  if (limit >= wanted)
    return 0;
  if (settings->connections_said || limit <= OTHER_FILES)
    return error_set(error, EXIT_MACHINE, "--connections: only %lld files may be open (ulimit -n)",
                     (long long)limit);
  settings->connections = limit - OTHER_FILES;
  return 0;
}

static int parse_address(const struct server_settings *settings, struct sockaddr_storage *address,
                         struct error *error) {
  int port = (int)settings->port;
  if (uv_ip4_addr(settings->bind, port, (struct sockaddr_in *)address) == 0 ||
      uv_ip6_addr(settings->bind, port, (struct sockaddr_in6 *)address) == 0)
    return 0;
  return error_set(error, EXIT_USAGE, "--bind: '%s': expected an address such as 127.0.0.1 or ::1",
                   settings->bind);
}

static void write_url(struct server *server) {
  struct sockaddr_storage address;
  int length = sizeof address;
  char host[INET6_ADDRSTRLEN] = "";
  uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &length);
  bool six = address.ss_family == AF_INET6;
  uv_ip_name((struct sockaddr *)&address, host, sizeof host);
  unsigned port = ntohs(six ? ((struct sockaddr_in6 *)&address)->sin6_port
                            : ((struct sockaddr_in *)&address)->sin_port);
  snprintf(server->url, sizeof server->url, six ? "http://[%s]:%u" : "http://%s:%u", host, port);
}

static int start_listening(struct server *server, const struct sockaddr_storage *address,
                           struct error *error) {
  const struct server_settings *settings = server->settings;
  int code = uv_tcp_init(&server->loop, &server->listener);
  server->listener.data = server;
  if (code == 0)
    code = uv_tcp_bind(&server->listener, (const struct sockaddr *)address, 0);
  if (code == 0) /* the kernel cuts the queue down to what it allows */
    code = uv_listen((uv_stream_t *)&server->listener, 65535, connect_one);
  if (code < 0)
    return error_set(error, EXIT_MACHINE, "cannot listen on %s, port %d: %s", settings->bind,
                     (int)settings->port, uv_strerror(code));
  write_url(server);
  return 0;
}

/* libuv makes the file non-blocking, for all who share it: server_close undoes it. */
static int watch_input(struct server *server, struct error *error) {
  server->input_flags = fcntl(STDIN_FILENO, F_GETFL);
  int code = uv_poll_init(&server->loop, &server->input, STDIN_FILENO);
  server->input.data = server;
  if (code == 0)
    code = uv_poll_start(&server->input, UV_READABLE | UV_DISCONNECT, end_with_input);
  if (code < 0)
    return error_set(error, EXIT_USAGE,
                     "--until-stdin-closes: standard input is not a pipe, socket or terminal");
  return 0;
}

/* The handles that do not listen. */
static int start_handles(struct server *server, struct error *error) {
  int code = alarm_open(&server->alarm, &server->loop);
  uv_prepare_init(&server->loop, &server->turn);
  uv_prepare_start(&server->turn, take_turn);
  if (code == 0)
    code = uv_signal_init(&server->loop, &server->terminate);
  if (code == 0)
    code = uv_signal_init(&server->loop, &server->interrupt);
  server->turn.data = server->terminate.data = server->interrupt.data = server;
  if (code == 0)
    code = uv_signal_start(&server->terminate, end_by_signal, SIGTERM);
  if (code == 0)
    code = uv_signal_start(&server->interrupt, end_by_signal, SIGINT);
  if (code < 0)
    return error_set(error, EXIT_MACHINE, "libuv: %s", uv_strerror(code));
  return server->settings->until_stdin_closes ? watch_input(server, error) : 0;
}

int server_open(struct server **opened, struct server_settings *settings, struct error *error) {
  struct sockaddr_storage address = {0};
  *opened = NULL;
  if (parse_address(settings, &address, error) || allow_files(settings, error))
    return error->code;
  struct server *server = calloc(1, sizeof *server);
  int code = server && deadlines_reserve(&server->deadlines, settings->connections) == 0
                 ? uv_loop_init(&server->loop)
                 : UV_ENOMEM;
  if (code < 0) {
    if (server)
      deadlines_free(&server->deadlines);
    free(server);
    return error_set(error, EXIT_MACHINE, "libuv: no loop: %s", uv_strerror(code));
  }
  server->settings = settings;
  server->start_ns = clock_now_ns();
  uv_loop_configure(&server->loop, UV_METRICS_IDLE_TIME);
  signal(SIGPIPE, SIG_IGN); /* a client that has gone is an error of that write */
  *opened = server;
  if (start_handles(server, error) || start_listening(server, &address, error)) {
    server_close(server);
    *opened = NULL;
  }
  return error->code;
}

const char *server_url(const struct server *server) {
  return server->url;
}

void server_close(struct server *server) {
  if (!server)
    return;
  end(server);
  uv_run(&server->loop, UV_RUN_DEFAULT); /* until what is closing is closed */
  uv_loop_close(&server->loop);
  if (server->input.loop)
    fcntl(STDIN_FILENO, F_SETFL, server->input_flags);
  deadlines_free(&server->deadlines);
  free(server);
}
