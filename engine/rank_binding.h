/* Binds a rank, if mpirun does not, to its own cores in the affinity mask with which it was
 * started. */
#ifndef QUARTET_RANK_BINDING_H
#define QUARTET_RANK_BINDING_H

/* If the variable QUARTET_BIND is "cores:T" or "threads:T", binds this process to T cores (with all
 * their hardware threads) or T hardware threads of its mask: the first rank on this node to the
 * first T, the next one to the next. Then starts the program anew, without the variable: libraries
 * such as OpenMP's look at the mask before main. To be called first of all in main, before MPI.
 *
 * Without the variable, or where the launcher does not number the ranks of a node, or where the
 * mask has too few cores, nothing changes; the column `binding` shows where the workers run. */
void rank_binding_apply(char **argv);

#endif
