/* Writes XML 1.0 for JUnit: elements with attributes, and text. */
#ifndef QUARTET_ANALYSIS_EXPORTS_XML_WRITER_H
#define QUARTET_ANALYSIS_EXPORTS_XML_WRITER_H

#include <stdio.h>

/* Writes a text so that it may stand in an attribute in double quotes or between tags. Characters
 * that XML cannot hold (control characters but tab, LF and CR; U+FFFE, U+FFFF) are omitted, bytes
 * that are not UTF-8 become U+FFFD. */
void xml_text(FILE *file, const char *text);

/* ` NAME="TEXT"`, the text formatted as printf does and escaped. */
void xml_attribute(FILE *file, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
