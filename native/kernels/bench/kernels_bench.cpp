// Checks the matrix products against plain loops, and times every kernel at the shapes of one training step.
// kernels_bench [check|gemm|step] [threads]
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "dispatch.h"
#include "gemm.h"

using namespace meditron;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// The best of many runs: what the code can do, little disturbed by other work on the machine.
template <class F>
double seconds(F f) {
  f();
  double best = 1e9;
  const double start = now();
  for (int i = 0; i < 8 || (now() - start < 0.25 && i < 2000); i++) {
    const double t = now();
    f();
    best = std::min(best, now() - t);
  }
  return best;
}

struct Buffer {
  DType type;
  std::vector<float> f;
  std::vector<bf16> h;
  Buffer(DType t, int64_t count, uint64_t seed) : type(t), f(count) {
    if (seed) kernels().normal(count, f.data(), 0, 1, seed, 0, 0);
    if (t == DType::bf16) {
      h.resize(count);
      kernels().cast(DType::f32, t, count, f.data(), h.data());
      kernels().cast(t, DType::f32, count, h.data(), f.data());
    }
  }
  void* data() { return type == DType::f32 ? static_cast<void*>(f.data()) : h.data(); }
  float get(int64_t i) const {
    if (type == DType::f32) return f[i];
    const uint32_t bits = static_cast<uint32_t>(h[i].bits) << 16;
    float v;
    std::memcpy(&v, &bits, 4);
    return v;
  }
};

const char* form_names[] = {"nt", "nn", "tn"};

int check() {
  int failures = 0, cases = 0;
  const int64_t sizes[][3] = {{1, 1, 1}, {1, 7, 3}, {5, 1, 9}, {17, 33, 65}, {64, 48, 31}, {130, 70, 100}, {3, 257, 128}, {95, 96, 211}};
  for (DType type : {DType::f32, DType::bf16}) {
    for (DType out : {DType::f32, DType::bf16}) {
      if (type == DType::f32 && out == DType::bf16) continue;
      for (int form = 0; form < 3; form++) {
        for (auto& s : sizes) {
          for (int pad : {0, 5}) {
            for (bool accumulate : {false, true}) {
              const int64_t m = s[0], n = s[1], k = s[2];
              const int64_t lda = (form == 2 ? m : k) + pad, ldb = (form == 0 ? k : n) + pad, ldc = n + pad;
              Buffer a(type, lda * (form == 2 ? k : m), 1), b(type, ldb * (form == 0 ? n : k), 2), c(out, ldc * m, 3), before = c;
              gemm(static_cast<GemmForm>(form), m, n, k, type, a.data(), lda, b.data(), ldb, out, c.data(), ldc, accumulate);
              double worst = 0;
              for (int64_t i = 0; i < m; i++) {
                for (int64_t j = 0; j < ldc; j++) {
                  double sum = accumulate || j >= n ? before.get(i * ldc + j) : 0;
                  for (int64_t l = 0; j < n && l < k; l++) {
                    sum += static_cast<double>(a.f[form == 2 ? l * lda + i : i * lda + l]) * b.f[form == 0 ? j * ldb + l : l * ldb + j];
                  }
                  worst = std::fmax(worst, std::fabs(sum - c.get(i * ldc + j)) / (std::sqrt(static_cast<double>(k)) + std::fabs(sum)));
                }
              }
              cases++;
              if (!(worst < (out == DType::bf16 ? 5e-3 : 2e-6))) {
                failures++;
                std::printf("FAIL %s %s->%s m %ld n %ld k %ld pad %d accumulate %d: %g\n", form_names[form], type == DType::f32 ? "f32" : "bf16",
                            out == DType::f32 ? "f32" : "bf16", m, n, k, pad, accumulate, worst);
              }
            }
          }
        }
      }
    }
  }
  std::printf("%d products checked on %s, %d wrong\n", cases, isa_name(current_isa()), failures);
  return failures;
}

void gemm_table(int threads) {
  omp_set_num_threads(threads);
  const int64_t tokens = 2048;
  const struct { const char* name; int64_t n, k; } layers[] = {{"qkv", 1024, 512}, {"o", 512, 512}, {"gate+up", 2752, 512}, {"down", 512, 1376}, {"head", 8192, 512}};
  for (DType type : {DType::f32, DType::bf16}) {
    const double peak = gemm_peak(type, 2048);
    std::printf("%s, %d threads: 2048^3 %.0f GFLOP/s\n%-8s %8s %8s %8s\n", type == DType::f32 ? "fp32" : "bf16", threads, peak, "", "nt", "nn", "tn");
    double total_time = 0, total_work = 0;
    for (auto& layer : layers) {
      const int64_t n = layer.n, k = layer.k;
      const int copies = std::string(layer.name) == "head" ? 1 : 8;
      Buffer x(type, tokens * k, 1), w(type, n * k, 2), y(type, tokens * n, 3), dx(type, tokens * k, 0), dw(DType::f32, n * k, 0);
      const double nt = seconds([&] { gemm(GemmForm::nt, tokens, n, k, type, x.data(), k, w.data(), k, type, y.data(), n, false); });
      const double nn = seconds([&] { gemm(GemmForm::nn, tokens, k, n, type, y.data(), n, w.data(), k, type, dx.data(), k, false); });
      const double tn = seconds([&] { gemm(GemmForm::tn, n, k, tokens, type, y.data(), n, x.data(), k, DType::f32, dw.data(), k, true); });
      const double work = 2e-9 * tokens * n * k;
      total_time += copies * (nt + nn + tn), total_work += copies * 3 * work;
      std::printf("%-8s %8.0f %8.0f %8.0f\n", layer.name, work / nt, work / nn, work / tn);
    }
    std::printf("a step's products: %.1f ms, %.0f GFLOP/s, %.0f %% of 2048^3\n", 1e3 * total_time, total_work / total_time, 100 * total_work / total_time / peak);
  }
}

void step_table(int threads) {
  omp_set_num_threads(threads);
  const int64_t n = 2048, d = 512, f = 1376, v = 8192, heads = 8, kv = 4, hd = 64, layers = 8, parameters = layers * (3 * d * f + 2 * d * d + 2 * d * kv * hd) + 2 * v * d;
  const KernelTable& k = kernels();
  for (DType type : {DType::f32, DType::bf16}) {
    std::printf("%s, %d threads, %s: milliseconds a call, calls a step, milliseconds a step\n", type == DType::f32 ? "fp32" : "bf16", threads, isa_name(current_isa()));
    double total = 0;
    auto line = [&](const char* name, int calls, double t) {
      std::printf("  %-26s %8.3f x %2d = %8.2f\n", name, 1e3 * t, calls, 1e3 * t * calls);
      total += t * calls;
    };
    Buffer x(type, n * d, 1), w(type, d, 2), y(type, n * d, 3), gu(type, n * 2 * f, 4), gu2(type, n * 2 * f, 0), act(type, n * f, 5), logits(type, n * v, 6), table(type, v * d, 7), qkv(type, n * (heads + 2 * kv) * hd, 8);
    std::vector<float> rstd(n), dw(v * d), cosine(512 * hd / 2, 0.6f), sine(512 * hd / 2, 0.8f), loss(n);
    std::vector<int32_t> tokens(n), targets(n);
    for (int64_t i = 0; i < n; i++) tokens[i] = static_cast<int32_t>(i * 7919 % v), targets[i] = static_cast<int32_t>(i * 104729 % v);
    char* g = static_cast<char*>(gu.data());
    char* u = g + f * (type == DType::f32 ? 4 : 2);
    char* u2 = static_cast<char*>(gu2.data()) + f * (type == DType::f32 ? 4 : 2);
    line("rms_norm", 17, seconds([&] { k.rms_norm(type, n, d, x.data(), d, w.data(), 1e-5f, y.data(), d, rstd.data()); }));
    line("rms_norm_backward", 17, seconds([&] { k.rms_norm_backward(type, n, d, y.data(), d, x.data(), d, w.data(), rstd.data(), y.data(), d, true); }));
    line("rms_norm_backward_weight", 17, seconds([&] { k.rms_norm_backward_weight(type, n, d, x.data(), d, x.data(), d, rstd.data(), dw.data()); }));
    line("rope q halves", 16, seconds([&] { k.rope(type, 4, 512, heads, hd, qkv.data(), 512 * 1024, 1024, cosine.data(), sine.data(), hd / 2, false, false); }));
    line("rope k halves", 16, seconds([&] { k.rope(type, 4, 512, kv, hd, qkv.data(), 512 * 1024, 1024, cosine.data(), sine.data(), hd / 2, false, false); }));
    line("rope q pairs (not in step)", 0, seconds([&] { k.rope(type, 4, 512, heads, hd, qkv.data(), 512 * 1024, 1024, cosine.data(), sine.data(), hd / 2, true, false); }));
    line("swiglu", 8, seconds([&] { k.swiglu(type, n, f, g, 2 * f, u, 2 * f, act.data(), f); }));
    line("swiglu_backward", 8, seconds([&] { k.swiglu_backward(type, n, f, act.data(), f, g, 2 * f, u, 2 * f, gu2.data(), 2 * f, u2, 2 * f); }));
    line("embedding", 1, seconds([&] { k.embedding(type, n, d, v, table.data(), d, tokens.data(), y.data(), d); }));
    line("embedding_backward", 1, seconds([&] { k.embedding_backward(type, n, d, v, x.data(), d, tokens.data(), dw.data(), d); }));
    line("cross_entropy", 1, seconds([&] { k.cross_entropy(type, n, v, v, logits.data(), v, targets.data(), 1.0f, true, loss.data()); }));
    line("add (residual)", 16, seconds([&] { k.add(type, type, n * d, y.data(), x.data()); }));
    std::vector<float> p(parameters, 0.1f), m(parameters), s(parameters), grad(parameters, 0.01f);
    std::vector<bf16> c(type == DType::bf16 ? parameters : 0);
    const AdamWStep step = {1e-4, 0.9, 0.95, 1e-8, 0.1, 10, 1.0};
    line("sum_squares", 1, seconds([&] { k.sum_squares(parameters, grad.data()); }));
    const meditron::AdamWState state{p.data(), m.data(), s.data()};
    line("adamw", 1, seconds([&] { k.adamw(parameters, state, grad.data(), state, type == DType::bf16 ? c.data() : nullptr, type, step, nullptr, nullptr); }));
    std::printf("  all but products and attention: %.1f ms\n", 1e3 * total);
    if (type == DType::f32) std::printf("  normal: %.2f ns a number\n", 1e9 * seconds([&] { k.normal(parameters, p.data(), 0, 1, 1, 0, 0); }) / parameters);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "check";
  const int threads = argc > 2 ? std::atoi(argv[2]) : omp_get_max_threads();
  if (what == "gemm") {
    gemm_table(threads);
  } else if (what == "step") {
    step_table(threads);
  } else {
    return check();
  }
  return 0;
}
