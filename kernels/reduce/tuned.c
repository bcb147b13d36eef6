/* reduce's tuned path: up to 16 vectors are read side by side and added up in registers, in loops
 * of their own for each number of vectors, and stored as whole cache lines. */
#include "kernels/reduce/reduce.h"

enum { FEW = REDUCE_FEW };

/* Elements i .. i + LANES - 1 of the sum of x[0], ..., x[few - 1], as the tree has it. */
ALWAYS_INLINE vector tree_sum(int few, const double *const *x, int64_t i) {
  vector sum[FEW];
  for (int k = 0; k < few; k++)
    sum[k] = vector_load(x[k], i);
  for (int k = 0; k + 1 < few; k += 2)
    sum[k] += sum[k + 1];
  for (int k = 0; k + 2 < few; k += 4)
    sum[k] += sum[k + 2];
  for (int k = 0; k + 4 < few; k += 8)
    sum[k] += sum[k + 4];
  return few > 8 ? sum[0] + sum[8] : sum[0];
}

ALWAYS_INLINE void sum_lines(int few, bool nontemporal, const double *const *from, double *to,
                             struct lines lines) {
  const double *x[FEW];
  for (int k = 0; k < few; k++)
    x[k] = from[k];
  for (int64_t line = lines.begin; line < lines.end; line += LINE)
    for (int64_t i = line; i < line + LINE; i += LANES)
      if (nontemporal)
        nontemporal_store(to, i, tree_sum(few, x, i));
      else
        vector_store(to, i, tree_sum(few, x, i));
}

ALWAYS_INLINE void sum_either(int few, bool nontemporal, const double *const *from, double *to,
                              struct lines lines) {
  if (nontemporal)
    sum_lines(few, true, from, to, lines);
  else
    sum_lines(few, false, from, to, lines);
}

void reduce_lines(int few, bool nontemporal, const double *const *from, double *to,
                  struct lines lines) {
#define CASE(few)                                                                                  \
  case few:                                                                                        \
    sum_either(few, nontemporal, from, to, lines);                                                 \
    break;
  switch (few) {
    CASE(1)
    CASE(2)
    CASE(3)
    CASE(4)
    CASE(5)
    CASE(6)
    CASE(7)
    CASE(8)
    CASE(9)
    CASE(10)
    CASE(11)
    CASE(12)
    CASE(13)
    CASE(14)
    CASE(15)
    CASE(16)
  }
#undef CASE
}
