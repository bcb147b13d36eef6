/* Arrays that grow by one, for lists of what a config or a table holds: when not even they fit, the
 * program says so and ends with EXIT_MACHINE. Not for what is measured. */
#ifndef QUARTET_GROW_H
#define QUARTET_GROW_H

#include <stdarg.h>
#include <stddef.h>

/* Adds one zeroed item to `items`, of which there are `count`; the address of the new item. Both
 * arguments are lvalues; `items` starts as NULL and `count` as 0. Free with free(). */
#define GROW(items, count) ((items) = grow((items), (count), sizeof *(items)), &(items)[(count)++])

/* Room for one more item after `count`, and that item zeroed. Returns the array, perhaps moved. */
void *grow(void *items, size_t count, size_t item_bytes);

/* An array of `count` zeroed items, with room for one at least. Ends the program as GROW does. */
void *grow_zeroed(size_t count, size_t item_bytes);

/* printf into memory; the caller frees it. */
char *grow_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *grow_vtext(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

#endif
