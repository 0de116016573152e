// The fused CPU kernels on tensors: checks types, shapes, strides and devices, then calls native/kernels with plain pointers.
#include <string>
#include <vector>

#include <ATen/Parallel.h>

#include "kernels/dispatch.h"
#include "kernels/gemm.h"
#include "torch/mt_tensor.h"

using mt::guard;

namespace {

using meditron::bf16;
using meditron::DType;

[[noreturn]] void fail(mt_status kind, const std::string& message) { throw mt::error(kind, message); }

const at::Tensor& on_cpu(const char* name, mt_tensor* tensor) {
  const at::Tensor& t = mt::get(tensor);
  if (!t.is_cpu()) fail(MT_DEVICE, std::string(name) + " is on " + t.device().str() + "; the fused kernels run on the CPU (use the composed ones elsewhere)");
  return t;
}

DType activation_type(const char* name, const at::Tensor& t) {
  if (t.scalar_type() == at::kFloat) return DType::f32;
  if (t.scalar_type() == at::kBFloat16) return DType::bf16;
  fail(MT_TYPE, std::string(name) + " is " + c10::toString(t.scalar_type()) + "; Float or BFloat16 is needed");
}

void require_type(const char* name, const at::Tensor& t, at::ScalarType type) {
  if (t.scalar_type() != type) fail(MT_TYPE, std::string(name) + " is " + c10::toString(t.scalar_type()) + "; " + c10::toString(type) + " is needed");
}

void require_same(const char* what, int64_t actual, const char* of, int64_t expected) {
  if (actual != expected) fail(MT_SHAPE, std::string(what) + " is " + std::to_string(actual) + " where " + of + " is " + std::to_string(expected));
}

// A tensor seen as rows x columns: leading dimensions are flattened, the last one must be contiguous.
struct Rows {
  int64_t rows = 1, columns = 1, stride = 1;
  void* data = nullptr;
  DType type = DType::f32;
};

Rows rows_of(const char* name, mt_tensor* tensor) {
  const at::Tensor& t = on_cpu(name, tensor);
  Rows r;
  r.type = activation_type(name, t);
  const int64_t dims = t.dim();
  if (dims == 0) fail(MT_SHAPE, std::string(name) + " has no dimension");
  r.columns = t.size(dims - 1);
  if (r.columns > 1 && t.stride(dims - 1) != 1) fail(MT_SHAPE, std::string(name) + " has a last dimension with stride " + std::to_string(t.stride(dims - 1)) + "; 1 is needed");
  r.stride = r.columns;
  for (int64_t i = dims - 2; i >= 0; --i) {
    const int64_t size = t.size(i);
    if (size != 1) {
      if (r.rows == 1) {
        r.stride = t.stride(i);
      } else if (t.stride(i) != r.stride * r.rows) {
        fail(MT_SHAPE, std::string(name) + " cannot be seen as rows: dimension " + std::to_string(i) + " has stride " + std::to_string(t.stride(i)) + " where " + std::to_string(r.stride * r.rows) + " is needed");
      }
    }
    r.rows *= size;
  }
  if (r.rows > 1 && r.stride < r.columns) fail(MT_SHAPE, std::string(name) + " has rows that overlap (row stride " + std::to_string(r.stride) + ", width " + std::to_string(r.columns) + ")");
  r.data = t.numel() == 0 ? nullptr : t.data_ptr();
  return r;
}

void require_like(const char* name, const Rows& r, const char* of, const Rows& like) {
  if (r.type != like.type) fail(MT_TYPE, std::string(name) + " and " + of + " have different types");
  require_same((std::string(name) + "'s number of rows").c_str(), r.rows, (std::string(of) + "'s").c_str(), like.rows);
  require_same((std::string(name) + "'s width").c_str(), r.columns, (std::string(of) + "'s").c_str(), like.columns);
}

// A contiguous tensor of `count` elements (any count if negative).
template <typename T>
T* flat(const char* name, mt_tensor* tensor, at::ScalarType type, int64_t count) {
  const at::Tensor& t = on_cpu(name, tensor);
  require_type(name, t, type);
  if (!t.is_contiguous()) fail(MT_SHAPE, std::string(name) + " is not contiguous");
  if (count >= 0) require_same((std::string(name) + "'s number of elements").c_str(), t.numel(), "what is needed", count);
  return t.numel() == 0 ? nullptr : static_cast<T*>(t.data_ptr());
}

void* weight_vector(mt_tensor* tensor, const Rows& like) {
  return flat<void>("weight", tensor, like.type == DType::f32 ? at::kFloat : at::kBFloat16, like.columns);
}

meditron::Isa named_isa(const char* name) {
  meditron::Isa isa;
  if (name == nullptr || !meditron::parse_isa(name, &isa)) {
    fail(MT_OTHER, std::string("there is no instruction set '") + (name ? name : "") + "'; baseline, avx2, avx512 and avx512bf16 are known");
  }
  return isa;
}

}  // namespace

// The name of the instruction set in force. Fails if MEDITRON_ISA named one that is unknown or that this machine lacks.
MT_API int mt_kernels_isa(const char** name) {
  return guard("kernels_isa", {}, [&] {
    const char* wanted = meditron::environment_error();
    if (wanted != nullptr) {
      fail(MT_DEVICE, std::string("MEDITRON_ISA=") + wanted + " is unknown or not available here; this machine has up to " +
                          meditron::isa_name(meditron::detected_isa()) + " (baseline, avx2, avx512 and avx512bf16 are known)");
    }
    *name = meditron::isa_name(meditron::current_isa());
  });
}

MT_API int mt_kernels_detected_isa(const char** name) {
  return guard("kernels_detected_isa", {}, [&] { *name = meditron::isa_name(meditron::detected_isa()); });
}

MT_API int mt_kernels_set_isa(const char* name) {
  return guard("kernels_set_isa", {}, [&] {
    if (!meditron::set_isa(named_isa(name))) {
      fail(MT_DEVICE, std::string("this machine lacks ") + name + "; it has up to " + meditron::isa_name(meditron::detected_isa()));
    }
  });
}

// form: 0 nt, 1 nn, 2 tn.
MT_API int mt_kernels_matmul(int form, mt_tensor* a, mt_tensor* b, mt_tensor* out, int accumulate) {
  static const char* const names[] = {"matmul_nt", "matmul_nn", "matmul_tn"};
  return guard(names[form], {a, b, out}, [&] {
    const Rows x = rows_of("a", a), y = rows_of("b", b), z = rows_of("out", out);
    if (x.type != y.type) fail(MT_TYPE, "a and b have different types");
    if (z.type != x.type && z.type != DType::f32) fail(MT_TYPE, "out must have the type of a or be Float");
    if (form == 2 && z.type != DType::f32) fail(MT_TYPE, "out must be Float");
    const int64_t m = form == 2 ? x.columns : x.rows, k = form == 2 ? x.rows : x.columns;
    const int64_t n = form == 0 ? y.rows : y.columns;
    require_same("b's inner dimension", form == 0 ? y.columns : y.rows, "a's", k);
    require_same("out's number of rows", z.rows, "the product's", m);
    require_same("out's width", z.columns, "the product's", n);
    meditron::gemm(static_cast<meditron::GemmForm>(form), m, n, k, x.type, x.data, x.stride, y.data, y.stride, z.type, z.data, z.stride, accumulate != 0);
  });
}

MT_API int mt_kernels_rms_norm(mt_tensor* x, mt_tensor* weight, double eps, mt_tensor* y, mt_tensor* rstd) {
  return guard("rms_norm", {x, weight, y, rstd}, [&] {
    const Rows in = rows_of("x", x), out = rows_of("y", y);
    require_like("y", out, "x", in);
    meditron::kernels().rms_norm(in.type, in.rows, in.columns, in.data, in.stride, weight_vector(weight, in), static_cast<float>(eps), out.data, out.stride,
                                 flat<float>("rstd", rstd, at::kFloat, in.rows));
  });
}

MT_API int mt_kernels_rms_norm_backward(mt_tensor* dy, mt_tensor* x, mt_tensor* weight, mt_tensor* rstd, mt_tensor* dx, int accumulate) {
  return guard("rms_norm_backward", {dy, x, weight, rstd, dx}, [&] {
    const Rows in = rows_of("x", x), grad = rows_of("dy", dy), out = rows_of("dx", dx);
    require_like("dy", grad, "x", in);
    require_like("dx", out, "x", in);
    meditron::kernels().rms_norm_backward(in.type, in.rows, in.columns, grad.data, grad.stride, in.data, in.stride, weight_vector(weight, in),
                                          flat<float>("rstd", rstd, at::kFloat, in.rows), out.data, out.stride, accumulate != 0);
  });
}

MT_API int mt_kernels_rms_norm_backward_weight(mt_tensor* dy, mt_tensor* x, mt_tensor* rstd, mt_tensor* dweight) {
  return guard("rms_norm_backward_weight", {dy, x, rstd, dweight}, [&] {
    const Rows in = rows_of("x", x), grad = rows_of("dy", dy);
    require_like("dy", grad, "x", in);
    meditron::kernels().rms_norm_backward_weight(in.type, in.rows, in.columns, grad.data, grad.stride, in.data, in.stride,
                                                 flat<float>("rstd", rstd, at::kFloat, in.rows), flat<float>("dweight", dweight, at::kFloat, in.columns));
  });
}

MT_API int mt_kernels_rope(mt_tensor* x, mt_tensor* cosine, mt_tensor* sine, int interleaved, int inverse, int64_t position) {
  return guard("rope", {x, cosine, sine}, [&] {
    const at::Tensor& t = on_cpu("x", x);
    const DType type = activation_type("x", t);
    if (t.dim() != 4) fail(MT_SHAPE, "x must have the four dimensions batch, time, head, head width");
    const int64_t batch = t.size(0), length = t.size(1), heads = t.size(2), width = t.size(3);
    if (width % 2 != 0) fail(MT_SHAPE, "the head width must be even");
    if ((width > 1 && t.stride(3) != 1) || (heads > 1 && t.stride(2) != width)) fail(MT_SHAPE, "the heads of one token of x must be contiguous");
    const Rows c = rows_of("cos", cosine), s = rows_of("sin", sine);
    if (c.type != DType::f32 || s.type != DType::f32) fail(MT_TYPE, "cos and sin must be Float");
    require_like("sin", s, "cos", c);
    require_same("sin's row stride", s.rows > 1 ? s.stride : c.stride, "cos's", c.stride);
    require_same("cos's width", c.columns, "half the head width", width / 2);
    if (position < 0 || position + length > c.rows) {
      fail(MT_SHAPE, "positions " + std::to_string(position) + " to " + std::to_string(position + length - 1) + " are asked for and cos has " + std::to_string(c.rows));
    }
    if (t.numel() == 0) return;
    meditron::kernels().rope(type, batch, length, heads, width, t.data_ptr(), t.stride(0), t.stride(1), static_cast<float*>(c.data) + position * c.stride,
                             static_cast<float*>(s.data) + position * c.stride, c.stride, interleaved != 0, inverse != 0);
  });
}

namespace {

// A [batch, token, head, head width] tensor with contiguous heads.
struct Heads {
  int64_t batch, tokens, heads, width;
  DType type;
  meditron::AttentionRows rows;
};

Heads heads_of(const char* name, mt_tensor* tensor) {
  const at::Tensor& t = on_cpu(name, tensor);
  if (t.dim() != 4) fail(MT_SHAPE, std::string(name) + " must have the four dimensions batch, token, head, head width");
  const Heads h{t.size(0), t.size(1), t.size(2), t.size(3), activation_type(name, t), {t.numel() == 0 ? nullptr : t.data_ptr(), t.stride(0), t.stride(1)}};
  if ((h.width > 1 && t.stride(3) != 1) || (h.heads > 1 && t.stride(2) != h.width)) fail(MT_SHAPE, std::string("the heads of one token of ") + name + " must be contiguous");
  return h;
}

meditron::AttentionRows require_heads(const char* name, mt_tensor* tensor, const char* of, const Heads& like) {
  const Heads h = heads_of(name, tensor);
  if (h.type != like.type) fail(MT_TYPE, std::string(name) + " and " + of + " have different types");
  if (h.batch != like.batch || h.tokens != like.tokens || h.heads != like.heads || h.width != like.width) {
    fail(MT_SHAPE, std::string(name) + " and " + of + " have different shapes");
  }
  return h.rows;
}

meditron::AttentionArgs attention_args(mt_tensor* q, mt_tensor* k, mt_tensor* v, double scale, mt_tensor* out, mt_tensor* lse) {
  const Heads queries = heads_of("q", q), keys = heads_of("k", k);
  if (keys.type != queries.type) fail(MT_TYPE, "k and q have different types");
  require_same("k's batch", keys.batch, "q's", queries.batch);
  require_same("k's head width", keys.width, "q's", queries.width);
  if (keys.heads < 1 || queries.heads % keys.heads != 0) {
    fail(MT_SHAPE, std::to_string(queries.heads) + " query heads cannot be shared out among " + std::to_string(keys.heads) + " key-value heads");
  }
  if (queries.tokens > keys.tokens) fail(MT_SHAPE, "q has " + std::to_string(queries.tokens) + " tokens and k only " + std::to_string(keys.tokens) + "; the first would see no key");
  if (!(scale > 0) || scale > 1e30) fail(MT_SHAPE, "the scale is " + std::to_string(scale) + "; a positive number is needed");
  meditron::AttentionArgs args{};
  args.batch = queries.batch;
  args.queries = queries.tokens;
  args.keys = keys.tokens;
  args.heads = queries.heads;
  args.groups = keys.heads;
  args.dim = queries.width;
  args.scale = scale;
  args.bf16_data = queries.type == DType::bf16;
  args.q = queries.rows;
  args.k = keys.rows;
  args.v = require_heads("v", v, "k", keys);
  args.out = require_heads("out", out, "q", queries);
  args.lse = flat<float>("lse", lse, at::kFloat, args.batch * args.heads * args.queries);
  return args;
}

void require_scratch(bool done) {
  if (!done) fail(MT_OUT_OF_MEMORY, "no memory for the packed keys and values of one group; use a shorter sequence, or fewer threads");
}

}  // namespace

MT_API int mt_kernels_attention(mt_tensor* q, mt_tensor* k, mt_tensor* v, double scale, mt_tensor* out, mt_tensor* lse) {
  return guard("attention", {q, k, v, out, lse}, [&] { require_scratch(meditron::kernels().attention_forward(attention_args(q, k, v, scale, out, lse))); });
}

MT_API int mt_kernels_attention_backward(mt_tensor* dout, mt_tensor* q, mt_tensor* k, mt_tensor* v, mt_tensor* out, mt_tensor* lse, double scale, mt_tensor* dq,
                                         mt_tensor* dk, mt_tensor* dv) {
  return guard("attention_backward", {dout, q, k, v, out, lse, dq, dk, dv}, [&] {
    meditron::AttentionArgs args = attention_args(q, k, v, scale, out, lse);
    require_same("k's number of tokens", args.keys, "q's", args.queries);
    const Heads queries = heads_of("q", q), keys = heads_of("k", k);
    args.dout = require_heads("dout", dout, "q", queries);
    args.dq = require_heads("dq", dq, "q", queries);
    args.dk = require_heads("dk", dk, "k", keys);
    args.dv = require_heads("dv", dv, "k", keys);
    require_scratch(meditron::kernels().attention_backward(args));
  });
}

MT_API int mt_kernels_swiglu(mt_tensor* gate, mt_tensor* up, mt_tensor* out) {
  return guard("swiglu", {gate, up, out}, [&] {
    const Rows g = rows_of("gate", gate), u = rows_of("up", up), o = rows_of("out", out);
    require_like("up", u, "gate", g);
    require_like("out", o, "gate", g);
    meditron::kernels().swiglu(g.type, g.rows, g.columns, g.data, g.stride, u.data, u.stride, o.data, o.stride);
  });
}

MT_API int mt_kernels_swiglu_backward(mt_tensor* dout, mt_tensor* gate, mt_tensor* up, mt_tensor* dgate, mt_tensor* dup) {
  return guard("swiglu_backward", {dout, gate, up, dgate, dup}, [&] {
    const Rows d = rows_of("dout", dout), g = rows_of("gate", gate), u = rows_of("up", up), dg = rows_of("dgate", dgate), du = rows_of("dup", dup);
    require_like("dout", d, "gate", g);
    require_like("up", u, "gate", g);
    require_like("dgate", dg, "gate", g);
    require_like("dup", du, "gate", g);
    meditron::kernels().swiglu_backward(g.type, g.rows, g.columns, d.data, d.stride, g.data, g.stride, u.data, u.stride, dg.data, dg.stride, du.data, du.stride);
  });
}

namespace {

void refuse_token(int64_t bad, const int32_t* tokens, int64_t vocabulary, const char* what) {
  if (bad >= 0) {
    fail(MT_SHAPE, std::string(what) + " " + std::to_string(tokens[bad]) + " at position " + std::to_string(bad) + " is out of range; the vocabulary has " + std::to_string(vocabulary));
  }
}

}  // namespace

MT_API int mt_kernels_embedding(mt_tensor* weight, mt_tensor* tokens, mt_tensor* out) {
  return guard("embedding", {weight, tokens, out}, [&] {
    const Rows w = rows_of("weight", weight), o = rows_of("out", out);
    if (w.type != o.type) fail(MT_TYPE, "weight and out have different types");
    require_same("out's width", o.columns, "weight's", w.columns);
    const int32_t* ids = flat<int32_t>("tokens", tokens, at::kInt, o.rows);
    refuse_token(meditron::kernels().embedding(w.type, o.rows, w.columns, w.rows, w.data, w.stride, ids, o.data, o.stride), ids, w.rows, "token");
  });
}

MT_API int mt_kernels_embedding_backward(mt_tensor* dout, mt_tensor* tokens, mt_tensor* dweight) {
  return guard("embedding_backward", {dout, tokens, dweight}, [&] {
    const Rows d = rows_of("dout", dout), w = rows_of("dweight", dweight);
    if (w.type != DType::f32) fail(MT_TYPE, "dweight must be Float");
    require_same("dweight's width", w.columns, "dout's", d.columns);
    const int32_t* ids = flat<int32_t>("tokens", tokens, at::kInt, d.rows);
    refuse_token(meditron::kernels().embedding_backward(d.type, d.rows, d.columns, w.rows, d.data, d.stride, ids, static_cast<float*>(w.data), w.stride), ids,
                 w.rows, "token");
  });
}

MT_API int mt_kernels_cross_entropy(mt_tensor* logits, mt_tensor* targets, int64_t vocabulary, double grad_scale, int backward, mt_tensor* loss) {
  return guard("cross_entropy", {logits, targets, loss}, [&] {
    const Rows x = rows_of("logits", logits);
    if (vocabulary < 1 || vocabulary > x.columns) {
      fail(MT_SHAPE, "a vocabulary of " + std::to_string(vocabulary) + " does not fit logits of width " + std::to_string(x.columns));
    }
    const int32_t* ids = flat<int32_t>("targets", targets, at::kInt, x.rows);
    float* losses = flat<float>("loss", loss, at::kFloat, x.rows);
    refuse_token(meditron::kernels().cross_entropy(x.type, x.rows, x.columns, vocabulary, x.data, x.stride, ids, static_cast<float>(grad_scale), backward != 0, losses),
                 ids, vocabulary, "target");
  });
}

MT_API int mt_kernels_cross_entropy_stats(mt_tensor* logits, mt_tensor* targets, int64_t vocabulary, mt_tensor* stats) {
  return guard("cross_entropy_stats", {logits, targets, stats}, [&] {
    const Rows x = rows_of("logits", logits);
    if (vocabulary < 0 || vocabulary > x.columns) {
      fail(MT_SHAPE, "a vocabulary of " + std::to_string(vocabulary) + " does not fit logits of width " + std::to_string(x.columns));
    }
    const int32_t* ids = flat<int32_t>("targets", targets, at::kInt, x.rows);
    float* out = flat<float>("stats", stats, at::kFloat, 3 * x.rows);
    refuse_token(meditron::kernels().cross_entropy_stats(x.type, x.rows, vocabulary, x.data, x.stride, ids, out), ids, vocabulary, "target");
  });
}

MT_API int mt_kernels_cross_entropy_sharded(mt_tensor* logits, mt_tensor* targets, int64_t vocabulary, mt_tensor* stats, double grad_scale, int backward, mt_tensor* loss) {
  return guard("cross_entropy_sharded", {logits, targets, stats, loss}, [&] {
    const Rows x = rows_of("logits", logits);
    if (vocabulary < 0 || vocabulary > x.columns) {
      fail(MT_SHAPE, "a vocabulary of " + std::to_string(vocabulary) + " does not fit logits of width " + std::to_string(x.columns));
    }
    const int32_t* ids = flat<int32_t>("targets", targets, at::kInt, x.rows);
    const int64_t count = mt::get(stats).numel();
    if (x.rows == 0 || count % (3 * x.rows) != 0) fail(MT_SHAPE, "stats must hold three numbers for each row and shard");
    const float* all = flat<float>("stats", stats, at::kFloat, count);
    float* losses = flat<float>("loss", loss, at::kFloat, x.rows);
    refuse_token(meditron::kernels().cross_entropy_sharded(x.type, x.rows, x.columns, vocabulary, x.data, x.stride, ids, count / (3 * x.rows), all,
                                                           static_cast<float>(grad_scale), backward != 0, losses),
                 ids, vocabulary, "target");
  });
}

// The new state may be the old one. compute is read only where has_compute is not 0. expected and written: a checksum for each block of 4096 elements, or both null;
// damaged becomes the first block of the old state that differs from its checksum, or -1.
MT_API int mt_kernels_adamw(mt_tensor* master, mt_tensor* exp_avg, mt_tensor* exp_avg_sq, mt_tensor* grad, mt_tensor* new_master, mt_tensor* new_exp_avg,
                            mt_tensor* new_exp_avg_sq, mt_tensor* compute, int has_compute, const meditron::AdamWStep* step, const uint64_t* expected,
                            uint64_t* written, int64_t* damaged) {
  return guard("adamw", {master, grad, exp_avg, exp_avg_sq, new_master, new_exp_avg, new_exp_avg_sq}, [&] {
    float* p = flat<float>("master", master, at::kFloat, -1);
    const int64_t count = mt::get(master).numel();
    const float* g = flat<float>("grad", grad, at::kFloat, count);
    const meditron::AdamWState from = {p, flat<float>("exp_avg", exp_avg, at::kFloat, count), flat<float>("exp_avg_sq", exp_avg_sq, at::kFloat, count)};
    const meditron::AdamWState to = {flat<float>("new master", new_master, at::kFloat, count), flat<float>("new exp_avg", new_exp_avg, at::kFloat, count),
                                     flat<float>("new exp_avg_sq", new_exp_avg_sq, at::kFloat, count)};
    const bool is_float = has_compute && mt::get(compute).scalar_type() == at::kFloat;
    void* c = !has_compute ? nullptr
              : is_float   ? static_cast<void*>(flat<float>("compute", compute, at::kFloat, count))
                           : static_cast<void*>(flat<bf16>("compute", compute, at::kBFloat16, count));
    if (step->step < 1) fail(MT_OTHER, "the step counts from 1 and is " + std::to_string(step->step));
    *damaged = meditron::kernels().adamw(count, from, g, to, c, is_float ? meditron::DType::f32 : meditron::DType::bf16, *step, expected, written);
  });
}

// One checksum for each block of 4096 elements.
MT_API int mt_kernels_state_checksums(mt_tensor* master, mt_tensor* exp_avg, mt_tensor* exp_avg_sq, uint64_t* checksums) {
  return guard("state_checksums", {master, exp_avg, exp_avg_sq}, [&] {
    float* p = flat<float>("master", master, at::kFloat, -1);
    const int64_t count = mt::get(master).numel();
    meditron::kernels().state_checksums(count, {p, flat<float>("exp_avg", exp_avg, at::kFloat, count), flat<float>("exp_avg_sq", exp_avg_sq, at::kFloat, count)}, checksums);
  });
}

// Of any contiguous tensor's bytes; the same whatever the number of threads.
MT_API int mt_kernels_checksum(mt_tensor* values, uint64_t* checksum) {
  return guard("checksum", {values}, [&] {
    const at::Tensor& tensor = on_cpu("values", values);
    if (!tensor.is_contiguous()) fail(MT_SHAPE, "values must be contiguous");
    constexpr int64_t kPart = 1 << 18;
    const int64_t bytes = static_cast<int64_t>(tensor.nbytes());
    std::vector<uint64_t> parts((bytes + kPart - 1) / kPart);
    const char* data = static_cast<const char*>(tensor.data_ptr());
    at::parallel_for(0, static_cast<int64_t>(parts.size()), 4, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; part++) {
        const int64_t start = part * kPart;
        parts[part] = meditron::kernels().checksum(data + start, bytes - start < kPart ? bytes - start : kPart);
      }
    });
    *checksum = meditron::kernels().checksum(parts.data(), static_cast<int64_t>(parts.size() * sizeof(uint64_t)));
  });
}

MT_API int mt_kernels_sum_squares(mt_tensor* values, double* sum) {
  return guard("sum_squares", {values}, [&] {
    const float* data = flat<float>("values", values, at::kFloat, -1);
    *sum = meditron::kernels().sum_squares(mt::get(values).numel(), data);
  });
}

MT_API int mt_kernels_add(mt_tensor* destination, mt_tensor* source) {
  return guard("add", {destination, source}, [&] {
    const Rows d = rows_of("destination", destination), s = rows_of("source", source);
    const int64_t count = mt::get(destination).numel();
    if (d.type != s.type && d.type != DType::f32) fail(MT_TYPE, "source must have the destination's type, or the destination be Float");
    flat<void>("destination", destination, mt::get(destination).scalar_type(), -1);
    flat<void>("source", source, mt::get(source).scalar_type(), count);
    meditron::kernels().add(d.type, s.type, count, d.data, s.data);
  });
}

MT_API int mt_kernels_cast(mt_tensor* source, mt_tensor* destination) {
  return guard("cast", {source, destination}, [&] {
    const Rows s = rows_of("source", source), d = rows_of("destination", destination);
    const int64_t count = mt::get(source).numel();
    flat<void>("source", source, mt::get(source).scalar_type(), -1);
    flat<void>("destination", destination, mt::get(destination).scalar_type(), count);
    meditron::kernels().cast(s.type, d.type, count, s.data, d.data);
  });
}

MT_API int mt_kernels_normal(mt_tensor* values, double mean, double std, uint64_t seed, uint64_t stream, int64_t offset) {
  return guard("normal", {values}, [&] {
    float* data = flat<float>("values", values, at::kFloat, -1);
    if (offset < 0) fail(MT_SHAPE, "the offset " + std::to_string(offset) + " is negative");
    meditron::kernels().normal(mt::get(values).numel(), data, static_cast<float>(mean), static_cast<float>(std), seed, stream, offset);
  });
}

// dtype: 0 fp32, 1 bf16. GFLOP/s of an n x n x n product.
MT_API int mt_kernels_gemm_peak(int dtype, int64_t n, double* gflops) {
  return guard("gemm_peak", {}, [&] {
    if (n < 1 || n > 16384) fail(MT_SHAPE, "n must be 1 to 16384 and is " + std::to_string(n));
    *gflops = meditron::gemm_peak(dtype == 0 ? DType::f32 : DType::bf16, n);
  });
}
