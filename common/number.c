#include "common/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"

/* No floating point lies between the text and a whole number, so that 1e18, 0.1s and 1.5e6 are
 * exact: a decimal is an integer of at most WIDE_DIGITS digits times a power of ten. */
__extension__ typedef unsigned __int128 wide;

enum { WIDE_DIGITS = 38, EXPONENT_LIMIT = 1000000 };

/* Beyond every int64_t, and small enough that adding to it cannot overflow. */
static const wide TOO_LARGE = (wide)1 << 100;

/* ---- messages ---- */

/* EXIT_USAGE with "'TEXT': WHAT". */
__attribute__((format(printf, 3, 4))) static int complain(const char *text, struct error *error,
                                                          const char *format, ...) {
  char quoted[ERROR_QUOTED], what[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  return error_set(error, EXIT_USAGE, "'%s': %s", error_quote(text, quoted), what);
}

/* Says what is wrong with the character at `at`, a place in `text`, and lists the forms that are
 * accepted, as users may not know them. */
static int complain_at(const char *text, const char *at, const char *forms, struct error *error) {
  if (!*text)
    return complain(text, error, "empty; accepted: %s", forms);
  if (!*at)
    return complain(text, error, "ends too early; accepted: %s", forms);
  char character[5] = {*at}, quoted[ERROR_QUOTED];
  memcpy(character, at, utf8_length(at));
  return complain(text, error, "unexpected '%s'; accepted: %s", error_quote(character, quoted),
                  forms);
}

/* ---- scanning: what is there; each scan_ moves *at behind what it took, and where it is false,
 * *at is the first wrong character ---- */

struct literal {
  bool negative;
  const char *begin, *end; /* digits, with underscores and at most one point among them */
  bool plain;              /* digits only: no point, no exponent */
  long exponent;           /* of ten, with the point taken out */
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Digits, with single underscores between them where `underscores` allows it; how many in *count.
 */
static bool scan_digits(const char **at, bool underscores, long *count) {
  *count = 0;
  if (!is_digit(**at))
    return false;
  while (is_digit(**at) || (underscores && **at == '_' && is_digit((*at)[1])))
    *count += *(*at)++ != '_';
  return true;
}

/* The digits after an 'e'. Beyond EXPONENT_LIMIT every value is too large or a fraction. */
static bool scan_exponent(const char **at, long *exponent) {
  bool negative = **at == '-';
  if (negative || **at == '+')
    (*at)++;
  const char *digit = *at;
  long count, value = 0;
  if (!scan_digits(at, false, &count))
    return false;
  for (; digit < *at; digit++)
    if (value < EXPONENT_LIMIT)
      value = value * 10 + (*digit - '0');
  *exponent += negative ? -value : value;
  return true;
}

static bool scan_decimal(const char **at, bool underscores, struct literal *literal) {
  long count;
  *literal = (struct literal){.negative = **at == '-', .plain = true};
  *at += literal->negative;
  literal->begin = *at;
  if (!scan_digits(at, underscores, &count))
    return false;
  if (**at == '.') {
    (*at)++;
    literal->plain = false;
    if (!scan_digits(at, underscores, &count))
      return false;
    literal->exponent = -count;
  }
  literal->end = *at;
  if (**at == 'e' || **at == 'E') {
    (*at)++;
    literal->plain = false;
    return scan_exponent(at, &literal->exponent);
  }
  return true;
}

/* ---- evaluating ---- */

enum evaluation { WORTH_WHOLE, WORTH_FRACTION, WORTH_TOO_LONG };

/* a * b, or TOO_LARGE. */
static wide product(wide a, wide b) {
  wide result;
  return __builtin_mul_overflow(a, b, &result) || result > TOO_LARGE ? TOO_LARGE : result;
}

/* Divides value * scale by ten, taking the factors from where they are; false if it leaves a rest.
 */
static bool divide_by_ten(wide *value, wide *scale) {
  for (unsigned factor = 2; factor <= 5; factor += 3) {
    wide *from = *value % factor == 0 ? value : scale;
    if (*from % factor != 0)
      return false;
    *from /= factor;
  }
  return true;
}

/* The magnitude of literal * scale. */
static enum evaluation evaluate(const struct literal *literal, wide scale, wide *magnitude) {
  const char *end = literal->end;
  long exponent = literal->exponent, digits = 0;
  /* Zeros at the end say nothing that the exponent cannot: 1.000...0 is 1 however many there are.
   */
  for (; end > literal->begin && !(is_digit(end[-1]) && end[-1] != '0'); end--)
    exponent += end[-1] == '0';
  wide value = 0;
  for (const char *at = literal->begin; at < end; at++) {
    if (!is_digit(*at) || (value == 0 && *at == '0'))
      continue;
    if (++digits <= WIDE_DIGITS)
      value = value * 10 + (unsigned)(*at - '0');
  }
  *magnitude = TOO_LARGE;
  if (value == 0) {
    *magnitude = 0;
    return WORTH_WHOLE;
  }
  if (digits + exponent > WIDE_DIGITS)
    return WORTH_WHOLE; /* over every limit, whatever its last digits */
  if (digits > WIDE_DIGITS)
    return WORTH_TOO_LONG;
  for (; exponent < 0; exponent++)
    if (!divide_by_ten(&value, &scale))
      return WORTH_FRACTION;
  for (; exponent > 0; exponent--)
    value = product(value, 10);
  *magnitude = product(value, scale);
  return WORTH_WHOLE;
}

/* base^exponent; both are plain digits. */
static wide power(const struct literal *base, const struct literal *exponent) {
  wide factor, times, result = 1;
  evaluate(base, 1, &factor);
  evaluate(exponent, 1, &times);
  if (factor <= 1)
    return times == 0 ? 1 : factor;
  for (; times > 0 && result < TOO_LARGE; times--)
    result = product(result, factor);
  return result;
}

typedef char *format_function(int64_t value, char *text);

struct limits {
  int64_t min, max;
  format_function *format;
};

/* The last step of every whole number: its sign and its limits. */
static int settle(const char *text, bool negative, wide magnitude, const struct limits *limits,
                  int64_t *value, struct error *error) {
  char limit[NUMBER_TEXT];
  __int128 result = negative ? -(__int128)magnitude : (__int128)magnitude;
  if (result < limits->min)
    return complain(text, error, "below %s", limits->format(limits->min, limit));
  if (result > limits->max)
    return complain(text, error, "above %s", limits->format(limits->max, limit));
  *value = (int64_t)result;
  return 0;
}

static int settle_literal(const char *text, const struct literal *literal, wide scale,
                          const char *unit, const struct limits *limits, int64_t *value,
                          struct error *error) {
  wide magnitude;
  switch (evaluate(literal, scale, &magnitude)) {
  case WORTH_FRACTION:
    return complain(text, error, "not a whole number%s", unit);
  case WORTH_TOO_LONG:
    return complain(text, error, "more than %d digits", WIDE_DIGITS);
  default:
    return settle(text, literal->negative, magnitude, limits, value, error);
  }
}

/* A suffix of a number and what it multiplies by. */
struct suffix {
  const char *name;
  int64_t scale;
};

/* The suffix that is all the rest of a text, or NULL with *at on the first wrong character. */
static const struct suffix *find_suffix(const char **at, const struct suffix *suffixes) {
  size_t matched = 0;
  for (const struct suffix *s = suffixes; s->name; s++) {
    size_t same = 0;
    while (s->name[same] && s->name[same] == (*at)[same])
      same++;
    if (!s->name[same] && !(*at)[same])
      return s;
    matched = same > matched ? same : matched;
  }
  *at += matched;
  return NULL;
}

static const struct suffix number_suffixes[] = {{"", 1},
                                                {"Ki", INT64_C(1) << 10},
                                                {"Mi", INT64_C(1) << 20},
                                                {"Gi", INT64_C(1) << 30},
                                                {"Ti", INT64_C(1) << 40},
                                                {NULL, 0}};

/* From the smallest up: duration_format takes the last that divides. */
static const struct suffix duration_units[] = {{"ns", 1},
                                               {"us", 1000},
                                               {"ms", 1000000},
                                               {"s", 1000000000},
                                               {"m", INT64_C(60000000000)},
                                               {"h", INT64_C(3600000000000)},
                                               {NULL, 0}};

int number_parse(const char *text, int64_t min, int64_t max, int64_t *value, struct error *error) {
  const struct limits limits = {min, max, number_format};
  const char *at = text;
  struct literal literal;
  if (!scan_decimal(&at, true, &literal))
    return complain_at(text, at, NUMBER_FORMS, error);
  if (*at == '^' && literal.plain) {
    struct literal exponent = {.begin = ++at};
    long count;
    if (!scan_digits(&at, true, &count) || *at)
      return complain_at(text, at, NUMBER_FORMS, error);
    exponent.end = at;
    return settle(text, literal.negative, power(&literal, &exponent), &limits, value, error);
  }
  const struct suffix *suffix = find_suffix(&at, number_suffixes);
  if (!suffix)
    return complain_at(text, at, NUMBER_FORMS, error);
  return settle_literal(text, &literal, (wide)suffix->scale, "", &limits, value, error);
}

int duration_parse(const char *text, int64_t min_ns, int64_t max_ns, int64_t *value_ns,
                   struct error *error) {
  const struct limits limits = {min_ns, max_ns, duration_format};
  const char *at = text;
  struct literal literal;
  if (!scan_decimal(&at, true, &literal))
    return complain_at(text, at, DURATION_FORMS, error);
  if (!*at) {
    wide magnitude;
    if (evaluate(&literal, 1, &magnitude) != WORTH_WHOLE || magnitude != 0)
      return complain(text, error, "has no unit (ns, us, ms, s, m or h)");
    return settle(text, false, 0, &limits, value_ns, error);
  }
  const struct suffix *unit = find_suffix(&at, duration_units);
  if (!unit)
    return complain_at(text, at, DURATION_FORMS, error);
  return settle_literal(text, &literal, (wide)unit->scale, " of nanoseconds", &limits, value_ns,
                        error);
}

/* The shortest of %g's forms that reads back as the same value. */
static char *real_format(double value, char *text) {
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(text, NUMBER_TEXT, "%.*g", digits, value);
    if (strtod(text, NULL) == value)
      break;
  }
  return text;
}

static int parse_real(const char *text, double min, double max, const char *forms, double *value,
                      struct error *error) {
  const char *at = text;
  struct literal literal;
  /* strtod takes more than people mean: hexadecimal, "inf", "nan", blanks. */
  if (!scan_decimal(&at, false, &literal) || *at)
    return complain_at(text, at, forms, error);
  char limit[NUMBER_TEXT];
  double result = strtod(text, NULL);
  if (!(result >= min))
    return complain(text, error, "below %s", real_format(min, limit));
  if (!(result <= max))
    return complain(text, error, "above %s", real_format(max, limit));
  if (isinf(result))
    return complain(text, error, "too large");
  *value = result + 0.0; /* -0 is 0 */
  return 0;
}

int real_parse(const char *text, double min, double max, double *value, struct error *error) {
  return parse_real(text, min, max, REAL_FORMS, value, error);
}

int share_parse(const char *text, double *share, struct error *error) {
  char number[64];
  size_t length = strlen(text);
  bool percent = length > 0 && text[length - 1] == '%';
  length -= percent;
  while (percent && length > 0 && text[length - 1] == ' ')
    length--;
  if (length >= sizeof number)
    return error_set(error, EXIT_USAGE, "'%.40s...' is too long for a number", text);
  snprintf(number, sizeof number, "%.*s", (int)length, text);
  if (parse_real(number, 0, 1e6, SHARE_FORMS, share, error) != 0)
    return error_prefix(error, "'%.40s'", text);
  if (percent)
    *share /= 100;
  return 0;
}

int margin_parse(const char *text, double *margin, struct error *error) {
  struct error why = {0};
  if (share_parse(text, margin, &why) == 0 && *margin > 0 && *margin < 1)
    return 0;
  return complain(text, error, "must be above 0 and below 100 %%: \"3%%\" or 0.03");
}

/* ---- writing ---- */

char *number_format(int64_t value, char *text) {
  snprintf(text, NUMBER_TEXT, "%" PRId64, value);
  return text;
}

char *duration_format(int64_t value_ns, char *text) {
  const struct suffix *best = duration_units;
  if (value_ns == 0)
    return number_format(0, text);
  for (const struct suffix *unit = duration_units; unit->name; unit++)
    if (value_ns % unit->scale == 0)
      best = unit;
  snprintf(text, NUMBER_TEXT, "%" PRId64 "%s", value_ns / best->scale, best->name);
  return text;
}

/* Three digits, never an exponent; what has no fraction and is meant to be counted has no point. */
static void three_digits(double value, bool counted, char *text, size_t capacity) {
  double magnitude = fabs(value);
  int decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
  if (counted && value == floor(value))
    decimals = 0;
  snprintf(text, capacity, "%.*f", decimals, value);
}

/* "n/a" or "inf", for what has no digits; NULL for a finite value. */
static const char *not_finite(double value) {
  if (isnan(value))
    return "n/a";
  return isinf(value) ? (value > 0 ? "inf" : "-inf") : NULL;
}

/* Writes value in the first unit that shows it as less than `step` of the next; the first `counted`
 * units are whole things. */
static char *format_in_units(double value, const char *const *units, double step, bool counted,
                             char *text) {
  char digits[32];
  int unit = 0;
  /* A value that rounds to 1000 is 1.00 of the next prefix: hence the half digit. */
  while (units[unit + 1] && fabs(value) >= step - 0.5) {
    value /= step;
    unit++;
  }
  if (fabs(value) < 1e15)
    three_digits(value, counted && unit == 0, digits, sizeof digits);
  else
    snprintf(digits, sizeof digits, "%.3g", value);
  snprintf(text, NUMBER_TEXT, "%s %s", digits, units[unit]);
  return text;
}

char *seconds_format(double seconds, char *text) {
  static const char *const units[] = {"ns", "us", "ms", "s", NULL};
  const char *word = not_finite(seconds);
  if (word || seconds == 0)
    snprintf(text, NUMBER_TEXT, "%s", word ? word : "0 s");
  else
    format_in_units(seconds * 1e9, units, 1000, false, text);
  return text;
}

char *quantity_format(double value, char *text) {
  static const char *const units[] = {"", "k", "M", "G", "T", "P", "E", NULL};
  const char *word = not_finite(value);
  if (word)
    snprintf(text, NUMBER_TEXT, "%s ", word);
  else
    format_in_units(value, units, 1000, true, text);
  return text;
}

char *bytes_format(double bytes, char *text) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", NULL};
  const char *word = not_finite(bytes);
  if (word)
    snprintf(text, NUMBER_TEXT, "%s B", word);
  else
    format_in_units(bytes, units, 1024, true, text);
  return text;
}
