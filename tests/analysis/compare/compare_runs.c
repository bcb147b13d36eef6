/* compare_runs ...: `report compare ...`, for test_compare.py; pages are left out. */
#include "analysis/compare/command.h"

int main(int argc, char **argv) {
  return compare_command(argc, argv, NULL);
}
