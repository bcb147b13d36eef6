#include "analysis/answer/drawings.h"
#include "analysis/answer/sections.h"
#include "common/grow.h"

/* The maximum number of figures of one kind, so that a page with thousands of points is usable. */
enum { FIGURES_OF_A_SORT = 12 };

typedef struct figure *(*draw_function)(const struct answer *, size_t);

static void add_figures(struct document *document, const struct answer *answer,
                        draw_function draw) {
  size_t drawn = 0, left_out = 0;
  for (size_t i = 0; i < answer->contest_count; i++) {
    if (drawn == FIGURES_OF_A_SORT) {
      left_out++;
      continue;
    }
    struct figure *figure = draw(answer, i);
    if (figure == NULL)
      continue;
    document_figure(document, SHOW_PAGE, figure);
    drawn++;
  }
  if (left_out > 0)
    document_paragraph(document, SHOW_PAGE, TONE_QUIET,
                       "Figures of the first %d works only; the tables have all of them.",
                       FIGURES_OF_A_SORT);
}

void section_distributions(struct document *document, const struct answer *answer) {
  document_heading(document, SHOW_PAGE, 2, "All launches");
  document_paragraph(document, SHOW_PAGE, TONE_NONE,
                     "Each dot is one start of the program. The launch is the unit of all "
                     "statistics here: repetitions within one launch share its memory layout.");
  add_figures(document, answer, draw_distribution);
}

static void add_matrix_map(struct document *document, const struct answer *answer) {
  struct figure *map = answer->contest_count <= 40 ? draw_matrix(answer) : NULL;
  if (map != NULL)
    document_figure(document, SHOW_PAGE, map);
}

static void add_cores(struct document *document, const struct answer *answer) {
  section_efficiency(document, answer);
  add_figures(document, answer, draw_speedups);
  add_figures(document, answer, draw_efficiencies);
  section_scaling(document, answer);
}

void report_build(struct document *document, const struct answer *answer) {
  const struct run_file *run = answer->run;
  bool named = run != NULL && *run->name != '\0';
  document->title = grow_text("Quartet report%s%s", named ? ": " : "", named ? run->name : "");
  document_heading(document, SHOW_SUMMARY | SHOW_ALL_POINTS, 1, "%s", document->title);
  if (run != NULL && *run->description != '\0')
    document_paragraph(document, SHOW_SUMMARY | SHOW_ALL_POINTS, TONE_NONE, "%s", run->description);
  section_verdict(document, answer);
  section_matrix(document, answer);
  add_matrix_map(document, answer);
  section_builds(document, answer);
  section_breakeven(document, answer);
  add_figures(document, answer, draw_times);
  add_cores(document, answer);
  section_bounds(document, answer);
  section_messages(document, answer);
  section_granularity(document, answer);
  section_waiting(document, answer);
  section_lock(document, answer);
  section_distributions(document, answer);
  section_references(document, answer);
  section_points(document, answer);
  section_quality(document, answer);
  section_machine(document, answer);
  section_methods(document, answer);
}
