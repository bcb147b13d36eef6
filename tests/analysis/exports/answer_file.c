/* answer_file FORMAT RESULTS: the answer as json, csv or junit, for test_answer_files.py. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/data/results_path.h"
#include "analysis/exports/answer_exports.h"

static void write_answer(const char *format, const struct answer *answer, struct error *error) {
  if (strcmp(format, "json") == 0)
    export_json(stdout, answer, error);
  else if (strcmp(format, "csv") == 0)
    export_summary_csv(stdout, answer, error);
  else
    export_junit(stdout, answer, error);
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct dataset data = {0};
  struct run_file run = {0};
  struct answer answer = {0};
  const struct answer_options options = {.margin = NAN};
  if (argc != 3)
    return EXIT_USAGE;
  char *path = results_path(argv[2]);
  if (dataset_read(&data, path, &error) == 0 && run_file_read(&run, path, &error) == 0 &&
      answer_make(&answer, &data, &run, &options, &error) == 0)
    write_answer(argv[1], &answer, &error);
  free(path);
  answer_free(&answer);
  dataset_free(&data);
  run_file_free(&run);
  return error.code == 0 ? 0 : error_print(&error, "answer_file");
}
