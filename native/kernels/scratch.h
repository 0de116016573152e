// Scratch memory of the calling thread, kept between calls.
#pragma once
#include <cstddef>

namespace meditron {

enum class ScratchUse : int { sums, gemm_workspace, gemm_a, gemm_b, gemm_c, attention, count };

// At least `bytes` bytes, 64-byte aligned, contents undefined; valid until the thread's next call for the same use. Grows, never shrinks
// while the thread lives. Throws std::bad_alloc.
void* scratch(ScratchUse use, size_t bytes);

}  // namespace meditron
