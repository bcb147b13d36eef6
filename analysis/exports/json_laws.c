/* Break-even sizes, and the fits over cores and sizes. */
#include "analysis/answer/crossings.h"
#include "analysis/answer/laws.h"
#include "analysis/exports/answer_json.h"

static void put_estimate(struct json_writer *json, const char *name, struct estimate estimate) {
  json_begin_object(json, name);
  json_put_real(json, "value", estimate.value);
  json_put_real(json, "low", estimate.low);
  json_put_real(json, "high", estimate.high);
  json_end_object(json);
}

static void put_breakeven(struct json_writer *json, const char *name,
                          const struct breakeven *found) {
  const char *const outcomes[BREAKEVEN_OUTCOMES] = {
      [BREAKEVEN_ALWAYS] = "always",
      [BREAKEVEN_NEVER] = "never",
      [BREAKEVEN_FROM] = "from",
      [BREAKEVEN_UP_TO] = "up-to",
      [BREAKEVEN_SEVERAL] = "several",
      [BREAKEVEN_CANNOT_TELL] = verdict_names[VERDICT_CANNOT_TELL]};
  json_begin_object(json, name);
  json_put_text(json, "outcome", outcomes[found->outcome]);
  json_put_real(json, "n_low", found->n_low);
  json_put_real(json, "n_high", found->n_high);
  put_estimate(json, "n", found->n);
  json_end_object(json);
}

void json_put_breakevens(struct json_writer *json, const struct answer *answer) {
  json_begin_array(json, "break_evens");
  for (size_t i = 0; i < answer->crossing_count; i++) {
    const struct crossing *crossing = &answer->crossings[i];
    json_begin_object(json, NULL);
    json_put_size(json, "contest", crossing->contest);
    json_put_size(json, "variant", crossing->variant);
    json_put_size(json, "sizes", crossing->sizes);
    json_put_integer(json, "n_min", crossing->n_min);
    json_put_integer(json, "n_max", crossing->n_max);
    put_breakeven(json, "alone", &crossing->alone);
    if (crossing->has_started) {
      put_breakeven(json, "with_startup", &crossing->started);
      json_put_bool(json, "outside", crossing->whole_process);
      json_put_real(json, "startup_s", crossing->start_s);
      json_put_real(json, "base_startup_s", crossing->base_start_s);
    } else {
      json_put_null(json, "with_startup");
    }
    json_end_object(json);
  }
  json_end_array(json);
}

/* The law's predictions beyond the measured range. */
static void put_predictions(struct json_writer *json, const struct scaling_law_fit *law) {
  json_begin_array(json, "predictions");
  for (int i = 0; i < LAW_PLACES; i++) {
    const struct scaling_prediction *place = &law->places[i];
    if (!place->extrapolated)
      continue;
    json_begin_object(json, NULL);
    json_put_real(json, "cores", place->cores);
    put_estimate(json, "speedup", place->speedup);
    put_estimate(json, "time_s", place->time);
    json_end_object(json);
  }
  json_end_array(json);
}

static const char *const interval_names[] = {
    [INTERVAL_NONE] = "none", [INTERVAL_LAUNCHES] = "launches", [INTERVAL_RESIDUALS] = "residuals"};

static void put_scaling(struct json_writer *json, const struct answer *answer,
                        const struct scaling_law_fit *law) {
  const struct scaling_fit *fit = scaling_best(law, answer->weak);
  char text[SCALING_TEXT];
  json_begin_object(json, NULL);
  json_put_size(json, "contest", law->contest);
  json_put_size(json, "variant", law->variant);
  json_put_size(json, "core_counts", law->core_counts);
  json_put_text(json, "law", fit != NULL ? scaling_law_names[fit->law] : NULL);
  if (fit != NULL) {
    json_put_text(json, "text", scaling_text(fit, text));
    put_estimate(json, "time_1_s", fit->time_1);
    put_estimate(json, "serial", fit->serial);
    put_estimate(json, "coherence", fit->coherence);
    put_estimate(json, "speedup_limit", fit->speedup_limit);
    put_estimate(json, "peak_cores", fit->peak_cores);
    json_put_real(json, "level", fit->quality.level);
    json_put_text(json, "interval", interval_names[fit->quality.interval]);
    json_put_real(json, "loo_median", fit->quality.loo_median);
    json_put_real(json, "loo_largest", fit->quality.loo_largest);
    put_predictions(json, law);
  }
  json_end_object(json);
}

static void put_growth(struct json_writer *json, const struct growth_fit *growth) {
  char text[NORMAL_TEXT];
  json_begin_object(json, NULL);
  json_put_size(json, "contest", growth->contest);
  json_put_size(json, "variant", growth->variant);
  json_put_known(json, "text",
                 normal_form_text(&growth->form, "n", growth->over_cores ? "p" : "", text));
  json_put_real(json, "smape", growth->form.smape);
  json_put_real(json, "agreement", growth->form.agreement);
  json_end_object(json);
}

void json_put_laws(struct json_writer *json, const struct answer *answer) {
  const struct laws *laws = answer->laws;
  json_begin_array(json, "scaling_laws");
  for (size_t i = 0; laws != NULL && i < laws->scaling_count; i++)
    put_scaling(json, answer, &laws->scaling[i]);
  json_end_array(json);
  json_begin_array(json, "growth_laws");
  for (size_t i = 0; laws != NULL && i < laws->growth_count; i++)
    put_growth(json, &laws->growth[i]);
  json_end_array(json);
}
