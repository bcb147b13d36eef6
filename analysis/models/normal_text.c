#include <stdarg.h>
#include <stdio.h>

#include "analysis/models/normal.h"

/* Appends as far as there is room. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t *length,
                                                         const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int added = vsnprintf(text + *length, NORMAL_TEXT - *length, format, arguments);
  va_end(arguments);
  if (added > 0)
    *length += (size_t)added;
  if (*length >= NORMAL_TEXT)
    *length = NORMAL_TEXT - 1;
}

static void append_power(char *text, size_t *length, const struct normal_power *power,
                         const char *name) {
  if (power->above != 0 && power->below == 1)
    append(text, length, " %s^%d", name, power->above);
  else if (power->above != 0)
    append(text, length, " %s^(%d/%d)", name, power->above, power->below);
  if (power->logs > 0)
    append(text, length, " log2(%s)^%d", name, power->logs);
}

/* The constant, which is term 0, comes last. */
char *normal_form_text(const struct normal_form *form, const char *x, const char *z,
                       char text[NORMAL_TEXT]) {
  size_t length = 0;
  text[0] = '\0';
  if (form->quality.status != FIT_OK)
    return text;
  for (size_t i = 1; i <= form->term_count; i++) {
    const struct normal_term *term = &form->terms[i % form->term_count];
    if (!(term->coefficient.value > 0))
      continue;
    append(text, &length, "%s%.3g", length > 0 ? " + " : "", term->coefficient.value);
    append_power(text, &length, &term->power[0], x);
    append_power(text, &length, &term->power[1], z);
  }
  return text;
}
