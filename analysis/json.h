/* What both exports need to make JSON of what a CSV holds. */
#ifndef QUARTET_ANALYSIS_JSON_H
#define QUARTET_ANALYSIS_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "common/error.h"

/* A text as a JSON string, a new reference. JSON holds Unicode only; bytes that are not UTF-8
 * become '?'. */
json_t *json_text(const char *text);

/* Writes the value and a line break, and releases it. Numbers have all digits that a double needs,
 * and no more than 17. Returns 0 or EXIT_MACHINE. */
int json_write(FILE *file, json_t *value, size_t flags, struct error *error);

#endif
