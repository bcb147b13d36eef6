#include "engine/team.h"

static void run(struct team *team, int64_t count, team_task *task, team_leave *leave,
                void *context) {
  (void)team;
  for (int64_t i = 0; i < count; i++)
    task(context, i, 0);
  if (leave)
    leave(context, 0);
}

static void each(struct team *team, team_task *task, void *context) {
  (void)team;
  task(context, 0, 0);
}

static int within(struct team *team, team_body *body, void *context) {
  (void)team;
  return body(context);
}

struct team team_serial = {.workers = 1, .run = run, .each = each, .within = within};
