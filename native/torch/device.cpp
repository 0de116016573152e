// Devices, threads and the versions of what was linked.
#include <ATen/Parallel.h>
#include <torch/version.h>

#include "torch/mt_tensor.h"

#ifdef MT_CUDA
#include <c10/cuda/CUDAFunctions.h>
#endif

MT_API const char* mt_version() { return TORCH_VERSION; }

MT_API int mt_set_num_threads(int threads) {
  return mt::guard("set_num_threads", {}, [&] { at::set_num_threads(threads); });
}

MT_API int mt_get_num_threads(int* out) {
  return mt::guard("get_num_threads", {}, [&] { *out = at::get_num_threads(); });
}

MT_API int mt_cuda_device_count(int* out) {
  return mt::guard("cuda.device_count", {}, [&] {
#ifdef MT_CUDA
    *out = c10::cuda::device_count();
#else
    *out = 0;
#endif
  });
}

MT_API int mt_cuda_synchronize(int device) {
  return mt::guard("cuda.synchronize", {}, [&] {
#ifdef MT_CUDA
    const auto before = c10::cuda::current_device();
    c10::cuda::set_device(static_cast<c10::DeviceIndex>(device < 0 ? before : device));
    c10::cuda::device_synchronize();
    c10::cuda::set_device(before);
#else
    throw mt::error(MT_DEVICE, "this libtorch was built without CUDA; use the device cpu, or build with LIBTORCH=DIR of a CUDA libtorch");
#endif
  });
}
