/* Scaling laws: how a time falls, or a rate rises, with the number of cores.
 *
 *   linear     T(p) = T1 / p
 *   Amdahl     T(p) = T1 (b + (1 - b) / p), b the serial fraction (G. Amdahl, AFIPS 1967)
 *   USL        X(p) = X1 p / (1 + alpha (p - 1) + beta p (p - 1)), alpha contention, beta coherence
 *              (N. Gunther, "Guerrilla Capacity Planning", 2007); it peaks at
 *              p = sqrt((1 - alpha) / beta), and with beta = 0 is Amdahl's law with b = alpha
 *   Gustafson  S(p) = p - s (p - 1), the scaled speedup where the work grows with p, s the serial
 *              fraction of the time on p cores (J. Gustafson, CACM 31, 1988)
 *
 * Each is a sum of basis functions of p in T, or in 1/T for Gustafson's, so that the fit is
 * exact and has no starting values; 0 <= b, s <= 1 and alpha, beta >= 0 hold by construction. From
 * 3 launches of each p on the fit is the median regression of all launches (median_fit.h) and
 * intervals come from their signs (score.h), with fewer it is by least squares of the medians of
 * each p, and intervals come from residuals (resample.h). They hold if the law does; whether it
 * does is shown by the leave-one-out error and the misfit. */
#ifndef QUARTET_ANALYSIS_MODELS_SCALING_H
#define QUARTET_ANALYSIS_MODELS_SCALING_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/models/estimate.h"

enum scaling_law { SCALING_LINEAR, SCALING_AMDAHL, SCALING_USL, SCALING_GUSTAFSON, SCALING_LAWS };
extern const char *const scaling_law_names[SCALING_LAWS]; /* "linear", "Amdahl", "USL", ... */

/* The measurements at one number of cores. */
enum scaling_quantity {
  SCALING_TIME, /* in s: of the same work; for Gustafson's law of work that grows with p */
  SCALING_RATE  /* operations per s or a speedup; for Gustafson's law the scaled speedup */
};

/* Parameters that the law does not have are estimate_none(). */
struct scaling_fit {
  enum scaling_law law;
  struct fit_quality quality;
  struct estimate time_1;        /* T1, the law's time on one core, in s; of rates: 1 / X1 */
  struct estimate serial;        /* b, alpha or s */
  struct estimate coherence;     /* beta */
  struct estimate speedup_limit; /* 1/b; for USL the speedup at the peak; INFINITY: none */
  struct estimate peak_cores;    /* USL; INFINITY: it only rises */
  double cores_min, cores_max;   /* of what was measured */
};

/* The law's prediction for a number of cores, measured or not. */
struct scaling_prediction {
  double cores;               /* set by the caller */
  bool extrapolated;          /* beyond what was measured */
  struct estimate time;       /* median time of a launch, in s; of rates: 1 / rate */
  struct estimate speedup;    /* against T1; scaled for Gustafson's law */
  struct estimate efficiency; /* speedup / cores */
};

/* Fits a law to `count` launches. predictions: NULL, or prediction_count of them with `cores` set;
 * where there is no fit they are estimate_none(). options: NULL for the defaults. */
void scaling_fit(struct scaling_fit *fit, enum scaling_law law, enum scaling_quantity quantity,
                 const double *cores, const double *values, size_t count,
                 const struct fit_options *options, struct scaling_prediction *predictions,
                 size_t prediction_count);

/* The law's time at some number of cores, in s, by the fit's values. NaN without a fit. */
double scaling_time(const struct scaling_fit *fit, double cores);

/* The law as text, "T(p) = 1.23 s (0.05 + 0.95/p)", of SCALING_TEXT bytes; "" without a fit. */
enum { SCALING_TEXT = 160 };
char *scaling_text(const struct scaling_fit *fit, char text[SCALING_TEXT]);

/* Linear, Amdahl and USL, and which of them describes the data. */
struct scaling_selection {
  struct scaling_fit fits[SCALING_USL + 1]; /* by law; some may not be identifiable */
  bool found;                               /* false: none is */
  /* The law to use, by the leave-one-out errors; see selection.h. */
  enum scaling_law best;
  double mean_error[SCALING_USL + 1]; /* of each law, leave-one-out, relative; NaN without a fit */
};
/* As scaling_fit, for three laws; predictions are the best law's. */
void scaling_select(struct scaling_selection *selection, enum scaling_quantity quantity,
                    const double *cores, const double *values, size_t count,
                    const struct fit_options *options, struct scaling_prediction *predictions,
                    size_t prediction_count);

#endif
