/* Whether this process was stopped and continued: by Ctrl-Z and fg, by a batch system that suspends
 * a job, by hand. Times that were measured meanwhile contain the pause. A frozen cgroup or a paused
 * virtual machine gives no signal and is not noticed here; the sweep, which waits, notices
 * those. */
#ifndef QUARTET_SUSPENSION_H
#define QUARTET_SUSPENSION_H

/* From now on SIGCONT is counted. Once, before any thread. System calls that it meets are begun
 * anew where the system can do that. */
void suspension_watch(void);

/* How often this process has been continued since. Any thread may ask. */
int suspension_count(void);

#endif
