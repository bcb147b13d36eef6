/* Numbers, durations and reals: what is read, what is refused in which words, what is written. */
#include "common/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>

#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DIGITS_40 "1234567890123456789012345678901234567890"

enum { UNTOUCHED = -77 };

typedef int parse_function(const char *text, int64_t min, int64_t max, int64_t *value,
                           struct error *error);

struct number_reading {
  const char *text;
  int64_t value;
};

static void check_readings(parse_function *parse, const struct number_reading *readings,
                           size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct error error = {0};
    int64_t value = UNTOUCHED;
    int code = parse(readings[i].text, INT64_MIN, INT64_MAX, &value, &error);
    CHECK(code == 0 && error.code == 0, "%s: %s", readings[i].text, error.message);
    CHECK(value == readings[i].value, "%s: %" PRId64 ", not %" PRId64, readings[i].text, value,
          readings[i].value);
  }
}

struct refusal {
  const char *text, *message;
};

static void check_refusals(parse_function *parse, int64_t min, int64_t max,
                           const struct refusal *refusals, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct error error = {0};
    int64_t value = UNTOUCHED;
    int code = parse(refusals[i].text, min, max, &value, &error);
    CHECK(code == EXIT_USAGE && error.code == EXIT_USAGE, "%s: %d", refusals[i].text, code);
    CHECK(strcmp(error.message, refusals[i].message) == 0, "<%s>, not <%s>", error.message,
          refusals[i].message);
    CHECK(value == UNTOUCHED, "%s: %" PRId64, refusals[i].text, value);
  }
}

static void test_number_readings(void) {
  static const struct number_reading readings[] = {
      {"0", 0},
      {"-0", 0},
      {"007", 7},
      {"10000000", 10000000},
      {"10_000_000", 10000000},
      {"1_0", 10},
      {"-3", -3},
      {"1e7", 10000000},
      {"1E7", 10000000},
      {"1e+7", 10000000},
      {"1.5e6", 1500000},
      {"1.0", 1},
      {"30e-1", 3},
      {"1e18", INT64_C(1000000000000000000)},
      {"1.000000000000000001e18", INT64_C(1000000000000000001)},
      {"9007199254740993", INT64_C(9007199254740993)}, /* 2^53 + 1 is no double */
      {"9223372036854775807", INT64_MAX},
      {"9.223372036854775807e18", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
      {"-2^63", INT64_MIN},
      {"2^20", 1048576},
      {"2^0", 1},
      {"0^0", 1},
      {"0^5", 0},
      {"1^9999999999999999999999999", 1},
      {"10^1_8", INT64_C(1000000000000000000)},
      {"2^62", INT64_C(1) << 62},
      {"64Ki", 65536},
      {"1.5Ki", 1536},
      {"3Mi", 3145728},
      {"-1Gi", -INT64_C(1073741824)},
      {"8Ti", INT64_C(8796093022208)},
      /* 2^-40 in all its digits */
      {"9.094947017729282379150390625e-13Ti", 1},
      {"0e999999999999999999999", 0},
      {"100000000000000000000000000000000000000000000000e-47", 1},
      {"1.0000000000000000000000000000000000000000000000000000000000000000", 1},
      {"0000000000000000000000000000000000000000000000000000000000000000001", 1},
  };
  check_readings(number_parse, readings, COUNT(readings));
}

static void test_number_refusals(void) {
  static const struct refusal refusals[] = {
      {"", "'': empty; accepted: " NUMBER_FORMS},
      {"10k", "'10k': unexpected 'k'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki"},
      {"1e7x", "'1e7x': unexpected 'x'; accepted: " NUMBER_FORMS},
      {" 1", "' 1': unexpected ' '; accepted: " NUMBER_FORMS},
      {"1 ", "'1 ': unexpected ' '; accepted: " NUMBER_FORMS},
      {"+1", "'+1': unexpected '+'; accepted: " NUMBER_FORMS},
      {"--1", "'--1': unexpected '-'; accepted: " NUMBER_FORMS},
      {"-", "'-': ends too early; accepted: " NUMBER_FORMS},
      {"1e", "'1e': ends too early; accepted: " NUMBER_FORMS},
      {"1e-", "'1e-': ends too early; accepted: " NUMBER_FORMS},
      {"1.", "'1.': ends too early; accepted: " NUMBER_FORMS},
      {".5", "'.5': unexpected '.'; accepted: " NUMBER_FORMS},
      {"1.2.3", "'1.2.3': unexpected '.'; accepted: " NUMBER_FORMS},
      {"1,000", "'1,000': unexpected ','; accepted: " NUMBER_FORMS},
      {"_1", "'_1': unexpected '_'; accepted: " NUMBER_FORMS},
      {"1_", "'1_': unexpected '_'; accepted: " NUMBER_FORMS},
      {"1__0", "'1__0': unexpected '_'; accepted: " NUMBER_FORMS},
      {"1_.5", "'1_.5': unexpected '_'; accepted: " NUMBER_FORMS},
      {"1e1_0", "'1e1_0': unexpected '_'; accepted: " NUMBER_FORMS},
      {"0x10", "'0x10': unexpected 'x'; accepted: " NUMBER_FORMS},
      {"nan", "'nan': unexpected 'n'; accepted: " NUMBER_FORMS},
      {"inf", "'inf': unexpected 'i'; accepted: " NUMBER_FORMS},
      {"2^", "'2^': ends too early; accepted: " NUMBER_FORMS},
      {"2^-1", "'2^-1': unexpected '-'; accepted: " NUMBER_FORMS},
      {"2^1.5", "'2^1.5': unexpected '.'; accepted: " NUMBER_FORMS},
      {"2^2^2", "'2^2^2': unexpected '^'; accepted: " NUMBER_FORMS},
      {"1.5^2", "'1.5^2': unexpected '^'; accepted: " NUMBER_FORMS},
      {"1e2^2", "'1e2^2': unexpected '^'; accepted: " NUMBER_FORMS},
      {"64K", "'64K': ends too early; accepted: " NUMBER_FORMS},
      {"64KB", "'64KB': unexpected 'B'; accepted: " NUMBER_FORMS},
      {"64ki", "'64ki': unexpected 'k'; accepted: " NUMBER_FORMS},
      {"64Kib", "'64Kib': unexpected 'b'; accepted: " NUMBER_FORMS},
      {"Ki", "'Ki': unexpected 'K'; accepted: " NUMBER_FORMS},
      {"1\n", "'1\\x0a': unexpected '\\x0a'; accepted: " NUMBER_FORMS},
      {"1\xc2\xb5", "'1\xc2\xb5': unexpected '\xc2\xb5'; accepted: " NUMBER_FORMS},
      {"1\xff", "'1\\xff': unexpected '\\xff'; accepted: " NUMBER_FORMS},
      {"1.5", "'1.5': not a whole number"},
      {"0.1Ki", "'0.1Ki': not a whole number"},
      {"1e-1", "'1e-1': not a whole number"},
      {"-1e-999999999999999999999", "'-1e-999999999999999999999': not a whole number"},
      {"0.12345678901234567890123456789012345678",
       "'0.12345678901234567890123456789012345678': not a whole number"},
      {"0." DIGITS_40, "'0." DIGITS_40 "': more than 38 digits"},
      {"-5", "'-5': below 0"},
      {"-1e40", "'-1e40': below 0"},
      {"1000000000001", "'1000000000001': above 1000000000000"},
      {"1e40", "'1e40': above 1000000000000"},
      {"1e999999999999999999999", "'1e999999999999999999999': above 1000000000000"},
      {DIGITS_40 ".5", "'" DIGITS_40 ".5': above 1000000000000"},
      {"9223372036854775808", "'9223372036854775808': above 1000000000000"},
      {"18446744073709551617", "'18446744073709551617': above 1000000000000"}, /* 2^64 + 1 */
      {"340282366920938463463374607431768211457",                              /* 2^128 + 1 */
       "'340282366920938463463374607431768211457': above 1000000000000"},
      {"2^64", "'2^64': above 1000000000000"},
      {"18446744073709551616^2", "'18446744073709551616^2': above 1000000000000"},
      {"2^128", "'2^128': above 1000000000000"},
      {"10^9999999999999999999", "'10^9999999999999999999': above 1000000000000"},
      {"16777216Ti", "'16777216Ti': above 1000000000000"},
      {"1111111111222222222233333333334444444444555555555566666666667777777777x",
       "'111111111122222222223333333333444444444455555555556666666666...': unexpected 'x'; "
       "accepted: " NUMBER_FORMS},
  };
  check_refusals(number_parse, 0, INT64_C(1000000000000), refusals, COUNT(refusals));
  static const struct refusal extremes[] = {
      {"9223372036854775808", "'9223372036854775808': above 9223372036854775807"},
      {"-9223372036854775809", "'-9223372036854775809': below -9223372036854775808"},
  };
  check_refusals(number_parse, INT64_MIN, INT64_MAX, extremes, COUNT(extremes));
}

static void test_durations(void) {
  static const struct number_reading readings[] = {
      {"0", 0},
      {"0ms", 0},
      {"200ns", 200},
      {"10us", 10000},
      {"50ms", 50000000},
      {"0.1s", 100000000},
      {"1.5s", 1500000000},
      {"1e3us", 1000000},
      {"1_000ns", 1000},
      {"0.000000001s", 1},
      {"10m", INT64_C(600000000000)},
      {"0.5h", INT64_C(1800000000000)},
      {"-1ms", -1000000},
      {"9223372036.854775807s", INT64_MAX},
  };
  check_readings(duration_parse, readings, COUNT(readings));
  static const struct refusal refusals[] = {
      {"", "'': empty; accepted: " DURATION_FORMS},
      {"5", "'5': has no unit (ns, us, ms, s, m or h)"},
      {"1e-5", "'1e-5': has no unit (ns, us, ms, s, m or h)"},
      {"ms", "'ms': unexpected 'm'; accepted: " DURATION_FORMS},
      {"5n", "'5n': ends too early; accepted: " DURATION_FORMS},
      {"5 ms", "'5 ms': unexpected ' '; accepted: " DURATION_FORMS},
      {"5mss", "'5mss': unexpected 's'; accepted: " DURATION_FORMS},
      {"5sec", "'5sec': unexpected 'e'; accepted: " DURATION_FORMS},
      {"5d", "'5d': unexpected 'd'; accepted: " DURATION_FORMS},
      {"2^3s", "'2^3s': unexpected '^'; accepted: " DURATION_FORMS},
      {"0.5ns", "'0.5ns': not a whole number of nanoseconds"},
      {"-1ns", "'-1ns': below 1us"},
      {"0", "'0': below 1us"},
      {"3h", "'3h': above 2h"},
      {"1e40ns", "'1e40ns': above 2h"},
  };
  check_refusals(duration_parse, 1000, INT64_C(7200000000000), refusals, COUNT(refusals));
}

static void test_reals(void) {
  struct error error = {0};
  double value = UNTOUCHED;
  CHECK(real_parse("0.25", 0, 1, &value, &error) == 0 && value == 0.25, "%g", value);
  CHECK(real_parse("2.5e-3", 0, 1, &value, &error) == 0 && value == 2.5e-3, "%g", value);
  CHECK(real_parse("-1e3", -1e6, 1, &value, &error) == 0 && value == -1000, "%g", value);
  CHECK(real_parse("-0", 0, 1, &value, &error) == 0 && !signbit(value), "%g", value);
  static const struct refusal refusals[] = {
      {"", "'': empty; accepted: " REAL_FORMS},
      {"nan", "'nan': unexpected 'n'; accepted: " REAL_FORMS},
      {"-inf", "'-inf': unexpected 'i'; accepted: " REAL_FORMS},
      {"0x1p-1", "'0x1p-1': unexpected 'x'; accepted: " REAL_FORMS},
      {" 0.5", "' 0.5': unexpected ' '; accepted: " REAL_FORMS},
      {"0.1_5", "'0.1_5': unexpected '_'; accepted: " REAL_FORMS},
      {"0.5x", "'0.5x': unexpected 'x'; accepted: " REAL_FORMS},
      {"0.5e", "'0.5e': ends too early; accepted: " REAL_FORMS},
      {"-0.5", "'-0.5': below 0"},
      {"0.9000000001", "'0.9000000001': above 0.9"},
      {"1e400", "'1e400': above 0.9"},
  };
  for (size_t i = 0; i < COUNT(refusals); i++) {
    value = UNTOUCHED;
    int code = real_parse(refusals[i].text, 0, 0.9, &value, &error);
    CHECK(code == EXIT_USAGE && value == UNTOUCHED, "%s: %d", refusals[i].text, code);
    CHECK(strcmp(error.message, refusals[i].message) == 0, "<%s>, not <%s>", error.message,
          refusals[i].message);
  }
  CHECK(real_parse("1e400", 0, INFINITY, &value, &error) == EXIT_USAGE &&
            strcmp(error.message, "'1e400': too large") == 0,
        "%s", error.message);
}

/* Parsing what was formatted gives the same value back, for values of every size and sign. */
static void test_round_trips(void) {
  uint64_t random = 88172645463325252u;
  for (int i = 0; i < 20000; i++) {
    random ^= random << 13; /* Marsaglia's xorshift */
    random ^= random >> 7;
    random ^= random << 17;
    static const int64_t factors[] = {1, 1000, 1000000, 1000000000};
    int64_t value = (int64_t)random >> i % 64;
    int64_t round_value = value / 1000000000 * factors[i % 4];
    struct error error = {0};
    char text[NUMBER_TEXT];
    int64_t number = UNTOUCHED, duration = UNTOUCHED;
    number_parse(number_format(value, text), INT64_MIN, INT64_MAX, &number, &error);
    CHECK(number == value, "%s: %s", text, error.message);
    duration_parse(duration_format(round_value, text), INT64_MIN, INT64_MAX, &duration, &error);
    CHECK(duration == round_value, "%s: %s", text, error.message);
  }
}

static void test_exact_formats(void) {
  static const struct number_reading durations[] = {{"0", 0},
                                                    {"999ns", 999},
                                                    {"1us", 1000},
                                                    {"1500us", 1500000},
                                                    {"50ms", 50000000},
                                                    {"90s", INT64_C(90000000000)},
                                                    {"2m", INT64_C(120000000000)},
                                                    {"3h", INT64_C(10800000000000)},
                                                    {"-1s", -1000000000},
                                                    {"-9223372036854775808ns", INT64_MIN}};
  char text[NUMBER_TEXT];
  for (size_t i = 0; i < COUNT(durations); i++)
    CHECK(strcmp(duration_format(durations[i].value, text), durations[i].text) == 0, "%s", text);
  CHECK(strcmp(number_format(10000000, text), "10000000") == 0, "%s", text);
  CHECK(strcmp(number_format(INT64_MIN, text), "-9223372036854775808") == 0, "%s", text);
}

typedef char *format_function(double value, char *text);

static void formats(format_function *format, double value, const char *expected) {
  char text[NUMBER_TEXT];
  CHECK(strcmp(format(value, text), expected) == 0, "%.17g: <%s>, not <%s>", value, text, expected);
}

static void test_formats_for_people(void) {
  formats(seconds_format, 3.42e-3, "3.42 ms");
  formats(seconds_format, 12.5e-6, "12.5 us");
  formats(seconds_format, 0, "0 s");
  formats(seconds_format, 4.2e-10, "0.42 ns");
  formats(seconds_format, 999.4e-6, "999 us");
  formats(seconds_format, 999.6e-6, "1.00 ms"); /* not 1000 us */
  formats(seconds_format, 9.996e-3, "10.0 ms"); /* not 10.00 ms */
  formats(seconds_format, 99.96, "100 s");
  formats(seconds_format, 1234, "1234 s");
  formats(seconds_format, -0.25, "-250 ms");
  formats(seconds_format, NAN, "n/a");
  formats(seconds_format, INFINITY, "inf");
  formats(quantity_format, 13.1e9, "13.1 G");
  formats(quantity_format, 7, "7 ");
  formats(quantity_format, 7.5, "7.50 ");
  formats(quantity_format, 999.7, "1.00 k");
  formats(quantity_format, 2e18, "2.00 E");
  formats(quantity_format, NAN, "n/a ");
  formats(seconds_format, 3e-9, "3.00 ns");
  formats(bytes_format, 7, "7 B");
  formats(bytes_format, 512, "512 B");
  formats(bytes_format, 1023, "1023 B");
  formats(bytes_format, 1024, "1.00 KiB");
  formats(bytes_format, 15.3 * 1024 * 1024 * 1024, "15.3 GiB");
  formats(bytes_format, 1e300, "8.67e+281 EiB");
}

int main(void) {
  test_number_readings();
  test_number_refusals();
  test_durations();
  test_reals();
  test_round_trips();
  test_exact_formats();
  test_formats_for_people();
  return test_result();
}
