#include "common/limits.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>

int64_t limits_allow_files(int64_t wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return INT64_MAX;
  if (limit.rlim_cur < (rlim_t)wanted) {
    struct rlimit raised = limit;
    raised.rlim_cur = (rlim_t)wanted < limit.rlim_max ? (rlim_t)wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
      limit = raised;
  }
  return limit.rlim_cur > (rlim_t)INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}

bool limits_is_exhausted(int number) {
  switch (number) {
  case EMFILE:
  case ENFILE:
  case ENOMEM:
  case ENOBUFS:
  case EAGAIN:
  case EADDRNOTAVAIL:
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return true;
  default:
    return false;
  }
}

static void *wait_for_all(void *all) {
  pthread_mutex_lock(all); /* held until all have been created */
  pthread_mutex_unlock(all);
  return NULL;
}

int limits_try_threads(int count) {
  pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;
  pthread_t *threads = calloc((size_t)count + 1, sizeof *threads);
  int created = 0, code = threads ? 0 : ENOMEM;
  pthread_mutex_lock(&all);
  while (code == 0 && created < count) {
    code = pthread_create(&threads[created], NULL, wait_for_all, &all);
    created += code == 0;
  }
  pthread_mutex_unlock(&all);
  while (created > 0)
    pthread_join(threads[--created], NULL);
  free(threads);
  pthread_mutex_destroy(&all);
  return code;
}
