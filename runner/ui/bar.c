#include "runner/ui/bar.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t resized;
static size_t drawn; /* columns that the line on the terminal takes */

char *bar_time(double seconds, char text[BAR_TIME_TEXT]) {
  const int64_t minute = 60, hour = 60 * minute, day = 24 * hour;
  double limited = seconds < 1e9 ? seconds : 1e9;
  int64_t s = (int64_t)(limited < 10 ? ceil(limited) : round(limited));
  int64_t minutes = (int64_t)round(limited / (double)minute);
  int64_t hours = (int64_t)round(limited / (double)hour);
  if (s < minute)
    snprintf(text, BAR_TIME_TEXT, "%" PRId64 "s", s);
  else if (s < hour)
    snprintf(text, BAR_TIME_TEXT, "%" PRId64 "m%02" PRId64 "s", s / minute, s % minute);
  else if (minutes * minute < 100 * hour)
    snprintf(text, BAR_TIME_TEXT, "%" PRId64 "h%02" PRId64 "m", minutes / 60, minutes % 60);
  else
    snprintf(text, BAR_TIME_TEXT, "%" PRId64 "d%02" PRId64 "h", hours * hour / day, hours % 24);
  return text;
}

/* A line in the making, and how long it may become. */
struct line {
  char *text;
  size_t used, room;
};

/* Adds a piece if all of it fits. */
static void add(struct line *line, const char *piece) {
  size_t length = strlen(piece);
  if (line->used + length > line->room)
    return;
  memcpy(line->text + line->used, piece, length + 1);
  line->used += length;
}

/* Adds a text, a '?' for each character that is not ASCII, and cuts it where the line is full. */
static void add_cut(struct line *line, const char *text) {
  size_t begin = line->used;
  for (; *text != '\0'; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte >= 0x80 && byte < 0xc0)
      continue; /* not the first byte of a character in UTF-8 */
    if (line->used == line->room) {
      for (int i = 1; i <= 3 && line->used >= begin + (size_t)i; i++)
        line->text[line->used - (size_t)i] = '.';
      break;
    }
    line->text[line->used++] = byte < ' ' || byte >= 0x7f ? '?' : *text;
  }
  line->text[line->used] = '\0';
}

static void add_scale(struct line *line, const struct bar *bar) {
  char scale[32];
  size_t cells = line->room < 60 ? 6 : line->room < 100 ? 8 : 20, i = 0;
  double share = bar->launches > 0 ? (double)bar->launches_done / (double)bar->launches : 1;
  size_t full = (size_t)(share * (double)cells);
  scale[i++] = '[';
  for (size_t cell = 0; cell < cells; cell++)
    scale[i++] = cell < full ? '#' : '.';
  scale[i++] = ']';
  scale[i] = '\0';
  add(line, scale);
}

char *bar_format(const struct bar *bar, int columns, char text[BAR_TEXT]) {
  enum { POINT_LEAST = 12 }; /* less of a point says nothing */
  struct line line = {text, 0, columns > 1 ? (size_t)columns - 1 : 0};
  char piece[160], time[BAR_TIME_TEXT];
  if (line.room > BAR_TEXT - 1)
    line.room = BAR_TEXT - 1;
  *text = '\0';
  add_scale(&line, bar);
  snprintf(piece, sizeof piece, " %zu/%zu%s", bar->launches_done, bar->launches,
           line.room < 60 ? "" : " launches");
  add(&line, piece);
  if (!isnan(bar->seconds_left)) {
    snprintf(piece, sizeof piece, ", %s left", bar_time(bar->seconds_left, time));
    add(&line, piece);
  }
  snprintf(piece, sizeof piece, ", last %.60s", bar->last);
  if (*bar->last != '\0' && line.used + strlen(piece) + 2 + POINT_LEAST <= line.room)
    add_cut(&line, piece);
  if (*bar->current != '\0' && line.used + 2 + POINT_LEAST <= line.room) {
    add(&line, ": ");
    add_cut(&line, bar->current);
  }
  return text;
}

/* --- on the terminal -------------------------------------------------------------------------- */

static int terminal_columns(void) {
  struct winsize size;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void note_resize(int signal) {
  (void)signal;
  resized = 1;
}

void bar_open(void) {
  struct sigaction action = {.sa_handler = note_resize};
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGWINCH);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  sigaction(SIGWINCH, &action, NULL);
}

int bar_is_resized(void) {
  int was = resized;
  resized = 0;
  return was;
}

/* Erases the line. It began a few rows further up if the terminal has become narrower since: it is
 * then shown in several. Each row is erased by itself (EL): terminals that keep what they erase
 * take "all below" (ED) at the top of the screen, where the line stands after a `clear`, for the
 * whole screen, and put a copy into their scrollback each time. */
static void go_to_begin(int columns) {
  for (size_t row = drawn > 0 ? (drawn - 1) / (size_t)columns : 0; row > 0; row--)
    fputs("\r\033[K\033[A", stderr);
  fputs("\r\033[K", stderr);
}

/* Behind the line there is room for the "^C" that a terminal shows, which would begin another. */
void bar_show(const struct bar *bar) {
  enum { ROOM = 2 };
  char text[BAR_TEXT];
  int columns = terminal_columns();
  go_to_begin(columns);
  fputs(bar_format(bar, columns - ROOM, text), stderr);
  drawn = strlen(text);
  fflush(stderr);
}

void bar_clear(void) {
  if (drawn == 0)
    return;
  go_to_begin(terminal_columns());
  drawn = 0;
  fflush(stderr);
}
