#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/number.h"
#include "drivers/engine/options.h"
#include "drivers/telling.h"

static const char *const bounds[] = {
    [BOUND_COMPUTE] = "computing",
    [BOUND_MEMORY] = "memory",
    [BOUND_NETWORK] = "network",
    [BOUND_WAIT] = "waiting",
};

void tell_list(void) {
  for (enum bound bound = BOUND_COMPUTE; bound <= BOUND_WAIT; bound++) {
    int found = 0;
    for (const struct kernel *const *k = kernel_list; *k; k++) {
      if ((*k)->bound != bound)
        continue;
      if (!found++)
        printf("limited by %s:\n", bounds[bound]);
      printf("  %-12s %s\n", (*k)->name, (*k)->summary);
    }
  }
}

static void tell_option(const struct kernel_option *option, const char *flag) {
  char low[NUMBER_TEXT], high[NUMBER_TEXT], initial[NUMBER_TEXT];
  printf("  %-18s %s; ", flag, option->help);
  for (int i = 0; option->choices && option->choices[i]; i++)
    printf("%s%s", i > 0 ? ", " : "", option->choices[i]);
  if (option->type != OPTION_CHOICE && option->type != OPTION_TEXT)
    printf("%s to %s", option_format(option, option->min, low),
           option_format(option, option->max, high));
  printf(" (%s)\n", option_format(option, option->initial, initial));
}

enum { LINE = 100 };

/* Prints text in lines of at most LINE columns, after a title on the first; a newline stays. */
static void tell_wrapped(const char *title, const char *text) {
  size_t column = (size_t)printf("%s", title);
  while (*text) {
    size_t word = strcspn(text, " \n");
    if (column > 0 && column + 1 + word > LINE) {
      printf("\n");
      column = 0;
    }
    column += (size_t)printf("%s%.*s", column > 0 ? " " : "", (int)word, text);
    text += word;
    if (*text == '\n') {
      printf("\n");
      column = 0;
    }
    text += *text != 0;
  }
  printf("\n");
}

static const char *need(const struct phase *phase) {
  if (!phase->request)
    return "";
  return phase->edge == 0 ? ", requests what a later phase needs" : ", needs what it requests";
}

void tell_description(const struct kernel *kernel) {
  static const char *const stages[] = {"set-up", "timed", "check"};
  char flag[80];
  printf("%s: %s\n\n", kernel->name, kernel->summary);
  tell_wrapped("", kernel->description);
  tell_wrapped("\nCounted:", kernel->counting);
  tell_wrapped("\nOracle:", kernel->oracle);
  tell_wrapped("\nExchanged:", kernel->exchanged);
  tell_wrapped("\nExpected:", kernel->expectation);
  printf("\nlimited by %s; a unit is one %s; rates count %s\n\noptions:\n", bounds[kernel->bound],
         kernel->unit, kernel->operation);
  tell_option(&kernel->size, "--size N");
  for (const struct kernel_option *o = kernel->options; o && o->name; o++) {
    snprintf(flag, sizeof flag, "--set %s=VALUE", o->name);
    tell_option(o, flag);
  }
  printf("\nphases:\n");
  for (int i = 0; i < kernel->phase_count; i++) {
    const struct phase *p = &kernel->phases[i];
    bool reduces = p->partial_bytes > 0 || p->partial_size;
    printf("  %-18s %s, %s%s%s%s\n", p->name, stages[p->stage], p->ask ? "waits" : "computes",
           need(p), reduces ? ", reduces" : "", p->movable ? ", any part may do any unit" : "");
  }
}

void tell_help(const struct driver *driver) {
  printf("Usage: %s [OPTION]... [KERNEL]\n%s\nKERNEL defaults to sumsq; without any argument it "
         "runs and is verified.\n\nOptions:\n",
         driver->name, driver->summary);
  settings_print_options(driver->groups);
  printf("\nExamples:\n%s\n"
         "Exit status: 0 the result is right; 1 it is wrong; 2 bad usage or input; 3 the machine\n"
         "could not (memory, file, MPI)\n",
         driver->examples);
}
