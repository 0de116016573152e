#include "model_rules.h"

#include <cstdint>

namespace meditron {
namespace {

constexpr std::string_view kSpaceSymbol = "\xE2\x96\x81";

// Reads protocol buffer fields one by one; enough of the wire format for the few fields needed here.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  bool next() {
    uint64_t key = 0;
    if (rest_.empty() || !varint(&key)) {
      return false;
    }

    field = static_cast<int>(key >> 3);
    bytes = {};
    number = 0;
    switch (key & 7) {
      case 0:
        return varint(&number);
      case 1:
        return take(8);
      case 2: {
        uint64_t length = 0;
        return varint(&length) && take(length);
      }
      case 5:
        return take(4);
      default:
        ok_ = false;
        return false;
    }
  }

  bool ok() const { return ok_; }

  int field = 0;
  uint64_t number = 0;
  std::string_view bytes;

 private:
  bool varint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      *value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) {
        return true;
      }
    }

    ok_ = false;
    return false;
  }

  bool take(uint64_t length) {
    if (length > rest_.size()) {
      ok_ = false;
      return false;
    }

    bytes = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }

  std::string_view rest_;
  bool ok_ = true;
};

bool has_space_after_text(std::string_view piece) {
  for (size_t at = piece.find(kSpaceSymbol); at != std::string_view::npos; at = piece.find(kSpaceSymbol, at + kSpaceSymbol.size())) {
    const auto before = piece.substr(0, at);
    if (!before.empty() && (before.size() < kSpaceSymbol.size() || before.substr(before.size() - kSpaceSymbol.size()) != kSpaceSymbol)) {
      return true;
    }
  }

  return piece.find(' ') != std::string_view::npos;
}

bool piece_allows(std::string_view piece_message) {
  constexpr uint64_t kUserDefined = 4, kUnused = 5;
  FieldReader reader(piece_message);
  while (reader.next()) {
    if (reader.field == 1 && has_space_after_text(reader.bytes)) {
      return false;
    }

    if (reader.field == 3 && (reader.number == kUserDefined || reader.number == kUnused)) {
      return false;
    }
  }

  return reader.ok();
}

bool trainer_allows(std::string_view trainer_message) {
  constexpr uint64_t kBpe = 2;
  bool bpe = false;
  FieldReader reader(trainer_message);
  while (reader.next()) {
    if (reader.field == 3) {
      bpe = reader.number == kBpe;
    } else if (reader.field == 24 && reader.number != 0) {  // treat_whitespace_as_suffix
      return false;
    }
  }

  return reader.ok() && bpe;
}

bool normalizer_allows(std::string_view normalizer_message) {
  bool removes_spaces = true;  // the format's default
  FieldReader reader(normalizer_message);
  while (reader.next()) {
    switch (reader.field) {
      case 2:  // precompiled_charsmap
        if (!reader.bytes.empty()) {
          return false;
        }
        break;
      case 3:  // add_dummy_prefix, true where absent
      case 5:  // escape_whitespaces, true where absent
        if (reader.number == 0) {
          return false;
        }
        break;
      case 4:
        removes_spaces = reader.number != 0;
        break;
      default:
        break;
    }
  }

  return reader.ok() && !removes_spaces;
}

}  // namespace

bool words_are_independent(std::string_view serialized_model) {
  bool trainer = false, normalizer = false;
  FieldReader reader(serialized_model);
  while (reader.next()) {
    if (reader.field == 1 && !piece_allows(reader.bytes)) {
      return false;
    }

    if (reader.field == 2) {
      trainer = trainer_allows(reader.bytes);
    } else if (reader.field == 3) {
      normalizer = normalizer_allows(reader.bytes);
    }
  }

  return reader.ok() && trainer && normalizer;
}

}  // namespace meditron
