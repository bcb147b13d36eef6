/* One error: what went wrong, in words, and the exit status that it leads to.
 *
 * Functions that can fail take a `struct error *` as their last argument and return its code, 0 for
 * success. They describe what is wrong with the value; callers add where it came from with
 * error_prefix. Nothing but the mains prints. */
#ifndef QUARTET_ERROR_H
#define QUARTET_ERROR_H

#include <stddef.h>

/* The exit statuses of every executable. 0 (verified, done) is EXIT_SUCCESS. */
enum {
  EXIT_WRONG = 1,  /* a result was wrong, or a point of a sweep failed */
  EXIT_USAGE = 2,  /* usage or input error */
  EXIT_MACHINE = 3 /* system error: memory, file, MPI */
};

struct error {
  int code;          /* 0: none */
  char message[500]; /* one line without a full stop or line break; see error_shorten */
  char about[64];    /* what of the input is wrong, for programs: "kernel", "option delay"; or "" */
};

/* Makes a text fit `capacity` bytes, its NUL included, in its place: the longest words, which are
 * paths, lose their middle to "...", so that the reason behind them stays. */
void error_shorten(char *text, size_t capacity);

/* Fills *error and returns code. */
int error_set(struct error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "PREFIX: " before the message; returns the code. */
int error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A word of the user's as messages quote it: control characters and bytes that are not UTF-8 spelt
 * out ("\x0a"), and cut when it is long. Returns quoted. */
enum { ERROR_QUOTED = 80 };
char *error_quote(const char *text, char quoted[ERROR_QUOTED]);

/* Prints "PROGRAM: MESSAGE" to stderr; returns the code. */
int error_print(const struct error *error, const char *program);

#endif
