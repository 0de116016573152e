// Generators and what draws from them. A null generator is the device's default one.
#include <ATen/CPUGeneratorImpl.h>

#include <mutex>

#include "torch/mt_convert.h"

#ifdef MT_CUDA
#include <ATen/cuda/CUDAGeneratorImpl.h>
#endif

struct mt_generator {
  at::Generator value;
};

namespace {

mt::optional<at::Generator> chosen(mt_generator* generator) {
  return generator == nullptr ? mt::nullopt : mt::optional<at::Generator>(generator->value);
}

at::Generator& get_generator(mt_generator* generator) {
  if (generator == nullptr) {
    throw mt::error(MT_OTHER, "the generator is null");
  }
  return generator->value;
}

}  // namespace

using mt::get;
using mt::guard;
using mt::wrap;

MT_API int mt_generator_new(int device_type, int device_index, uint64_t seed, mt_generator** out) {
  return guard("Generator", {}, [&] {
    const at::Device device = mt::device(device_type, device_index);
    at::Generator generator;
    if (device.is_cpu()) {
      generator = at::detail::createCPUGenerator(seed);
    } else {
#ifdef MT_CUDA
      generator = at::cuda::detail::createCUDAGenerator(device.index());
#endif
    }
    const std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
    *out = new mt_generator{generator};
  });
}

MT_API int mt_generator_default(int device_type, int device_index, mt_generator** out) {
  return guard("default_generator", {}, [&] {
    *out = new mt_generator{at::globalContext().defaultGenerator(mt::device(device_type, device_index))};
  });
}

MT_API void mt_generator_free(mt_generator* generator) { delete generator; }

MT_API int mt_generator_manual_seed(mt_generator* generator, uint64_t seed) {
  return guard("manual_seed", {}, [&] {
    at::Generator& g = get_generator(generator);
    const std::lock_guard<std::mutex> lock(g.mutex());
    g.set_current_seed(seed);
  });
}

MT_API int mt_generator_initial_seed(mt_generator* generator, uint64_t* out) {
  return guard("initial_seed", {}, [&] {
    at::Generator& g = get_generator(generator);
    const std::lock_guard<std::mutex> lock(g.mutex());
    *out = g.current_seed();
  });
}

MT_API int mt_generator_get_state(mt_generator* generator, mt_tensor** out) {
  return guard("get_state", {}, [&] {
    at::Generator& g = get_generator(generator);
    const std::lock_guard<std::mutex> lock(g.mutex());
    *out = wrap(g.get_state());
  });
}

MT_API int mt_generator_set_state(mt_generator* generator, mt_tensor* state) {
  return guard("set_state", {state}, [&] {
    at::Generator& g = get_generator(generator);
    const std::lock_guard<std::mutex> lock(g.mutex());
    g.set_state(get(state));
  });
}

MT_API int mt_normal_(mt_tensor* self, double mean, double std, mt_generator* generator) {
  return guard("normal_", {self}, [&] { get(self).normal_(mean, std, chosen(generator)); });
}

MT_API int mt_uniform_(mt_tensor* self, double low, double high, mt_generator* generator) {
  return guard("uniform_", {self}, [&] { get(self).uniform_(low, high, chosen(generator)); });
}

MT_API int mt_random_(mt_tensor* self, int64_t low, int64_t high, mt_generator* generator) {
  return guard("random_", {self}, [&] { get(self).random_(low, high, chosen(generator)); });
}

MT_API int mt_randperm(int64_t count, int dtype, mt_generator* generator, mt_tensor** out) {
  return guard("randperm", {}, [&] { *out = wrap(at::randperm(count, chosen(generator), mt::options(dtype, 0, 0))); });
}

MT_API int mt_multinomial(mt_tensor* self, int64_t samples, int replacement, mt_generator* generator, mt_tensor** out) {
  return guard("multinomial", {self}, [&] { *out = wrap(at::multinomial(get(self), samples, replacement != 0, chosen(generator))); });
}
