#include "tests/analysis/data/dump.h"

#include <inttypes.h>

static void dump_lists(FILE *file, const struct dataset *dataset) {
  fprintf(file, "rows %ld truncated %zu batched %d\n", dataset->rows, dataset->truncated_bytes,
          dataset->looks_batched);
  for (size_t i = 0; i < dataset->session_count; i++)
    fprintf(file, "session %zu <%s>\n", i, dataset->sessions[i]);
  for (size_t i = 0; i < dataset->work_count; i++) {
    const struct data_work *work = &dataset->works[i];
    fprintf(file, "work %zu <%s> <%s> <%s> <%s> <%s>\n", i, bound_names[work->kind], work->kernel,
            work->options, work->jobs, work->unit);
  }
  for (size_t i = 0; i < dataset->problem_count; i++)
    fprintf(file, "problem %zu work %zu n %" PRId64 "\n", i, dataset->problems[i].work,
            dataset->problems[i].n);
  for (size_t i = 0; i < dataset->variant_count; i++) {
    const struct data_variant *variant = &dataset->variants[i];
    fprintf(file, "variant %zu <%s> %s <%s> <%s> <%s> <%s> <%s> <%s> %" PRId64 " <%s> <%s>\n", i,
            variant->label, model_names[variant->model], variant->model_text, variant->driver,
            variant->lock, variant->schedule, variant->grain, variant->build, variant->threads,
            variant->tasks, variant->extra);
  }
  for (size_t i = 0; i < dataset->machine_count; i++)
    fprintf(file, "machine %zu <%s> <%s>\n", i, dataset->machines[i].label,
            dataset->machines[i].hosts);
}

static void dump_launch(FILE *file, const struct dataset *dataset,
                        const struct data_launch *launch) {
  fprintf(file, "  launch %" PRId64 " round %" PRId64 " attempt %" PRId64 " session %zu %s",
          launch->number, launch->round, launch->attempt, launch->session,
          status_names[launch->status]);
  fprintf(file, " start %" PRId64 " seq %" PRId64 " exit %ld signal %ld", launch->start_ns,
          launch->seq, launch->exit_code, launch->signal);
  fprintf(file, " median %.17g startup %.17g process %.17g", launch->median_s, launch->startup_s,
          launch->process_s);
  fprintf(file, " sums %.17g %.17g %.17g %.17g %.17g walls", launch->compute_s, launch->comm_s,
          launch->wait_s, launch->wall_s, launch->cpu_s);
  for (size_t i = 0; i < launch->count; i++)
    fprintf(file, " %.17g", dataset->walls_s[launch->first + i]);
  putc('\n', file);
}

void dump_dataset(FILE *file, const struct dataset *dataset) {
  dump_lists(file, dataset);
  for (size_t i = 0; i < dataset->point_count; i++) {
    const struct data_point *point = &dataset->points[i];
    fprintf(file, "point %zu problem %zu variant %zu machine %zu", i, point->problem,
            point->variant, point->machine);
    fprintf(file, " cores %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " <%s> <%s>", point->cores,
            point->ranks, point->threads, point->nodes, point->cell_id, point->binding);
    fprintf(file, " oversubscribed %d superseded %zu error %.17g work %.17g %.17g %.17g %.17g",
            point->oversubscribed, point->superseded, point->figures[COLUMN_error],
            point->figures[COLUMN_work_op], point->figures[COLUMN_work_byte],
            point->figures[COLUMN_work_traffic_byte], point->figures[COLUMN_work_message]);
    fprintf(file, " retries %.17g failures %.17g rss %.17g timer %.17g\n",
            point->figures[COLUMN_retries], point->figures[COLUMN_failures],
            point->figures[COLUMN_peak_rss_kib], point->figures[COLUMN_timer_overhead_s]);
    for (size_t k = 0; k < point->launch_count; k++)
      dump_launch(file, dataset, &point->launches[k]);
  }
}
