#include "dispatch.h"

#include <dnnl.h>

#include <atomic>
#include <cstdlib>
#include <cstring>


#define MT_KERNEL(result, name, parameters) result name parameters;
using namespace meditron;
namespace mt_base {
#include "kernels.def"
}
namespace mt_avx2 {
#include "kernels.def"
}
namespace mt_avx512 {
#include "kernels.def"
}
namespace mt_avx512bf16 {
#include "kernels.def"
}
#undef MT_KERNEL

namespace meditron {
namespace {

const KernelTable tables[] = {
    {
#define MT_KERNEL(result, name, parameters) mt_base::name,
#include "kernels.def"
#undef MT_KERNEL
    },
    {
#define MT_KERNEL(result, name, parameters) mt_avx2::name,
#include "kernels.def"
#undef MT_KERNEL
    },
    {
#define MT_KERNEL(result, name, parameters) mt_avx512::name,
#include "kernels.def"
#undef MT_KERNEL
    },
    {
#define MT_KERNEL(result, name, parameters) mt_avx512bf16::name,
#include "kernels.def"
#undef MT_KERNEL
    },
};

const char* const names[] = {"baseline", "avx2", "avx512", "avx512bf16"};

Isa detect() {
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (avx512 && __builtin_cpu_supports("avx512bf16")) return Isa::avx512bf16;
  if (avx512) return Isa::avx512;
  return avx2 ? Isa::avx2 : Isa::base;
}

Isa initial() {
  Isa wanted;
  const char* name = std::getenv("MEDITRON_ISA");
  return name && !environment_error() && parse_isa(name, &wanted) ? wanted : detected_isa();
}

std::atomic<int>& chosen() {
  static std::atomic<int> value{static_cast<int>(initial())};
  return value;
}

}  // namespace

Isa detected_isa() {
  static const Isa isa = detect();
  return isa;
}

Isa current_isa() { return static_cast<Isa>(chosen().load(std::memory_order_relaxed)); }

const KernelTable& kernels() { return tables[chosen().load(std::memory_order_relaxed)]; }

const char* isa_name(Isa isa) { return names[static_cast<int>(isa)]; }

bool parse_isa(const char* name, Isa* isa) {
  for (int i = 0; i < 4; i++) {
    if (std::strcmp(name, names[i]) == 0) {
      *isa = static_cast<Isa>(i);
      return true;
    }
  }
  return false;
}

bool set_isa(Isa isa) {
  if (isa > detected_isa()) return false;
  chosen().store(static_cast<int>(isa), std::memory_order_relaxed);
  return true;
}

const char* environment_error() {
  Isa wanted;
  const char* name = std::getenv("MEDITRON_ISA");
  return name && !(parse_isa(name, &wanted) && wanted <= detected_isa()) ? name : nullptr;
}

bool limit_onednn() {
  dnnl_cpu_isa_t limit = dnnl_cpu_isa_all;
  switch (current_isa()) {
    case Isa::base: limit = dnnl_cpu_isa_sse41; break;
    case Isa::avx2: limit = dnnl_cpu_isa_avx2; break;
    case Isa::avx512: limit = dnnl_cpu_isa_avx512_core; break;
    case Isa::avx512bf16: return true;
  }
  return dnnl_set_max_cpu_isa(limit) == dnnl_success;
}

}  // namespace meditron
