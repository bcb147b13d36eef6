/* What `report` prints on standard error. */
#ifndef QUARTET_ANALYSIS_COMMAND_MESSAGES_H
#define QUARTET_ANALYSIS_COMMAND_MESSAGES_H

/* Prints "report: TEXT" as one line. The text may quote a file: what would control the terminal,
 * break the line or reorder it becomes "?". */
void message_print(const char *text);

#endif
