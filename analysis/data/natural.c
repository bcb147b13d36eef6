#include <string.h>

#include "analysis/data/rows.h"

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Compares the numbers at *a and *b and skips them; leading zeros do not count. */
static int compare_numbers(const char **a, const char **b) {
  while (**a == '0' && is_digit((*a)[1]))
    ++*a;
  while (**b == '0' && is_digit((*b)[1]))
    ++*b;
  size_t digits_a = strspn(*a, "0123456789"), digits_b = strspn(*b, "0123456789");
  int order = digits_a != digits_b ? (digits_a < digits_b ? -1 : 1) : memcmp(*a, *b, digits_a);
  *a += digits_a;
  *b += digits_b;
  return order;
}

int natural_compare(const char *a, const char *b) {
  const char *whole_a = a, *whole_b = b;
  while (*a != '\0' && *b != '\0') {
    if (is_digit(*a) && is_digit(*b)) {
      int order = compare_numbers(&a, &b);
      if (order != 0)
        return order;
    } else if (*a != *b) {
      break;
    } else {
      a++;
      b++;
    }
  }
  if (*a != *b)
    return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
  return strcmp(whole_a, whole_b); /* "n=1" and "n=01" */
}
