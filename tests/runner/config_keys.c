/* Prints as JSON the tables of keys and the lists of words that the reader of configs accepts. The
 * tests compare the schema, the fuzzer's dictionary and the documentation with it. */
#include <stdio.h>

#include "runner/config/config_reading.h"

static void print_word(const char *word, const char *between) {
  printf("%s\"%s\"", between, word);
}

static void print_words(const char *name, const char *const *words, size_t count) {
  printf(",\n\"%s\": [", name);
  for (size_t i = 0; i < count; i++)
    print_word(words[i], i > 0 ? ", " : "");
  printf("]");
}

static void print_factors(const char *name, const enum point_factor *factors) {
  printf(",\n\"%s\": [", name);
  for (size_t i = 0; factors[i] != FACTOR_COUNT; i++)
    print_word(factor_names[factors[i]], i > 0 ? ", " : "");
  printf("]");
}

/* {place in the schema: {key: whether it must be there}} */
static void print_tables(void) {
  printf("{\"tables\": {");
  for (size_t t = 0; config_tables[t] != NULL; t++) {
    print_word(config_tables[t]->place, t > 0 ? ",\n" : "\n");
    for (size_t i = 0; i < config_tables[t]->count; i++) {
      print_word(config_tables[t]->keys[i].name, i > 0 ? ", " : ": {");
      printf(": %s", config_tables[t]->keys[i].required ? "true" : "false");
    }
    printf("}");
  }
  printf("}");
}

static void print_driver_options(void) {
  printf(",\n\"driver_options\": {");
  for (int d = 0; d < DRIVERS; d++) {
    const char *names[DRIVER_OPTIONS_MAX];
    size_t count = driver_option_names(&driver_list[d], names);
    print_word(driver_names[d], d > 0 ? "], " : "");
    printf(": [");
    for (size_t i = 0; i < count; i++)
      print_word(names[i], i > 0 ? ", " : "");
  }
  printf("]}");
}

int main(void) {
  const char *words[64];
  size_t count = 0;
  while (expression_word(count) != NULL) {
    words[count] = expression_word(count);
    count++;
  }
  print_tables();
  print_driver_options();
  print_words("drivers", driver_names, DRIVERS);
  print_words("orders", order_names, ORDERS);
  print_words("metrics", metric_names, METRICS);
  print_words("launchers", launcher_names, LAUNCHER_KINDS);
  print_words("work_measures", work_measure_names, WORK_MEASURES);
  print_words("expression_words", words, count);
  print_factors("kernel_factors", kernel_factors);
  print_factors("derivable_factors", derivable_factors);
  puts("}");
  return 0;
}
