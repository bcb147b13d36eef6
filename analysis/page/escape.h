/* Text inside HTML: whatever a CSV or run.json holds stays text. */
#ifndef QUARTET_ANALYSIS_PAGE_ESCAPE_H
#define QUARTET_ANALYSIS_PAGE_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

#include "analysis/document/document.h"

/* Writes text so that it is the same in an element and in an attribute in double quotes: & < > " '
 * as references; each byte that is no part of UTF-8, each control character but tab and line feed,
 * each noncharacter, and each character that overrides the direction of what follows it
 * (U+202A-U+202E, U+2066-U+2069) as U+FFFD. NULL is "". */
void html_text(FILE *file, const char *text);

/* The same for the first `bytes` bytes. */
void html_bytes(FILE *file, const char *text, size_t bytes);

/* html_text for running text: spaces within "3 %" and "[1.2, 3.4]" do not break the line. */
void html_prose(FILE *file, const char *text);

/* Writes text as a part of an id or fragment: what is no ASCII letter, digit or '_' becomes '-', a
 * run of them one '-'. */
void html_id(FILE *file, const char *text);

/* The class of a tone ("winner"), its mark ("★") and the word for screen readers and legends; all
 * are "" for TONE_NONE, the last two also for TONE_BASE and TONE_QUIET. */
const char *tone_class(enum tone tone);
const char *tone_mark(enum tone tone);
const char *tone_meaning(enum tone tone);

/* Writes a tone's mark, hidden from screen readers, which get its meaning as a word instead. */
void html_mark(FILE *file, enum tone tone);

#endif
