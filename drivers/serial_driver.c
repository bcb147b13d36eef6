/* One worker, one thing after another, blocking waits. */
#include "drivers/driver.h"

int main(int argc, char **argv) {
  static const struct driver driver = {
      .facts = &driver_list[DRIVER_SERIAL],
      .summary = "Runs a kernel serially: one process, one thread.",
      .examples = "  serial_driver                          sum of squares below 10^7, verified\n"
                  "  serial_driver stencil -n 4000 -r 20    another kernel and size\n"
                  "  serial_driver wait -n 100 -s delay=10ms --csv=wait.csv\n",
  };
  return driver_main(&driver, argc, argv);
}
