/* Tables of a report as HTML: complete without the page's script, which adds sorting, a filter and
 * pages to what is written here. */
#ifndef QUARTET_ANALYSIS_PAGE_TABLE_HTML_H
#define QUARTET_ANALYSIS_PAGE_TABLE_HTML_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/document/document.h"

/* Rows from which a table gets a filter, and from which it is cut into pages (page.js reads both
 * from the classes "filter" and "paged"). */
enum { TABLE_FILTER_ROWS = 13, TABLE_PAGE_ROWS = 101 };

/* Writes a table with its legend, notes and methods. If it `folds`, one of TABLE_PAGE_ROWS or more
 * is put into a closed <details>. Cells of columns of numbers carry what they are sorted by in
 * data-v, empty for NaN. */
void html_table(FILE *file, const struct table *table, bool folds);

#endif
