// Causal attention with grouped queries, backward (FlashAttention-2, Dao 2023, algorithm 2): the weights are recomputed by blocks from lse.
// A unit of work goes over the query blocks of a group (head by head), and inside over the key blocks: so every element of dq is summed over
// keys in ascending order, every element of dk and dv over (head, query) in ascending order, whichever thread does which part of it.
#include <omp.h>

#include "attention_pack.h"

namespace MT_NS {
namespace {

constexpr int64_t query_block = 64;
constexpr int64_t key_block = 64;

thread_local AttentionScratch backward_memory;

struct BackwardSizes {
  int64_t key_blocks, unit_stride, width, vectors, depth;
  int64_t transposed_size, summed_size;  // floats of one packed key block as [dim][key], and as the right operand of a sum over keys
};

struct BackwardBuffers {
  float *keys_transposed, *values_transposed, *keys, *dk, *dv;  // one of each for every key block
  float *raw, *q, *dout, *q_summed, *dout_summed, *dq, *top, *delta;  // the query block at hand
  float *weights, *dscores;            // [query][key], in the form that sums over queries
  float *scores, *dweights, *row;      // one register tile
};

// What a thread does for one group: which query blocks it visits, and which key blocks; and which gradients it writes.
struct BackwardPart {
  int64_t batch, group;
  int64_t query_first, query_last, key_first, key_last;
  bool queries, keys;
};

template <class Unit>
BackwardSizes sizes_of(const AttentionArgs& a) {
  BackwardSizes z{};
  z.key_blocks = (a.keys + key_block - 1) / key_block;
  z.unit_stride = round_up(units_of<Unit>(a.dim), 16);
  z.width = round_up(a.dim, 16);
  z.vectors = (a.dim + vector_lanes - 1) / vector_lanes;
  z.depth = units_of<Unit>(a.dim);
  z.transposed_size = round_up(z.depth, 4) * key_block;
  z.summed_size = key_block / Unit::elements * z.width;
  return z;
}

template <class Unit>
int64_t cut_buffers(const AttentionArgs& a, float* base, BackwardBuffers& b) {
  const BackwardSizes z = sizes_of<Unit>(a);
  ScratchCutter cutter{base};
  b.keys_transposed = cutter.cut(z.key_blocks * z.transposed_size);
  b.values_transposed = cutter.cut(z.key_blocks * z.transposed_size);
  b.keys = cutter.cut(z.key_blocks * z.summed_size);
  b.dk = cutter.cut(z.key_blocks * key_block * z.width);
  b.dv = cutter.cut(z.key_blocks * key_block * z.width);
  b.raw = cutter.cut(greater(key_block, query_block) * z.unit_stride);
  b.q = cutter.cut(query_block * z.unit_stride);
  b.dout = cutter.cut(query_block * z.unit_stride);
  b.q_summed = cutter.cut(query_block / Unit::elements * z.width);
  b.dout_summed = cutter.cut(query_block / Unit::elements * z.width);
  b.dq = cutter.cut(query_block * z.width);
  b.top = cutter.cut(query_block);
  b.delta = cutter.cut(query_block);
  b.weights = cutter.cut(query_block * key_block);
  b.dscores = cutter.cut(query_block * key_block);
  b.scores = cutter.cut(tile_rows * key_block);
  b.dweights = cutter.cut(tile_rows * key_block);
  b.row = cutter.cut(tile_rows * key_block);
  return cutter.used;
}

template <class Unit>
void pack_keys(const AttentionArgs& a, const BackwardBuffers& b, const BackwardSizes& z, const BackwardPart& part) {
  for (int64_t block = part.key_first; block < part.key_last; ++block) {
    const int64_t start = block * key_block, rows = lesser(key_block, a.keys - start);
    load_rows<Unit>(b.raw, z.unit_stride, element(a.v, a.bf16_data, part.batch, start, part.group, a.dim), a.v.token_stride, rows, key_block, a.dim, a.bf16_data);
    transpose_units(b.raw, z.unit_stride, key_block, z.depth, b.values_transposed + block * z.transposed_size, key_block);
    load_rows<Unit>(b.raw, z.unit_stride, element(a.k, a.bf16_data, part.batch, start, part.group, a.dim), a.k.token_stride, rows, key_block, a.dim, a.bf16_data);
    transpose_units(b.raw, z.unit_stride, key_block, z.depth, b.keys_transposed + block * z.transposed_size, key_block);
    if (part.queries) interleave_rows<Unit>(b.keys + block * z.summed_size, z.width, b.raw, z.unit_stride, key_block, z.width);
  }
  if (part.keys) {
    const int64_t at = part.key_first * key_block * z.width, size = (part.key_last - part.key_first) * key_block * z.width;
    memset(b.dk + at, 0, size * 4);
    memset(b.dv + at, 0, size * 4);
  }
}

// Rows beyond the last query are zeros with an infinite log-sum-exp: their weights come out as 0.
template <class Unit>
void load_queries(const AttentionArgs& a, const BackwardBuffers& b, const BackwardSizes& z, const BackwardPart& part, int64_t head, int64_t start,
                  int64_t rows) {
  const int64_t padded = round_up(rows, tile_rows);
  load_rows<Unit>(b.q, z.unit_stride, element(a.q, a.bf16_data, part.batch, start, head, a.dim), a.q.token_stride, rows, padded, a.dim, a.bf16_data);
  load_rows<Unit>(b.dout, z.unit_stride, element(a.dout, a.bf16_data, part.batch, start, head, a.dim), a.dout.token_stride, rows, padded, a.dim, a.bf16_data);
  load_rows<Unit>(b.raw, z.unit_stride, element(a.out, a.bf16_data, part.batch, start, head, a.dim), a.out.token_stride, rows, rows, a.dim, a.bf16_data);
  if (part.keys && Unit::elements != 1) {
    interleave_rows<Unit>(b.q_summed, z.width, b.q, z.unit_stride, padded, z.width);
    interleave_rows<Unit>(b.dout_summed, z.width, b.dout, z.unit_stride, padded, z.width);
  }
  const float* lse = a.lse + (part.batch * a.heads + head) * a.queries + start;
  for (int64_t r = 0; r < rows; ++r) {
    b.top[r] = lse[r] * 1.44269504f;
    b.delta[r] = dot_units<Unit>(b.dout + r * z.unit_stride, b.raw + r * z.unit_stride, z.unit_stride);
  }
  for (int64_t r = rows; r < padded; ++r) {
    b.top[r] = -minus_infinity;
    b.delta[r] = 0.0f;
  }
}

struct WeightPair {
  vf p, ds;
};

// One vector of keys of one query: its weights and the gradient by its scores.
template <class Unit>
inline WeightPair differentiate(const float* scores, const float* dweights, int64_t v, float factor, float top, float delta, int64_t visible) {
  vf p = exp2_of<Unit::precise>(multiply_add(load(scores + v * vector_lanes), splat(factor), splat(-top)));
  vf ds = p * (load(dweights + v * vector_lanes) - splat(delta));
  if (visible < (v + 1) * vector_lanes) {
    p = keep_first(p, visible - v * vector_lanes, 0.0f);
    ds = keep_first(ds, visible - v * vector_lanes, 0.0f);
  }
  return {p, ds};
}

// Query rows row..row+3 against one key block: weights and dscores of these rows, and their share of dq.
template <class Unit>
void differentiate_tile(const BackwardBuffers& b, const BackwardSizes& z, int64_t block, int64_t row, int64_t columns, int64_t visible, float factor,
                        bool queries) {
  const int64_t vectors = (columns + vector_lanes - 1) / vector_lanes;
  multiply_rows<Unit, false>(vectors, b.q + row * z.unit_stride, z.unit_stride, b.keys_transposed + block * z.transposed_size, key_block, z.depth, b.scores,
                             key_block, false);
  multiply_rows<Unit, false>(vectors, b.dout + row * z.unit_stride, z.unit_stride, b.values_transposed + block * z.transposed_size, key_block, z.depth,
                             b.dweights, key_block, false);
  const float* dscores;
  if constexpr (Unit::elements == 1) {
    for (int64_t r = 0; r < tile_rows; ++r) {
      for (int64_t v = 0; v < vectors; ++v) {
        const WeightPair w = differentiate<Unit>(b.scores + r * key_block, b.dweights + r * key_block, v, factor, b.top[row + r], b.delta[row + r], visible + r);
        store(b.weights + (row + r) * key_block + v * vector_lanes, w.p);
        store(b.dscores + (row + r) * key_block + v * vector_lanes, w.ds);
      }
    }
    dscores = b.dscores + row * key_block;
  } else {
#if defined(__AVX512BF16__)
    for (int64_t r = 0; r < tile_rows; r += 2) {
      for (int64_t v = 0; v < vectors; ++v) {
        const WeightPair even = differentiate<Unit>(b.scores + r * key_block, b.dweights + r * key_block, v, factor, b.top[row + r], b.delta[row + r], visible + r);
        const WeightPair odd = differentiate<Unit>(b.scores + (r + 1) * key_block, b.dweights + (r + 1) * key_block, v, factor, b.top[row + r + 1],
                                                    b.delta[row + r + 1], visible + r + 1);
        store_interleaved(b.weights + (row + r) / 2 * key_block + v * vector_lanes, even.p, odd.p);
        store_interleaved(b.dscores + (row + r) / 2 * key_block + v * vector_lanes, even.ds, odd.ds);
        _mm256_storeu_si256((__m256i*)(b.row + r * (key_block / 2) + v * 8), (__m256i)_mm512_cvtneps_pbh((__m512)even.ds));
        _mm256_storeu_si256((__m256i*)(b.row + (r + 1) * (key_block / 2) + v * 8), (__m256i)_mm512_cvtneps_pbh((__m512)odd.ds));
      }
    }
#endif
    dscores = b.row;
  }
  if (queries) {
    multiply_rows<Unit, false>(z.vectors, dscores, key_block / Unit::elements, b.keys + block * z.summed_size, z.width, units_of<Unit>(columns),
                               b.dq + row * z.width, z.width, block != 0);
  }
}

// The share of one query block in dk and dv of one key block.
template <class Unit>
void sum_over_queries(const BackwardBuffers& b, const BackwardSizes& z, int64_t block, int64_t keys, int64_t query_offset, int64_t padded) {
  const float* q = Unit::elements == 1 ? b.q : b.q_summed;
  const float* dout = Unit::elements == 1 ? b.dout : b.dout_summed;
  for (int64_t key = 0; key < keys; key += tile_rows) {
    const int64_t first = greater(0, key - query_offset);  // the first query of the block that sees one of these keys
    if (first >= padded) break;
    const int64_t unit = first / Unit::elements, depth = (padded - first) / Unit::elements;
    const int64_t at = (block * key_block + key) * z.width;
    multiply_rows<Unit, true>(z.vectors, b.weights + unit * key_block + key, key_block, dout + unit * z.width, z.width, depth, b.dv + at, z.width, true);
    multiply_rows<Unit, true>(z.vectors, b.dscores + unit * key_block + key, key_block, q + unit * z.width, z.width, depth, b.dk + at, z.width, true);
  }
}

template <class Unit>
void run_part(const AttentionArgs& a, const BackwardBuffers& b, const BackwardSizes& z, const BackwardPart& part) {
  if (part.key_first >= part.key_last || part.query_first >= part.query_last) return;
  const float factor = (float)(a.scale * 1.4426950408889634), scale = (float)a.scale;
  const int64_t shared = a.heads / a.groups;
  pack_keys<Unit>(a, b, z, part);
  for (int64_t head = part.group * shared; head < (part.group + 1) * shared; ++head) {
    for (int64_t index = part.query_first; index < part.query_last; ++index) {
      const int64_t start = index * query_block, rows = lesser(query_block, a.queries - start), padded = round_up(rows, tile_rows);
      load_queries<Unit>(a, b, z, part, head, start, rows);
      for (int64_t block = part.key_first; block < part.key_last && block * key_block < start + rows; ++block) {
        const int64_t offset = start - block * key_block;  // row r of the query block sees r + offset + 1 keys of this block
        for (int64_t row = 0; row < padded; row += tile_rows) {
          const int64_t columns = lesser(key_block, row + offset + tile_rows);
          if (columns > 0) differentiate_tile<Unit>(b, z, block, row, columns, row + offset + 1, factor, part.queries);
        }
        if (part.keys) sum_over_queries<Unit>(b, z, block, lesser(key_block, a.keys - block * key_block), offset, padded);
      }
      if (part.queries) {
        store_rows((char*)element(a.dq, a.bf16_data, part.batch, start, head, a.dim), a.dq.token_stride, b.dq, z.width, rows, a.dim, scale, a.bf16_data);
      }
    }
  }
  if (!part.keys) return;
  const int64_t start = part.key_first * key_block, rows = lesser(part.key_last * key_block, a.keys) - start;
  store_rows((char*)element(a.dk, a.bf16_data, part.batch, start, part.group, a.dim), a.dk.token_stride, b.dk + start * z.width, z.width, rows, a.dim, scale, a.bf16_data);
  store_rows((char*)element(a.dv, a.bf16_data, part.batch, start, part.group, a.dim), a.dv.token_stride, b.dv + start * z.width, z.width, rows, a.dim, 1.0f, a.bf16_data);
}

// Where share `index` of `count` begins among `blocks` blocks of which the n-th costs n + 1 (ascending) or blocks - n.
int64_t triangle_cut(int64_t blocks, int64_t index, int64_t count, bool ascending) {
  const int64_t total = blocks * (blocks + 1) / 2;
  int64_t cut = 0, cost = 0;
  while (cut < blocks && cost * count < total * index) {
    cost += ascending ? cut + 1 : blocks - cut;
    ++cut;
  }
  return cut;
}

// As many whole groups as go evenly into the threads; the rest is split inside, dk and dv by keys and then dq by queries (two products more).
template <class Unit>
void backward_share(const AttentionArgs& a, float* memory, int64_t thread, int64_t threads) {
  BackwardBuffers b;
  cut_buffers<Unit>(a, memory, b);
  const BackwardSizes z = sizes_of<Unit>(a);
  const int64_t query_blocks = (a.queries + query_block - 1) / query_block;
  const int64_t items = a.batch * a.groups, each = items / threads;
  for (int64_t item = thread * each; item < (thread + 1) * each; ++item) {
    run_part<Unit>(a, b, z, {item / a.groups, item % a.groups, 0, query_blocks, 0, z.key_blocks, true, true});
  }
  for (int64_t item = each * threads; item < items; ++item) {
    const int64_t key_first = triangle_cut(z.key_blocks, thread, threads, false), key_last = triangle_cut(z.key_blocks, thread + 1, threads, false);
    const int64_t query_first = triangle_cut(query_blocks, thread, threads, true), query_last = triangle_cut(query_blocks, thread + 1, threads, true);
    run_part<Unit>(a, b, z, {item / a.groups, item % a.groups, key_first * key_block / query_block, query_blocks, key_first, key_last, false, true});
    run_part<Unit>(a, b, z, {item / a.groups, item % a.groups, query_first, query_last, 0,
                             lesser(z.key_blocks, (query_last * query_block + key_block - 1) / key_block), true, false});
  }
}

template <class Unit>
bool backward_with(const AttentionArgs& a) {
  if (a.batch * a.queries * a.heads == 0) return true;
  BackwardBuffers unused;
  const int64_t needed = cut_buffers<Unit>(a, nullptr, unused);
  int failed = 0;
#pragma omp parallel reduction(| : failed) if (a.batch * a.heads * a.queries * a.keys * a.dim > 100000)
  {
    float* memory = backward_memory.reserve(needed);
    if (memory == nullptr) {
      failed = 1;
    } else {
      backward_share<Unit>(a, memory, omp_get_thread_num(), omp_get_num_threads());
    }
  }
  return failed == 0;
}

}  // namespace

bool attention_backward(const AttentionArgs& args) {
#if defined(__AVX512BF16__)
  if (args.bf16_data) return backward_with<PairUnit>(args);
#endif
  return backward_with<FullUnit>(args);
}

}  // namespace MT_NS
