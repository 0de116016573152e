// Encodes text to ids with SentencePiece, remembering the ids of words where that cannot change them.
#pragma once

#include <sentencepiece_processor.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace meditron {

class WordEncoder {
 public:
  // memory: bytes of words and ids to remember; 0 encodes every text whole.
  WordEncoder(const sentencepiece::SentencePieceProcessor& processor, size_t memory);

  // Appends the ids of `text` to `ids`.
  sentencepiece::util::Status encode(std::string_view text, std::vector<int32_t>* ids);

 private:
  struct Slot {
    uint64_t hash = 0;  // 0 marks a free slot
    uint32_t text_at = 0, text_size = 0;
    uint32_t ids_at = 0, ids_size = 0;
  };

  sentencepiece::util::Status encode_whole(std::string_view text, std::vector<int32_t>* ids);
  sentencepiece::util::Status encode_word(std::string_view word, std::vector<int32_t>* ids);
  void forget();

  const sentencepiece::SentencePieceProcessor& processor_;
  const size_t memory_;
  std::vector<Slot> slots_;
  size_t used_ = 0;
  std::vector<char> texts_;
  std::vector<int32_t> word_ids_;
  std::vector<int> scratch_;
};

}  // namespace meditron
