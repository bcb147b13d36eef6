/* Texts from a CSV or run.json, made fit to be written: valid UTF-8 without control characters. */
#ifndef QUARTET_ANALYSIS_FIGURES_TEXT_H
#define QUARTET_ANALYSIS_FIGURES_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* A copy in which every byte that is not UTF-8 is U+FFFD, control characters (line breaks, tabs,
 * U+0080 .. U+009F, and what XML 1.0 forbids: U+FFFE, U+FFFF) are blanks, and which is cut after
 * `limit` characters with "…". The caller frees it. NULL counts as "". */
char *text_clean(const char *text, size_t limit);

/* Characters (code points) of valid UTF-8. */
size_t text_length(const char *text);

/* Writes a clean text for XML: & < > " ' escaped. */
void text_xml(FILE *file, const char *text);

/* Writes a clean text as a gnuplot string in single quotes. In these, gnuplot replaces nothing: no
 * backslash, backquote or @macro. A quote of the text is put between as "'", since gnuplot 5.4
 * reads
 * '' as a quote only behind another character; "]]>" becomes "]] >", as gnuplot 5.4 writes it into
 * its SVG as it is, which XML forbids. */
void text_gnuplot(FILE *file, const char *text);

/* Whether id can be a file name and an anchor: 1 .. 100 letters, digits, '-', the first one a
 * letter or digit. */
int text_is_id(const char *id);

#endif
