#include "analysis/document/document.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/grow.h"

static struct block *add_block(struct document *document, enum block_kind kind, unsigned shown) {
  struct block *block = GROW(document->blocks, document->block_count);
  block->kind = kind;
  block->shown = shown;
  return block;
}

void document_heading(struct document *document, unsigned shown, int level, const char *format,
                      ...) {
  struct block *block = add_block(document, BLOCK_HEADING, shown);
  va_list arguments;
  va_start(arguments, format);
  block->text = grow_vtext(format, arguments);
  va_end(arguments);
  block->level = level;
}

void document_paragraph(struct document *document, unsigned shown, enum tone tone,
                        const char *format, ...) {
  struct block *block = add_block(document, BLOCK_PARAGRAPH, shown);
  va_list arguments;
  va_start(arguments, format);
  block->text = grow_vtext(format, arguments);
  va_end(arguments);
  block->tone = tone;
}

void document_item(struct document *document, unsigned shown, int level, enum tone tone,
                   const char *format, ...) {
  struct block *block = add_block(document, BLOCK_ITEM, shown);
  va_list arguments;
  va_start(arguments, format);
  block->text = grow_vtext(format, arguments);
  va_end(arguments);
  block->level = level;
  block->tone = tone;
}

void document_code(struct document *document, unsigned shown, const char *format, ...) {
  struct block *block = add_block(document, BLOCK_CODE, shown);
  va_list arguments;
  va_start(arguments, format);
  block->text = grow_vtext(format, arguments);
  va_end(arguments);
}

struct table *document_table(struct document *document, unsigned shown, const char *id,
                             const char *title_format, ...) {
  struct table *table = NULL;
  size_t none = 0;
  GROW(table, none);
  va_list arguments;
  va_start(arguments, title_format);
  table->title = grow_vtext(title_format, arguments);
  va_end(arguments);
  table->id = grow_text("%s", id);
  add_block(document, BLOCK_TABLE, shown)->table = table;
  return table;
}

void table_column(struct table *table, bool number, bool optional, const char *title,
                  const char *method) {
  struct table_column *column = GROW(table->columns, table->column_count);
  *column = (struct table_column){.title = grow_text("%s", title),
                                  .method = method != NULL ? grow_text("%s", method) : NULL,
                                  .number = number,
                                  .optional = optional};
}

struct table_cell *table_cell(struct table *table, enum tone tone, double sort, const char *format,
                              ...) {
  struct table_cell *cell = GROW(table->cells, table->cell_count);
  va_list arguments;
  va_start(arguments, format);
  cell->text = grow_vtext(format, arguments);
  va_end(arguments);
  cell->tone = tone;
  cell->sort = sort;
  return cell;
}

size_t table_rows(const struct table *table) {
  return table->column_count == 0 ? 0 : table->cell_count / table->column_count;
}

void table_note(struct table *table, const char *format, ...) {
  char **note = GROW(table->notes, table->note_count);
  va_list arguments;
  va_start(arguments, format);
  *note = grow_vtext(format, arguments);
  va_end(arguments);
}

void document_figure(struct document *document, unsigned shown, struct figure *figure) {
  add_block(document, BLOCK_FIGURE, shown)->figure = figure;
}

static void free_table(struct table *table) {
  if (table == NULL)
    return;
  for (size_t i = 0; i < table->column_count; i++) {
    free(table->columns[i].title);
    free(table->columns[i].method);
  }
  for (size_t i = 0; i < table->cell_count; i++) {
    free(table->cells[i].text);
    free(table->cells[i].second);
    free(table->cells[i].hint);
  }
  for (size_t i = 0; i < table->note_count; i++)
    free(table->notes[i]);
  free(table->columns);
  free(table->cells);
  free(table->notes);
  free(table->id);
  free(table->title);
  free(table);
}

void document_free(struct document *document) {
  for (size_t i = 0; i < document->block_count; i++) {
    free(document->blocks[i].text);
    free_table(document->blocks[i].table);
    figure_free(document->blocks[i].figure);
  }
  free(document->blocks);
  free(document->title);
  *document = (struct document){0};
}
