#include "engine/fetching.h"

#include <stdlib.h>

#include "engine/curl.h"
#include "engine/fetch.h"

struct fetching {
  uv_loop_t *loop;
  uv_timer_t timer; /* libcurl's */
  CURLM *multi;
};

/* A socket that libcurl wants watched. */
struct watched {
  uv_poll_t poll;
  struct fetching *fetching;
  curl_socket_t socket;
};

/* Hands over completed fetches, and repeats failed attempts. */
static void settle(struct fetching *fetching) {
  CURLMsg *message;
  int left;
  while ((message = libcurl.multi_info_read(fetching->multi, &left))) {
    CURL *curl = message->easy_handle;
    int code = (int)message->data.result; /* the message does not outlive the removal */
    char *private;
    libcurl.easy_getinfo(curl, CURLINFO_PRIVATE, &private);
    struct async_operation *async_operation = (struct async_operation *)private;
    libcurl.multi_remove_handle(fetching->multi, curl);
    bool again = fetch_settle(async_operation->io, &async_operation->received,
                              &async_operation->operation, code);
    if (again &&
        fetch_prepare(async_operation->io, &async_operation->received,
                      &async_operation->operation) &&
        libcurl.multi_add_handle(fetching->multi, curl) == CURLM_OK)
      continue;
    if (again)
      io_environment_exhaust(async_operation->io, "no memory to fetch a document again");
    async_operation->done(async_operation);
  }
}

static void on_ready(uv_poll_t *poll, int status, int events) {
  struct watched *watched = poll->data;
  struct fetching *fetching = watched->fetching; /* watched may be gone after the call */
  int flags = status < 0 ? CURL_CSELECT_ERR : 0, running;
  flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
  flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
  libcurl.multi_socket_action(fetching->multi, watched->socket, flags, &running);
  settle(fetching);
}

static void free_watched(uv_handle_t *handle) {
  free(handle->data);
}

static void stop_watching(struct fetching *fetching, struct watched *watched) {
  libcurl.multi_assign(fetching->multi, watched->socket, NULL);
  uv_poll_stop(&watched->poll);
  uv_close((uv_handle_t *)&watched->poll, free_watched);
}

static struct watched *begin_watching(struct fetching *fetching, curl_socket_t socket) {
  struct watched *watched = malloc(sizeof *watched);
  if (!watched)
    return NULL;
  *watched = (struct watched){.fetching = fetching, .socket = socket};
  if (uv_poll_init_socket(fetching->loop, &watched->poll, socket) < 0) {
    free(watched);
    return NULL;
  }
  watched->poll.data = watched;
  libcurl.multi_assign(fetching->multi, socket, watched);
  return watched;
}

static int on_socket(CURL *curl, curl_socket_t socket, int what, void *context, void *known) {
  struct fetching *fetching = context;
  struct watched *watched = known;
  (void)curl;
  if (what == CURL_POLL_REMOVE) {
    if (watched)
      stop_watching(fetching, watched);
    return 0;
  }
  watched = watched ? watched : begin_watching(fetching, socket);
  if (!watched)
    return -1;
  int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
  return uv_poll_start(&watched->poll, events, on_ready) < 0 ? -1 : 0;
}

static void on_timer(uv_timer_t *timer) {
  struct fetching *fetching = timer->data;
  int running;
  libcurl.multi_socket_action(fetching->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  settle(fetching);
}

static int on_timeout(CURLM *multi, long timeout_ms, void *context) {
  struct fetching *fetching = context;
  (void)multi;
  if (timeout_ms < 0)
    return uv_timer_stop(&fetching->timer);
  uv_update_time(fetching->loop); /* the loop may have computed for long */
  return uv_timer_start(&fetching->timer, on_timer, (uint64_t)timeout_ms, 0) < 0 ? -1 : 0;
}

static struct fetching *open_fetching(uv_loop_t *loop) {
  struct fetching *fetching = calloc(1, sizeof *fetching);
  if (!fetching)
    return NULL;
  fetching->loop = loop;
  fetching->multi = libcurl.multi_init();
  if (!fetching->multi || uv_timer_init(loop, &fetching->timer) < 0) {
    libcurl.multi_cleanup(fetching->multi);
    free(fetching);
    return NULL;
  }
  fetching->timer.data = fetching;
  libcurl.multi_setopt(fetching->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  libcurl.multi_setopt(fetching->multi, CURLMOPT_SOCKETDATA, fetching);
  libcurl.multi_setopt(fetching->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
  libcurl.multi_setopt(fetching->multi, CURLMOPT_TIMERDATA, fetching);
  libcurl.multi_setopt(fetching->multi, CURLMOPT_MAXCONNECTS,
                       65536L); /* all are kept for the next */
  return fetching;
}

int fetching_start(struct fetching **fetching, struct async_operation *async_operation) {
  if (!*fetching)
    *fetching = open_fetching(async_operation->loop);
  if (!*fetching)
    return -1;
  CURL *curl =
      fetch_prepare(async_operation->io, &async_operation->received, &async_operation->operation);
  if (!curl)
    return -1;
  libcurl.easy_setopt(curl, CURLOPT_PRIVATE, (char *)async_operation);
  return libcurl.multi_add_handle((*fetching)->multi, curl) == CURLM_OK ? 0 : -1;
}

static void free_fetching(uv_handle_t *handle) {
  free(handle->data);
}

void fetching_close(struct fetching *fetching) {
  if (!fetching)
    return;
  libcurl.multi_cleanup(fetching->multi);
  uv_close((uv_handle_t *)&fetching->timer, free_fetching);
}
