#include "engine/session.h"

#include <stdlib.h>

#include "common/memory.h"

static int parts_of_one(const struct session *session) {
  return session->jobs > 1 ? 1 : session->comm->parts;
}

struct work session_work(const struct session *session) {
  struct work work = session->kernel->work(&session->problem, parts_of_one(session));
  double jobs = (double)session->jobs;
  double traffic = work.traffic > 0 ? work.traffic : work.bytes;
  return (struct work){
      .operations = work.operations * jobs,
      .bytes = work.bytes * jobs,
      .traffic = traffic * jobs,
      .messages = work.messages * jobs,
      .memory = work.memory * jobs,
  };
}

/* Whether this machine's share of the problem fits its memory; each process checks for all of them
 * on the machine, since all are about to allocate. */
static int check_memory(const struct session *session, struct error *error) {
  const struct comm *comm = session->comm;
  double each =
      (double)(session->kernel->state_bytes + sizeof(struct interpreter) + sizeof(struct held) +
               sizeof(struct side) + sizeof(struct worker) + sizeof(struct error));
  double states = each * (double)session->jobs;
  double share = (double)comm->processes_on_node / (double)comm->processes;
  if (memory_check((session_work(session).memory + states) * share, "this problem", error))
    return error_prefix(error, "%s", session->kernel->name);
  return 0;
}

static int open_interpreters(struct session *s, struct error *error) {
  bool dealt = s->jobs > 1;
  struct part mine = part_of(s->jobs, 0, s->comm->process, s->comm->processes);
  int64_t count = dealt ? mine.end - mine.begin : 1;
  s->interpreters =
      aligned_alloc(_Alignof(struct interpreter), (size_t)(count + 1) * sizeof *s->interpreters);
  s->errors = calloc((size_t)count + 1, sizeof *s->errors);
  if (!s->interpreters || !s->errors)
    return error_set(error, EXIT_MACHINE, "no memory for %lld jobs", (long long)count);
  for (int64_t i = 0; i < count; i++, s->interpreter_count++)
    if (interpreter_open(&s->interpreters[i], s->kernel, &s->problem, &s->policy,
                         dealt ? &s->alone : s->comm, dealt ? &team_serial : s->team, error))
      return error->code;
  return 0;
}

int session_open(struct session *session, struct error *error) {
  if (comm_local_open(&session->alone, 1, error) == 0 && check_memory(session, error) == 0)
    open_interpreters(session, error);
  if (comm_agree(session->comm, error))
    session_close(session);
  return error->code;
}

void session_close(struct session *session) {
  for (int64_t i = 0; i < session->interpreter_count; i++)
    interpreter_close(&session->interpreters[i]);
  session->interpreter_count = 0;
  free(session->interpreters);
  free(session->errors);
  session->interpreters = NULL;
  session->errors = NULL;
  if (session->alone.close)
    session->alone.close(&session->alone);
}

struct job_batch {
  struct session *session;
  enum stage stage;
};

static void job_task(void *context, int64_t index, int worker) {
  const struct job_batch *batch = context;
  (void)worker; /* a job has an interpreter of one worker, whichever it is */
  interpreter_run(&batch->session->interpreters[index], batch->stage,
                  &batch->session->errors[index]);
}

int session_run(struct session *session, enum stage stage, struct error *error) {
  struct job_batch batch = {session, stage};
  if (session->jobs == 1)
    return interpreter_run(session->interpreters, stage, error);
  session->team->run(session->team, session->interpreter_count, job_task, NULL, &batch);
  for (int64_t i = 0; i < session->interpreter_count; i++)
    if (session->errors[i].code) {
      *error = session->errors[i];
      return error->code;
    }
  return 0;
}

int session_check(struct session *session, struct error *error) {
  for (int64_t i = 0; i < session->interpreter_count; i++)
    for (int k = 0; k < session->interpreters[i].comm->held; k++)
      if (io_environment_check(&session->interpreters[i].held[k].io, error))
        return error_prefix(error, "%s", session->kernel->name);
  return 0;
}

struct spent session_spent(struct session *session) {
  struct spent sum = {0};
  int64_t workers = session->jobs > 1 ? session->team->workers : 1;
  for (int64_t i = 0; i < session->interpreter_count; i++) {
    struct spent *spent = &session->interpreters[i].spent;
    sum.compute_ns += spent->compute_ns;
    sum.exchange_ns += spent->exchange_ns;
    sum.blocked_ns += spent->blocked_ns;
    sum.failures += spent->failures;
    sum.retries += spent->retries;
    sum.stages += spent->stages;
    sum.clock_readings += spent->clock_readings;
    tally_sum(&sum.planned, &spent->planned);
    tally_sum(&sum.executed, &spent->executed);
    if (spent->longest_step_ns > sum.longest_step_ns)
      sum.longest_step_ns = spent->longest_step_ns;
    *spent = (struct spent){0};
  }
  sum.compute_ns /= workers;
  sum.exchange_ns /= workers;
  sum.blocked_ns /= workers;
  return sum;
}

struct judgement session_judge(const struct session *session, int64_t passes) {
  struct judgement judgement = {.count = session->interpreter_count, .right = true};
  for (int64_t i = 0; i < session->interpreter_count; i++) {
    struct verdict verdict = interpreter_verify(&session->interpreters[i], passes);
    bool holds = verdict_holds(&verdict);
    if (i == 0 || (judgement.right && !holds))
      judgement.verdict = verdict;
    judgement.right = judgement.right && holds;
  }
  return judgement;
}
