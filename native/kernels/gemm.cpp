#include "gemm.h"

#include <dnnl.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "dispatch.h"
#include "scratch.h"

namespace meditron {
namespace {

void check(dnnl_status_t status, const char* what) {
  if (status == dnnl_success) return;
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  throw std::runtime_error(std::string("oneDNN: ") + what + " failed with status " + std::to_string(static_cast<int>(status)));
}

dnnl_engine_t engine() {
  static dnnl_engine_t shared = [] {
    limit_onednn();
    dnnl_engine_t e = nullptr;
    check(dnnl_engine_create(&e, dnnl_cpu, 0), "creating the engine");
    return e;
  }();
  return shared;
}

dnnl_data_type_t onednn_type(DType type) { return type == DType::f32 ? dnnl_f32 : dnnl_bf16; }

struct Key {
  std::array<int64_t, 6> sizes;  // m, n, k, lda, ldb, ldc
  int form, type, out_type, accumulate;
  bool operator==(const Key& other) const {
    return sizes == other.sizes && form == other.form && type == other.type && out_type == other.out_type &&
           accumulate == other.accumulate;
  }
};

struct KeyHash {
  size_t operator()(const Key& key) const {
    uint64_t h = static_cast<uint64_t>(((key.form * 2 + key.type) * 2 + key.out_type) * 2 + key.accumulate);
    for (int64_t size : key.sizes) h = (h ^ static_cast<uint64_t>(size)) * 0x9E3779B97F4A7C15ull, h ^= h >> 29;
    return static_cast<size_t>(h);
  }
};

// One prepared product: the primitive and the memory objects it is called with.
struct Product {
  dnnl_primitive_t primitive = nullptr;
  dnnl_memory_t a = nullptr, b = nullptr, c = nullptr, workspace = nullptr;
  size_t workspace_bytes = 0;
  uint64_t last_use = 0;

  Product() = default;
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;
  ~Product() {
    for (dnnl_memory_t memory : {a, b, c, workspace}) {
      if (memory) dnnl_memory_destroy(memory);
    }
    if (primitive) dnnl_primitive_destroy(primitive);
  }
};

void build(const Key& key, Product* product) {
  const auto [m, n, k, lda, ldb, ldc] = key.sizes;
  const GemmForm form = static_cast<GemmForm>(key.form);
  const dnnl_dims_t size_a = {m, k}, size_b = {k, n}, size_c = {m, n};
  const dnnl_dims_t stride_a = {form == GemmForm::tn ? 1 : lda, form == GemmForm::tn ? lda : 1};
  const dnnl_dims_t stride_b = {form == GemmForm::nt ? 1 : ldb, form == GemmForm::nt ? ldb : 1};
  const dnnl_dims_t stride_c = {ldc, 1};
  const dnnl_data_type_t in = onednn_type(static_cast<DType>(key.type)), out = onednn_type(static_cast<DType>(key.out_type));
  dnnl_memory_desc_t desc_a, desc_b, desc_c;
  check(dnnl_memory_desc_init_by_strides(&desc_a, 2, size_a, in, stride_a), "describing the first matrix");
  check(dnnl_memory_desc_init_by_strides(&desc_b, 2, size_b, in, stride_b), "describing the second matrix");
  check(dnnl_memory_desc_init_by_strides(&desc_c, 2, size_c, out, stride_c), "describing the result");
  dnnl_matmul_desc_t desc;
  check(dnnl_matmul_desc_init(&desc, &desc_a, &desc_b, nullptr, &desc_c), "describing the product");

  struct Owned {
    dnnl_primitive_attr_t attributes = nullptr;
    dnnl_post_ops_t post_ops = nullptr;
    dnnl_primitive_desc_t primitive_desc = nullptr;
    ~Owned() {
      if (primitive_desc) dnnl_primitive_desc_destroy(primitive_desc);
      if (post_ops) dnnl_post_ops_destroy(post_ops);
      if (attributes) dnnl_primitive_attr_destroy(attributes);
    }
  } owned;
  check(dnnl_primitive_attr_create(&owned.attributes), "creating attributes");
  check(dnnl_primitive_attr_set_scratchpad_mode(owned.attributes, dnnl_scratchpad_mode_user), "choosing the scratchpad");
  if (key.accumulate) {
    check(dnnl_post_ops_create(&owned.post_ops), "creating post-operations");
    check(dnnl_post_ops_append_sum(owned.post_ops, 1.0f), "appending the sum");
    check(dnnl_primitive_attr_set_post_ops(owned.attributes, owned.post_ops), "setting post-operations");
  }
  check(dnnl_primitive_desc_create(&owned.primitive_desc, &desc, owned.attributes, engine(), nullptr), "preparing the product");
  const dnnl_memory_desc_t* workspace = dnnl_primitive_desc_query_md(owned.primitive_desc, dnnl_query_scratchpad_md, 0);
  product->workspace_bytes = workspace ? dnnl_memory_desc_get_size(workspace) : 0;
  check(dnnl_primitive_create(&product->primitive, owned.primitive_desc), "compiling the product");
  check(dnnl_memory_create(&product->a, &desc_a, engine(), DNNL_MEMORY_NONE), "wrapping the first matrix");
  check(dnnl_memory_create(&product->b, &desc_b, engine(), DNNL_MEMORY_NONE), "wrapping the second matrix");
  check(dnnl_memory_create(&product->c, &desc_c, engine(), DNNL_MEMORY_NONE), "wrapping the result");
  if (product->workspace_bytes > 0) {
    check(dnnl_memory_create(&product->workspace, workspace, engine(), DNNL_MEMORY_NONE), "wrapping the scratchpad");
  }
}

// Each thread that multiplies has its own products: memory objects carry the pointers of the call in progress.
class Cache {
 public:
  ~Cache() {
    products_.clear();
    if (stream_) dnnl_stream_destroy(stream_);
  }

  void run(const Key& key, const void* a, const void* b, void* c) {
    if (!stream_) check(dnnl_stream_create(&stream_, engine(), dnnl_stream_default_flags), "creating a stream");
    Product& product = find(key);
    product.last_use = ++clock_;
    check(dnnl_memory_set_data_handle(product.a, const_cast<void*>(a)), "setting the first matrix");
    check(dnnl_memory_set_data_handle(product.b, const_cast<void*>(b)), "setting the second matrix");
    check(dnnl_memory_set_data_handle(product.c, c), "setting the result");
    dnnl_exec_arg_t arguments[4] = {{DNNL_ARG_SRC, product.a}, {DNNL_ARG_WEIGHTS, product.b}, {DNNL_ARG_DST, product.c}, {0, nullptr}};
    int count = 3;
    if (product.workspace) {
      check(dnnl_memory_set_data_handle(product.workspace, scratch(ScratchUse::gemm_workspace, product.workspace_bytes)),
            "setting the scratchpad");
      arguments[count++] = {DNNL_ARG_SCRATCHPAD, product.workspace};
    }
    check(dnnl_primitive_execute(product.primitive, stream_, count, arguments), "multiplying");
  }

 private:
  static constexpr size_t kLimit = 512;

  Product& find(const Key& key) {
    auto found = products_.find(key);
    if (found != products_.end()) return *found->second;
    if (products_.size() >= kLimit) {
      auto oldest = std::min_element(products_.begin(), products_.end(),
                                     [](const auto& x, const auto& y) { return x.second->last_use < y.second->last_use; });
      products_.erase(oldest);
    }
    auto product = std::make_unique<Product>();
    build(key, product.get());
    return *products_.emplace(key, std::move(product)).first->second;
  }

  std::unordered_map<Key, std::unique_ptr<Product>, KeyHash> products_;
  dnnl_stream_t stream_ = nullptr;
  uint64_t clock_ = 0;
};

void run_one(GemmForm form, int64_t m, int64_t n, int64_t k, DType type, const void* a, int64_t lda, const void* b, int64_t ldb,
             DType out_type, void* c, int64_t ldc, bool accumulate) {
  static thread_local Cache cache;
  const Key key = {{m, n, k, lda, ldb, ldc}, static_cast<int>(form), static_cast<int>(type), static_cast<int>(out_type), accumulate};
  cache.run(key, a, b, c);
}

// The first of `count` rows (or columns) of part i of `parts`, in multiples of a register tile.
int64_t part_start(int64_t count, int64_t i, int64_t parts, int64_t multiple) {
  return std::min(count, (count * i / parts + multiple - 1) / multiple * multiple);
}

// The rows of the result (its columns, where there are few rows) are divided into parts, each a single-threaded product. On the shapes of a
// training step that is faster than oneDNN's own division of one product, and since the parts depend on the shape alone and the sum over k
// is never divided among threads, so do the bits: they are the same for any number of threads.
void run(GemmForm form, int64_t m, int64_t n, int64_t k, DType type, const void* a, int64_t lda, const void* b, int64_t ldb, DType out_type,
         void* c, int64_t ldc, bool accumulate) {
  constexpr int64_t kRows = 16, kColumns = 64, kSmallest = 1 << 18, kParts = 4, kMostRows = 512, kMostColumns = 1024;
  const bool by_rows = m >= kParts * kRows || m >= n;
  const int64_t units = by_rows ? (m + kRows - 1) / kRows : (n + kColumns - 1) / kColumns;
  const int64_t wanted = std::max(kParts, by_rows ? (m + kMostRows - 1) / kMostRows : (n + kMostColumns - 1) / kMostColumns);
  const int64_t parts = m * n * k < kSmallest ? 1 : std::min(wanted, units);
  const int64_t threads = std::min<int64_t>(parts, omp_in_parallel() ? 1 : omp_get_max_threads());
  const int64_t size = type == DType::f32 ? 4 : 2, out_size = out_type == DType::f32 ? 4 : 2;
  engine();
  std::exception_ptr failure;
  const auto part = [&](int64_t i) {
    const int64_t m0 = by_rows ? part_start(m, i, parts, kRows) : 0, m1 = by_rows ? part_start(m, i + 1, parts, kRows) : m;
    const int64_t n0 = by_rows ? 0 : part_start(n, i, parts, kColumns), n1 = by_rows ? n : part_start(n, i + 1, parts, kColumns);
    if (m0 == m1 || n0 == n1) return;
    run_one(form, m1 - m0, n1 - n0, k, type, static_cast<const char*>(a) + (form == GemmForm::tn ? m0 : m0 * lda) * size, lda,
            static_cast<const char*>(b) + (form == GemmForm::nt ? n0 * ldb : n0) * size, ldb, out_type,
            static_cast<char*>(c) + (m0 * ldc + n0) * out_size, ldc, accumulate);
  };
#pragma omp parallel num_threads(static_cast<int>(threads))
  {
    omp_set_num_threads(1);  // for this region's task only: oneDNN prepares and runs single-threaded products
#pragma omp for schedule(static)
    for (int64_t i = 0; i < parts; i++) {
      try {
        part(i);
      } catch (...) {
#pragma omp critical(meditron_gemm_failure)
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

// Copies a rows x columns matrix of any stride to or from a dense one of another type.
void convert(int64_t rows, int64_t columns, DType source_type, const void* source, int64_t lds, DType destination_type, void* destination,
             int64_t ldd) {
  const int64_t source_size = source_type == DType::f32 ? 4 : 2, destination_size = destination_type == DType::f32 ? 4 : 2;
  if (lds == columns && ldd == columns) {
    kernels().cast(source_type, destination_type, rows * columns, source, destination);
    return;
  }
  for (int64_t row = 0; row < rows; row++) {
    kernels().cast(source_type, destination_type, columns, static_cast<const char*>(source) + row * lds * source_size,
                   static_cast<char*>(destination) + row * ldd * destination_size);
  }
}

// Without AVX-512 oneDNN has no fast bf16 product: go through fp32.
void run_widened(GemmForm form, int64_t m, int64_t n, int64_t k, const void* a, int64_t lda, const void* b, int64_t ldb, DType out_type, void* c,
                 int64_t ldc, bool accumulate) {
  const int64_t rows_a = form == GemmForm::tn ? k : m, columns_a = form == GemmForm::tn ? m : k;
  const int64_t rows_b = form == GemmForm::nt ? n : k, columns_b = form == GemmForm::nt ? k : n;
  float* wide_a = static_cast<float*>(scratch(ScratchUse::gemm_a, m * k * sizeof(float)));
  float* wide_b = static_cast<float*>(scratch(ScratchUse::gemm_b, n * k * sizeof(float)));
  convert(rows_a, columns_a, DType::bf16, a, lda, DType::f32, wide_a, columns_a);
  convert(rows_b, columns_b, DType::bf16, b, ldb, DType::f32, wide_b, columns_b);
  if (out_type == DType::f32) {
    run(form, m, n, k, DType::f32, wide_a, columns_a, wide_b, columns_b, DType::f32, c, ldc, accumulate);
    return;
  }
  float* wide_c = static_cast<float*>(scratch(ScratchUse::gemm_c, m * n * sizeof(float)));
  if (accumulate) convert(m, n, DType::bf16, c, ldc, DType::f32, wide_c, n);
  run(form, m, n, k, DType::f32, wide_a, columns_a, wide_b, columns_b, DType::f32, wide_c, n, accumulate);
  convert(m, n, DType::f32, wide_c, n, DType::bf16, c, ldc);
}

}  // namespace

void gemm(GemmForm form, int64_t m, int64_t n, int64_t k, DType type, const void* a, int64_t lda, const void* b, int64_t ldb, DType out_type,
          void* c, int64_t ldc, bool accumulate) {
  if (m == 0 || n == 0) return;
  if (k == 0) {
    const int64_t size = out_type == DType::f32 ? 4 : 2;
    for (int64_t row = 0; !accumulate && row < m; row++) std::memset(static_cast<char*>(c) + row * ldc * size, 0, n * size);
    return;
  }
  if (type == DType::bf16 && current_isa() < Isa::avx512) {
    run_widened(form, m, n, k, a, lda, b, ldb, out_type, c, ldc, accumulate);
    return;
  }
  run(form, m, n, k, type, a, lda, b, ldb, out_type, c, ldc, accumulate);
}

double gemm_peak(DType type, int64_t n) {
  const size_t bytes = static_cast<size_t>(n) * n * (type == DType::f32 ? 4 : 2);
  std::vector<char> a(bytes), b(bytes), c(bytes);
  double best = 0;
  for (int i = 0; i < 6; i++) {
    const auto start = std::chrono::steady_clock::now();
    gemm(GemmForm::nn, n, n, n, type, a.data(), n, b.data(), n, type, c.data(), n, false);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (i > 0) best = std::max(best, 2e-9 * n * n * n / seconds);
  }
  return best;
}

}  // namespace meditron
