"""Faults of the kernels that compute or wait: spin, wait, readfile, fetch, sumsq, dot, reduce, cg,
mandelbrot."""
from fault import Fault


def fault(name, file, old, new, command):
    return Fault(name, "kernels/" + file, old, new, command)


def kept(kind, value):
    """The result of a body's first call, in place of all later ones; for a run with one range."""
    return f"""  static {kind} first;
  static bool known;
  first = known ? first : {value};
  known = true;
  *({kind} *)partial = first;
"""


# -- spin -----------------------------------------------------------------------------------------

SPIN = "tally.ends += steps_take(steps_start(task, pass), steps);"
SPIN_DONE = "  *(struct tally *)partial = tally;\n"
TAKE = "  for (int64_t i = 0; i < steps; i++) {\n    x = steps_factor * x"

SPINS = [
    fault("spin: half of the steps", "spin.c", SPIN, SPIN.replace(", steps)", ", steps / 2)"),
          "serial_driver spin"),
    fault("spin: one step too few", "blocks/steps.h", TAKE, TAKE.replace("i = 0", "i = 1"),
          "serial_driver spin"),
    fault("spin: every second task is that before it", "spin.c", SPIN,
          SPIN.replace("start(task", "start(task / 2 * 2"), "serial_driver spin"),
    fault("spin: the answer of the first pass", "spin.c", SPIN_DONE, kept("struct tally", "tally"),
          "serial_driver spin"),
    fault("spin: tasks of one range counted twice", "spin.c",
          "((struct tally *)into)->ends += ((const struct tally *)from)->ends;",
          "((struct tally *)into)->ends += 2 * ((const struct tally *)from)->ends;",
          "omp_driver spin -t 2"),
]

# -- wait -----------------------------------------------------------------------------------------

DELAY = "operation->as.delay_ns = delay_of(((const struct state *)state)->problem, unit);\n"
COMPUTED = "steps_take(steps_start(unit, s->pass), problem->value[WORK]);"

WAITS = [
    fault("wait: half of the delay", "wait.c", DELAY, DELAY.replace(";", " / 2;"),
          "serial_driver wait --size 10"),
    fault("wait: every second request does not wait", "wait.c", DELAY,
          DELAY.replace(";", " * (unit % 2);"), "async_driver wait"),
    fault("wait: half of the steps with an answer", "wait.c", COMPUTED,
          COMPUTED.replace("[WORK]", "[WORK] / 2"), "serial_driver wait --size 10 --set work=1000"),
    fault("wait: every second answer is that before it", "wait.c", COMPUTED,
          COMPUTED.replace("(unit,", "(unit / 2 * 2,"), "serial_driver wait --size 10"),
    fault("wait: the steps are those of the first pass", "wait.c", COMPUTED,
          COMPUTED.replace("s->pass", "s->pass * 0"), "serial_driver wait --size 10"),
]

# -- readfile -------------------------------------------------------------------------------------

PLACE = "(int64_t)block_of(problem, s->pass, unit) * problem->value[BYTES];\n"
WORDS = "    sum += (uint64_t)(i + 1) * words[i];\n"
CHECKSUM = "checksum_of(operation->data, problem->value[BYTES] / WORD);"
DROPS = "  return ((const struct state *)opaque)->problem->value[CACHE] == DROPPED;\n"

READS = [
    fault("readfile: every second block is that before it", "readfile.c", PLACE,
          PLACE.replace("unit)", "unit / 2 * 2)"), "serial_driver readfile"),
    fault("readfile: the blocks of the first pass in every pass", "readfile.c", PLACE,
          PLACE.replace("s->pass", "0"), "serial_driver readfile"),
    fault("readfile: half of each block is looked at", "readfile.c", CHECKSUM,
          CHECKSUM.replace("/ WORD", "/ WORD / 2"), "serial_driver readfile"),
    fault("readfile: every second word is that before it", "readfile.c", WORDS,
          WORDS.replace("words[i]", "words[i / 2 * 2]"), "serial_driver readfile"),
    fault("readfile: blocks are read in order", "readfile.c", PLACE,
          PLACE.replace("block_of(problem, s->pass, unit)",
                        "(unit % (problem->value[FILE_BYTES] / problem->value[BYTES]))"),
          "serial_driver readfile"),
]

# -- fetch ----------------------------------------------------------------------------------------

ASKED = "  operation->as.document = document_of(opaque, unit);\n"
LOOKED = "    look_at(s->problem, document, operation, tally);"

FETCHES = [
    fault("fetch: every second document is that before it", "fetch.c", ASKED,
          ASKED.replace("unit)", "unit / 2 * 2)"), "serial_driver fetch"),
    fault("fetch: the documents of the first pass in every pass", "fetch.c", ASKED,
          "  (void)opaque;\n" + ASKED.replace("document_of(opaque, unit)", "unit"),
          "serial_driver fetch"),
    fault("fetch: the same document each time", "fetch.c", ASKED,
          ASKED.replace("unit)", "0)").replace(";", " + 0 * unit;"), "serial_driver fetch"),
]

# -- sumsq ----------------------------------------------------------------------------------------

REFERENCE = "    uint64_t number = (uint64_t)i;\n"
RANGE = "  *(uint128 *)partial = s->range(begin + shift, end + shift);\n"
BLOCKS = "    sum += least + (variant->squares(b, count) - (uint64_t)least);\n"

SUMS = [
    fault("sumsq: half of the numbers, times two", "sumsq/sumsq.c", RANGE,
          RANGE.replace("end + shift)", "begin + (end - begin) / 2 + shift) * 2"),
          "serial_driver sumsq"),
    fault("sumsq: the numbers of the first pass in every pass", "sumsq/sumsq.c", RANGE,
          "  (void)shift;\n" + RANGE.replace(" + shift", ""), "serial_driver sumsq"),
    fault("sumsq: the answer of the first pass", "sumsq/sumsq.c", RANGE,
          kept("uint128", "s->range(begin + shift, end + shift)"), "serial_driver sumsq"),
    fault("sumsq: every second number is that before it (reference)", "sumsq/sumsq.c", REFERENCE,
          REFERENCE.replace("(uint64_t)i", "(uint64_t)(i / 2 * 2)"),
          "serial_driver sumsq --set path=reference"),
    fault("sumsq: single precision (reference)", "sumsq/sumsq.c", REFERENCE,
          REFERENCE.replace("(uint64_t)i", "(uint64_t)(float)i"),
          "serial_driver sumsq --set path=reference --size 2e7"),
    fault("sumsq: one of the chains is lost", "sumsq/tuned.c",
          BLOCKS, BLOCKS.replace("variant->squares(b, count)",
                                 "variant->squares(b, count) - b * b"), "serial_driver sumsq"),
    fault("sumsq: each block lacks its last number", "sumsq/tuned.c", BLOCKS,
          BLOCKS.replace("(b, count)", "(b, count - 1)"), "serial_driver sumsq"),
]

# -- dot ------------------------------------------------------------------------------------------

DOT = "  for (int64_t i = begin; i < end; i += BLOCK) {\n    double sums[2];\n"
LOW = "    sum.units += (int64_t)(sums[1] * 0x1p68);\n"
HEAD = "    high_sum += head;\n"
PAIRS = """#pragma omp simd reduction(+ : high_sum, low_sum)
  for (int64_t i = 0; i < count; i++) {
"""

DOTS = [
    fault("dot: the low parts are dropped", "dot.c", LOW, "    (void)0;\n", "serial_driver dot"),
    fault("dot: single precision in the sum", "dot.c", HEAD,
          HEAD.replace("head;", "(double)(float)head;"), "serial_driver dot"),
    fault("dot: half of the blocks", "dot.c", DOT, DOT.replace("i += BLOCK", "i += 2 * BLOCK"),
          "serial_driver dot"),
    fault("dot: every second product is that before it", "dot.c", PAIRS,
          PAIRS.replace("i = 0; i < count; i++", "j = 0; j < count; j++") +
          "    const int64_t i = j / 2 * 2;\n", "serial_driver dot"),
    fault("dot: the answer of the first pass", "dot.c", "  *(struct sum *)partial = sum;\n",
          kept("struct sum", "sum"), "serial_driver dot"),
    fault("dot: each block lacks its last product", "dot.c",
          "end - i < BLOCK ? end - i : BLOCK,\n", "end - i < BLOCK ? end - i : BLOCK - 1,\n",
          "serial_driver dot"),
]

# -- reduce ---------------------------------------------------------------------------------------

LOADED = "    sum[k] = vector_load(x[k], i);\n"
LINES = "  for (int64_t line = lines.begin; line < lines.end; line += LINE)\n"
ELEMENTS = "        sum[k] += sum[k + width];\n"
RECEIVED = "  from[own] = s->receive + received;\n"
SLICE = "  const int64_t element = reduce_slice_begin(&r, s->part) + begin;\n"

REDUCTIONS = [
    fault("reduce: another order of the additions", "reduce/tuned.c", LOADED,
          LOADED.replace("x[k]", "x[few == 4 && (k == 1 || k == 2) ? 3 - k : k]"),
          "serial_driver reduce"),
    fault("reduce: single precision (reference)", "reduce/reduce.c", ELEMENTS,
          "        sum[k] = (float)sum[k] + (float)sum[k + width];\n",
          "serial_driver reduce --set path=reference"),
    fault("reduce: one vector is that before it", "reduce/tuned.c", LOADED,
          LOADED.replace("x[k]", "x[k == 3 ? 2 : k]"), "serial_driver reduce"),
    fault("reduce: half of the lines", "reduce/tuned.c", LINES,
          LINES.replace("+= LINE", "+= 2 * LINE"), "serial_driver reduce"),
    fault("reduce: every second line holds the one before it", "reduce/tuned.c", LOADED,
          LOADED.replace(", i)", ", i & ~INT64_C(8))"), "serial_driver reduce"),
    fault("reduce: what was received is ignored", "reduce/tree.c", RECEIVED,
          RECEIVED.replace("s->receive + received", "s->send + received"), "mpi 2 reduce"),
    fault("reduce: the slice of the neighbor", "reduce/tree.c", SLICE,
          SLICE.replace("s->part)", "(s->part + 1) % s->parts)"), "mpi 2 reduce"),
]

# -- cg -------------------------------------------------------------------------------------------

APPLIED = "  double sum = left + right + l->up[i] + l->down[i];\n"
PRODUCT = "    sum += l.v[i] * apply_at(&l, i, l.v[i - 1], l.v[i + 1], dimensions);\n"
UPDATED = "      r[i] -= alpha * apply_at(&l, i, l.v[i - 1], l.v[i + 1], dimensions);\n"
SQUARES = "      sum += r[i] * r[i];\n#"
ITERATION = "  return ++s->iteration < s->iterations ? PHASE_APPLY : PHASE_END;\n"
DIRECTION = "    p[i] = r[i] + beta * direction;\n"
UP_LINE = "      .up = cg_wide_line(s, vector, unit - 1, line),\n"
START = "    x[i] = 0;\n"
LAPLACIAN = "        sum += l.v[i] * cg_laplacian(s, &l, i);\n"

GRADIENTS = [
    fault("cg: half of the iterations", "cg/cg.c", ITERATION,
          ITERATION.replace("++s->iteration", "(s->iteration += 2)"), "serial_driver cg"),
    fault("cg: single precision in p A p", "cg/tuned.c", PRODUCT,
          "    sum += (float)(l.v[i] * apply_at(&l, i, l.v[i - 1], l.v[i + 1], dimensions));\n",
          "serial_driver cg"),
    fault("cg: single precision in p A p (reference)", "cg/cg.c", LAPLACIAN,
          LAPLACIAN.replace("l.v[i] *", "(float)l.v[i] *"),
          "serial_driver cg --set path=reference"),
    fault("cg: single precision in r", "cg/tuned.c", UPDATED,
          "      r[i] = (float)(r[i] - alpha * apply_at(&l, i, l.v[i - 1], l.v[i + 1], "
          "dimensions));\n", "serial_driver cg"),
    fault("cg: the line above is this line", "cg/cg.h", UP_LINE,
          UP_LINE.replace("unit - 1", "unit"), "serial_driver cg"),
    fault("cg: the right neighbor is the left one", "cg/tuned.c", UPDATED,
          UPDATED.replace("l.v[i + 1]", "l.v[i - 1]"), "serial_driver cg"),
    fault("cg: every second point of p is that before it", "cg/cg.c", DIRECTION,
          DIRECTION + "    if (i % 2 == 1)\n      p[i] = p[i - 1];\n", "serial_driver cg"),
    fault("cg: x continues from the pass before", "cg/cg.c", START, "    x[i] += 0;\n",
          "serial_driver cg"),
    fault("cg: beta is omitted", "cg/cg.c", DIRECTION, DIRECTION.replace("beta *", "0 * beta *"),
          "serial_driver cg"),
]

# -- mandelbrot -----------------------------------------------------------------------------------

PIXELS = "    s->count(&o, s->iterations, counts);\n"
REAL = "    o->cx[first + i] = x;\n"
HEIGHT = "    o->cy[first + i] = height_y((double)(height + 2 * i) + shift, s->n);\n"
ITERATED = "    g->x[k] = vector_madd(g->x[k], g->x[k], rest);\n"
WITHIN = "  return (vector_int)(vector_madd(x, x, y * y) <= vector_all(4));\n"
REST = "    counts[o->pixel[i]] = (int32_t)iterations;\n"
TUNED = "  while (o->done < iterations && o->count > 0) {\n"
ONE = "  double x = 0, y = 0;\n  for (int64_t i = 0; i < most; i++) {\n"

SETS = [
    fault("mandelbrot: half of the iterations", "mandelbrot/tuned.c", TUNED,
          TUNED.replace("o->done < iterations", "o->done < iterations / 2"),
          "serial_driver mandelbrot"),
    fault("mandelbrot: a half of each row mirrors the other", "mandelbrot/mandelbrot.c", HEIGHT,
          HEIGHT.replace("(double)(height + 2 * i)", "-fabs((double)(height + 2 * i))"),
          "serial_driver mandelbrot"),
    fault("mandelbrot: every second row is that before it", "mandelbrot/mandelbrot.c",
          "row_x(run->row, s->n), shift", "row_x(run->row / 2 * 2, s->n), shift",
          "serial_driver mandelbrot"),
    fault("mandelbrot: every second point is that before it", "mandelbrot/mandelbrot.c", HEIGHT,
          HEIGHT.replace("2 * i)", "2 * (i / 2 * 2))"), "serial_driver mandelbrot"),
    fault("mandelbrot: single precision", "mandelbrot/mandelbrot.c", HEIGHT,
          HEIGHT.replace("= height_y", "= (float)height_y"), "serial_driver mandelbrot"),
    fault("mandelbrot: the grid of the first pass in every pass", "mandelbrot/mandelbrot.c", HEIGHT,
          HEIGHT.replace("+ shift", "+ (shift > 0 ? 0.5 : shift)"), "serial_driver mandelbrot"),
    fault("mandelbrot: the answer of the first pass", "mandelbrot/mandelbrot.c",
          "  *(struct mandelbrot_tally *)partial = t;\n", kept("struct mandelbrot_tally", "t"),
          "serial_driver mandelbrot"),
    fault("mandelbrot: orbits that are in doubt are inside", "mandelbrot/tuned.c", REST,
          REST.replace("iterations;", "iterations - 1;"), "serial_driver mandelbrot"),
    fault("mandelbrot: the bound is a little too large", "mandelbrot/tuned.c", WITHIN,
          WITHIN.replace("vector_all(4)", "vector_all(4.5)"), "serial_driver mandelbrot"),
    fault("mandelbrot: half of the iterations (reference)", "mandelbrot/mandelbrot.c", ONE,
          ONE.replace("i < most", "i < most / 2"),
          "serial_driver mandelbrot --set path=reference --size 300"),
    fault("mandelbrot: single precision (reference)", "mandelbrot/mandelbrot.c", ONE,
          ONE.replace("double x", "cx = (float)cx;\n  double x"),
          "serial_driver mandelbrot --set path=reference --size 300"),
]

FAULTS = SPINS + WAITS + READS + FETCHES + SUMS + DOTS + REDUCTIONS + GRADIENTS + SETS
