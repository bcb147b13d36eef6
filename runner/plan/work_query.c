#include "runner/plan/work_query.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "common/failure.h"
#include "common/grow.h"
#include "common/number.h"
#include "runner/process/foreign.h"
#include "runner/process/launch.h"

/* Linux takes 128 KiB in one argument. An answer has some 120 characters, a question 4 at least. */
enum { LIST_BYTES_MAX = 100000, QUESTION_BYTES_MAX = 100, OUTPUT_BYTES_MAX = 16 << 20 };
static const int64_t timeout_ns = INT64_C(60000000000);

static void add_word(char ***words, size_t *count, char *word) {
  *GROW(*words, *count) = word;
}

/* As many of the questions as an argument holds; *count becomes how many those are. */
static char *list_text(const struct work_question *questions, size_t *count) {
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (file == NULL)
    return NULL;
  fputs("--work=", file);
  size_t i = 0;
  for (; i < *count && ftell(file) < LIST_BYTES_MAX - QUESTION_BYTES_MAX; i++) {
    const struct work_question *q = &questions[i];
    fprintf(file, "%s%" PRId64 ":%" PRId64 ":%" PRId64, i > 0 ? "," : "", q->n, q->jobs, q->parts);
    if (q->factor != 1)
      fprintf(file, "*%.17g", q->factor);
  }
  *count = i;
  if (fclose(file) == 0)
    return text;
  free(text);
  return NULL;
}

/* The command line, ended by NULL; each word is to be freed. NULL: out of memory. */
static char **make_words(const struct work_query *work_query, const struct workload *workload,
                         const struct work_question *questions, size_t *count) {
  char **words = NULL, *list = list_text(questions, count);
  size_t used = 0;
  if (list == NULL)
    return NULL;
  add_word(&words, &used, grow_text("%s/%s", work_query->drivers, driver_names[DRIVER_SERIAL]));
  add_word(&words, &used, list); /* first, as the driver must know how to report an error */
  add_word(&words, &used, grow_text("--work-by=%s", work_measure_names[work_query->by]));
  add_word(&words, &used, grow_text("--work-multiple=%" PRId64, work_query->multiple));
  add_word(&words, &used, grow_text("%s", workload->kernel));
  for (size_t i = 0; i < workload->settings.count; i++) {
    const struct setting *setting = &workload->settings.items[i];
    add_word(&words, &used, grow_text(SET_OPTION));
    add_word(&words, &used, grow_text("%s=%s", setting->name, setting->value));
  }
  add_word(&words, &used, NULL);
  return words;
}

static void free_words(char **words) {
  for (char **word = words; word != NULL && *word != NULL; word++)
    free(*word);
  free(words);
}

static int check_header(const struct csv_reader *reader, struct error *error) {
  bool right = reader->count == WORK_COLUMN_COUNT || reader->count == WORK_bound;
  for (size_t i = 0; right && i < reader->count; i++)
    right = strcmp(reader->cells[i], work_column_names[i]) == 0;
  return right ? 0 : error_set(error, EXIT_MACHINE, "unexpected columns");
}

static int read_answer(const struct csv_reader *reader, size_t columns, struct work_answer *answer,
                       struct error *error) {
  const struct {
    enum work_column column;
    double *into;
  } figures[] = {{WORK_work_op, &answer->operations},
                 {WORK_work_byte, &answer->bytes},
                 {WORK_memory_byte, &answer->memory_bytes}};
  if (reader->count != columns)
    return error_set(error, EXIT_MACHINE, "its line %ld has %zu cells, not %zu", reader->line,
                     reader->count, columns);
  if (number_parse(reader->cells[WORK_size], 0, INT64_MAX, &answer->size, error) != 0)
    return error->code;
  answer->waits =
      columns > WORK_bound && strcmp(reader->cells[WORK_bound], bound_names[BOUND_WAIT]) == 0;
  answer->met = NAN; /* empty: there was no work to multiply */
  if (*reader->cells[WORK_met] != '\0' &&
      real_parse(reader->cells[WORK_met], 0, HUGE_VAL, &answer->met, error) != 0)
    return error->code;
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
    if (real_parse(reader->cells[figures[i].column], 0, HUGE_VAL, figures[i].into, error) != 0)
      return error->code;
  return 0;
}

static bool is_answer(const char *line, size_t bytes) {
  return bytes > 0 && *line >= '0' && *line <= '9';
}

static int read_answers(struct launch_result *result, size_t count, struct work_answer *answers,
                        struct error *error) {
  struct csv_reader reader = {.name = "its output"};
  struct foreign foreign = {0};
  result->output_bytes =
      foreign_drop(result->output, result->output_bytes, "n,jobs,", is_answer, &foreign);
  if (result->output_bytes > 0)
    reader.file = fmemopen(result->output, result->output_bytes, "r");
  if (reader.file == NULL)
    return error_set(error, EXIT_MACHINE, "no output");
  int read = csv_read(&reader, error);
  int code = read <= 0 ? error_set(error, EXIT_MACHINE, "no output") : check_header(&reader, error);
  size_t columns = reader.count;
  for (size_t i = 0; i < count && code == 0; i++)
    code = csv_read(&reader, error) > 0
               ? read_answer(&reader, columns, &answers[i], error)
               : error_set(error, EXIT_MACHINE, "it answers %zu of %zu questions", i, count);
  csv_close(&reader);
  fclose(reader.file);
  return code;
}

static int refusal(const struct launch_result *result, const char *program, struct error *error) {
  struct error failure;
  size_t length;
  const char *quote = launch_quote(result, false, &length);
  if (result->ending == ENDED_UNSTARTED)
    return error_set(error, EXIT_MACHINE, "%s cannot be run: %s", program,
                     strerror(result->error_number));
  if (!failure_read(result->output, result->output_bytes, &failure, NULL))
    return error_set(error, EXIT_MACHINE, "%s --work failed: %.*s", program, (int)length, quote);
  if (failure.code == EXIT_USAGE)
    return error_set(error, EXIT_USAGE, "%s", failure.message);
  return error_set(error, EXIT_MACHINE, "%s --work failed: %s", program, failure.message);
}

/* Asks as many of the questions as one launch can; *count becomes how many those are. */
static int ask_some(const struct work_query *work_query, const struct workload *workload,
                    const struct work_question *questions, size_t *count,
                    struct work_answer *answers, struct error *error) {
  struct launch_result result;
  char **words = make_words(work_query, workload, questions, count);
  if (words == NULL)
    return error_set(error, EXIT_MACHINE, "out of memory");
  struct program_launch launch = {
      .argv = words, .timeout_ns = timeout_ns, .output_bytes_max = OUTPUT_BYTES_MAX};
  if (launch_run(&launch, &result, error) == 0) {
    if (result.ending != ENDED_EXIT || result.exit_code != 0)
      refusal(&result, words[0], error);
    else if (read_answers(&result, *count, answers, error) != 0)
      error_prefix(error, "%s --work", words[0]);
    launch_free(&result);
  }
  free_words(words);
  return error->code;
}

int work_query_ask(const struct work_query *work_query, const struct workload *workload,
                   const struct work_question *questions, size_t count, struct work_answer *answers,
                   struct error *error) {
  for (size_t done = 0, some; done < count && error->code == 0; done += some) {
    some = count - done;
    ask_some(work_query, workload, questions + done, &some, answers + done, error);
  }
  return error->code;
}

int work_query_ask_waits(const char *drivers, const struct workload *workload, int64_t n,
                         bool *waits, struct error *error) {
  const struct work_query work_query = {.drivers = drivers, .by = WORK_OPERATIONS, .multiple = 1};
  struct work_question question = {n, 1, 1, 1};
  struct work_answer answer = {0};
  int code = work_query_ask(&work_query, workload, &question, 1, &answer, error);
  *waits = code == 0 && answer.waits;
  return code;
}
