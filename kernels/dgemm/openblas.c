/* dgemm: the product by OpenBLAS, one call of cblas_dgemm, which packs for itself. */
#include "kernels/dgemm/dgemm.h"

#ifdef QUARTET_OPENBLAS /* its path */
#  include <cblas.h>
#  include <dlfcn.h>
#  include <stdlib.h>

static __typeof__(cblas_dgemm) *dgemm;

static void multiply(const struct dgemm_product *p) {
  dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)p->rows, (blasint)p->columns,
        (blasint)p->depth, 1, p->a, (blasint)p->a_stride, p->b, (blasint)p->b_stride, 1, p->c,
        (blasint)p->c_stride);
}

/* Loaded here and not linked: its 13,000 relocations would cost each start of each driver 2 ms,
 * whatever kernel it runs, and it would start its threads before OPENBLAS_NUM_THREADS can be set.
 * It stays loaded until the process ends. Calls of the sequential variant overwrite each other's
 * buffers. */
int dgemm_load_openblas(dgemm_multiply **to, struct error *error) {
  union {
    void *symbol;
    __typeof__(cblas_dgemm) *dgemm;
    __typeof__(openblas_get_parallel) *get_parallel;
  } found;
  *to = multiply;
  if (dgemm)
    return 0;
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = dlopen(QUARTET_OPENBLAS, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return error_set(error, EXIT_MACHINE, "cannot load OpenBLAS: %s", dlerror());
  found.symbol = dlsym(library, "openblas_get_parallel");
  if (!found.symbol || found.get_parallel() != OPENBLAS_THREAD)
    return error_set(error, EXIT_MACHINE, "%s is not OpenBLAS for threads (Debian's package %s)",
                     QUARTET_OPENBLAS, "libopenblas0-pthread");
  found.symbol = dlsym(library, "cblas_dgemm");
  if (!found.symbol)
    return error_set(error, EXIT_MACHINE, "%s has no cblas_dgemm", QUARTET_OPENBLAS);
  dgemm = found.dgemm;
  return 0;
}

#else
int dgemm_load_openblas(dgemm_multiply **to, struct error *error) {
  *to = NULL;
  return error_set(error, EXIT_USAGE, "this build knows of no OpenBLAS that threads can call");
}
#endif
