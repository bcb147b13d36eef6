#include "analysis/models/median_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/models/small_matrix.h"
#include "common/grow.h"

/* Of a bound's row: more than all launches together can pull. */
static const double bound_weight = 1e6;
/* Slopes and speeds below these are rounding. */
static const double slope_min = 1e-9, speed_min = 1e-12;
/* From STEEPEST steps on the first edge that falls is taken, which does not go round in circles
 * where many launches coincide (R. Bland, Math. Oper. Res. 2, 1977); STEPS is never reached. */
enum { STEEPEST = 100, STEPS = 2000 };

static bool is_bound(const struct median_fit *fit, size_t row) {
  return row >= fit->rows;
}

static size_t launches_of(const struct median_fit *fit, size_t row) {
  return is_bound(fit, row) ? 1 : fit->groups->items[row].count;
}

static double launch_at(const struct median_fit *fit, size_t row, size_t launch) {
  return is_bound(fit, row)
             ? 0
             : fit->groups->values[fit->groups->items[row].first + launch] / fit->scale[row];
}

/* The slope of a row's sum when `below` of its launches are below the curve. */
static double slope_of(const struct median_fit *fit, size_t row, size_t below) {
  if (is_bound(fit, row))
    return below > 0 ? 0 : -2 * bound_weight;
  return 2 * (double)below - (double)launches_of(fit, row);
}

static const double *basis_of(const struct median_fit *fit, size_t row) {
  return &fit->basis[row * fit->terms];
}

static double product(const double *a, const double *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += a[i] * b[i];
  return sum;
}

static bool goes_through(const struct median_fit *fit, const struct median_vertex *vertex,
                         size_t row) {
  for (size_t b = 0; b < fit->terms; b++)
    if (vertex->row[b] == row)
      return true;
  return false;
}

static bool set_solution(const struct median_fit *fit, struct median_vertex *vertex) {
  double matrix[TERMS_MAX][TERMS_MAX];
  for (size_t b = 0; b < fit->terms; b++)
    memcpy(matrix[b], basis_of(fit, vertex->row[b]), fit->terms * sizeof *matrix[b]);
  if (!matrix_invert(matrix, fit->terms, vertex->inverse))
    return false;
  for (size_t t = 0; t < fit->terms; t++) {
    vertex->solution[t] = 0;
    for (size_t b = 0; b < fit->terms; b++)
      vertex->solution[t] +=
          vertex->inverse[t][b] * launch_at(fit, vertex->row[b], vertex->launch[b]);
  }
  return true;
}

/* slopes[b]: of the sum along edge b, but for the row that the edge leaves. */
static void set_slopes(const struct median_fit *fit, const struct median_vertex *vertex,
                       const double *pull, double *slopes) {
  double gradient[TERMS_MAX];
  for (size_t t = 0; t < fit->terms; t++)
    gradient[t] = -pull[t];
  for (size_t row = 0; row < fit->rows + fit->terms; row++) {
    if (goes_through(fit, vertex, row))
      continue;
    double slope = slope_of(fit, row, vertex->below[row]);
    for (size_t t = 0; t < fit->terms; t++)
      gradient[t] += slope * basis_of(fit, row)[t];
  }
  for (size_t b = 0; b < fit->terms; b++) {
    slopes[b] = 0;
    for (size_t t = 0; t < fit->terms; t++)
      slopes[b] += gradient[t] * vertex->inverse[t][b];
  }
}

struct edge {
  size_t leaving; /* which of the vertex's launches */
  bool up;        /* the curve goes above it */
  double slope;   /* of the sum */
};

/* An edge along which the sum decreases; false if there is no such edge. */
static bool find_edge(const struct median_fit *fit, const struct median_vertex *vertex,
                      const double *slopes, bool steepest, struct edge *edge) {
  edge->slope = -slope_min;
  bool found = false;
  for (size_t b = 0; b < fit->terms && (steepest || !found); b++)
    for (int up = 0; up < 2; up++) {
      double all = slopes[b] + slope_of(fit, vertex->row[b], vertex->launch[b] + (size_t)up);
      double slope = up ? all : -all;
      if (slope < edge->slope) {
        *edge = (struct edge){b, up, slope};
        found = true;
      }
    }
  return found;
}

/* Sets where each row's curve is at the vertex and how fast it moves along the edge. */
static void set_out(struct median_fit *fit, const struct median_vertex *vertex,
                    const struct edge *edge) {
  double direction[TERMS_MAX];
  for (size_t t = 0; t < fit->terms; t++)
    direction[t] = (edge->up ? 1 : -1) * vertex->inverse[t][edge->leaving];
  for (size_t row = 0; row < fit->rows + fit->terms; row++) {
    fit->position[row] = product(basis_of(fit, row), vertex->solution, fit->terms);
    fit->speed[row] =
        goes_through(fit, vertex, row) ? 0 : product(basis_of(fit, row), direction, fit->terms);
  }
  fit->speed[vertex->row[edge->leaving]] = edge->up ? 1 : -1;
}

/* The next launch that the curve reaches when it moves along the edge: its row and its distance.
 * False if there is no such launch. below: by row. */
static bool next_launch(const struct median_fit *fit, const size_t *below, size_t *at,
                        double *distance) {
  *distance = INFINITY;
  for (size_t row = 0; row < fit->rows + fit->terms; row++) {
    const double speed = fit->speed[row];
    const bool up = speed > 0;
    if (fabs(speed) < speed_min || (up ? below[row] == launches_of(fit, row) : below[row] == 0))
      continue;
    double gap = launch_at(fit, row, up ? below[row] : below[row] - 1) - fit->position[row];
    if (gap / speed < *distance) {
      *distance = gap / speed;
      *at = row;
    }
  }
  return isfinite(*distance);
}

/* Exchanges the edge's launch for the one at which the sum no longer falls. */
static bool exchange(struct median_fit *fit, struct median_vertex *vertex,
                     const struct edge *edge) {
  const size_t leaving = vertex->row[edge->leaving];
  double slope = edge->slope, distance;
  size_t row;
  set_out(fit, vertex, edge);
  vertex->below[leaving] = vertex->launch[edge->leaving] + edge->up;
  while (next_launch(fit, vertex->below, &row, &distance)) {
    const bool up = fit->speed[row] > 0;
    slope += 2 * fabs(fit->speed[row]) * (is_bound(fit, row) ? bound_weight : 1);
    if (slope >= 0) {
      vertex->row[edge->leaving] = row;
      vertex->launch[edge->leaving] = up ? vertex->below[row] : vertex->below[row] - 1;
      return true;
    }
    if (up)
      vertex->below[row]++;
    else
      vertex->below[row]--;
  }
  return false;
}

/* A launch that the curve goes through counts as partly below it, by how far the pull is from that
 * of the next vertex; the curve is moved so far towards that, which makes it a continuous function
 * of the pull. For one group this interpolates between order statistics as T. Hettmansperger and S.
 * Sheather do (Stat. Probab. Lett. 4, 1986). */
static void interpolate(struct median_fit *fit, struct median_vertex *vertex,
                        const double *slopes) {
  double moved[TERMS_MAX];
  memcpy(moved, vertex->solution, sizeof moved);
  for (size_t b = 0; b < fit->terms; b++) {
    const size_t row = vertex->row[b], launch = vertex->launch[b], below = vertex->below[row];
    if (is_bound(fit, row))
      continue;
    double share = -(slopes[b] + slope_of(fit, row, launch) + 1), distance; /* -1 .. 1 */
    const struct edge edge = {b, share > 0, 0};
    size_t next_row;
    set_out(fit, vertex, &edge);
    vertex->below[row] = launch + edge.up;
    if (next_launch(fit, vertex->below, &next_row, &distance))
      for (size_t t = 0; t < fit->terms; t++)
        moved[t] += share / 2 * fmax(distance, 0) * vertex->inverse[t][b];
    vertex->below[row] = below;
  }
  for (size_t t = 0; t < fit->terms; t++)
    vertex->solution[t] = fmax(0, moved[t]);
}

static bool solve(struct median_fit *fit, struct median_vertex *vertex, const double *pull) {
  double slopes[TERMS_MAX];
  struct edge edge;
  for (int step = 0; step < STEPS; step++) {
    if (!set_solution(fit, vertex))
      return false;
    set_slopes(fit, vertex, pull, slopes);
    if (!find_edge(fit, vertex, slopes, step < STEEPEST, &edge))
      break;
    if (!exchange(fit, vertex, &edge))
      return false;
  }
  interpolate(fit, vertex, slopes);
  return true;
}

/* Sets units in which all launches weigh 1 and no basis function is above 1. */
static bool set_units(struct median_fit *fit, const struct design_matrix *design) {
  for (size_t t = 0; t < fit->terms; t++) {
    fit->length[t] = 0;
    for (size_t row = 0; row < fit->rows; row++)
      fit->length[t] = fmax(fit->length[t], design->basis[row * fit->terms + t] / fit->scale[row]);
    if (!(fit->length[t] > 0 && isfinite(fit->length[t])))
      return false;
    for (size_t row = 0; row < fit->rows; row++)
      fit->basis[row * fit->terms + t] =
          design->basis[row * fit->terms + t] / fit->scale[row] / fit->length[t];
    for (size_t row = fit->rows; row < fit->rows + fit->terms; row++)
      fit->basis[row * fit->terms + t] = row - fit->rows == t;
  }
  return true;
}

/* All coefficients 0: the curve is on all bounds and below all launches. */
static void set_start(struct median_fit *fit) {
  memset(fit->best.below, 0, (fit->rows + fit->terms) * sizeof *fit->best.below);
  for (size_t t = 0; t < fit->terms; t++) {
    fit->best.row[t] = fit->rows + t;
    fit->best.launch[t] = 0;
  }
}

static bool fit_once(struct median_fit *fit, const struct design_matrix *design,
                     double *coefficients) {
  static const double none[TERMS_MAX];
  if (!set_units(fit, design))
    return false;
  set_start(fit);
  if (!solve(fit, &fit->best, none))
    return false;
  for (size_t t = 0; t < fit->terms; t++)
    coefficients[t] = fit->best.solution[t] / fit->length[t];
  return true;
}

bool median_fit_make(struct median_fit *fit, const struct groups *groups,
                     const struct design_matrix *design, double coefficients[TERMS_MAX]) {
  const size_t rows = design->rows, terms = design->terms, all = rows + terms;
  *fit = (struct median_fit){.groups = groups,
                             .rows = rows,
                             .terms = terms,
                             .basis = groups_zeros(all * terms),
                             .scale = groups_zeros(rows),
                             .best = {.below = grow_zeroed(all, sizeof(size_t))},
                             .other = {.below = grow_zeroed(all, sizeof(size_t))},
                             .position = groups_zeros(all),
                             .speed = groups_zeros(all)};
  for (size_t row = 0; row < rows; row++)
    fit->scale[row] = groups->items[row].median;
  if (!fit_once(fit, design, coefficients))
    return false;
  for (size_t row = 0; row < rows; row++) {
    double curve = least_squares_value(design, row, coefficients);
    const double median = groups->items[row].median;
    fit->scale[row] = curve > median / 2 && curve < 2 * median ? curve : median;
  }
  return fit_once(fit, design, coefficients);
}

void median_fit_free(struct median_fit *fit) {
  free(fit->basis);
  free(fit->scale);
  free(fit->best.below);
  free(fit->other.below);
  free(fit->position);
  free(fit->speed);
}

bool median_fit_pulled(struct median_fit *fit, const double pull[TERMS_MAX],
                       double coefficients[TERMS_MAX]) {
  size_t *below = fit->other.below;
  memcpy(below, fit->best.below, (fit->rows + fit->terms) * sizeof *below);
  fit->other = fit->best;
  fit->other.below = below;
  if (!solve(fit, &fit->other, pull))
    return false;
  for (size_t t = 0; t < fit->terms; t++)
    coefficients[t] = fit->other.solution[t] / fit->length[t];
  return true;
}

double median_fit_imbalance(const struct median_fit *fit) {
  const struct median_vertex *best = &fit->best;
  double sum = 0;
  for (size_t row = 0; row < fit->rows; row++) {
    const double count = (double)launches_of(fit, row);
    double difference = slope_of(fit, row, best->below[row]);
    for (size_t b = 0; b < fit->terms; b++)
      if (best->row[b] == row) /* one launch is on the curve */
        difference = slope_of(fit, row, best->launch[b]) + 1;
    sum += difference * difference / count;
  }
  return sum;
}
