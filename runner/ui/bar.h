/* The line that a running sweep keeps at the bottom of a terminal, on stderr. There is one. */
#ifndef QUARTET_RUNNER_UI_BAR_H
#define QUARTET_RUNNER_UI_BAR_H

#include <stddef.h>

/* The contents of the line. */
struct bar {
  size_t launches_done, launches; /* at most; of points, most have enough only at the end */
  double seconds_left;            /* NaN: not known yet */
  const char *last;               /* the last result; "": none yet */
  const char *current;            /* the point that is being launched */
};

enum { BAR_TEXT = 512 };

/* The line for a terminal of that many columns, one of which it leaves free: in ASCII, whatever the
 * texts hold; pieces that do not fit are omitted or cut. Returns text. */
char *bar_format(const struct bar *bar, int columns, char text[BAR_TEXT]);

/* A time for people, "42s", "1m05s", "2h10m", "3d04h", to the nearest of the last unit shown; less
 * than ten seconds are rounded up. Returns text. */
enum { BAR_TIME_TEXT = 32 };
char *bar_time(double seconds, char text[BAR_TIME_TEXT]);

/* From now on a change of the terminal's width is noticed: SIGWINCH is blocked but where launch_run
 * waits. */
void bar_open(void);

/* Whether the width has changed since the last call. */
int bar_is_resized(void);

/* Draws the line in the place of the one before. */
void bar_show(const struct bar *bar);

/* Takes it off the terminal: what is printed next begins where it began. */
void bar_clear(void);

#endif
