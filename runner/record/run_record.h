/* The files of an earlier session of a run: run.json and samples.csv. */
#ifndef QUARTET_RUNNER_RECORD_RUN_RECORD_H
#define QUARTET_RUNNER_RECORD_RUN_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/launch/schedule.h"
#include "runner/plan/scaling.h"
#include "runner/record/journal.h"

/* run.json, as far as a resume needs it. The texts are its own. */
struct run_record {
  json_t *json;
  char **paths; /* those of run.json, as bytes */
  size_t path_count;
  const char *run_id, *name, *result;
  const char *config_path, *config_text, *config_sha256;
  struct config_source *includes; /* with the texts of then */
  const char **include_sha256;    /* of each */
  size_t include_count;
  const char *drivers; /* the folder; NULL: it does not say */
  const char *host, *processor;
  const char *binding;        /* the affinity mask of sweep; NULL: it does not say */
  struct resources resources; /* of the last session */
  struct shard shard;         /* that the run is; count 0: it is a whole run */
  json_t *sessions;           /* array of those before; NULL: none */
  json_t *warnings;           /* array of what they warned of; NULL: none, or of an older version */
};

/* Reads run.json of that folder. EXIT_USAGE: it is missing or invalid. */
int run_record_open(struct run_record *record, int folder, struct error *error);
void run_record_close(struct run_record *record);

/* A path of its run.json as the file system has it; NULL for NULL. The text belongs to `record`. */
const char *run_record_path(struct run_record *record, const char *text);

/* Whether it has a warning of that kind (see struct warning) about that point. */
bool run_record_warns(const struct run_record *record, const char *kind, const char *cell_id);

/* Takes the folders of its builds, so that a resume uses them from any working directory. Those
 * that it does not name, or that are gone, stay as the config has them. `record` must outlive the
 * config. */
void run_record_locate_builds(struct run_record *record, struct config *config);

/* Opens the config as it was then, whatever has become of its files. */
int run_record_open_config(const struct run_record *record, struct config *config,
                           struct problems *problems);

/* Opens the config as it is now: files that are gone are taken as they were. To *changed, in memory
 * that the caller frees, the path of one that is another now; NULL: all are as they were. */
int run_record_open_config_again(const struct run_record *record, struct config *config,
                                 char **changed, struct problems *problems);

/* With weak scaling, the sizes of the run's points: the plan is made of the same ones again,
 * whether or not there is a driver to ask, and whatever it would say now. The config is that of the
 * run. */
void run_record_sizes(const struct run_record *record, const struct config *config,
                      struct scaling *scaling);

/* What the journal contains, recorded in the schedule launch by launch. */
struct replay {
  int64_t rows, launches; /* that are whole; launches: attempts, each time they were made */
  int64_t foreign;        /* rows of points that are not in the plan */
  off_t whole;            /* bytes that hold whole launches, with the header */
  off_t cut;              /* bytes behind them: a truncated row, or a launch that lacks rows */
};

/* Reads the journal and settles its launches. EXIT_USAGE if a row in its midst is not as it should
 * be. Does not change the file. The tools are for judging the binding; NULL: it is not. */
int run_record_replay(struct replay *replay, struct journal *journal,
                      struct launch_schedule *schedule, const struct tools *tools,
                      struct error *error);

#endif
