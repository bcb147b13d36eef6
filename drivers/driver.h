/* The code that all drivers share: everything but the creation of workers. Each executable's main
 * fills a struct driver and calls driver_main. */
#ifndef QUARTET_DRIVER_H
#define QUARTET_DRIVER_H

#include "drivers/launch.h"

/* Reads the command line, runs, reports. Returns the exit status. */
int driver_main(const struct driver *driver, int argc, char **argv);

#endif
