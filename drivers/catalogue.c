#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/build.h"
#include "common/lines.h"
#include "common/number.h"
#include "drivers/output.h"
#include "engine/options.h"

static const char *const bounds[] = {
    [BOUND_COMPUTE] = "compute-bound",
    [BOUND_MEMORY] = "memory-bound",
    [BOUND_NETWORK] = "network-bound",
    [BOUND_WAIT] = "I/O-bound (waiting)",
};

void print_list(void) {
  for (enum bound bound = BOUND_COMPUTE; bound <= BOUND_WAIT; bound++) {
    int found = 0;
    for (const struct kernel *const *k = kernel_list; *k; k++) {
      if ((*k)->bound != bound)
        continue;
      if (!found++)
        printf("%s:\n", bounds[bound]);
      printf("  %-12s ", (*k)->name);
      lines_print(stdout, 15, 15, (*k)->summary);
    }
  }
}

enum { OPTION_COLUMN = 21 };

static void print_option(const struct kernel_option *option, const char *flag) {
  char low[NUMBER_TEXT], high[NUMBER_TEXT], initial[NUMBER_TEXT], range[300] = "";
  size_t used = 0;
  for (int i = 0; option->choices && option->choices[i] && used < sizeof range; i++)
    used += (size_t)snprintf(range + used, sizeof range - used, "%s%s", i > 0 ? ", " : "",
                             option->choices[i]);
  if (option->type != OPTION_CHOICE && option->type != OPTION_TEXT)
    snprintf(range, sizeof range, "%s to %s", option_format(option, option->min, low),
             option_format(option, option->max, high));
  char prefix[120];
  snprintf(prefix, sizeof prefix, "  %-18s ", flag);
  const char *given = option_format(option, option->initial, initial);
  /* A text has no range, and its default may be empty. */
  lines_printf(stdout, prefix, OPTION_COLUMN, "%s%s%s%s%s%s", option->help, *range ? "; " : "",
               range, *given ? " (" : "", given, *given ? ")" : "");
}

/* A line for each fact, "compiler: GNU 12.2.0". */
void print_build(void) {
  for (size_t i = 0; i < build_fact_count; i++)
    printf("%s: %s\n", build_facts[i].name, build_facts[i].value);
}

/* A paragraph after a title, with an empty line before it. */
static void print_paragraph(const char *title, const char *text) {
  lines_printf(stdout, "", 0, "\n%s%s%s", title, *title != '\0' ? " " : "", text);
}

static const char *need(const struct phase *phase) {
  if (!phase->request)
    return "";
  return phase->edge == 0 ? ", requests what a later phase needs" : ", needs what it requests";
}

void print_description(const struct kernel *kernel) {
  static const char *const stages[] = {"set-up", "timed", "check"};
  char flag[80];
  lines_printf(stdout, "", 2, "%s: %s", kernel->name, kernel->summary);
  print_paragraph("", kernel->description);
  print_paragraph("Work model:", kernel->counting);
  print_paragraph("Verification:", kernel->oracle);
  print_paragraph("Communication:", kernel->exchanged);
  print_paragraph("Expected performance:", kernel->expectation);
  lines_printf(stdout, "", 0, "\n%s; a unit is one %s; rates count %s", bounds[kernel->bound],
               kernel->unit, kernel->operation);
  printf("\noptions:\n");
  print_option(&kernel->size, "--size N");
  for (const struct kernel_option *o = kernel->options; o && o->name; o++) {
    snprintf(flag, sizeof flag, "--set %s=VALUE", o->name);
    print_option(o, flag);
  }
  printf("\nphases:\n");
  for (int i = 0; i < kernel->phase_count; i++) {
    const struct phase *p = &kernel->phases[i];
    bool reduces = p->partial_bytes > 0 || p->partial_size;
    printf("  %-18s %s, %s%s%s%s\n", p->name, stages[p->stage], p->ask ? "waits" : "computes",
           need(p), reduces ? ", reduces" : "",
           p->movable ? ", any part may compute any unit" : "");
  }
}
