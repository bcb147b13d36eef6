/* The standard streams that a program was given. */
#ifndef QUARTET_STREAMS_H
#define QUARTET_STREAMS_H

/* To be called first of all. The place of a standard stream that the caller closed would go to the
 * next file opened, which then got what is meant for the stream. What takes the place here fails,
 * as a closed one does. */
void streams_hold(void);

#endif
