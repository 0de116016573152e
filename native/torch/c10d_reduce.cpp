#include "torch/c10d_reduce.h"

#include <vector>

#include "kernels/dispatch.h"

namespace mt {

using meditron::Element;
using meditron::Reduction;

namespace {

Element element_of(at::ScalarType type) {
  switch (type) {
    case at::kFloat: return Element::f32;
    case at::kBFloat16: return Element::bf16;
    case at::kLong: return Element::i64;
    case at::kInt: return Element::i32;
    default: return Element::u8;
  }
}

// As native/kernels/transfer.cpp does it, on any device.
at::Tensor combine(Reduction reduction, const std::vector<at::Tensor>& shares, size_t first, size_t count) {
  if (count == 1) return shares[first];
  if (reduction == Reduction::tree_sum) {
    size_t left = 1;
    while (left * 2 < count) left *= 2;
    return combine(reduction, shares, first, left) + combine(reduction, shares, first + left, count - left);
  }
  at::Tensor result = shares[first];
  for (size_t i = 1; i < count; i++) {
    const at::Tensor& next = shares[first + i];
    result = reduction == Reduction::maximum ? at::maximum(result, next) : reduction == Reduction::minimum ? at::minimum(result, next) : result + next;
  }
  return reduction == Reduction::average ? result / static_cast<double>(count) : result;
}

}  // namespace

void reduce_shares(Reduction reduction, const at::Tensor& received, int ranks, const at::Tensor& output) {
  const int64_t share = output.numel();
  if (share == 0) return;
  if (received.is_cpu()) {
    std::vector<const void*> sources;
    for (int p = 0; p < ranks; p++) sources.push_back(static_cast<const char*>(received.data_ptr()) + p * share * received.element_size());
    const std::vector<uint64_t*> unchecked(ranks, nullptr);
    meditron::ReduceArgs args{};
    args.type = element_of(received.scalar_type());
    args.out_type = element_of(output.scalar_type());
    args.operation = reduction;
    args.count = ranks;
    args.sources = sources.data();
    args.checksums = unchecked.data();
    args.destination = output.data_ptr();
    args.elements = share;
    meditron::kernels().reduce(args);
    return;
  }
  std::vector<at::Tensor> shares;
  for (int p = 0; p < ranks; p++) {
    at::Tensor one = received.narrow(0, p * share, share);
    shares.push_back(one.scalar_type() == at::kBFloat16 ? one.to(at::kFloat) : one);
  }
  output.copy_(combine(reduction, shares, 0, shares.size()));
}

}  // namespace mt
