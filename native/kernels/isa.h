// Declares this instruction set's kernels, so that a definition that does not match kernels.def fails to link by name.
#pragma once
#include "types.h"
#include "attention.h"

namespace MT_NS {
using namespace meditron;
#define MT_KERNEL(result, name, parameters) result name parameters;
#include "kernels.def"
#undef MT_KERNEL
}  // namespace MT_NS
