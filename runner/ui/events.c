#include "runner/ui/events.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/streams.h"
#include "runner/record/facts.h"
#include "runner/record/json_bytes.h"

static json_t *begin(const char *event) {
  json_t *object = json_object();
  json_object_set_new(object, "event", json_string(event));
  return object;
}

/* Which launch of which point. */
static void set_launch(json_t *object, const struct point *point,
                       const struct scheduled_launch *next) {
  set_text(object, "cell_id", point->cell_id);
  json_object_set_new(object, "launch", json_integer(next->launch));
  json_object_set_new(object, "attempt", json_integer(next->attempt));
}

/* Writes the line and releases the object. */
static void end(json_t *object) {
  char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
  json_decref(object);
  if (text != NULL)
    puts(text);
  streams_flush();
  free(text);
}

void events_start(const struct events_start *start) {
  json_t *object = begin("start");
  set_text(object, "name", start->name);
  set_text(object, "run_id", start->run_id);
  json_object_set_new(object, "folder", bytes_value(start->folder));
  set_integer(object, "points", (int64_t)start->points);
  set_integer(object, "points_done", (int64_t)start->points_done);
  set_integer(object, "launches", (int64_t)start->launches);
  set_integer(object, "launches_done", (int64_t)start->launches_done);
  end(object);
}

void events_launch(const struct point *point, const struct config *config,
                   const struct scheduled_launch *next) {
  json_t *object = begin("launch"), *factors = facts_point(point, config);
  set_launch(object, point, next);
  json_object_update(object, factors);
  json_decref(factors);
  end(object);
}

void events_result(const struct point *point, const struct scheduled_launch *next,
                   const struct outcome *outcome, const struct events_state *state) {
  bool skipped = outcome->status == STATUS_SKIPPED;
  json_t *object = begin("result");
  set_launch(object, point, next);
  set_text(object, "status", status_names[outcome->status]);
  set_real(object, "wall_s", outcome->status == STATUS_OK ? outcome->wall_s : NAN);
  set_real(object, "process_s", skipped ? NAN : outcome->process_s);
  set_text(object, "message", *outcome->message != '\0' ? outcome->message : NULL);
  set_integer(object, "launches_done", (int64_t)state->done);
  set_integer(object, "launches_left", (int64_t)state->left);
  set_real(object, "seconds_left", state->seconds_left);
  end(object);
}

void events_enough(const struct point *point, enum enough reason) {
  json_t *object = begin("enough");
  set_text(object, "cell_id", point->cell_id);
  set_text(object, "reason", enough_name(reason));
  end(object);
}

void events_end(const char *result, const struct run_counts *counts) {
  json_t *object = begin("end");
  set_text(object, "result", result);
  set_integer(object, "launches_done", (int64_t)counts->done);
  set_integer(object, "launches_left", (int64_t)counts->left);
  set_integer(object, "failed", (int64_t)counts->failed);
  set_integer(object, "unaccepted", (int64_t)counts->unaccepted);
  end(object);
}
