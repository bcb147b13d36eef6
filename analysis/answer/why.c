#include "analysis/answer/why.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

static const struct standing *find_model(const struct answer *answer, const struct contest *contest,
                                         enum model model) {
  for (size_t i = 0; i < contest->present_count; i++) {
    const struct standing *entry = &answer->standings[contest->entries[contest->present[i]]];
    if (entry->variant->model == model)
      return entry;
  }
  return NULL;
}

/* The entry with the most cores among threads, processes and hybrid; the faster one of several. */
static const struct standing *widest(const struct answer *answer, const struct contest *contest) {
  const struct standing *found = NULL;
  for (size_t i = 0; i < contest->present_count; i++) {
    const struct standing *entry = &answer->standings[contest->entries[contest->present[i]]];
    enum model model = entry->variant->model;
    if (model != MODEL_THREADS && model != MODEL_PROCESSES && model != MODEL_HYBRID)
      continue;
    if (found == NULL || entry->point->cores > found->point->cores ||
        (entry->point->cores == found->point->cores &&
         entry->described.median < found->described.median))
      found = entry;
  }
  return found;
}

/* The shares of the wall time that were not computation, if they are large enough to report. */
static char *losses_text(const struct standing *standing) {
  struct word_list list = {0};
  double idle = 1 - standing->compute - standing->comm - standing->wait;
  /* Shares that are unknown, or that do not fit each other or the efficiency, explain nothing. */
  if (!(idle > -0.05) || standing->efficiency > 0.9 ||
      1 - standing->compute > 1 - standing->efficiency + 0.1)
    return words_join(&list);
  if (standing->comm > 0.02)
    words_add(&list,
              grow_text("%.0f %% of the time went into communication", 100 * standing->comm));
  if (standing->wait > 0.02)
    words_add(&list, grow_text("%.0f %% into waiting", 100 * standing->wait));
  if (idle > 0.05)
    words_add(&list, grow_text("%.0f %% into load imbalance and synchronization", 100 * idle));
  char *joined = words_join(&list);
  words_free(&list);
  return joined;
}

static char *parallel_text(const struct answer *answer, const struct standing *wide) {
  if (wide == NULL || isnan(wide->efficiency) || wide->point->cores < 2 || wide->efficiency < 0.5)
    return grow_text("%s", "");
  char *efficiency = percent_text(wide->efficiency), *losses = losses_text(wide);
  char *nodes = nodes_text(answer, wide->variant->nodes > 0 ? 0 : wide->point->nodes);
  char *text =
      grow_text("%s share the work of %" PRId64 " cores%s at a parallel efficiency of %s%s%s. ",
                wide->variant->label, wide->point->cores, nodes, efficiency,
                *losses != '\0' ? "; " : "", losses);
  free(efficiency);
  free(losses);
  free(nodes);
  return text;
}

/* The verdict on a model against the contest's base; VERDICT_CANNOT_TELL without either. A reason
 * is given only where the data agree with it. */
static enum comparison_verdict over_base(const struct answer *answer, const struct contest *contest,
                                         enum model model) {
  const struct standing *entry = find_model(answer, contest, model);
  if (entry == NULL || contest->base == NONE || entry->point->variant == contest->base)
    return VERDICT_CANNOT_TELL;
  return contest_pair(contest, entry->point->variant, contest->base)->verdict;
}

/* Whether a model ran and did not gain. */
static bool gains_nothing(const struct answer *answer, const struct contest *contest,
                          enum model model) {
  enum comparison_verdict verdict = over_base(answer, contest, model);
  return find_model(answer, contest, model) != NULL &&
         (verdict == VERDICT_SAME || verdict == VERDICT_SLOWER);
}

static char *compute_text(const struct answer *answer, const struct contest *contest) {
  char *parallel = parallel_text(answer, widest(answer, contest));
  bool lock = gains_nothing(answer, contest, MODEL_THREADS_LOCK);
  bool async = gains_nothing(answer, contest, MODEL_ASYNC);
  char *text = grow_text("%s%s%s", parallel,
                         lock ? "Under one lock only one thread computes at a time. " : "",
                         async ? "Cooperative tasks share one thread: they take turns, and nothing "
                                 "is computed in parallel. "
                               : "");
  free(parallel);
  return text;
}

/* Memory: how much bandwidth one core draws, and all of one node, which share its memory. */
static char *memory_text(const struct answer *answer, const struct contest *contest) {
  const struct standing *wide = widest(answer, contest);
  const struct standing *base =
      contest->base == NONE ? NULL : &answer->standings[contest->entries[contest->base]];
  if (wide == NULL || base == NULL || wide == base || wide->point->cores < 2 ||
      wide->point->nodes > 1 || !(base->point->figures[COLUMN_work_byte] > 0))
    return compute_text(answer, contest);
  char *one = rate_text(base, base->described.median);
  char *all = rate_text(wide, wide->described.median);
  double gain = base->described.median / wide->described.median;
  char *text = grow_text("%s", "");
  if (gain > 0.8 * (double)wide->point->cores) {
    free(text);
    text =
        grow_text("one core moves %s and %" PRId64 " cores %s: the memory system still has room. ",
                  one, wide->point->cores, all);
  } else if (gain > 0.9) {
    free(text);
    text =
        grow_text("one core moves %s and %" PRId64 " cores %s, %.2f times as much: %s. ", one,
                  wide->point->cores, all, gain,
                  gain < 1.3 ? "they share one memory system, and one core nearly fills it"
                             : "they share one memory system, whose bandwidth grows less than the "
                               "cores");
  }
  free(one);
  free(all);
  return text;
}

/* Only of an outcome that it explains: tasks win where there is little else to do than to wait,
 * threads where computing on several cores pays. */
static char *wait_text(const struct answer *answer, const struct contest *contest) {
  const struct standing *best = &answer->standings[contest->entries[contest->best]];
  const struct standing *threads = find_model(answer, contest, MODEL_THREADS);
  bool lock = over_base(answer, contest, MODEL_THREADS_LOCK) == VERDICT_FASTER;
  if (best->variant->model == MODEL_THREADS && find_model(answer, contest, MODEL_ASYNC) != NULL)
    return grow_text("threads process the answers on several cores; tasks share one thread. ");
  if (best->variant->model != MODEL_ASYNC)
    return grow_text("%s", "");
  char *workers = threads == NULL
                      ? grow_text("%s", "")
                      : grow_text("%" PRId64 " threads have at most %" PRId64 " waits in flight; ",
                                  threads->point->cores, threads->point->cores);
  char *text =
      grow_text("serial code waits for one thing after another; %stasks on one thread have all of "
                "them in flight. %s",
                workers, lock ? "Waiting releases the lock, so it costs nothing here. " : "");
  free(workers);
  return text;
}

static char *network_text(const struct answer *answer, const struct contest *contest) {
  (void)answer;
  (void)contest;
  return grow_text("the time goes into messages and synchronization between workers: threads pass "
                   "data through shared memory, processes through messages. ");
}

bool was_busy(const struct answer *answer) {
  for (size_t i = 0; answer->run != NULL && i < answer->run->warning_count; i++)
    if (strcmp(answer->run->warnings[i].kind, "busy") == 0)
      return true;
  return false;
}

char *why_text(const struct answer *answer, const struct contest *contest) {
  char *text = NULL;
  /* A cause only for what was shown, and not where another load may be the cause. */
  if (contest->best == NONE || contest->present_count < 2 || !contest->sure || was_busy(answer))
    return grow_text("%s", "");
  switch (answer->data->works[contest->work].kind) {
  case BOUND_COMPUTE:
    text = compute_text(answer, contest);
    break;
  case BOUND_MEMORY:
    text = memory_text(answer, contest);
    break;
  case BOUND_NETWORK:
    text = network_text(answer, contest);
    break;
  case BOUND_WAIT:
    text = wait_text(answer, contest);
    break;
  case BOUND_UNKNOWN:
  case BOUNDS:
    text = grow_text("%s", "");
    break;
  }
  size_t length = strlen(text);
  if (length > 0 && text[length - 1] == ' ')
    text[length - 1] = '\0';
  return text;
}
