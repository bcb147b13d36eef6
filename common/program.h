/* The name of this program in what it prints. */
#ifndef QUARTET_PROGRAM_H
#define QUARTET_PROGRAM_H

/* The name for messages, --help and --version of the program that calls itself `own` ("report
 * compare"). If the command `quartet` has started it, that is what the user types ("quartet
 * compare", and "quartet" for sweep), since an installation has no other command. In static
 * memory. */
const char *program_name(const char *own);

/* What `quartet` passes as argv[0]: "quartet" and, but for sweep, the program's name. */
#define PROGRAM_COMMAND "quartet"

#endif
