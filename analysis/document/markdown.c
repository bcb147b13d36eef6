#include <stdlib.h>
#include <string.h>

#include "analysis/document/lines.h"
#include "analysis/document/text.h"
#include "common/grow.h"

/* Characters that Markdown or the HTML inside it would take for more than themselves
 * (CommonMark 2.4).
 */
static void write_escaped(FILE *file, const char *text) {
  char *plain = lines_plain(text);
  for (const char *at = plain; *at != '\0'; at++) {
    if (*at == '\n') {
      putc(' ', file);
      continue;
    }
    if (strchr("\\`*_<>|#~&", *at) != NULL || (*at == '[' && strchr(at, '(') != NULL))
      putc('\\', file);
    putc(*at, file);
  }
  free(plain);
}

static void write_cell(FILE *file, const struct table_cell *cell) {
  const char *mark = text_mark(cell->tone);
  if (*mark != '\0') {
    write_escaped(file, mark);
    putc(' ', file);
  }
  fputs(cell->tone == TONE_WINNER ? "**" : "", file);
  write_escaped(file, cell->text);
  fputs(cell->tone == TONE_WINNER ? "**" : "", file);
  if (cell->second != NULL && *cell->second != '\0') {
    for (const char *line = cell->second; *line != '\0';) {
      char *one = grow_text("%.*s", (int)strcspn(line, "\n"), line);
      fputs("<br>", file);
      write_escaped(file, one);
      line += strlen(one);
      line += *line == '\n';
      free(one);
    }
  }
}

static void write_table(FILE *file, const struct table *table) {
  fputs("**", file);
  write_escaped(file, table->title);
  fputs("**\n\n|", file);
  for (size_t c = 0; c < table->column_count; c++) {
    char *title = lines_soft_hyphens(table->columns[c].title, "");
    putc(' ', file);
    write_escaped(file, title);
    fputs(" |", file);
    free(title);
  }
  fputs("\n|", file);
  for (size_t c = 0; c < table->column_count; c++)
    fputs(table->columns[c].number ? "---:|" : "---|", file);
  for (size_t i = 0; i < table_rows(table) * table->column_count; i++) {
    fputs(i % table->column_count == 0 ? "\n| " : " ", file);
    write_cell(file, &table->cells[i]);
    fputs(" |", file);
  }
  putc('\n', file);
  for (size_t i = 0; i < table->note_count; i++) {
    putc('\n', file);
    write_escaped(file, table->notes[i]);
    putc('\n', file);
  }
}

static void write_figure(FILE *file, const struct figure *figure) {
  fputs("![", file);
  write_escaped(file, figure->title);
  fprintf(file, "](figures/%s.svg)\n", figure->id);
  for (size_t i = 0; i < figure->note_count; i++) {
    putc('\n', file);
    write_escaped(file, figure->notes[i]);
    putc('\n', file);
  }
}

/* A fence longer than any run of back quotes inside. */
static void write_code(FILE *file, const char *text) {
  char *plain = lines_plain(text);
  size_t longest = 2;
  for (const char *at = strchr(plain, '`'); at != NULL; at = strchr(at, '`')) {
    size_t length = strspn(at, "`");
    longest = length > longest ? length : longest;
    at += length;
  }
  char fence[100] = "";
  longest = longest + 1 < sizeof fence ? longest + 1 : sizeof fence - 1;
  memset(fence, '`', longest);
  fprintf(file, "%s\n%s\n%s\n", fence, plain, fence);
  free(plain);
}

static void write_block(FILE *file, const struct block *block) {
  switch (block->kind) {
  case BLOCK_HEADING:
    for (int i = 0; i < block->level && i < 6; i++)
      putc('#', file);
    putc(' ', file);
    write_escaped(file, block->text);
    putc('\n', file);
    break;
  case BLOCK_ITEM:
    fprintf(file, "%*s- ", 2 * block->level, "");
    write_escaped(file, block->text);
    putc('\n', file);
    break;
  case BLOCK_PARAGRAPH:
    write_escaped(file, block->text);
    putc('\n', file);
    break;
  case BLOCK_TABLE:
    write_table(file, block->table);
    break;
  case BLOCK_FIGURE:
    write_figure(file, block->figure);
    break;
  case BLOCK_CODE:
    write_code(file, block->text);
    break;
  }
}

void markdown_write(FILE *file, const struct document *document, unsigned shown) {
  const struct block *before = NULL;
  for (size_t i = 0; i < document->block_count; i++) {
    const struct block *block = &document->blocks[i];
    if ((block->shown & shown) == 0)
      continue;
    if (before != NULL && !(before->kind == BLOCK_ITEM && block->kind == BLOCK_ITEM))
      putc('\n', file);
    write_block(file, block);
    before = block;
  }
}
