// Chunks of process groups: checksums, copies and reductions, each in one pass over memory.
#include "isa.h"

#include "checksum.h"
#include "vec.h"

namespace MT_NS {

namespace {

using meditron::Element;
using meditron::ReduceArgs;
using meditron::Reduction;

// Bytes of each source that are checked and then reduced while they are still in the first-level cache.
constexpr int64_t kPiece = 2048;

MT_INLINE vf combine(Reduction operation, vf a, vf b) {
  switch (operation) {
    case Reduction::maximum: return (a > b) | (a != a) ? a : b;
    case Reduction::minimum: return (a < b) | (a != a) ? a : b;
    default: return a + b;
  }
}

template <class T>
MT_INLINE vf load_source(const void* const* sources, int source, int64_t i, int n) {
  return load_n(static_cast<const T*>(sources[source]) + i, n);
}

// In the order of the sources, `first` to `first + count - 1`.
template <Reduction operation, class T, class Out>
void in_order(const void* const* sources, int first, int count, int64_t start, int64_t length, float divisor, Out* out) {
  for_vectors(length, [&](int64_t i, int n) {
    vf sum = load_source<T>(sources, first, start + i, n);
    for (int k = 1; k < count; k++) sum = combine(operation, sum, load_source<T>(sources, first + k, start + i, n));
    if (operation == Reduction::average) sum = sum / divisor;
    store_n(out + i, sum, n);
  });
}

// (((0+1)+(2+3))+((4+5)+(6+7)))...: a number that is no power of two is cut at the largest one below it, as carries of a binary counter are.
template <class T, class Out>
void along_tree(const void* const* sources, int first, int count, int64_t start, int64_t length, Out* out) {
  if (count <= 3) {
    in_order<Reduction::sum, T>(sources, first, count, start, length, 1, out);
    return;
  }
  if (count == 4) {
    for_vectors(length, [&](int64_t i, int n) {
      const vf left = load_source<T>(sources, first, start + i, n) + load_source<T>(sources, first + 1, start + i, n);
      const vf right = load_source<T>(sources, first + 2, start + i, n) + load_source<T>(sources, first + 3, start + i, n);
      store_n(out + i, left + right, n);
    });
    return;
  }
  int left_count = 4;
  while (left_count * 2 < count) left_count *= 2;
  float left[kPiece / sizeof(uint16_t)], right[kPiece / sizeof(uint16_t)];
  along_tree<T>(sources, first, left_count, start, length, left);
  along_tree<T>(sources, first + left_count, count - left_count, start, length, right);
  for_vectors(length, [&](int64_t i, int n) { store_n(out + i, load_n(left + i, n) + load_n(right + i, n), n); });
}

template <class T, class Out>
void reduce_piece(const ReduceArgs& args, int64_t start, int64_t length) {
  Out* out = static_cast<Out*>(args.destination) + start;
  switch (args.operation) {
    case Reduction::tree_sum: return along_tree<T>(args.sources, 0, args.count, start, length, out);
    case Reduction::average: return in_order<Reduction::average, T>(args.sources, 0, args.count, start, length, static_cast<float>(args.count), out);
    case Reduction::maximum: return in_order<Reduction::maximum, T>(args.sources, 0, args.count, start, length, 1, out);
    case Reduction::minimum: return in_order<Reduction::minimum, T>(args.sources, 0, args.count, start, length, 1, out);
    case Reduction::sum:
    case Reduction::any_sum: return in_order<Reduction::sum, T>(args.sources, 0, args.count, start, length, 1, out);
  }
}

// Integers have one sum in any order, modulo 2^n (hence unsigned); their comparison is that of T.
template <class T, class Sum>
void reduce_integers(const ReduceArgs& args, int64_t start, int64_t length) {
  T results[kPiece / sizeof(T)];
  std::memcpy(results, static_cast<const T*>(args.sources[0]) + start, length * sizeof(T));
  for (int k = 1; k < args.count; k++) {
    const T* source = static_cast<const T*>(args.sources[k]) + start;
    switch (args.operation) {
      case Reduction::maximum:
        for (int64_t i = 0; i < length; i++) results[i] = source[i] > results[i] ? source[i] : results[i];
        break;
      case Reduction::minimum:
        for (int64_t i = 0; i < length; i++) results[i] = source[i] < results[i] ? source[i] : results[i];
        break;
      default:
        for (int64_t i = 0; i < length; i++) results[i] = static_cast<T>(static_cast<Sum>(results[i]) + static_cast<Sum>(source[i]));
        break;
    }
  }
  std::memcpy(static_cast<T*>(args.destination) + start, results, length * sizeof(T));
}

MT_INLINE int64_t size_of(Element type) {
  switch (type) {
    case Element::f32: case Element::i32: return 4;
    case Element::bf16: return 2;
    case Element::i64: return 8;
    case Element::u8: return 1;
  }
  return 1;
}

void reduce_typed(const ReduceArgs& args, int64_t start, int64_t length) {
  switch (args.type) {
    case Element::f32: return reduce_piece<float, float>(args, start, length);
    case Element::bf16: return args.out_type == Element::f32 ? reduce_piece<bf16, float>(args, start, length) : reduce_piece<bf16, bf16>(args, start, length);
    case Element::i64: return reduce_integers<int64_t, uint64_t>(args, start, length);
    case Element::i32: return reduce_integers<int32_t, uint32_t>(args, start, length);
    case Element::u8: return reduce_integers<uint8_t, uint8_t>(args, start, length);
  }
}

}  // namespace

uint64_t checksum(const void* data, int64_t bytes) {
  Checksum sum;
  sum.update(static_cast<const char*>(data), bytes);
  return sum.value(bytes);
}

uint64_t copy_checksum(void* destination, const void* source, int64_t bytes, bool stream) {
  Checksum sum;
  char* to = static_cast<char*>(destination);
  const char* from = static_cast<const char*>(source);
  int64_t i = 0;
#if defined(__AVX512F__) || defined(__AVX2__)
  if (stream && reinterpret_cast<uintptr_t>(to) % (W * 4) == 0) {
    for (; i + kStripe <= bytes; i += kStripe) {
      for (int part = 0; part < kParts; part++) {
        const vq data = *reinterpret_cast<const vq_any*>(from + i + part * W * 4);
        sum.add(part, data);
#if defined(__AVX512F__)
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to + i), reinterpret_cast<__m512i>(data));
#else
        _mm256_stream_si256(reinterpret_cast<__m256i*>(to + i + part * W * 4), reinterpret_cast<__m256i>(data));
#endif
      }
    }
    // Streamed stores are ordered with nothing; whoever is told next must see them.
    _mm_sfence();
  }
#endif
  for (; i + kStripe <= bytes; i += kStripe) {
    for (int part = 0; part < kParts; part++) {
      const vq data = *reinterpret_cast<const vq_any*>(from + i + part * W * 4);
      sum.add(part, data);
      *reinterpret_cast<vq_any*>(to + i + part * W * 4) = data;
    }
  }
  if (i < bytes) {
    sum.update(from + i, bytes - i);
    std::memcpy(to + i, from + i, bytes - i);
  }
  return sum.value(bytes);
}

void reduce(const ReduceArgs& args) {
  const int64_t size = size_of(args.type);
  constexpr int kTogether = 16;
  Checksum sums[kTogether];
  // Sources beyond those whose checksums fit here are checked in passes of their own.
  for (int k = kTogether; k < args.count; k++) {
    if (args.checksums[k] != nullptr) *args.checksums[k] = checksum(args.sources[k], args.elements * size);
  }
  const int together = args.count < kTogether ? args.count : kTogether;
  const int64_t step = kPiece / size;
  for (int64_t start = 0; start < args.elements; start += step) {
    const int64_t length = args.elements - start < step ? args.elements - start : step;
    for (int k = 0; k < together; k++) {
      if (args.checksums[k] != nullptr) sums[k].update(static_cast<const char*>(args.sources[k]) + start * size, length * size);
    }
    reduce_typed(args, start, length);
  }
  for (int k = 0; k < together; k++) {
    if (args.checksums[k] != nullptr) *args.checksums[k] = sums[k].value(args.elements * size);
  }
}

}  // namespace MT_NS
