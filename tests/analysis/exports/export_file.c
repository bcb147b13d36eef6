/* export_file FORMAT RESULTS: an export to standard output, for test_exports.py. */
#include <stdlib.h>

#include "analysis/data/results_path.h"
#include "analysis/exports/exports.h"

int main(int argc, char **argv) {
  struct error error = {0};
  struct dataset data = {0};
  struct run_file run = {0};
  export_writer *writer = argc == 3 ? export_find(argv[1], &error) : NULL;
  if (writer == NULL)
    return error.code != 0 ? error_print(&error, "export_file") : EXIT_USAGE;
  char *path = results_path(argv[2]);
  if (dataset_read(&data, path, &error) == 0 && run_file_read(&run, path, &error) == 0)
    writer(stdout, &data, &run, &error);
  free(path);
  dataset_free(&data);
  run_file_free(&run);
  return error.code == 0 ? 0 : error_print(&error, "export_file");
}
