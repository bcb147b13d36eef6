/* A kernel's options as text: "NAME=VALUE" to a problem, and back. */
#ifndef QUARTET_OPTIONS_H
#define QUARTET_OPTIONS_H

#include "common/error.h"
#include "common/number.h"
#include "kernels/kernel.h"

/* Sets all options to their defaults; n is left alone. */
void options_default(const struct kernel *kernel, struct problem *problem);

/* Reads a value of this option. EXIT_USAGE with the wrong word. */
int option_parse(const struct kernel_option *option, const char *text, int64_t *value,
                 struct error *error);

/* Sets what "NAME=VALUE" says; a text is kept where it stands. EXIT_USAGE, with the nearest name if
 * there is no such option. */
int options_set(const struct kernel *kernel, const char *text, struct problem *problem,
                struct error *error);

/* The value of option i of a problem as it could be given. Returns text, valid as long as both. */
const char *options_format(const struct kernel *kernel, const struct problem *problem, int i,
                           char buffer[NUMBER_TEXT]);

/* A value, of any option but a text, as it could be given. Returns text, which is valid as long as
 * the buffer and the option. */
const char *option_format(const struct kernel_option *option, int64_t value,
                          char buffer[NUMBER_TEXT]);

#endif
