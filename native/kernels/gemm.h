// Matrix products on oneDNN, for row-major matrices with any row stride.
#pragma once
#include "types.h"

namespace meditron {

// c(m x n) = a b, with a: m x k (nt, nn) or stored transposed k x m (tn), b: n x k (nt) or k x n (nn, tn).
enum class GemmForm : int { nt = 0, nn = 1, tn = 2 };

// c = product (+ c if accumulate). Sums are fp32 whatever the types; ld* are distances between stored rows in elements.
// Primitives, their memory objects and scratchpads are cached per thread by shape, strides and types.
// Throws std::runtime_error if oneDNN refuses, std::bad_alloc.
void gemm(GemmForm form, int64_t m, int64_t n, int64_t k, DType type, const void* a, int64_t lda, const void* b, int64_t ldb, DType out_type,
          void* c, int64_t ldc, bool accumulate);

// Best of several n x n x n products, in GFLOP/s, with the OpenMP threads of the caller.
double gemm_peak(DType type, int64_t n);

}  // namespace meditron
