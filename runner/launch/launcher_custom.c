/* A command of the config, for launchers that Quartet does not know. */
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "runner/launch/launcher.h"

/* The number whose name in braces begins at `at`; its length with the braces goes to *length. */
static int64_t number_at(const char *at, const struct layout *layout, size_t *length) {
  const int64_t numbers[LAUNCHER_NUMBERS] = {[NUMBER_RANKS] = layout->ranks,
                                             [NUMBER_NODES] = layout->nodes,
                                             [NUMBER_RANKS_PER_NODE] = layout->ranks_per_node,
                                             [NUMBER_THREADS] = layout->threads};
  *length = strcspn(at, "}") + 1;
  for (int i = 0; i < LAUNCHER_NUMBERS; i++)
    if (strlen(launcher_numbers[i]) == *length - 2 &&
        strncmp(at + 1, launcher_numbers[i], *length - 2) == 0)
      return numbers[i];
  return 0; /* the reader of the config lets no other name pass */
}

static char *fill_in(const char *word, const struct layout *layout) {
  char *text = grow_text("%s", "");
  while (*word != '\0') {
    size_t plain = strcspn(word, "{"), name = 0;
    char *longer;
    if (word[plain] == '\0')
      longer = grow_text("%s%s", text, word);
    else
      longer = grow_text("%s%.*s%lld", text, (int)plain, word,
                         (long long)number_at(word + plain, layout, &name));
    free(text);
    text = longer;
    word += plain + name;
  }
  return text;
}

void launcher_add_custom(struct command_line *line, const struct launcher *launcher,
                         const struct layout *layout) {
  const struct launcher_settings *settings = launcher->settings;
  for (size_t i = 0; i < settings->command_count; i++) {
    char *word = fill_in(settings->command[i], layout);
    command_line_add(line, "%s", word);
    free(word);
  }
}
