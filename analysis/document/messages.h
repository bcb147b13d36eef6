/* Messages on standard error that may quote files. */
#ifndef QUARTET_ANALYSIS_DOCUMENT_MESSAGES_H
#define QUARTET_ANALYSIS_DOCUMENT_MESSAGES_H

/* Prints "PROGRAM: TEXT" as one line. The text may quote a file: what would control the terminal,
 * break the line or reorder it becomes "?". */
void message_print(const char *program, const char *text);

#endif
