/* Numbers as people write them on a command line and in a config file. */
#ifndef QUARTET_NUMBER_H
#define QUARTET_NUMBER_H

#include <stdint.h>

#include "common/error.h"

/* The forms that the parsers below accept, for messages and --help. */
#define NUMBER_FORMS "10000, 10_000, 1e4, 2^20, 64Ki"
#define DURATION_FORMS "50ms, 1.5s, 10us, 200ns, 10m, 2h"
#define REAL_FORMS "3, 0.25, 1e-3"
#define SHARE_FORMS "5%, 0.05"

/* Reads a whole number: 10000000, 10_000_000, 1e7, 1.5e6, 2^20, 64Ki (Ki, Mi, Gi, Ti), -3. No
 * floating point is involved: what is read is exactly what is written. The value must be whole and
 * in min..max. Returns 0, or EXIT_USAGE with a message that quotes the text, names the first wrong
 * character and lists the accepted forms; *value is then untouched. */
int number_parse(const char *text, int64_t min, int64_t max, int64_t *value, struct error *error);

/* Reads a duration into nanoseconds: 50ms, 1.5s, 10us, 200ns, 10m, 2h; a bare 0 needs no unit.
 * Exact and with errors as number_parse. */
int duration_parse(const char *text, int64_t min_ns, int64_t max_ns, int64_t *value_ns,
                   struct error *error);

/* Reads a real number in plain or scientific notation, in min..max; never NaN. */
int real_parse(const char *text, double min, double max, double *value, struct error *error);

/* Reads a share: "5%", "5 %" or "0.05", 0 at least; 0.05 is 5 %. Returns 0 or EXIT_USAGE. */
int share_parse(const char *text, double *share, struct error *error);

/* The same of a margin below which differences do not matter: above 0 and below 100 %. */
int margin_parse(const char *text, double *margin, struct error *error);

enum { NUMBER_TEXT = 48 };

/* Writes a value so that the parsers above read it back unchanged: plain digits, "10000000", and
 * the largest unit that leaves a whole number, "50ms", "1500us". `text` holds NUMBER_TEXT bytes.
 * Returns text. */
char *number_format(int64_t value, char *text);
char *duration_format(int64_t value_ns, char *text);

/* For people: "3.42 ms", "12.5 us" and the like, three or four digits; "n/a" for NaN. Returns
 * text. */
char *seconds_format(double seconds, char *text);

/* For people: a quantity with an SI prefix, three digits, to be followed by its unit: "13.1 G",
 * "7 ". Returns text. */
char *quantity_format(double value, char *text);

/* For people: bytes with a binary prefix, "15.3 GiB". Returns text. */
char *bytes_format(double bytes, char *text);

#endif
