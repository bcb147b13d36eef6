/* Matrices of as many rows and columns as a curve has terms. */
#ifndef QUARTET_ANALYSIS_MODELS_SMALL_MATRIX_H
#define QUARTET_ANALYSIS_MODELS_SMALL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/models/least_squares.h"

/* The inverse of the first `size` rows and columns, by Gauss and Jordan's elimination with pivots.
 * False if the matrix is singular, to rounding. */
bool matrix_invert(const double matrix[TERMS_MAX][TERMS_MAX], size_t size,
                   double inverse[TERMS_MAX][TERMS_MAX]);

#endif
