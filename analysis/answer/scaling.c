/* Scaling laws and growth with n: parameters, what they predict, how far they can be trusted. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/laws.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* "0.052 [0.048, 0.057]"; infinite: "none". */
static char *estimate_text(struct estimate estimate, const char *infinite) {
  if (isnan(estimate.value))
    return grow_text("-");
  if (isinf(estimate.value))
    return grow_text("%s", infinite);
  if (isnan(estimate.low))
    return grow_text("%.3g", estimate.value);
  return isinf(estimate.high)
             ? grow_text("%.3g [%.3g, -]", estimate.value, estimate.low)
             : grow_text("%.3g [%.3g, %.3g]", estimate.value, estimate.low, estimate.high);
}

static void add_estimate(struct table *table, struct estimate estimate, const char *infinite) {
  char *text = estimate_text(estimate, infinite);
  table_cell(table, TONE_NONE, estimate.value, "%s", text);
  free(text);
}

static void add_name(struct table *table, const struct answer *answer, size_t contest,
                     size_t variant) {
  char *work = work_short_name(answer, answer->contests[contest].work);
  table_cell(table, TONE_NONE, (double)contest, "%s", work)->second =
      machine_note(answer, answer->contests[contest].machine);
  table_cell(table, TONE_NONE, (double)variant, "%s", answer->data->variants[variant].label);
  free(work);
}

/* The last place: LAW_BEYOND times as many cores as were measured. */
static void add_prediction(struct table *table, const struct scaling_law_fit *fit) {
  const struct scaling_prediction *last = &fit->places[LAW_PLACES - 1];
  char *speedup = estimate_text(last->speedup, "-");
  table_cell(table, TONE_QUIET, last->speedup.value, "%s on %.0f", speedup, last->cores);
  free(speedup);
}

static void add_law_columns(struct table *table, bool weak) {
  table_column(table, false, false, "work", NULL);
  table_column(table, false, false, "model", NULL);
  table_column(table, false, false, "law",
               "Of linear speedup, Amdahl's law and the Universal Scalability Law the one with the "
               "smallest leave-one-out error, unless a simpler one is as good within a standard "
               "error. Weak scaling: Gustafson's law.");
  table_column(table, true, false, weak ? "serial part s" : "serial part",
               "Amdahl's b, the USL's contention alpha or Gustafson's s, with a 95 % interval from "
               "sign tests on the launches. One that starts at 0 covers up to 97.5 %.");
  table_column(table, true, false, "limit",
               "The speedup on any number of cores: 1/b; USL: at the peak.");
  table_column(table, true, true, "peak cores", "USL: the cores beyond which it gets slower.");
  table_column(table, true, false, "error",
               "Leave-one-out: each number of cores predicted from the others; median relative "
               "error.");
  table_column(table, true, true, "predicted",
               "On 8 times the most cores that were measured, if the law still holds there. The "
               "interval holds those of all laws that describe the data nearly as well.");
}

/* Without a law that describes the data; `found` is the nearest, or NULL. */
static void add_no_law(struct table *table, const struct scaling_fit *found) {
  table_cell(table, TONE_QUIET, NAN, found != NULL ? "none fits" : "not identifiable");
  for (int i = 0; i < 3; i++)
    table_cell(table, TONE_QUIET, NAN, "-");
  if (found != NULL)
    table_cell(table, TONE_SUSPECT, found->quality.loo_median, "%.0f %%",
               100 * found->quality.loo_median);
  else
    table_cell(table, TONE_QUIET, NAN, "-");
  table_cell(table, TONE_QUIET, NAN, "-");
}

static void add_law_row(struct table *table, const struct answer *answer,
                        const struct scaling_law_fit *fit) {
  const struct scaling_fit *best = scaling_best(fit, answer->weak);
  add_name(table, answer, fit->contest, fit->variant);
  if (best == NULL) {
    add_no_law(table, scaling_found(fit, answer->weak));
    return;
  }
  table_cell(table, TONE_NONE, best->law, "%s", scaling_law_names[best->law]);
  add_estimate(table, best->serial, "-");
  add_estimate(table, best->speedup_limit, "none");
  add_estimate(table, best->peak_cores, "none");
  table_cell(table, TONE_NONE, best->quality.loo_median, "%.1f %%", 100 * best->quality.loo_median);
  add_prediction(table, fit);
}

static size_t count_identified(const struct answer *answer, const struct laws *laws,
                               size_t *most_cores) {
  size_t identified = 0;
  for (size_t i = 0; i < laws->scaling_count; i++) {
    identified += scaling_found(&laws->scaling[i], answer->weak) != NULL;
    if (laws->scaling[i].core_counts > *most_cores)
      *most_cores = laws->scaling[i].core_counts;
  }
  return identified;
}

/* The coverage of intervals from residuals: tests/analysis/models/coverage.c. */
static void add_coverage(struct document *document, const struct answer *answer,
                         const struct laws *laws) {
  bool by_residuals = false;
  for (size_t i = 0; i < laws->scaling_count; i++) {
    const struct scaling_fit *best = scaling_best(&laws->scaling[i], answer->weak);
    by_residuals |= best != NULL && best->quality.interval == INTERVAL_RESIDUALS;
  }
  if (by_residuals)
    document_paragraph(document, SHOW_SUMMARY | SHOW_PAGE, TONE_QUIET,
                       "With fewer than 3 launches per number of cores the intervals of a law come "
                       "from the distances of the points from it. They cover about 94 %%, and "
                       "about 92 %% where times have two modes.");
}

static void add_laws(struct document *document, const struct answer *answer,
                     const struct laws *laws) {
  size_t core_counts = 0;
  if (laws->scaling_count == 0)
    return;
  if (count_identified(answer, laws, &core_counts) == 0) {
    document_paragraph(document, SHOW_SUMMARY | SHOW_PAGE, TONE_QUIET,
                       "Scaling laws: not identifiable from %zu numbers of cores; at least 3 are "
                       "needed%s.",
                       core_counts,
                       answer->weak ? ""
                                    : " for Amdahl's law and 4 for the Universal Scalability Law");
    return;
  }
  struct table *table =
      document_table(document, SHOW_SUMMARY | SHOW_PAGE, "laws", "Scaling laws (95 %% intervals)");
  add_law_columns(table, answer->weak);
  for (size_t i = 0; i < laws->scaling_count; i++)
    add_law_row(table, answer, &laws->scaling[i]);
  add_coverage(document, answer, laws);
}

static void add_growth(struct document *document, const struct answer *answer,
                       const struct laws *laws) {
  if (laws->growth_count == 0)
    return;
  struct table *table = document_table(document, SHOW_PAGE | SHOW_ALL_POINTS, "growth",
                                       "Growth of the time with n (Extra-P's normal form)");
  table_column(table, false, false, "work", NULL);
  table_column(table, false, false, "model", NULL);
  table_column(table, false, false, "time in s",
               "c0 + c1 n^i log2(n)^j (and p^k for cores p, where there are 5 sizes and 5 numbers "
               "of cores), the exponents chosen by leave-one-out cross validation "
               "(Calotoiu et al., SC13).");
  table_column(table, true, false, "error",
               "Symmetric mean absolute percentage error, "
               "leave-one-out.");
  for (size_t i = 0; i < laws->growth_count; i++) {
    const struct growth_fit *fit = &laws->growth[i];
    char text[NORMAL_TEXT], why[FIT_TEXT];
    bool found = fit->form.quality.status == FIT_OK;
    add_name(table, answer, fit->contest, fit->variant);
    table_cell(table, found ? TONE_NONE : TONE_QUIET, NAN, "%s",
               found ? normal_form_text(&fit->form, "n", fit->over_cores ? "p" : NULL, text)
                     : fit_status_text(&fit->form.quality, "sizes", why));
    if (found)
      table_cell(table, TONE_NONE, fit->form.smape, "%.1f %%", fit->form.smape);
    else
      table_cell(table, TONE_QUIET, NAN, "-");
  }
}

void section_scaling(struct document *document, const struct answer *answer) {
  add_laws(document, answer, answer->laws);
  add_growth(document, answer, answer->laws);
}
