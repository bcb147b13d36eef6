/* The exit status when a library ends the process.
 *
 * libgomp calls exit(1) when it cannot create a thread or has no memory, MPI libraries when they
 * cannot start. 1 means "verification failed" here, which only the oracle may say: what ends the
 * process by exit() while it is guarded is a system error, EXIT_MACHINE. */
#ifndef QUARTET_ENDING_H
#define QUARTET_ENDING_H

/* From here on exit() is a system error. `program` is the name for the message. To be called once.
 */
void ending_guard(const char *program);

/* What the process is doing, for the message: "cannot create 64 threads (ulimit -u, ulimit -v)".
 * NULL: nothing special. The text must stay. */
void ending_expect(const char *what);

/* From here on the process ends by its own decision: its exit status is left as it is. */
void ending_release(void);

#endif
