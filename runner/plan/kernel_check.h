/* Whether the drivers of a config know its kernels and their options: the runner links no kernel,
 * so the drivers are asked. */
#ifndef QUARTET_RUNNER_PLAN_KERNEL_CHECK_H
#define QUARTET_RUNNER_PLAN_KERNEL_CHECK_H

#include "common/error.h"
#include "runner/config/config.h"

/* Asks the drivers in that folder, or in those of the builds, about each kernel and each value of
 * an option, before anything runs. EXIT_USAGE, with problems added to those of the config's
 * document, each at its place in the file: a driver does not know a kernel or an option, or refuses
 * a value. A driver that is not there, or too old to be asked, is no error here. EXIT_MACHINE: no
 * process is to be had. */
int kernel_check(const struct config *config, const char *drivers, struct error *error);

#endif
