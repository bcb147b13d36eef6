/* The standard streams that a program was given. */
#ifndef QUARTET_STREAMS_H
#define QUARTET_STREAMS_H

/* The first call of each main. The descriptor of a standard stream that the caller closed would go
 * to the next file that is opened, which then received the output for the stream. The file that
 * takes the place here fails, as a closed one does. Ends the program with EXIT_MACHINE if nothing
 * can take it. */
void streams_hold(void);

/* fflush(stdout), for output that someone waits for; streams_finish reports the first failure. */
void streams_flush(void);

/* The last call of each main, with its exit status: what was printed to standard output must have
 * been written. Returns the status, or EXIT_MACHINE in the place of 0, after a message to stderr,
 * if it could not. */
int streams_finish(const char *program, int status);

#endif
