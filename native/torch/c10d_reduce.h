#pragma once
// The owner's part of a reduction: one share from each rank, added up in a fixed order.
#include <ATen/ATen.h>

#include "kernels/types.h"

namespace mt {

// received: `ranks` shares one after the other, in the order of the ranks. output: one share, of the same type or Float for BFloat16.
void reduce_shares(meditron::Reduction reduction, const at::Tensor& received, int ranks, const at::Tensor& output);

}  // namespace mt
