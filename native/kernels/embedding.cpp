// Rows of a table by token, and their gradient.
#include <cstring>

#include "isa.h"
#include "vec.h"

namespace MT_NS {

namespace {

// A token of another shard of the table: its row is zero here, and its gradient belongs there.
constexpr int32_t kElsewhere = -1;

int64_t first_outside(int64_t count, const int32_t* tokens, int64_t vocabulary) {
  for (int64_t i = 0; i < count; i++) {
    if (tokens[i] < kElsewhere || tokens[i] >= vocabulary) return i;
  }
  return -1;
}

}  // namespace

int64_t embedding(DType type, int64_t tokens_count, int64_t width, int64_t vocabulary, const void* weight, int64_t ldw, const int32_t* tokens,
                  void* out, int64_t ldo) {
  const int64_t bad = first_outside(tokens_count, tokens, vocabulary);
  if (bad >= 0) return bad;
  const int64_t size = type == DType::f32 ? 4 : 2;
  const char* table = static_cast<const char*>(weight);
  char* rows = static_cast<char*>(out);
#pragma omp parallel for schedule(static) if (tokens_count * width > kParallelElements)
  for (int64_t t = 0; t < tokens_count; t++) {
    char* row = rows + t * ldo * size;
    if (tokens[t] == kElsewhere) {
      std::memset(row, 0, width * size);
    } else {
      std::memcpy(row, table + tokens[t] * ldw * size, width * size);
    }
  }
  return -1;
}

// Columns are divided among the threads, tokens are added in order: the same sum whatever the threads.
int64_t embedding_backward(DType type, int64_t tokens_count, int64_t width, int64_t vocabulary, const void* dout, int64_t ldo,
                           const int32_t* tokens, float* dweight, int64_t ldw) {
  const int64_t bad = first_outside(tokens_count, tokens, vocabulary);
  if (bad >= 0) return bad;
  constexpr int64_t kColumns = 64;
  const int64_t blocks = (width + kColumns - 1) / kColumns;
  with_type(type, [&](auto* tag) {
    const auto* grad = static_cast<decltype(tag)>(const_cast<void*>(dout));
#pragma omp parallel if (tokens_count * width > kParallelElements)
    {
#pragma omp for schedule(static)
      for (int64_t block = 0; block < blocks; block++) {
        const int64_t start = block * kColumns;
        const int64_t length = width - start < kColumns ? width - start : kColumns;
        for (int64_t t = 0; t < tokens_count; t++) {
          if (tokens[t] == kElsewhere) continue;
          const auto* in = grad + t * ldo + start;
          float* row = dweight + tokens[t] * ldw + start;
          for_vectors(length, [&](int64_t i, int n) { store_n(row + i, load_n(row + i, n) + load_n(in + i, n), n); });
        }
      }
    }
  });
  return -1;
}

}  // namespace MT_NS
