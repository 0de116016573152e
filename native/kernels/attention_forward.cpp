// Causal attention with grouped queries, forward (FlashAttention-2, Dao 2023, algorithm 1): softmax online over blocks of keys.
// The keys and values of a group are packed once and serve all its heads and query blocks.
#include <cmath>
#include <omp.h>

#include "attention_pack.h"

namespace MT_NS {
namespace {

constexpr int64_t query_block = 64;
template <class Unit>
constexpr int64_t key_block = 64 * Unit::elements;
constexpr int64_t direct_queries = 4;  // fewer queries than a register tile has rows (decoding): products row by row, nothing transposed

thread_local AttentionScratch forward_memory;

struct ForwardBuffers {
  float *keys, *values, *raw, *q, *out, *scores, *weights, *top, *sum;
};

struct ForwardSizes {
  int64_t key_blocks, unit_stride, width, vectors, depth;
  int64_t keys_size, values_size;  // floats of one packed block: [dim][key], and the right operand of a sum over keys
};

template <class Unit>
ForwardSizes sizes_of(const AttentionArgs& a) {
  constexpr int64_t block_keys = key_block<Unit>;
  ForwardSizes z{};
  z.key_blocks = (a.keys + block_keys - 1) / block_keys;
  z.unit_stride = round_up(units_of<Unit>(a.dim), 16);
  z.width = round_up(a.dim, 16);
  z.vectors = (a.dim + vector_lanes - 1) / vector_lanes;
  z.depth = units_of<Unit>(a.dim);
  z.keys_size = round_up(z.depth, 4) * block_keys;
  z.values_size = block_keys / Unit::elements * z.width;
  return z;
}

template <class Unit>
int64_t cut_buffers(const AttentionArgs& a, float* base, ForwardBuffers& b) {
  constexpr int64_t block_keys = key_block<Unit>;
  const ForwardSizes z = sizes_of<Unit>(a);
  const int64_t blocks = a.queries < direct_queries ? 1 : z.key_blocks;
  ScratchCutter cutter{base};
  b.keys = cutter.cut(greater(blocks * z.keys_size, block_keys * z.unit_stride));
  b.values = cutter.cut(blocks * z.values_size);
  b.raw = cutter.cut(block_keys * z.unit_stride);
  b.q = cutter.cut(query_block * z.unit_stride);
  b.out = cutter.cut(query_block * z.width);
  b.scores = cutter.cut(group_rows * block_keys);
  b.weights = cutter.cut(group_rows * block_keys);
  b.top = cutter.cut(query_block);
  b.sum = cutter.cut(query_block * vector_lanes);
  return cutter.used;
}

// Turns one row of scores into weights, exp2(score * factor - top) with `top` the running maximum, and keeps top, sum and out in step.
template <class Unit, bool full>
inline void softmax_row(const float* scores, float* weights, int64_t vectors, int64_t visible, float factor, float& top, float* sum, float* out,
                        int64_t out_vectors, bool first) {
  constexpr int most = key_block<Unit> / vector_lanes;
  const int64_t count = full ? most : vectors;
  vf x[most];
  vf highest = splat(minus_infinity);
  for (int64_t v = 0; v < count; ++v) {
    x[v] = load(scores + v * vector_lanes);
    if (!full && visible < (v + 1) * vector_lanes) x[v] = keep_first(x[v], visible - v * vector_lanes, minus_infinity);
    highest = maximum(highest, x[v]);
  }
  const float before = top;
  const float block_top = horizontal_max(highest) * factor;
  const float now = block_top > before ? block_top : before;
  vf total = vf{};
  for (int64_t v = 0; v < count; ++v) {
    x[v] = exp2_of<Unit::precise>(multiply_add(x[v], splat(factor), splat(-now)));
    total += x[v];
  }
  if constexpr (Unit::elements == 1) {
    for (int64_t v = 0; v < count; ++v) store(weights + v * vector_lanes, x[v]);
  } else {
#if defined(__AVX512BF16__)
    for (int64_t v = 0; v < count; v += 2) store_pairs(weights + v * (vector_lanes / 2), x[v], v + 1 < count ? x[v + 1] : vf{});
#endif
  }
  if (first) {
    store(sum, total);
  } else if (now == before) {
    store(sum, load(sum) + total);
  } else {
    const vf shrink = exp2_of<true>(splat(before) - splat(now));
    store(sum, multiply_add(load(sum), shrink, total));
    for (int64_t v = 0; v < out_vectors; ++v) store(out + v * vector_lanes, load(out + v * vector_lanes) * shrink);
  }
  top = now;
}

// Divides by the sums, writes the rows and their log-sum-exp.
void finish_rows(const AttentionArgs& a, const ForwardBuffers& b, const ForwardSizes& z, int64_t batch, int64_t head, int64_t start, int64_t rows) {
  for (int64_t r = 0; r < rows; ++r) {
    const float sum = horizontal_sum(load(b.sum + r * vector_lanes));
    const float inverse = 1.0f / sum;
    for (int64_t v = 0; v < z.vectors; ++v) {
      float* p = b.out + r * z.width + v * vector_lanes;
      store(p, load(p) * splat(inverse));
    }
    a.lse[(batch * a.heads + head) * a.queries + start + r] = (float)(((double)b.top[r] + (double)::log2f(sum)) * 0.6931471805599453);
  }
  store_rows((char*)element(a.out, a.bf16_data, batch, start, head, a.dim), a.out.token_stride, b.out, z.width, rows, a.dim, 1.0f, a.bf16_data);
}

template <class Unit>
void pack_block(const AttentionArgs& a, const ForwardBuffers& b, const ForwardSizes& z, int64_t batch, int64_t group, int64_t block) {
  constexpr int64_t block_keys = key_block<Unit>;
  const int64_t start = block * block_keys, rows = lesser(block_keys, a.keys - start);
  load_rows<Unit>(b.raw, z.unit_stride, element(a.k, a.bf16_data, batch, start, group, a.dim), a.k.token_stride, rows, block_keys, a.dim, a.bf16_data);
  transpose_units(b.raw, z.unit_stride, block_keys, z.depth, b.keys + block * z.keys_size, block_keys);
  load_rows<Unit>(b.raw, z.unit_stride, element(a.v, a.bf16_data, batch, start, group, a.dim), a.v.token_stride, rows, block_keys, a.dim, a.bf16_data);
  interleave_rows<Unit>(b.values + block * z.values_size, z.width, b.raw, z.unit_stride, block_keys, z.width);
}

template <class Unit>
void forward_block(const AttentionArgs& a, const ForwardBuffers& b, const ForwardSizes& z, int64_t batch, int64_t head, int64_t start, int64_t rows) {
  constexpr int64_t block_keys = key_block<Unit>, weight_stride = block_keys / Unit::elements;
  const float factor = (float)(a.scale * 1.4426950408889634);
  const int64_t offset = a.keys - a.queries + start;  // row r of the block sees keys up to offset + r
  load_rows<Unit>(b.q, z.unit_stride, element(a.q, a.bf16_data, batch, start, head, a.dim), a.q.token_stride, rows, round_up(rows, tile_rows), a.dim, a.bf16_data);
  for (int64_t r = 0; r < query_block; ++r) b.top[r] = minus_infinity;
  for (int64_t first = 0; first < offset + rows; first += block_keys) {
    const float* keys = b.keys + first / block_keys * z.keys_size;
    const float* values = b.values + first / block_keys * z.values_size;
    const auto columns = [&](int64_t row) { return lesser(block_keys, offset + row + tile_rows - first); };
    for (int64_t group = 0; group < rows; group += group_rows) {
      const int64_t group_end = lesser(rows, group + group_rows);
      for (int64_t row = group; row < group_end; row += tile_rows) {
        if (columns(row) <= 0) continue;
        multiply_rows<Unit, false>((columns(row) + vector_lanes - 1) / vector_lanes, b.q + row * z.unit_stride, z.unit_stride, keys, block_keys, z.depth,
                                   b.scores + (row - group) * block_keys, block_keys, false);
      }
      for (int64_t row = group; row < round_up(group_end, tile_rows); ++row) {
        const int64_t width = columns(row / tile_rows * tile_rows), visible = offset + row + 1 - first;
        if (width <= 0) continue;
        const auto softmax = visible >= block_keys ? softmax_row<Unit, true> : softmax_row<Unit, false>;
        softmax(b.scores + (row - group) * block_keys, b.weights + (row - group) * weight_stride, (width + vector_lanes - 1) / vector_lanes, visible, factor,
                b.top[row], b.sum + row * vector_lanes, b.out + row * z.width, z.vectors, first == 0);
      }
      for (int64_t row = group; row < group_end; row += tile_rows) {
        if (columns(row) <= 0) continue;
        multiply_rows<Unit, false>(z.vectors, b.weights + (row - group) * weight_stride, weight_stride, values, z.width, units_of<Unit>(columns(row)),
                                   b.out + row * z.width, z.width, first != 0);
      }
    }
  }
  finish_rows(a, b, z, batch, head, start, rows);
}

// A handful of queries: the keys are read once, in blocks, for all heads of the group.
void forward_direct(const AttentionArgs& a, const ForwardBuffers& b, const ForwardSizes& z, int64_t batch, int64_t group) {
  constexpr int64_t block_keys = key_block<FullUnit>;
  const float factor = (float)(a.scale * 1.4426950408889634);
  const int64_t shared = a.heads / a.groups, rows = a.queries;
  for (int64_t head = group * shared; head < (group + 1) * shared; head += query_block / direct_queries) {
    const int64_t heads = lesser(query_block / direct_queries, (group + 1) * shared - head);
    for (int64_t h = 0; h < heads; ++h) {
      load_rows<FullUnit>(b.q + h * rows * z.unit_stride, z.unit_stride, element(a.q, a.bf16_data, batch, 0, head + h, a.dim), a.q.token_stride, rows, rows, a.dim, a.bf16_data);
    }
    for (int64_t r = 0; r < heads * rows; ++r) b.top[r] = minus_infinity;
    for (int64_t first = 0; first < a.keys; first += block_keys) {
      const int64_t count = lesser(block_keys, a.keys - first);
      load_rows<FullUnit>(b.keys, z.unit_stride, element(a.k, a.bf16_data, batch, first, group, a.dim), a.k.token_stride, count, block_keys, a.dim, a.bf16_data);
      load_rows<FullUnit>(b.values, z.width, element(a.v, a.bf16_data, batch, first, group, a.dim), a.v.token_stride, count, block_keys, a.dim, a.bf16_data);
      for (int64_t r = 0; r < heads * rows; ++r) {
        const int64_t visible = a.keys - a.queries + r % rows + 1 - first;
        const int64_t columns = lesser(block_keys, visible);
        if (columns <= 0) continue;
        const float* q = b.q + r * z.unit_stride;
        for (int64_t s = 0; s < block_keys; ++s) {
          vf dot = vf{};
          for (int64_t v = 0; v < z.vectors; ++v) dot = multiply_add(load(q + v * vector_lanes), load(b.keys + s * z.unit_stride + v * vector_lanes), dot);
          b.scores[s] = horizontal_sum(dot);
        }
        float* out = b.out + r * z.width;
        softmax_row<FullUnit, false>(b.scores, b.scores, block_keys / vector_lanes, visible, factor, b.top[r], b.sum + r * vector_lanes, out, z.vectors, first == 0);
        for (int64_t v = 0; v < z.vectors; ++v) {
          vf sum = first == 0 ? vf{} : load(out + v * vector_lanes);
          for (int64_t s = 0; s < columns; ++s) sum = multiply_add(splat(b.scores[s]), load(b.values + s * z.width + v * vector_lanes), sum);
          store(out + v * vector_lanes, sum);
        }
      }
    }
    for (int64_t h = 0; h < heads; ++h) {
      ForwardBuffers part = b;
      part.out += h * rows * z.width;
      part.top += h * rows;
      part.sum += h * rows * vector_lanes;
      finish_rows(a, part, z, batch, head + h, 0, rows);
    }
  }
}

// The blocks of queries of all groups in one row, cut into stretches of equal cost; where the cuts fall changes no bit of any block.
template <class Unit>
void forward_share(const AttentionArgs& a, float* memory, int64_t thread, int64_t threads) {
  ForwardBuffers b;
  cut_buffers<Unit>(a, memory, b);
  const ForwardSizes z = sizes_of<Unit>(a);
  const int64_t shared = a.heads / a.groups, offset = a.keys - a.queries;
  const auto cost_up_to = [&](int64_t query) { return query * (offset + query_block) + query * query / 2; };
  const int64_t group_cost = cost_up_to(a.queries), total = group_cost * a.batch * a.groups;
  for (int64_t item = 0; item < a.batch * a.groups; ++item) {
    const int64_t batch = item / a.groups, group = item % a.groups;
    int64_t packed = 0;
    for (int64_t start = 0; start < a.queries; start += query_block) {
      const int64_t rows = lesser(query_block, a.queries - start);
      const int64_t middle = item * group_cost + (cost_up_to(start) + cost_up_to(start + rows)) / 2;
      if ((int64_t)((double)middle / (double)total * (double)threads) != thread) continue;
      if (a.queries < direct_queries) {
        forward_direct(a, b, z, batch, group);
        continue;
      }
      for (; packed * key_block<Unit> < offset + start + rows; ++packed) pack_block<Unit>(a, b, z, batch, group, packed);
      for (int64_t head = group * shared; head < (group + 1) * shared; ++head) forward_block<Unit>(a, b, z, batch, head, start, rows);
    }
  }
}

template <class Unit>
bool forward_with(const AttentionArgs& a) {
  if (a.batch * a.queries * a.heads == 0) return true;
  ForwardBuffers unused;
  const int64_t needed = cut_buffers<Unit>(a, nullptr, unused);
  int failed = 0;
#pragma omp parallel reduction(| : failed) if (a.batch * a.heads * a.queries * a.keys * a.dim > 100000)
  {
    float* memory = forward_memory.reserve(needed);
    if (memory == nullptr) {
      failed = 1;
    } else {
      forward_share<Unit>(a, memory, omp_get_thread_num(), omp_get_num_threads());
    }
  }
  return failed == 0;
}

}  // namespace

bool attention_forward(const AttentionArgs& args) {
#if defined(__AVX512BF16__)
  if (args.bf16_data && args.queries >= direct_queries) return forward_with<PairUnit>(args);
#endif
  return forward_with<FullUnit>(args);
}

}  // namespace MT_NS
