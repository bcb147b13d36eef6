/* report: from samples.csv to an answer: verdicts, tables, figures, one page, and files for other
 * programs. */
#include <string.h>

#include "analysis/command/commands.h"
#include "analysis/command/page_folder.h"
#include "analysis/compare/command.h"
#include "analysis/document/messages.h"
#include "common/error.h"
#include "common/streams.h"

static int write_comparison(const struct document *document, const char *folder,
                            struct error *error) {
  return page_folder_write(folder, document, NULL, 0, error);
}

int main(int argc, char **argv) {
  struct error error = {0};
  streams_hold();
  if (argc > 1 && strcmp(argv[1], "compare") == 0)
    return streams_finish("report compare", compare_command(argc - 1, argv + 1, write_comparison));
  int code = command_report(argc, argv, &error);
  if (error.code != 0)
    message_print("report", error.message);
  return streams_finish("report", error.code != 0 ? error.code : code);
}
