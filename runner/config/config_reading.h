/* Declarations that the parts of the config reader share; config.c combines them. A function
 * read_KEY reads the value of that key; `into` is the config. */
#ifndef QUARTET_RUNNER_CONFIG_CONFIG_READING_H
#define QUARTET_RUNNER_CONFIG_CONFIG_READING_H

#include "runner/config/config.h"

enum { AXIS_VALUES_MAX = 10000, WORKLOADS_MAX = 10000 };

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The tables of keys, each in the file of its reader. config.c has the list of all tables, which
 * NULL ends. */
extern const struct document_table config_keys, axes_keys, series_keys, zip_keys, baseline_keys,
    batch_keys, exclusion_keys, launcher_keys, launches_keys, measure_keys, reference_keys,
    scaling_keys;
extern const struct document_table *const config_tables[];

/* The factors that a kernel may fix for itself, and that `derive` may set; ended by
 * FACTOR_COUNT. */
extern const enum point_factor kernel_factors[], derivable_factors[];

/* --- config_axes.c: factors and their values --- */
void read_axes(struct yaml_document *document, yaml_node_t *node, void *into);
void read_zip(struct yaml_document *document, yaml_node_t *node, void *into);
/* The values of cores that a kernel fixes for itself. */
void read_own_cores(struct yaml_document *document, yaml_node_t *node, struct axis *axis);
/* Whether axes or a zip give values to that factor. */
bool has_axis(const struct config *config, enum point_factor factor);
/* A factor that is on two axes, which only shows when all are read. */
void check_axes(struct config *config);

/* --- config_build.c: builds --- */
void read_axis_build(struct yaml_document *document, yaml_node_t *node, void *into);

/* --- config_setups.c: drivers and their options --- */
void read_axis_driver(struct yaml_document *document, yaml_node_t *node, void *into);
void read_baseline(struct yaml_document *document, yaml_node_t *node, void *into);
/* The baseline must be one of the drivers. */
void check_baseline(struct config *config);

/* --- config_kernels.c: kernels and their options --- */
void read_kernel(struct yaml_document *document, yaml_node_t *node, void *into);
void read_kernels(struct yaml_document *document, yaml_node_t *node, void *into);
/* Whether a kernel may fix a factor of that name, which is then no option of a kernel. */
bool is_kernel_factor(const char *name);
/* Writes the label of a workload that has none. */
void workload_label(struct workload *workload);

/* --- config_options.c: options of kernels that are an axis --- */
/* They are kept until all kernels are known. */
void read_axis_options(struct yaml_document *document, yaml_node_t *node, void *into);
/* Makes of each workload as many as those options have values for it. */
void expand_options(struct config *config);

/* --- config_expressions.c: what is an expression over the values of a point --- */
void read_derive(struct yaml_document *document, yaml_node_t *node, void *into);
void read_exclude(struct yaml_document *document, yaml_node_t *node, void *into);
/* Reads the conditions of `exclude` and `reference`, when all names are known. */
void read_conditions(struct config *config);
/* A factor must have a value before an expression uses it, and a kernel an n. */
void check_factors(struct config *config);

/* --- config_reference.c --- */
void read_references(struct yaml_document *document, yaml_node_t *node, void *into);

/* --- config_scaling.c --- */
void read_scaling(struct yaml_document *document, yaml_node_t *node, void *into);

/* --- config_batch.c --- */
void read_batch(struct yaml_document *document, yaml_node_t *node, void *into);

/* --- config_launcher.c --- */
void read_launcher(struct yaml_document *document, yaml_node_t *node, void *into);

/* --- config_measure.c --- */
/* To be called for each file that has the key, the one that wins last. */
void read_measure(struct yaml_document *document, yaml_node_t *node, void *into);
void check_measure(struct config *config);

/* --- config_include.c --- */
/* Opens and parses the files that `node`, the value of `include`, names. Returns their roots in an
 * array as long as config->includes, to be freed; NULL where one cannot be read. */
yaml_node_t **open_includes(struct config *config, yaml_node_t *node,
                            const struct config_sources *sources);

/* --- config_settings.c: options of kernels and drivers --- */
void settings_sort(struct option_settings *settings);
void settings_add(struct option_settings *settings, const char *name, const char *value);
/* Appends "BETWEENname=value" to a text in memory; without BETWEEN if it is empty. */
void append_word(char **text, const char *between, const char *name, const char *value);
void append_number(char **text, const char *name, int64_t value); /* unless CONFIG_UNSET */

/* Names that go into argv and CSV as they are: no option of ours, no path, nothing to quote. */
bool is_plain_name(const char *name);

/* The name and the options of an item of a list that is a name or {name: {options}}. NULL, with a
 * problem added, if it is neither; *options NULL: no options. */
const char *read_item(struct yaml_document *document, yaml_node_t *item, const char *what,
                      yaml_node_t **name_node, yaml_node_t **options);

#endif
