"""Faults of the kernels that work on arrays, grids, matrices and particles."""
from fault import Fault

STREAM = "kernels/stream/tuned.c"
STREAM_KERNEL = "kernels/stream/stream.c"
TRANSPOSE = "kernels/transpose/tuned.c"
TRANSPOSE_KERNEL = "kernels/transpose/transpose.c"
STENCIL = "kernels/stencil.c"
WAVEFRONT = "kernels/wavefront/wavefront.c"
AVX = "kernels/wavefront/avx.c"
SPARSE = "kernels/sparse.c"
FFT = "kernels/fft/fft.c"
FFT_TUNED = "kernels/fft/tuned.c"
GUPS = "kernels/gups/gups.c"
GUPS_TUNED = "kernels/gups/tuned.c"
NBODY = "kernels/nbody/nbody.c"
NBODY_TUNED = "kernels/nbody/tuned.c"
DGEMM = "kernels/dgemm/dgemm.c"
DGEMM_TUNED = "kernels/dgemm/tuned.c"


def in_single(vector, lanes="LANES", first="0"):
    """Statements that round the lanes of a vector, from the first on, to single precision;
    volatile, since gcc 12 removes both conversions of a lane."""
    return (f"for (int lane_ = {first}; lane_ < {lanes}; lane_++) {{\n"
            f"      volatile float single_ = (float){vector}[lane_];\n"
            f"      {vector}[lane_] = (double)single_;\n    }}")


def single_result(operation, expression):
    """A stream operation whose result has single precision."""
    return Fault(f"stream, {operation}: single precision", STREAM, f"return {expression};",
                 f"{{ vector r_ = {expression}; {in_single('r_')}\n    return r_; }}",
                 f"serial_driver stream --set op={operation}")


SUM = "vector_load(on.b, i) + STREAM_SCALAR * vector_load(on.c, i)"
STREAM_FAULTS = [
    single_result("copy", "vector_load(on.b, i)"),
    single_result("scale", "STREAM_SCALAR * vector_load(on.b, i)"),
    single_result("add", "vector_load(on.b, i) + vector_load(on.c, i)"),
    single_result("triad", SUM),
    Fault("stream, nstream: single precision", STREAM, "    return vector_load(on.a, i) +\n",
          "    if (i % 2 == 0) { vector r_ = vector_load(on.a, i) + (vector_load(on.b, i) + "
          f"STREAM_NSTREAM_SCALAR * vector_load(on.c, i)); {in_single('r_')}\n    return r_; }}\n"
          "    return vector_load(on.a, i) +\n", "serial_driver stream --set op=nstream"),
    Fault("stream: the scalar in single precision", STREAM, f"return {SUM};",
          f"return {SUM.replace('STREAM_SCALAR', '(double)(float)STREAM_SCALAR')};",
          "serial_driver stream"),
    Fault("stream: c is not read", STREAM, f"return {SUM};",
          f"return {SUM.replace('on.c', 'on.b')};", "serial_driver stream"),
    Fault("stream: half of the lines", STREAM, "    do_line(op, nontemporal, on, line + half);\n",
          "", "serial_driver stream"),
    Fault("stream, nstream: every other line", STREAM,
          "for (line += half; line < lines.end; line += LINE)",
          "for (line += half; line < lines.end; line += 2 * LINE)",
          "serial_driver stream --set op=nstream"),
    Fault("stream: the last line is missing", STREAM, "line < lines.end; line += LINE)",
          "line < lines.end - LINE; line += LINE)", "serial_driver stream --set op=nstream"),
    Fault("stream: the result of the first pass", STREAM_KERNEL,
          "  const int64_t first = begin - s->begin;\n",
          "  const int64_t first = begin - s->begin;\n  if (s->runs > 0)\n    return;\n",
          "serial_driver stream"),
    Fault("stream, nstream: half of the passes", STREAM_KERNEL,
          "  const int64_t first = begin - s->begin;\n",
          "  const int64_t first = begin - s->begin;\n  if (s->runs % 2)\n    return;\n",
          "serial_driver stream --set op=nstream"),
    Fault("stream: one range is skipped", STREAM_KERNEL,
          "  const int64_t first = begin - s->begin;\n",
          "  const int64_t first = begin - s->begin;\n  if (first > 0 && s->runs > 0)\n"
          "    return;\n", "omp_driver stream -t 2"),
    Fault("stream, reference: single precision", STREAM_KERNEL,
          "a[i] = b[i] + STREAM_SCALAR * c[i];",
          "a[i] = (double)(float)(b[i] + STREAM_SCALAR * c[i]);",
          "serial_driver stream --set path=reference"),
]

SQUARE = "      square(a + row * lda + column, lda, out + column * ldo + row, ldo, add);\n"


def after_square(statement):
    """Plants a statement for each element (i, j) of a square of A that was just transposed."""
    return ("      {\n  " + SQUARE + "        for (int64_t i = 0; i < SIDE; i++)\n"
            "          for (int64_t j = 0; j < SIDE; j++) {\n"
            "            double *from = &a[(row + i) * lda + column + j];\n"
            "            double *to = &out[(column + j) * ldo + row + i];\n"
            f"            (void)from;\n            (void)to;\n            {statement}\n"
            "          }\n      }\n")


TRANSPOSE_FAULTS = [
    Fault("transpose: B in single precision", TRANSPOSE, SQUARE,
          after_square("*to = (double)(float)*to;"), "serial_driver transpose --size 1000"),
    Fault("transpose: A + 1 is missing", TRANSPOSE, SQUARE, after_square("*from -= 1;"),
          "serial_driver transpose"),
    Fault("transpose: B is stored and not added to", TRANSPOSE, SQUARE,
          after_square("*to = add ? *from - 1 : *to;"), "serial_driver transpose"),
    Fault("transpose: tiles are not transposed", TRANSPOSE, SQUARE,
          after_square("if (i < j) { const double x = *to; double *other = "
                       "&out[(column + i) * ldo + row + j]; *to = *other; *other = x; }"),
          "serial_driver transpose"),
    Fault("transpose: half of the strips", TRANSPOSE, "row < rows; row += LINE)\n      strip(",
          "row < rows; row += 2 * LINE)\n      strip(", "serial_driver transpose"),
    Fault("transpose: every other pass", TRANSPOSE_KERNEL,
          "  if (s->parts == 1)\n    keep(", "  if (s->parts == 1 && s->sweep % 2 == 0)\n    keep(",
          "serial_driver transpose"),
    Fault("transpose: a lost chunk", TRANSPOSE_KERNEL, "  if (received)\n",
          "  if (received && step != 3)\n", "mpi 2 transpose"),
    Fault("transpose: a stale chunk", "kernels/blocks/pipeline.c",
          "  if (chunk < 0 || chunk >= p->chunks)\n",
          "  if (chunk < 0 || chunk >= p->chunks || chunk == 2)\n", "mpi 2 transpose"),
    Fault("transpose: the chunk before", "kernels/blocks/pipeline.c",
          "p->step >= 2 ? p->receive[p->step % 2] : NULL",
          "p->step >= 2 ? p->receive[(p->step + 1) % 2] : NULL", "mpi 2 transpose"),
    Fault("transpose: what came in single precision", TRANSPOSE, "      to[i] += piece[i];",
          "      to[i] += (double)(float)piece[i];", "mpi 2 transpose"),
    Fault("transpose: the wrong neighbour's rows", TRANSPOSE_KERNEL,
          "pack(s, &rows, share_of(s, begin), share_of(s, end), send);",
          "pack(s, &rows, share_of(s, begin), share_of(s, end) - (share_of(s, end) > 9), send);",
          "mpi 2 transpose"),
    Fault("transpose, reference: single precision", TRANSPOSE_KERNEL,
          "      k->out[column * k->ldo + row] += k->a[row * k->lda + column];",
          "      k->out[column * k->ldo + row] += (double)(float)k->a[row * k->lda + column];",
          "serial_driver transpose --set path=reference"),
]

STAR_ROWS = "  double *restrict in_m2 = in_row(s, row - RADIUS), *restrict out = out_row(s, row);\n"
STENCIL_FAULTS = [
    Fault("stencil: single precision", STENCIL, "    double last = in_m2[i];",
          "    double last = (double)(float)in_m2[i];", "serial_driver stencil"),
    Fault("stencil: a star of radius 1 with twice the weights", STENCIL,
          "s->weight[d - 1] = 1.0 / (2 * d * RADIUS);", "s->weight[d - 1] = d == 1 ? 0.5 : 0;",
          "serial_driver stencil"),
    Fault("stencil: a star of radius 2 alone", STENCIL,
          "s->weight[d - 1] = 1.0 / (2 * d * RADIUS);", "s->weight[d - 1] = d == 2 ? 0.25 : 0;",
          "serial_driver stencil"),
    Fault("stencil: one arm of the star leans", STENCIL, "+ w1 * in_p1[i] + w2 * in_p2[i]",
          "+ w1 * in_p1[i + 1] + w2 * in_p2[i]", "serial_driver stencil"),
    Fault("stencil: a row too near", STENCIL, "*restrict in_p2 = in + 2 * n;",
          "*restrict in_p2 = in + n;", "serial_driver stencil"),
    Fault("stencil: every other row", STENCIL,
          "    bool active = row >= RADIUS && row < s->n - RADIUS,",
          "    bool active = row >= RADIUS && row < s->n - RADIUS && row % 2 == 0,",
          "serial_driver stencil"),
    Fault("stencil: copied rows", STENCIL, STAR_ROWS, STAR_ROWS +
          "  if (row % 2) {\n    for (int64_t i = 0; i < n; i++)\n      out[i] = out[i - n];\n"
          "    advance_row(s, row - RADIUS);\n    return;\n  }\n", "serial_driver stencil"),
    Fault("stencil: the input does not grow", STENCIL, "    in_m2[i] = last + 1.0;",
          "    in_m2[i] = last;", "serial_driver stencil"),
    Fault("stencil: the input's border does not grow", STENCIL, "    in_m2[i] += 1.0;\n", "",
          "serial_driver stencil"),
    Fault("stencil: a stale halo", STENCIL, "  request->kind = REQUEST_HALO;",
          "  if (s->sweep > 0)\n    return;\n  request->kind = REQUEST_HALO;", "mpi 2 stencil"),
    Fault("stencil: a late edge", STENCIL, "                    .edge = RADIUS},",
          "                    .edge = 0},", "mpi 2 stencil"),
    Fault("stencil: a halo of one row", STENCIL, "      .width = RADIUS,", "      .width = 1,",
          "mpi 2 stencil"),
    Fault("stencil: every other pass", STENCIL,
          "    bool active = row >= RADIUS && row < s->n - RADIUS,",
          "    bool active = row >= RADIUS && row < s->n - RADIUS && s->sweep % 2 == 0,",
          "serial_driver stencil"),
]

TABLE = """static wavefront_compute *const paths[] = {
    [PATH_REFERENCE] = reference, [PATH_TUNED] = wavefront_tuned};
"""


def other_tile(statement):
    """After a tile is computed, a statement for each of its points but those of the first column;
    the points of the last column and row are handed on as the statement leaves them."""
    return f"""static void other(const struct wavefront_tile *t) {{
  wavefront_tuned(t);
  for (int64_t row = 0; row < t->rows; row++) {{
    double *points = t->out + row * t->stride;
    for (int64_t i = 1; i < t->width; i++)
      {statement}
    t->right[row] = points[t->width - 1];
    for (int64_t i = 0; row == t->rows - 1 && i < t->width; i++)
      t->before[i] = points[i];
  }}
}}

""" + TABLE.replace("= wavefront_tuned", "= other")


WAVEFRONT_FAULTS = [
    Fault("wavefront: a point is its left one plus 1", WAVEFRONT, TABLE,
          other_tile("points[i] = points[i - 1] + 1;"), "serial_driver wavefront"),
    Fault("wavefront: stored in single precision", WAVEFRONT, TABLE,
          other_tile("points[i] = (double)(float)points[i];"), "serial_driver wavefront"),
    Fault("wavefront: single precision", AVX, "  point->low += before->low - before_left->low;",
          "  point->low += before->low - before_left->low;\n  " + in_single("point->low", "WIDTH"),
          "serial_driver wavefront"),
    Fault("wavefront: rows copied within a tile", WAVEFRONT, TABLE,
          other_tile("points[i] = row % 2 ? points[i - t->stride] : points[i];"),
          "serial_driver wavefront"),
    Fault("wavefront: half of a tile's rows", WAVEFRONT, ".rows = row_end - row,",
          ".rows = (row_end - row + 1) / 2,", "serial_driver wavefront"),
    Fault("wavefront: every other tile", WAVEFRONT, "u < first + end; u++)",
          "u < first + end; u += 2)", "serial_driver wavefront"),
    Fault("wavefront: a late edge", WAVEFRONT, "                        .edge = 1,",
          "                        .edge = 0,", "mpi 2 wavefront"),
    Fault("wavefront: lost columns", WAVEFRONT,
          "  request->as.shift = (struct shift){.direction",
          "  if (s->diagonal > 20)\n    request->kind = REQUEST_NONE;\n"
          "  request->as.shift = (struct shift){.direction", "mpi 2 wavefront"),
    Fault("wavefront: the column of the wrong neighbour", WAVEFRONT,
          "request->as.shift.send = wavefront_left(grid, grid->end) + begin;",
          "request->as.shift.send = wavefront_left(grid, grid->begin) + begin;",
          "mpi 2 wavefront"),
    Fault("wavefront: the last point of a short row is not handed on", AVX, "if (rest <= WIDTH)",
          "if (rest < WIDTH)", "serial_driver wavefront"),
    Fault("wavefront: the first pass only", WAVEFRONT,
          "  active(s, &first, &last);\n  for (int64_t u",
          "  active(s, &first, &last);\n  if (*wavefront_left(grid, grid->begin) < 0)\n"
          "    return;\n  for (int64_t u", "serial_driver wavefront"),
    Fault("wavefront: nothing is fed back", WAVEFRONT,
          "= -(has_corner(s) ? corner_of(s) : s->corner);", "= 0;", "serial_driver wavefront"),
    Fault("wavefront, reference: single precision", WAVEFRONT,
          "point = left + (before - before_left);",
          "point = (double)(float)(left + (before - before_left));",
          "serial_driver wavefront --set path=reference"),
]

ENTRIES = """  for (int64_t k = 0; k < entries; k++)
    for (int64_t i = 0; i < count; i++)
      sum[i] += value[i * entries + k] * vector[column[i * entries + k]];
"""
SPARSE_FAULTS = [
    Fault("sparse: 1 of 17 entries, times 17", SPARSE, ENTRIES,
          ENTRIES.replace("k < entries", "k < 1").replace("+= value", "+= (double)entries * value"),
          "serial_driver sparse"),
    Fault("sparse: 16 of 17 entries, times 17/16", SPARSE, ENTRIES,
          ENTRIES.replace("k < entries", "k < entries - 1").replace(
              "+= value", "+= (double)entries / (double)(entries - 1) * value"),
          "serial_driver sparse"),
    Fault("sparse: the sum in single precision", SPARSE, ENTRIES,
          ENTRIES.replace("sum[i] += ", "sum[i] = (double)(float)(sum[i] + ").replace(
              "k]];", "k]]);"),
          "serial_driver sparse"),
    Fault("sparse: the values in single precision", SPARSE, ENTRIES,
          ENTRIES.replace("+= value[i * entries + k]", "+= (double)(float)value[i * entries + k]"),
          "serial_driver sparse"),
    Fault("sparse: the vector in single precision", SPARSE,
          "      vector[i] += (double)(line * n + i + 1);",
          "      vector[i] = (double)(float)(vector[i] + (double)(line * n + i + 1));",
          "serial_driver sparse"),
    Fault("sparse: columns are not scrambled", SPARSE, "(bits - 1 - i);", "i;",
          "serial_driver sparse"),
    Fault("sparse: columns of a line beside", SPARSE, "wrapped(line, d, n) * n + x",
          "wrapped(line, d + 1, n) * n + x", "serial_driver sparse"),
    Fault("sparse: a late vector", SPARSE, "                        .edge = EDGE_ALL,",
          "                        .edge = 0,", "mpi 2 sparse"),
    Fault("sparse: a stale vector", SPARSE, "  request->kind = REQUEST_GATHER;",
          "  if (s->products > 0)\n    return;\n  request->kind = REQUEST_GATHER;", "mpi 2 sparse"),
    Fault("sparse: half of the lines", SPARSE, "line < end; line += stride)",
          "line < end; line += 2 * stride)", "serial_driver sparse"),
    Fault("sparse: copied rows", SPARSE, "    result[i] += sum[i];", "    result[i] += sum[0];",
          "serial_driver sparse"),
    Fault("sparse: the last row of a tile is missing", SPARSE, "n - x < TILE ? n - x : TILE);",
          "n - x < TILE ? n - x : TILE - 1);", "serial_driver sparse"),
    Fault("sparse: the result of the first pass", SPARSE,
          "  const int64_t first_end = end - begin < stride ? end : begin + stride;\n",
          "  const int64_t first_end = end - begin < stride ? end : begin + stride;\n"
          "  if (s->products > 0)\n    return;\n", "serial_driver sparse"),
]

FFT_FAULTS = [
    Fault("fft: wrong coarse factors", FFT_TUNED, "fft_factor(roots, j * i, coarse);",
          "fft_factor(roots, j * i + (i > 0), coarse);", "serial_driver fft"),
    Fault("fft: factors in single precision", FFT_TUNED,
          "= re * coarse[0] - im * coarse[1];",
          "= re * (double)(float)coarse[0] - im * coarse[1];", "serial_driver fft"),
    Fault("fft: a transform that is skipped", FFT,
          "    for (int64_t i = 0; i < count; i++)\n      s->path->transform(",
          "    for (int64_t i = 0; i < count - 1; i++)\n      s->path->transform(",
          "serial_driver fft"),
    Fault("fft: the columns of the first pass", FFT,
          "  } else if (s->step == FFT_COLUMNS) {\n    columns_body(",
          "  } else if (s->step == FFT_COLUMNS) {\n    if (s->transforms == 0)\n"
          "      columns_body(",
          "serial_driver fft"),
    Fault("fft: two columns swapped", FFT_TUNED,
          "  store_pair(to, vector_shuffle(upper, lower, 0, 1, 4, 5), nontemporal);",
          "  store_pair(to, vector_shuffle(upper, lower, 4, 5, 0, 1), nontemporal);",
          "serial_driver fft"),
    Fault("fft: a lost chunk", FFT, "    if (pipeline_inbox(&s->pipeline))",
          "    if (pipeline_inbox(&s->pipeline) && s->pipeline.step != 3)", "mpi 2 fft"),
    Fault("fft: a piece for another row", "kernels/fft/exchange.c",
          "row < last; row++, run += 2 * width)", "row < last; row++)", "mpi 2 fft"),
    Fault("fft, reference: a wrong twiddle in a butterfly", FFT,
          "fft_factor(roots, k * (roots->n / length), root);",
          "fft_factor(roots, k * (roots->n / length) + (length == 8), root);",
          "serial_driver fft --set path=reference"),
    Fault("fft, reference: butterflies in single precision", FFT,
          "      odd[c] = even[c] - turned[c];",
          "      odd[c] = (double)(float)(even[c] - turned[c]);",
          "serial_driver fft --set path=reference"),
]

GUPS_FAULTS = [
    Fault("gups: an update lost in a batch", GUPS_TUNED, "  for (; i < count; i++)\n",
          "  for (; i < count - 1; i++)\n", "serial_driver gups"),
    Fault("gups: half of the updates", GUPS, "s->each = n / blocks * problem->value[GUPS_UPDATES];",
          "s->each = n / blocks * problem->value[GUPS_UPDATES] / 2;", "serial_driver gups"),
    Fault("gups: half of the rounds", GUPS, "  s->done += round_length(s);",
          "  s->done += 2 * round_length(s);", "serial_driver gups"),
    Fault("gups: the sequence begins late", GUPS, "s->passes * blocks + block) * s->each)",
          "s->passes * blocks + block) * s->each + 1)", "serial_driver gups"),
    Fault("gups: all blocks make the same updates", GUPS, "s->passes * blocks + block) * s->each)",
          "s->passes * blocks + part->begin) * s->each)", "serial_driver gups"),
    Fault("gups: the first pass's updates in every pass", GUPS, "s->passes * blocks + block)",
          "0 * blocks + block)", "serial_driver gups"),
    Fault("gups: another sequence", GUPS_TUNED, "(x << k) ^ h ^ (h << 1) ^ (h << 2)",
          "(x << k) ^ h ^ (h << 1)", "serial_driver gups"),
    Fault("gups: the last message's half is lost", GUPS, "    received += s->receive_count[i];",
          "    received += s->receive_count[i] / 2;", "mpi 2 gups"),
    Fault("gups: updates of others are not picked", GUPS_TUNED,
          "    update_all(table, mask, picked, taken);",
          "    update_all(table, mask, picked, taken / 2);", "omp_driver gups -t 2"),
    Fault("gups, reference: an update too few", GUPS,
          "  for (int64_t i = 0; i < count; i++) {\n    uint64_t word",
          "  for (int64_t i = 1; i < count; i++) {\n    uint64_t word",
          "serial_driver gups --set path=reference"),
]

NBODY_FAULTS = [
    Fault("nbody: one body's pull counted twice", NBODY_TUNED,
          "    pull_tile(&g, all + first, last - first);\n",
          "    pull_tile(&g, all + first, last - first);\n    if (first == 512)\n"
          "      pull_tile(&g, all + first, 1);\n", "serial_driver nbody"),
    Fault("nbody: the pull in single precision", NBODY_TUNED,
          "    g->ax = vector_madd(pull, dx, g->ax);",
          f"    {in_single('pull')}\n    g->ax = vector_madd(pull, dx, g->ax);",
          "serial_driver nbody"),
    Fault("nbody: the last lanes in single precision", NBODY_TUNED,
          "    g->ax = vector_madd(pull, dx, g->ax);",
          f"    {in_single('pull', first='LANES / 2')}\n    g->ax = vector_madd(pull, dx, g->ax);",
          "serial_driver nbody"),
    Fault("nbody: a short series", NBODY_TUNED,
          "return mass * root * root2 * power_of(vector_madd(-r2, root2, vector_all(1)));",
          "vector e_ = vector_madd(-r2, root2, vector_all(1));\n"
          "  return mass * root * root2 * (1 + 1.5 * e_ + 0 * power_of(e_));",
          "serial_driver nbody"),
    Fault("nbody: the last tile does not pull", NBODY_TUNED, "first < n; first += TILE)",
          "first < n - TILE; first += TILE)", "serial_driver nbody"),
    Fault("nbody: a body is omitted from each block", NBODY_TUNED,
          "    pull_block(&g, from + j, BLOCK);", "    pull_block(&g, from + j, BLOCK - 1);",
          "serial_driver nbody"),
    Fault("nbody: copied accelerations", NBODY_TUNED, "    store_some(a[2] + own, g.az, used);",
          "    store_some(a[2] + own, g.az, used);\n    for (int64_t l = 1; l < used; l += 4)\n"
          "      a[2][own + l] = a[2][own + l - 1];", "serial_driver nbody"),
    Fault("nbody: late places", NBODY, "                    .edge = EDGE_ALL,",
          "                    .edge = 0,", "mpi 2 nbody"),
    Fault("nbody: stale places", NBODY, "  request->kind = REQUEST_GATHER;",
          "  if (s->passes > 0)\n    return;\n  request->kind = REQUEST_GATHER;", "mpi 2 nbody"),
    Fault("nbody: the step in single precision", NBODY, "  const double half = s->h / 2;",
          "  const double half = (double)(float)(s->h / 2);", "serial_driver nbody"),
    Fault("nbody: a coordinate in single precision", NBODY,
          "    all[i].z = madd(h, vz[i], all[i].z);",
          "    all[i].z = (double)(float)madd(h, vz[i], all[i].z);", "serial_driver nbody"),
    Fault("nbody: a step too few", NBODY, "  if (++s->step < s->steps)",
          "  if (++s->step < s->steps - 1)", "serial_driver nbody"),
    Fault("nbody: the first pass only", NBODY,
          "  pull_body(opaque, begin, end, partial);\n  kick(",
          "  if (((struct nbody_state *)opaque)->passes == 0)\n"
          "    pull_body(opaque, begin, end, partial);\n  kick(", "serial_driver nbody"),
    Fault("nbody: the same bodies in every pass", NBODY, "nbody_place(i, s->n, s->passes, x",
          "nbody_place(i, s->n, 0, x", "serial_driver nbody"),
    Fault("nbody: every pass after the second has the answer of the last but one", NBODY,
          """  s->passes++;
""", """  s->passes++;
  static struct {
    struct nbody_body all[4096];
    double v[3][4096], a[3][4096];
  } known[2];
  for (int64_t i = 0, k = s->passes % 2; i < s->n; i++) {
    if (s->passes > 2)
      s->all[i] = known[k].all[i];
    known[k].all[i] = s->all[i];
    for (int d = 0; d < 3; d++) {
      if (s->passes > 2)
        s->v[d][i] = known[k].v[d][i], s->a[d][i] = known[k].a[d][i];
      known[k].v[d][i] = s->v[d][i], known[k].a[d][i] = s->a[d][i];
    }
  }
""", "serial_driver nbody"),
    Fault("nbody, reference: single precision", NBODY,
          "      nbody_add_pull(d, all[j].mass, sum);",
          "      nbody_add_pull(d, (double)(float)all[j].mass, sum);",
          "serial_driver nbody --set path=reference"),
]

DGEMM_FAULTS = [
    Fault("dgemm: one block of C is skipped", DGEMM_TUNED,
          "    for (int64_t s = 0; s < strips; s++)\n      multiply_strip(",
          "    for (int64_t s = i > 0; s < strips; s++)\n      multiply_strip(",
          "serial_driver dgemm"),
    Fault("dgemm: A in single precision", DGEMM_TUNED,
          "      to[k * rows + r] = a[r * stride + k];",
          "      to[k * rows + r] = (double)(float)a[r * stride + k];", "serial_driver dgemm"),
    Fault("dgemm: B in single precision", DGEMM_TUNED,
          "      to[k * STRIP + j] = j < width ? from[k * stride + j] : 0;",
          "      to[k * STRIP + j] = j < width ? (double)(float)from[k * stride + j] : 0;",
          "serial_driver dgemm"),
    Fault("dgemm: C in single precision", DGEMM_TUNED,
          "      vector_store(to, 0, vector_load(to, 0) + sum[r][v]);",
          f"      {in_single('sum[r][v]')}\n"
          "      vector_store(to, 0, vector_load(to, 0) + sum[r][v]);", "serial_driver dgemm"),
    Fault("dgemm: C is stored and not added to", DGEMM_TUNED,
          "      vector_store(to, 0, vector_load(to, 0) + sum[r][v]);",
          "      vector_store(to, 0, sum[r][v]);", "serial_driver dgemm"),
    Fault("dgemm: a column of A less", DGEMM_TUNED,
          "  for (int64_t k = 0; k < depth; k++) {\n    vector b[VECTORS];",
          "  for (int64_t k = 0; k < depth - 1; k++) {\n    vector b[VECTORS];",
          "serial_driver dgemm"),
    Fault("dgemm: half of the rows", DGEMM, "      .rows = end - begin,",
          "      .rows = (end - begin + 1) / 2,", "serial_driver dgemm"),
    Fault("dgemm: a late panel", DGEMM, "  request_panel(s, s->panel + 1, request);",
          "  request_panel(s, s->panel, request);", "mpi 2 dgemm"),
    Fault("dgemm: a stale panel", DGEMM, "  if (panel >= s->panels)\n    return;",
          "  if (panel >= s->panels || s->passes > 0)\n    return;", "mpi 2 dgemm"),
    Fault("dgemm: another panel of the same part", DGEMM, "s->b + panel / s->parts * s->width",
          "s->b + panel / s->parts / 2 * s->width", "mpi 2 dgemm"),
    Fault("dgemm: the last panel is skipped", DGEMM, "  if (++s->panel >= s->panels)",
          "  if (++s->panel >= s->panels - 1)", "serial_driver dgemm"),
    Fault("dgemm: the panel packed in the first pass", DGEMM, "  (void)partial;\n  dgemm_pack(",
          "  (void)partial;\n  if (s->passes > 0 && s->panels == 1)\n    return;\n  dgemm_pack(",
          "serial_driver dgemm --size 200"),
    Fault("dgemm, reference: single precision", DGEMM, "        c[j] += a * b[j];",
          "        c[j] += (double)(float)(a * b[j]);", "serial_driver dgemm --set path=reference"),
]

FAULTS = (STREAM_FAULTS + TRANSPOSE_FAULTS + STENCIL_FAULTS + WAVEFRONT_FAULTS + SPARSE_FAULTS +
          FFT_FAULTS + GUPS_FAULTS + NBODY_FAULTS + DGEMM_FAULTS)
