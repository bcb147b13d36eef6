#include <inttypes.h>
#include <stdio.h>

#include "common/number.h"
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
  char *(*format)(int64_t, char *) =
      option->type == OPTION_DURATION ? duration_format : number_format;
  printf("  %-18s %s; %s to %s (%s)\n", flag, option->help, format(option->min, low),
         format(option->max, high), format(option->initial, initial));
}

void tell_description(const struct kernel *kernel) {
  static const char *const stages[] = {"set-up", "timed", "check"};
  char flag[80];
  printf("%s: %s\n\n%s\n\n", kernel->name, kernel->summary, kernel->description);
  printf("limited by %s; a unit is one %s; rates count %s\n\noptions:\n", bounds[kernel->bound],
         kernel->unit, kernel->operation);
  tell_option(&kernel->size, "--size N");
  for (const struct kernel_option *o = kernel->options; o && o->name; o++) {
    snprintf(flag, sizeof flag, "--set %s=VALUE", o->name);
    tell_option(o, flag);
  }
  printf("\nphases:\n");
  for (int i = 0; i < kernel->phase_count; i++) {
    const struct phase *p = &kernel->phases[i];
    printf("  %-18s %s, %s%s%s%s\n", p->name, stages[p->stage], p->ask ? "waits" : "computes",
           p->request ? ", needs its neighbours' edges" : "", p->partial_bytes ? ", reduces" : "",
           p->movable ? ", any part may do any unit" : "");
  }
}

void tell_help(const struct driver *driver) {
  printf("usage: %s [OPTION]... [KERNEL]\n%s\nKERNEL defaults to sumsq; without any argument it "
         "runs and is verified.\n\n",
         driver->name, driver->summary);
  settings_print_options(driver->groups);
  printf("\nexamples:\n%s\n"
         "exit status: 0 the result is right; 1 it is wrong; 2 bad usage or input; 3 the machine\n"
         "could not (memory, file, MPI)\n",
         driver->examples);
}
