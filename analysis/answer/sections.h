/* The parts of the report: each appends blocks to a document. Figures go with the tables that they
 * belong to. Nothing is appended where there is nothing to say. */
#ifndef QUARTET_ANALYSIS_ANSWER_SECTIONS_H
#define QUARTET_ANALYSIS_ANSWER_SECTIONS_H

#include "analysis/answer/answer.h"
#include "analysis/document/document.h"

/* The whole report, in order. */
void report_build(struct document *document, const struct answer *answer);

void section_verdict(struct document *document, const struct answer *answer);
void section_matrix(struct document *document, const struct answer *answer);
void section_builds(struct document *document, const struct answer *answer);
void section_breakeven(struct document *document, const struct answer *answer);
void section_efficiency(struct document *document, const struct answer *answer);
void section_scaling(struct document *document, const struct answer *answer);
void section_bounds(struct document *document, const struct answer *answer);
void section_messages(struct document *document, const struct answer *answer);
void section_granularity(struct document *document, const struct answer *answer);
void section_waiting(struct document *document, const struct answer *answer);
void section_lock(struct document *document, const struct answer *answer);
void section_distributions(struct document *document, const struct answer *answer);
void section_points(struct document *document, const struct answer *answer);
void section_references(struct document *document, const struct answer *answer);
void section_quality(struct document *document, const struct answer *answer);
void section_machine(struct document *document, const struct answer *answer);
void section_methods(struct document *document, const struct answer *answer);

/* The paragraph of section_methods; the caller frees it. */
char *methods_text(const struct answer *answer);

#endif
