#include "analysis/page/html.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/page/assets.h"
#include "analysis/page/escape.h"
#include "analysis/page/figure_html.h"
#include "analysis/page/policy.h"
#include "analysis/page/table_html.h"

/* Depths of headings: the title is h1, the document's topmost level is depth 1 and h2. */
enum { DEPTH_MAX = 5, CONTENTS_DEPTH = 2 };

struct page {
  FILE *file;
  const struct document *document;
  const struct page_options *options;
  int top_level;   /* the least level of its headings */
  bool in_section; /* a <section> is open */
  bool in_lead;    /* the current block is the verdict */
  int depth;       /* of the last heading; 0 before the first */
  int list_depth;  /* <ul> that are open */
  size_t headings; /* written so far: their ids are numbered */
};

static bool is_shown(const struct block *block) {
  return (block->shown & SHOW_PAGE) != 0;
}

static int top_level(const struct document *document) {
  int top = INT_MAX;
  for (size_t i = 0; i < document->block_count; i++) {
    const struct block *block = &document->blocks[i];
    if (is_shown(block) && block->kind == BLOCK_HEADING && block->level < top)
      top = block->level;
  }
  return top;
}

/* A level deeper by more than one than the heading before it would be a gap in the outline. */
static int heading_depth(const struct page *page, int level, int before) {
  int below = level - page->top_level;
  int depth = below >= DEPTH_MAX ? DEPTH_MAX : below + 1;
  return depth > before + 1 ? before + 1 : depth;
}

/* A heading's id: its words, and its number so that it is unique. */
static void write_heading_id(FILE *file, const struct block *block, size_t number) {
  fprintf(file, "s%zu-", number);
  html_id(file, block->text);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void close_list(struct page *page) {
  for (; page->list_depth > 0; page->list_depth--)
    fputs("</li></ul>\n", page->file);
}

static void open_toned(FILE *file, const char *tag, enum tone tone) {
  if (tone == TONE_NONE)
    fprintf(file, "<%s>", tag);
  else
    fprintf(file, "<%s class=\"tone %s\">", tag, tone_class(tone));
  html_mark(file, tone);
}

static void write_item(struct page *page, const struct block *block) {
  int depth = (block->level < 0 ? 0 : block->level) + 1;
  if (depth > page->list_depth) {
    fputs("<ul>", page->file);
    page->list_depth++;
  } else {
    for (; page->list_depth > depth; page->list_depth--)
      fputs("</li></ul>", page->file);
    fputs("</li>\n", page->file);
  }
  open_toned(page->file, "li", block->tone);
  html_prose(page->file, block->text);
}

/* --- blocks ----------------------------------------------------------------------------------- */

static void open_section(struct page *page, const struct block *block, size_t number) {
  fputs(page->in_section ? "</section>\n" : "", page->file);
  fprintf(page->file, "<section%s aria-labelledby=\"", page->in_lead ? " class=\"lead\"" : "");
  write_heading_id(page->file, block, number);
  fputs("\">\n", page->file);
  page->in_section = true;
}

/* The verdict is the first section, or what stands before it. */
static void write_heading(struct page *page, const struct block *block) {
  size_t number = ++page->headings;
  page->depth = heading_depth(page, block->level, page->depth);
  if (page->depth == 1) {
    page->in_lead = page->in_lead && !page->in_section;
    open_section(page, block, number);
  }
  fprintf(page->file, "<h%d id=\"", page->depth + 1);
  write_heading_id(page->file, block, number);
  fputs("\">", page->file);
  html_text(page->file, block->text);
  fputs(" <a class=\"anchor\" aria-label=\"Link to this section\" href=\"#", page->file);
  write_heading_id(page->file, block, number);
  fprintf(page->file, "\">#</a></h%d>\n", page->depth + 1);
}

/* The length of what a verdict is about, with its colon ("sumsq, n = 1000:"); 0 if there is none.
 */
static size_t lead_in(const char *text) {
  enum { LEAD_IN_MAX = 46 }; /* longer, it is a sentence */
  const char *colon = strstr(text, ": ");
  return colon != NULL && colon - text < LEAD_IN_MAX ? (size_t)(colon - text) + 1 : 0;
}

static void write_paragraph(struct page *page, const struct block *block) {
  const char *text = block->text ? block->text : "";
  size_t bold = page->in_lead ? lead_in(text) : 0;
  open_toned(page->file, "p", block->tone);
  if (bold > 0) {
    fputs("<b>", page->file);
    html_bytes(page->file, text, bold);
    fputs("</b>", page->file);
  }
  html_prose(page->file, text + bold);
  fputs("</p>\n", page->file);
}

/* An HTML parser drops a line feed that follows <pre> directly; <code> is between. */
static void write_code(struct page *page, const struct block *block) {
  fputs("<div class=\"code\"><pre tabindex=\"0\"><code>", page->file);
  html_text(page->file, block->text);
  fputs("</code></pre></div>\n", page->file);
}

static void write_figure(struct page *page, const struct figure *figure) {
  const struct page_options *options = page->options;
  char *svg = options->figure_svg ? options->figure_svg(figure, options->context) : NULL;
  html_figure(page->file, figure, svg);
  free(svg);
}

static void write_block(struct page *page, const struct block *block) {
  if (block->kind != BLOCK_ITEM)
    close_list(page);
  /* Blocks before the first heading form a section, too. */
  if (!page->in_section && block->kind != BLOCK_HEADING) {
    fputs("<section class=\"lead\" aria-label=\"Verdict\">\n", page->file);
    page->in_section = true;
  }
  switch (block->kind) {
  case BLOCK_HEADING:
    write_heading(page, block);
    break;
  case BLOCK_PARAGRAPH:
    write_paragraph(page, block);
    break;
  case BLOCK_ITEM:
    write_item(page, block);
    break;
  case BLOCK_TABLE:
    html_table(page->file, block->table, true);
    break;
  case BLOCK_FIGURE:
    write_figure(page, block->figure);
    break;
  case BLOCK_CODE:
    write_code(page, block);
    break;
  }
}

/* --- the page --------------------------------------------------------------------------------- */

static void write_asset(FILE *file, const char *tag, const struct page_asset *asset) {
  fprintf(file, "<%s>", tag);
  fwrite(asset->content, 1, asset->bytes, file);
  fprintf(file, "</%s>\n", tag);
}

static void write_head(struct page *page) {
  fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", page->file);
  policy_write(page->file, &page_css, &page_js);
  fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        /* An icon of its own: a browser asks a server for favicon.ico otherwise. */
        "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
        "viewBox='0 0 16 16'%3E%3Cpath fill='%23086' d='M1 9h3v6H1zm5-4h3v10H6zm5-4h3v14h-3z'/%3E"
        "%3C/svg%3E\">\n<title>",
        page->file);
  html_text(page->file, page->document->title);
  fputs("</title>\n", page->file);
  write_asset(page->file, "style", &page_css);
  fputs("</head>\n", page->file);
}

static void write_contents(struct page *page) {
  int depth = 0;
  size_t number = 0;
  bool any = false;
  for (size_t i = 0; i < page->document->block_count; i++) {
    const struct block *block = &page->document->blocks[i];
    if (!is_shown(block) || block->kind != BLOCK_HEADING)
      continue;
    depth = heading_depth(page, block->level, depth);
    number++;
    if (depth > CONTENTS_DEPTH)
      continue;
    fputs(any ? "" : "<nav class=\"contents\" aria-label=\"Contents\"><ul>\n", page->file);
    any = true;
    fprintf(page->file, "<li class=\"depth%d\"><a href=\"#", depth);
    write_heading_id(page->file, block, number);
    fputs("\">", page->file);
    html_text(page->file, block->text);
    fputs("</a></li>\n", page->file);
  }
  fputs(any ? "</ul></nav>\n" : "", page->file);
}

static void write_body(struct page *page) {
  fputs("<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header><h1>",
        page->file);
  html_text(page->file, page->document->title);
  fputs("</h1>", page->file);
  if (page->options->subtitle != NULL) {
    fputs("<p class=\"subtitle\">", page->file);
    html_text(page->file, page->options->subtitle);
    fputs("</p>", page->file);
  }
  fputs("</header>\n", page->file);
  write_contents(page);
  fputs("<main id=\"main\">\n", page->file);
  for (size_t i = 0; i < page->document->block_count; i++)
    if (is_shown(&page->document->blocks[i]))
      write_block(page, &page->document->blocks[i]);
  close_list(page);
  fputs(page->in_section ? "</section>\n" : "", page->file);
  fputs("</main>\n<footer><p>", page->file);
  html_text(page->file, page->options->program ? page->options->program : "report");
  fputs(". This page is complete: it loads nothing and can be mailed and archived.</p></footer>\n",
        page->file);
}

int page_write(FILE *file, const struct document *document, const struct page_options *options,
               struct error *error) {
  struct page page = {.file = file,
                      .document = document,
                      .options = options,
                      .top_level = top_level(document),
                      .in_lead = true};
  write_head(&page);
  write_body(&page);
  write_asset(file, "script", &page_js);
  fputs("</body>\n</html>\n", file);
  if (fflush(file) != 0 || ferror(file))
    return error_set(error, EXIT_MACHINE, "cannot write: %s", strerror(errno));
  return 0;
}
