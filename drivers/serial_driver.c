/* One worker, one thing after another, blocking waits. */
#include "drivers/driver.h"

static const char *model(const struct launch *launch) {
  (void)launch;
  return "serial";
}

int main(int argc, char **argv) {
  static const struct driver driver = {
      .name = "serial_driver",
      .summary = "Runs a kernel on one worker, one thing after another.",
      .examples = "  serial_driver                          sum of squares below 10^7, verified\n"
                  "  serial_driver stencil -n 4000 -r 20    another kernel and size\n"
                  "  serial_driver wait -n 100 -s delay=10ms --csv=wait.csv\n",
      .groups = SERIAL_DRIVER_OPTIONS,
      .model = model,
  };
  return driver_main(&driver, argc, argv);
}
