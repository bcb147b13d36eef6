/* Writes docs/kernels/NAME.md for each kernel of the build, and an index: `kernel_pages FOLDER`.
 * A page has nothing but the kernel's own description, so that page and program say the same.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/lines.h"
#include "common/number.h"
#include "common/streams.h"
#include "engine/options.h"

static const char *const bounds[] = {
    [BOUND_COMPUTE] = "compute-bound",
    [BOUND_MEMORY] = "memory-bound",
    [BOUND_NETWORK] = "network-bound",
    [BOUND_WAIT] = "I/O-bound (waiting)",
};

/* A quantity and its unit, "-" for none. */
static const char *cell(double value, const char *unit, char text[96]) {
  char number[NUMBER_TEXT];
  if (value > 0)
    snprintf(text, 96, "%s%s", quantity_format(value, number), unit);
  else
    snprintf(text, 96, "-");
  return text;
}

/* Plain text as Markdown that shows it unchanged, in a table too. */
static void put_text(FILE *file, const char *text) {
  for (; *text; text++) {
    if (strchr("*<>|[]\\`", *text))
      fputc('\\', file);
    fputc(*text, file);
  }
}

/* Markdown in lines of at most 100 columns. A line that begins with a character that would make it
 * an item of a list or a heading gets a backslash. */
static void put_lines(FILE *file, const char *markdown) {
  while (*markdown) {
    if (strchr("+-#", *markdown) && markdown[1] == ' ')
      fputc('\\', file);
    size_t bytes = lines_fit(markdown, 99);
    fprintf(file, "%.*s\n", (int)bytes, markdown);
    markdown = lines_next(markdown, bytes);
  }
}

/* Writes a section of the page: plain text, in which newlines separate paragraphs. */
static void put_section(FILE *file, const char *title, const char *text) {
  char *markdown = NULL;
  size_t bytes = 0;
  FILE *buffer = open_memstream(&markdown, &bytes);
  if (!buffer) {
    perror("kernel_pages");
    exit(EXIT_MACHINE);
  }
  put_text(buffer, text);
  fclose(buffer);
  fprintf(file, "## %s\n\n", title);
  put_lines(file, markdown);
  fprintf(file, "\n");
  free(markdown);
}

static struct problem initial_problem(const struct kernel *kernel) {
  struct problem problem = {.n = kernel->size.initial};
  options_default(kernel, &problem);
  return problem;
}

static void write_work(FILE *file, const struct kernel *kernel) {
  struct problem problem = initial_problem(kernel);
  fprintf(file,
          "| n = %" PRId64 ", the default options | operations | bytes | with "
          "write-allocate | messages | memory |\n|---|---|---|---|---|---|\n",
          problem.n);
  for (int parts = 1; parts <= 4; parts *= 2) {
    struct work work = kernel->work(&problem, parts);
    char cells[5][96];
    fprintf(file, "| %d part%s | %s | %s | %s | %s | %s |\n", parts, parts > 1 ? "s" : "",
            cell(work.operations, kernel->operation, cells[0]), cell(work.bytes, "B", cells[1]),
            cell(work.traffic > 0 ? work.traffic : work.bytes, "B", cells[2]),
            cell(work.messages, "", cells[3]), cell(work.memory, "B", cells[4]));
  }
}

static void write_option(FILE *file, const struct kernel_option *option, const char *flag) {
  char low[NUMBER_TEXT], high[NUMBER_TEXT], initial[NUMBER_TEXT];
  fprintf(file, "| `%s%s` | ", flag, option->name);
  put_text(file, option->help);
  fprintf(file, " | ");
  for (int i = 0; option->choices && option->choices[i]; i++)
    fprintf(file, "%s`%s`", i > 0 ? ", " : "", option->choices[i]);
  if (option->type != OPTION_CHOICE && option->type != OPTION_TEXT)
    fprintf(file, "%s to %s", option_format(option, option->min, low),
            option_format(option, option->max, high));
  fprintf(file, " | %s |\n", option_format(option, option->initial, initial));
}

static void write_options(FILE *file, const struct kernel *kernel) {
  struct kernel_option size = kernel->size;
  size.name = "size";
  fprintf(file, "| option | what it is | values | default |\n|---|---|---|---|\n");
  write_option(file, &size, "--");
  for (const struct kernel_option *o = kernel->options; o && o->name; o++)
    write_option(file, o, "--set ");
  if (kernel->default_size)
    fprintf(file, "\nWithout `--size` the size follows from this machine's caches.\n");
}

static const char *request_of(const struct phase *phase) {
  if (!phase->request)
    return "-";
  return phase->edge == 0 ? "for a later phase" : "before it computes";
}

static void write_phases(FILE *file, const struct kernel *kernel) {
  static const char *const stages[] = {"set-up", "timed", "check"};
  fprintf(file,
          "| phase | stage | does | requests data | reduces | any part may compute any unit |\n"
          "|---|---|---|---|---|---|\n");
  for (int i = 0; i < kernel->phase_count; i++) {
    const struct phase *p = &kernel->phases[i];
    fprintf(file, "| `%s` | %s | %s | %s | %s | %s |\n", p->name, stages[p->stage],
            p->ask ? "waits" : "computes", request_of(p),
            p->partial_bytes > 0 || p->partial_size ? "yes" : "-", p->movable ? "yes" : "-");
  }
}

static void write_page(FILE *file, const struct kernel *kernel) {
  fprintf(file,
          "<!-- Written by kernel_pages; `cmake --build build --target pages` generates it. "
          "-->\n# %s\n\n",
          kernel->name);
  put_text(file, kernel->summary);
  fprintf(file, "; **%s**.\n\n", bounds[kernel->bound]);
  put_section(file, "Operation", kernel->description);
  put_section(file, "Work model", kernel->counting);
  write_work(file, kernel);
  fprintf(file, "\n");
  put_section(file, "Verification", kernel->oracle);
  put_section(file, "Communication", kernel->exchanged);
  put_section(file, "Expected performance", kernel->expectation);
  fprintf(file, "## Options\n\n");
  write_options(file, kernel);
  fprintf(file, "\n## Phases\n\nA unit is one %s.\n\n", kernel->unit);
  write_phases(file, kernel);
  fprintf(file,
          "\n## Try it\n\n```sh\nbuild/serial_driver %s\nbuild/omp_driver %s -t 2\n"
          "mpirun -np 2 build/mpi_driver %s\nbuild/async_driver %s\n```\n",
          kernel->name, kernel->name, kernel->name, kernel->name);
}

static void write_index(FILE *file) {
  fprintf(file, "<!-- Written by kernel_pages; `cmake --build build --target pages` generates it. "
                "-->\n# The kernels\n");
  for (enum bound bound = BOUND_COMPUTE; bound <= BOUND_WAIT; bound++) {
    fprintf(file, "\n## %c%s\n\n| kernel | what it is |\n|---|---|\n",
            toupper((unsigned char)bounds[bound][0]), bounds[bound] + 1);
    for (const struct kernel *const *k = kernel_list; *k; k++)
      if ((*k)->bound == bound) {
        fprintf(file, "| [%s](%s.md) | ", (*k)->name, (*k)->name);
        put_text(file, (*k)->summary);
        fprintf(file, " |\n");
      }
  }
}

/* Opens FOLDER/NAME.md, lets `kernel`'s page (NULL: the index) be written, and closes it. */
static int write_file(const char *folder, const char *name, const struct kernel *kernel) {
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/%s.md", folder, name);
  FILE *file = length < (int)sizeof path ? fopen(path, "we") : NULL;
  if (file && kernel)
    write_page(file, kernel);
  else if (file)
    write_index(file);
  if (file && !ferror(file) && fclose(file) == 0)
    return 0;
  fprintf(stderr, "kernel_pages: %s: %s\n", path, strerror(errno));
  return EXIT_MACHINE;
}

int main(int argc, char **argv) {
  streams_hold();
  if (argc != 2 || argv[1][0] == '-') {
    fprintf(stderr, "usage: kernel_pages FOLDER\nWrites a page for each kernel, and README.md.\n");
    return EXIT_USAGE;
  }
  int code = write_file(argv[1], "README", NULL);
  for (const struct kernel *const *k = kernel_list; *k && code == 0; k++)
    code = write_file(argv[1], (*k)->name, *k);
  return code;
}
