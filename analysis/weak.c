#include "analysis/weak.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "common/stats.h"

/* A series on its place in a table. */
struct member {
  const struct series *series;
  double work; /* operations of a repetition */
  struct interval time_s;
  size_t launches;
};

/* Series of one way, those with the fewest cores first. */
struct way {
  char *name;
  struct member *members;
  size_t count;
};

static double launch_median(const struct series *series, int64_t launch, double *room) {
  size_t count = 0;
  for (size_t i = 0; i < series->count; i++)
    if (series->measurements[i].launch == launch)
      room[count++] = series->measurements[i].wall_s;
  stats_sort(room, count);
  return stats_median(room, count);
}

/* Over the medians of launches, as in the other tables. Launches of a series stand together. */
static struct member member_of(const struct series *series) {
  struct member member = {.series = series, .work = series->measurements[0].operations};
  double *medians = NULL, *room = calloc(series->count, sizeof *room);
  for (size_t i = 0; room != NULL && i < series->count; i++)
    if (i == 0 || series->measurements[i].launch != series->measurements[i - 1].launch)
      *GROW(medians, member.launches) = launch_median(series, series->measurements[i].launch, room);
  stats_sort(medians, member.launches);
  member.time_s = stats_interval(medians, member.launches, 0.95);
  free(medians);
  free(room);
  return member;
}

static int by_cores(const void *left, const void *right) {
  const struct member *a = left, *b = right;
  int64_t difference = a->series->cores - b->series->cores;
  if (difference == 0)
    difference = (a->series->n > b->series->n) - (a->series->n < b->series->n);
  return (difference > 0) - (difference < 0);
}

/* What one core has to do, relative to another member's: how far apart, whichever is more. */
static double apart(const struct member *a, const struct member *b) {
  double ratio = a->work / (double)a->series->cores / (b->work / (double)b->series->cores);
  return fabs(log(ratio)); /* NaN without work: it belongs to nobody */
}

/* The member on the fewest cores that this one is to be held against: the nearest in work. */
static const struct member *base_of(const struct way *way, const struct member *member) {
  const struct member *base = NULL;
  for (size_t i = 0; i < way->count; i++) {
    const struct member *other = &way->members[i];
    if (other->series->cores != way->members[0].series->cores || isnan(apart(other, member)))
      continue;
    if (base == NULL || apart(other, member) < apart(base, member))
      base = other;
  }
  return base;
}

static double rate_of(const struct member *member, double time_s) {
  return member->work / time_s / (double)member->series->cores;
}

static void print_member(const struct member *member, const struct member *base) {
  char time[NUMBER_TEXT], n[NUMBER_TEXT], interval[2 * NUMBER_TEXT + 8] = "-", efficiency[80];
  double low = rate_of(member, member->time_s.high) / rate_of(base, base->time_s.low);
  double high = rate_of(member, member->time_s.low) / rate_of(base, base->time_s.high);
  double work =
      member->work / (double)member->series->cores / (base->work / (double)base->series->cores);
  if (!isnan(member->time_s.low)) {
    char from[NUMBER_TEXT], to[NUMBER_TEXT];
    snprintf(interval, sizeof interval, "[%s, %s]", seconds_format(member->time_s.low, from),
             seconds_format(member->time_s.high, to));
  }
  if (member == base)
    snprintf(efficiency, sizeof efficiency, "base");
  else if (isnan(low) || isnan(high))
    snprintf(efficiency, sizeof efficiency, "%.1f %%",
             100 * rate_of(member, member->time_s.median) / rate_of(base, base->time_s.median));
  else
    snprintf(efficiency, sizeof efficiency, "%.1f %% [%.1f, %.1f]",
             100 * rate_of(member, member->time_s.median) / rate_of(base, base->time_s.median),
             100 * low, 100 * high);
  printf("  %5" PRId64 "  %12s  %9.3f  %8s  %-22s  %s%s\n", member->series->cores,
         number_format(member->series->n, n), work, seconds_format(member->time_s.median, time),
         interval, efficiency, member->series->oversubscribed ? "; oversubscribed" : "");
}

static void print_way(const struct way *way) {
  printf("Weak scaling: ");
  for (const char *at = way->name; *at != '\0'; at++) /* "kernel->driver->option:value" */
    if (strncmp(at, "->", 2) == 0 && at++)
      printf(", ");
    else
      putchar((unsigned char)*at < ' ' || *at == 0x7f ? '?' : *at);
  putchar('\n');
  printf("  %5s  %12s  %9s  %8s  %-22s  %s\n", "cores", "n", "work/core", "median", "95 % interval",
         "efficiency");
  for (size_t b = 0; b < way->count; b++) /* each base with its own */
    for (size_t i = 0; i < way->count; i++)
      if (base_of(way, &way->members[i]) == &way->members[b])
        print_member(&way->members[i], &way->members[b]);
  putchar('\n');
}

static int by_name(const void *left, const void *right) {
  return strcmp(((const struct way *)left)->name, ((const struct way *)right)->name);
}

static struct way *find_way(struct way **ways, size_t *count, char *name) {
  for (size_t i = 0; i < *count; i++)
    if (strcmp((*ways)[i].name, name) == 0) {
      free(name);
      return &(*ways)[i];
    }
  struct way *way = GROW(*ways, *count);
  way->name = name;
  return way;
}

void weak_print(const struct series_set *set) {
  struct way *ways = NULL;
  size_t count = 0, printed = 0;
  for (size_t i = 0; i < set->count; i++) {
    struct way *way = find_way(&ways, &count, series_way(set, &set->items[i]));
    *GROW(way->members, way->count) = member_of(&set->items[i]);
  }
  if (count > 0) /* rows come in the order of the launches, which may be random */
    qsort(ways, count, sizeof *ways, by_name);
  for (size_t i = 0; i < count; i++) {
    struct way *way = &ways[i];
    qsort(way->members, way->count, sizeof *way->members, by_cores);
    bool grows = way->members[0].series->cores != way->members[way->count - 1].series->cores;
    if (grows && way->members[0].work > 0) { /* its rows tell no work: no efficiency */
      print_way(way);
      printed++;
    }
    free(way->members);
    free(way->name);
  }
  free(ways);
  if (printed > 0)
    printf("Work/core and efficiency: relative to the fewest cores; an efficiency is the rate of a "
           "core.\n\n");
}
