// How many allocations oneDNN itself makes in one steady 512^3 product, by each of its interfaces.
//   g++ -O2 bench/allocations/onednn.cpp -o artifacts/onednn -ldnnl && OMP_NUM_THREADS=1 LD_PRELOAD=artifacts/malloc_count.so artifacts/onednn
#include <dlfcn.h>

#include <cstdio>
#include <dnnl.hpp>
#include <vector>

using dnnl::memory;

int main() {
  auto count = reinterpret_cast<long (*)()>(dlsym(RTLD_DEFAULT, "meditron_malloc_count"));
  if (!count) {
    std::fprintf(stderr, "preload artifacts/malloc_count.so, which bench/allocations.sh builds\n");
    return 2;
  }
  const long n = 512;
  std::vector<float> a(n * n), b(n * n), c(n * n);
  auto report = [&](const char *name, auto &&run) {
    run();
    const long before = count();
    run();
    std::printf("%s %ld\n", name, count() - before);
  };
  report("dnnl_sgemm", [&] { dnnl_sgemm('N', 'N', n, n, n, 1.f, a.data(), n, b.data(), n, 0.f, c.data(), n); });

  dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  memory::desc rows({n, n}, memory::data_type::f32, memory::format_tag::ab);
  memory source(rows, engine, a.data()), weights(rows, engine, b.data()), result(rows, engine, c.data());
  auto execute = [&](const dnnl::primitive &primitive, const memory &scratchpad) {
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, source.get()}, {DNNL_ARG_WEIGHTS, weights.get()}, {DNNL_ARG_DST, result.get()}, {DNNL_ARG_SCRATCHPAD, scratchpad.get()}};
    dnnl_primitive_execute(primitive.get(), stream.get(), 4, arguments);
  };
  dnnl::matmul::primitive_desc matmul_desc(dnnl::matmul::desc(rows, rows, rows), attributes, engine);
  dnnl::matmul matmul(matmul_desc);
  memory matmul_scratchpad(matmul_desc.scratchpad_desc(), engine);
  report("matmul", [&] { execute(matmul, matmul_scratchpad); });

  dnnl::inner_product_forward::primitive_desc inner_desc(
      dnnl::inner_product_forward::desc(dnnl::prop_kind::forward_inference, rows, rows, rows), attributes, engine);
  dnnl::inner_product_forward inner(inner_desc);
  memory inner_scratchpad(inner_desc.scratchpad_desc(), engine);
  report("inner_product", [&] { execute(inner, inner_scratchpad); });
}
