/* The operand RESULTS of a command line. */
#ifndef QUARTET_ANALYSIS_DATA_RESULTS_PATH_H
#define QUARTET_ANALYSIS_DATA_RESULTS_PATH_H

/* The path of the samples.csv: of one in the folder, if `results` is a folder; otherwise `results`
 * itself. The caller frees it. */
char *results_path(const char *results);

#endif
