#include "analysis/document/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "analysis/document/lines.h"
#include "common/number.h"

static int terminal_columns(FILE *file) {
  const char *variable = getenv("COLUMNS");
  struct error ignored = {0};
  struct winsize size;
  int64_t columns;
  if (variable != NULL && number_parse(variable, 1, 10000, &columns, &ignored) == 0)
    return (int)columns;
  return ioctl(fileno(file), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct text_options text_options_for(FILE *file, unsigned shown) {
  struct text_options options = {.shown = shown, .columns = TEXT_COLUMNS};
  const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
  if (!isatty(fileno(file)))
    return options;
  int columns = terminal_columns(file);
  if (columns > TEXT_COLUMNS)
    options.columns = columns < TEXT_COLUMNS_MAX ? columns : TEXT_COLUMNS_MAX;
  options.colour =
      (no_colour == NULL || *no_colour == '\0') && term != NULL && strcmp(term, "dumb") != 0;
  return options;
}

const char *text_mark(enum tone tone) {
  static const char *const marks[] = {[TONE_WINNER] = "*",
                                      [TONE_EQUAL] = "=",
                                      [TONE_SUSPECT] = "!",
                                      [TONE_FAILED] = "x",
                                      [TONE_QUIET] = NULL};
  return marks[tone] != NULL ? marks[tone] : "";
}

const char *text_tone(enum tone tone, const struct text_options *options) {
  static const char *const sequences[] = {[TONE_WINNER] = "\033[1;32m",
                                          [TONE_EQUAL] = "\033[32m",
                                          [TONE_SUSPECT] = "\033[33m",
                                          [TONE_FAILED] = "\033[31m",
                                          [TONE_QUIET] = "\033[2m"};
  return options->colour && sequences[tone] != NULL ? sequences[tone] : "";
}

const char *text_reset(enum tone tone, const struct text_options *options) {
  return *text_tone(tone, options) != '\0' ? "\033[0m" : "";
}

static void write_wrapped(FILE *file, const char *first, const char *rest, const char *text,
                          enum tone tone, const struct text_options *options) {
  char *plain = lines_plain(text);
  struct text_lines lines = lines_wrap(plain, (size_t)options->columns - strlen(first));
  for (size_t i = 0; i < lines.count; i++)
    fprintf(file, "%s%s%s%s\n", i == 0 ? first : rest, text_tone(tone, options), lines.items[i],
            text_reset(tone, options));
  lines_free(&lines);
  free(plain);
}

static void write_heading(FILE *file, const struct block *block,
                          const struct text_options *options) {
  char *plain = lines_plain(block->text);
  struct text_lines lines = lines_wrap(plain, (size_t)options->columns);
  size_t widest = 0;
  for (size_t i = 0; i < lines.count; i++) {
    size_t width = lines_width(lines.items[i]);
    widest = width > widest ? width : widest;
    fprintf(file, "%s%s%s\n", options->colour ? "\033[1m" : "", lines.items[i],
            options->colour ? "\033[0m" : "");
  }
  if (block->level <= 2 && !options->colour) {
    for (size_t i = widest; i > 0; i--)
      putc(block->level == 1 ? '=' : '-', file);
    putc('\n', file);
  }
  lines_free(&lines);
  free(plain);
}

static void write_item(FILE *file, const struct block *block, const struct text_options *options) {
  char first[24], rest[24];
  int indent = 2 * (block->level < 5 ? block->level : 5) + 2;
  const char *mark = text_mark(block->tone);
  snprintf(first, sizeof first, "%*s%s ", indent, "", *mark != '\0' ? mark : "-");
  snprintf(rest, sizeof rest, "%*s", indent + 2, "");
  write_wrapped(file, first, rest, block->text, block->tone, options);
}

static void write_code(FILE *file, const char *text) {
  char *plain = lines_plain(text);
  for (const char *at = plain; *at != '\0';) {
    int length = (int)strcspn(at, "\n");
    fprintf(file, "  %.*s\n", length, at);
    at += length + (at[length] == '\n');
  }
  free(plain);
}

static void write_block(FILE *file, const struct block *block, const struct text_options *options) {
  char indent[12];
  snprintf(indent, sizeof indent, "%*s", 2 * (block->level < 5 ? block->level : 5), "");
  switch (block->kind) {
  case BLOCK_HEADING:
    write_heading(file, block, options);
    break;
  case BLOCK_PARAGRAPH:
    write_wrapped(file, indent, indent, block->text, block->tone, options);
    break;
  case BLOCK_ITEM:
    write_item(file, block, options);
    break;
  case BLOCK_TABLE:
    text_table(file, block->table, options);
    break;
  case BLOCK_CODE:
    write_code(file, block->text);
    break;
  case BLOCK_FIGURE:
    break;
  }
}

/* An empty line between blocks, but not between the items of a list nor behind a heading. */
static bool is_parted(enum block_kind before, enum block_kind after) {
  if (before == BLOCK_HEADING)
    return false;
  return !(after == BLOCK_ITEM && (before == BLOCK_ITEM || before == BLOCK_PARAGRAPH));
}

void text_write(FILE *file, const struct document *document, const struct text_options *options) {
  const struct block *before = NULL;
  for (size_t i = 0; i < document->block_count; i++) {
    const struct block *block = &document->blocks[i];
    if ((block->shown & options->shown) == 0 || block->kind == BLOCK_FIGURE)
      continue;
    if (before != NULL && is_parted(before->kind, block->kind))
      putc('\n', file);
    write_block(file, block, options);
    before = block;
  }
}
