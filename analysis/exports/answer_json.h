/* Within exports/: parts of the answer as JSON (answer_exports.h has the schema). */
#ifndef QUARTET_ANALYSIS_EXPORTS_ANSWER_JSON_H
#define QUARTET_ANALYSIS_EXPORTS_ANSWER_JSON_H

#include "analysis/answer/answer.h"
#include "analysis/exports/json_writer.h"

/* "run", "machine", "build", "builds": null or empty without a run.json. */
void json_put_run(struct json_writer *json, const struct answer *answer);
/* "warnings", "acceptance", "excluded". */
void json_put_findings(struct json_writer *json, const struct run_file *run);
/* "works", "variants", "machines". */
void json_put_factors(struct json_writer *json, const struct dataset *data);
/* "points" and "failed". */
void json_put_points(struct json_writer *json, const struct answer *answer);
/* "contests". */
void json_put_contests(struct json_writer *json, const struct answer *answer);

/* "break_evens". */
void json_put_breakevens(struct json_writer *json, const struct answer *answer);
/* "scaling_laws", "growth_laws". */
void json_put_laws(struct json_writer *json, const struct answer *answer);

/* One comparison as an object. */
void json_put_comparison(struct json_writer *json, const char *name,
                         const struct comparison *comparison);
/* An index; null for NONE. */
void json_put_index(struct json_writer *json, const char *name, size_t index);
/* A text; null for "". */
void json_put_known(struct json_writer *json, const char *name, const char *text);

#endif
