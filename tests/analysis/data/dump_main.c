/* dump_dataset FILE: prints what dataset_read makes of a samples.csv. */
#include "tests/analysis/data/dump.h"

int main(int argc, char **argv) {
  struct dataset dataset;
  struct error error = {0};
  if (argc != 2) {
    fputs("Usage: dump_dataset FILE\n", stderr);
    return EXIT_USAGE;
  }
  int code = dataset_read(&dataset, argv[1], &error);
  if (code == 0)
    dump_dataset(stdout, &dataset);
  else
    error_print(&error, "dump_dataset");
  dataset_free(&dataset);
  return code;
}
