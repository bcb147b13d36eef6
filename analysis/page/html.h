/* A report as one HTML page that needs nothing else: no request, no other file; from a disk or a
 * mail attachment as well as from a server. It is complete without its script and on paper. */
#ifndef QUARTET_ANALYSIS_PAGE_HTML_H
#define QUARTET_ANALYSIS_PAGE_HTML_H

#include <stdio.h>

#include "analysis/document/document.h"
#include "common/error.h"

struct page_options {
  const char *program;  /* the footer: "report of Quartet 0.1.0"; or NULL */
  const char *subtitle; /* a line under the title: machine, date; or NULL */
  /* The <svg> element of a figure, which the page frees; NULL if there is none. It is written as it
   * is, so it must hold no script, no style attribute (the page's policy refuses it), no reference
   * to another file, and only ids that are unique in the page. The pointer itself may be NULL. */
  char *(*figure_svg)(const struct figure *figure, void *context);
  void *context; /* figure_svg's */
};

/* Writes the blocks that are SHOW_PAGE. The verdict, in large type, is what stands before the first
 * heading; when nothing does, the first section. The topmost level of headings
 * that occurs makes the sections, and with the next one the table of contents. EXIT_MACHINE if the
 * file cannot be written. */
int page_write(FILE *file, const struct document *document, const struct page_options *options,
               struct error *error);

#endif
