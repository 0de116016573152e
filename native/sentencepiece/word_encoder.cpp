#include "word_encoder.h"

#include <algorithm>
#include <cstring>

namespace meditron {
namespace {

constexpr size_t kLongestWord = 128;
constexpr size_t kSlots = size_t{1} << 17;

uint64_t hash_of(std::string_view text) {
  // Eight bytes at a time, multiplied and folded; only speed depends on it.
  uint64_t hash = 0x9E3779B97F4A7C15ull ^ text.size();
  const char* at = text.data();
  size_t left = text.size();
  while (left >= 8) {
    uint64_t block;
    std::memcpy(&block, at, 8);
    hash = (hash ^ block) * 0xD6E8FEB86659FD93ull;
    hash ^= hash >> 32;
    at += 8;
    left -= 8;
  }

  uint64_t block = 0;
  std::memcpy(&block, at, left);
  hash = (hash ^ block) * 0xD6E8FEB86659FD93ull;
  hash ^= hash >> 32;
  hash *= 0xD6E8FEB86659FD93ull;
  hash ^= hash >> 29;
  return hash == 0 ? 1 : hash;
}

bool ends_with_space_symbol(std::string_view text) {
  return text.size() >= 3 && text[text.size() - 3] == '\xE2' && text[text.size() - 2] == '\x96' && text[text.size() - 1] == '\x81';
}

}  // namespace

WordEncoder::WordEncoder(const sentencepiece::SentencePieceProcessor& processor, size_t memory) : processor_(processor), memory_(memory) {
  if (memory_ > 0) {
    slots_.resize(kSlots);
  }
}

sentencepiece::util::Status WordEncoder::encode(std::string_view text, std::vector<int32_t>* ids) {
  if (memory_ == 0) {
    return encode_whole(text, ids);
  }

  // A word starts at a space whose left neighbour is neither a space nor the symbol that stands for one, and takes the run of spaces before
  // it along. The library puts one space before what it is given, so the first space of every word but the first is left out.
  // Spaces at the end stay with the last word.
  const char* data = text.data();
  const size_t size = text.size();
  size_t start = 0, at = 0;
  while (at < size) {
    const void* found = std::memchr(data + at, ' ', size - at);
    if (found == nullptr) {
      break;
    }

    const size_t space = static_cast<size_t>(static_cast<const char*>(found) - data);
    size_t word = space + 1;
    while (word < size && data[word] == ' ') {
      ++word;
    }

    if (word == size) {
      break;
    }

    if (space > start && !ends_with_space_symbol(text.substr(start, space - start))) {
      auto status = encode_word(text.substr(start, space - start), ids);
      if (!status.ok()) {
        return status;
      }

      start = space + 1;
    }

    at = word;
  }

  return encode_word(text.substr(start), ids);
}

sentencepiece::util::Status WordEncoder::encode_whole(std::string_view text, std::vector<int32_t>* ids) {
  scratch_.clear();
  auto status = processor_.Encode(text, &scratch_);
  if (status.ok()) {
    ids->insert(ids->end(), scratch_.begin(), scratch_.end());
  }

  return status;
}

sentencepiece::util::Status WordEncoder::encode_word(std::string_view word, std::vector<int32_t>* ids) {
  if (word.size() > kLongestWord) {
    return encode_whole(word, ids);
  }

  const uint64_t hash = hash_of(word);
  size_t slot = hash & (kSlots - 1);
  for (; slots_[slot].hash != 0; slot = (slot + 1) & (kSlots - 1)) {
    const Slot& known = slots_[slot];
    if (known.hash == hash && known.text_size == word.size() && std::memcmp(texts_.data() + known.text_at, word.data(), word.size()) == 0) {
      ids->insert(ids->end(), word_ids_.begin() + known.ids_at, word_ids_.begin() + known.ids_at + known.ids_size);
      return {};
    }
  }

  const size_t before = ids->size();
  auto status = encode_whole(word, ids);
  if (!status.ok()) {
    return status;
  }

  const size_t count = ids->size() - before;
  if (used_ >= kSlots / 2 || texts_.size() + word_ids_.size() * sizeof(int32_t) + word.size() + count * sizeof(int32_t) > memory_) {
    forget();
    slot = hash & (kSlots - 1);
  }

  Slot& fresh = slots_[slot];
  fresh.text_at = static_cast<uint32_t>(texts_.size());
  fresh.text_size = static_cast<uint32_t>(word.size());
  fresh.ids_at = static_cast<uint32_t>(word_ids_.size());
  fresh.ids_size = static_cast<uint32_t>(count);
  texts_.insert(texts_.end(), word.begin(), word.end());
  word_ids_.insert(word_ids_.end(), ids->begin() + before, ids->end());
  fresh.hash = hash;
  ++used_;
  return {};
}

void WordEncoder::forget() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  texts_.clear();
  word_ids_.clear();
  used_ = 0;
}

}  // namespace meditron
