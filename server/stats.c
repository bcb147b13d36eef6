#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"
#include "server/serving.h"

/* Time that is not idle is busy, or waits for a processor: cpu_s distinguishes these. */
void stats_write(struct server *server, char text[ANSWER_TEXT]) {
  const struct counts *n = &server->counts;
  double wall_s = (double)(clock_now_ns() - server->start_ns) * 1e-9;
  double idle_s = (double)uv_metrics_idle_time(&server->loop) * 1e-9;
  snprintf(text, ANSWER_TEXT,
           "{\"requests\": %" PRId64 ", \"documents\": %" PRId64 ", \"errors\": %" PRId64
           ", \"drops\": %" PRId64 ", \"bad\": %" PRId64 ", \"others\": %" PRId64
           ", \"lost\": %" PRId64 ", \"waiting\": %" PRId64 ", \"connections_open\": %" PRId64
           ", \"connections_most\": %" PRId64 ", \"connections_accepted\": %" PRId64
           ", \"connections_refused\": %" PRId64 ", \"connections_limit\": %" PRId64
           ", \"sent_bytes\": %" PRId64 ", \"late_s\": %.9f, \"late_most_s\": %.9f"
           ", \"wall_s\": %.9f, \"busy_s\": %.9f, \"cpu_s\": %.9f}\n",
           n->requests, n->documents, n->errors, n->drops, n->bad, n->others, n->lost,
           server->deadlines.count, n->open, n->most_open, n->accepted, n->refused,
           server->settings->connections, n->sent_bytes, (double)n->late_ns * 1e-9,
           (double)n->most_late_ns * 1e-9, wall_s, wall_s - idle_s,
           (double)clock_process_cpu_ns() * 1e-9);
}
