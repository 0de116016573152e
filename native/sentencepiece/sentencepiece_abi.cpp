#include "sentencepiece_abi.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "model_rules.h"
#include "word_encoder.h"

using sentencepiece::util::Status;
using sentencepiece::util::StatusCode;

struct msp_model {
  sentencepiece::SentencePieceProcessor processor;
  msp_info info{};
};

struct msp_encoder {
  msp_encoder(const msp_model* owner, size_t memory) : model(owner), words(owner->processor, memory) {}

  const msp_model* model;
  meditron::WordEncoder words;
  std::vector<int32_t> ids;
  std::vector<int64_t> id_offsets;
  std::vector<int> decode_ids;
  std::string text;
};

struct msp_bytes {
  std::string data;
};

namespace {

// A fixed buffer, so that reporting a failed allocation needs none.
thread_local char last_error[1024];

int32_t fail(int32_t status, const char* reason) noexcept {
  size_t length = 0;
  for (; reason[length] != 0 && length + 1 < sizeof(last_error); ++length) {
    last_error[length] = reason[length];
  }

  last_error[length] = 0;
  return status;
}

int32_t fail(const Status& status, int32_t otherwise) {
  switch (status.code()) {
    case StatusCode::kCancelled:
      return fail(MSP_CANCELLED, status.error_message());
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
      return fail(MSP_INVALID_ARGUMENT, status.error_message());
    default:
      return fail(otherwise, status.error_message());
  }
}

template <typename Body>
int32_t guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return fail(MSP_OUT_OF_MEMORY, "not enough memory");
  } catch (const std::length_error&) {
    return fail(MSP_OUT_OF_MEMORY, "not enough memory");
  } catch (const std::exception& error) {
    return fail(MSP_OTHER, error.what());
  } catch (...) {
    return fail(MSP_OTHER, "an exception of unknown type");
  }
}

// Feeds the trainer from the caller's callback.
class CallbackSentences : public sentencepiece::SentenceIterator {
 public:
  CallbackSentences(msp_next_line next_line, void* state) : next_line_(next_line), state_(state) { Next(); }

  bool done() const override { return done_; }
  const std::string& value() const override { return line_; }
  Status status() const override { return stopped_ ? Status(StatusCode::kCancelled, "the caller stopped the training") : Status(); }

  void Next() override {
    const char* text = nullptr;
    const int64_t length = next_line_(state_, &text);
    if (length >= 0) {
      line_.assign(text, static_cast<size_t>(length));
      return;
    }

    done_ = true;
    stopped_ = length != -1;
  }

 private:
  msp_next_line next_line_;
  void* state_;
  std::string line_;
  bool done_ = false;
  bool stopped_ = false;
};

}  // namespace

const char* msp_last_error(void) { return last_error; }

int32_t msp_model_load(const void* bytes, int64_t size, msp_model** model) {
  return guarded([&] {
    if (bytes == nullptr || size <= 0 || model == nullptr) {
      return fail(MSP_INVALID_ARGUMENT, "an empty model");
    }

    const std::string_view serialized(static_cast<const char*>(bytes), static_cast<size_t>(size));
    auto loaded = std::make_unique<msp_model>();
    const Status status = loaded->processor.LoadFromSerializedProto(serialized);
    if (!status.ok()) {
      return fail(MSP_BAD_MODEL, status.error_message());
    }

    const auto& processor = loaded->processor;
    if (processor.GetPieceSize() <= 0) {
      return fail(MSP_BAD_MODEL, "the model holds no pieces");
    }

    loaded->info = {processor.GetPieceSize(), processor.unk_id(), processor.bos_id(), processor.eos_id(), processor.pad_id(),
                    meditron::words_are_independent(serialized) ? 1 : 0};
    *model = loaded.release();
    return static_cast<int32_t>(MSP_OK);
  });
}

void msp_model_free(msp_model* model) { delete model; }

int32_t msp_model_info(const msp_model* model, msp_info* info) {
  *info = model->info;
  return MSP_OK;
}

int32_t msp_model_piece(const msp_model* model, int32_t id, const char** text, int64_t* length, int32_t* kind) {
  return guarded([&] {
    if (id < 0 || id >= model->info.vocabulary_size) {
      return fail(MSP_INVALID_ARGUMENT, "the id is outside the vocabulary");
    }

    const auto& processor = model->processor;
    const std::string& piece = processor.IdToPiece(id);
    *text = piece.data();
    *length = static_cast<int64_t>(piece.size());
    *kind = processor.IsUnknown(id)   ? MSP_UNKNOWN
            : processor.IsControl(id) ? MSP_CONTROL
            : processor.IsByte(id)    ? MSP_BYTE
            : processor.IsUnused(id)  ? MSP_UNUSED
                                      : MSP_NORMAL;
    return static_cast<int32_t>(MSP_OK);
  });
}

int32_t msp_model_piece_id(const msp_model* model, const char* text, int64_t length, int32_t* id) {
  return guarded([&] {
    const std::string_view piece(text, static_cast<size_t>(length));
    const int found = model->processor.PieceToId(piece);
    // The library answers the unknown id for what it does not hold.
    *id = found >= 0 && found < model->info.vocabulary_size && model->processor.IdToPiece(found) == piece ? found : -1;
    return static_cast<int32_t>(MSP_OK);
  });
}

int32_t msp_encoder_create(const msp_model* model, int64_t word_memory, msp_encoder** encoder) {
  return guarded([&] {
    const bool remembers = word_memory > 0 && model->info.words_are_independent;
    *encoder = new msp_encoder(model, remembers ? static_cast<size_t>(std::min<int64_t>(word_memory, int64_t{1} << 31)) : 0);
    return static_cast<int32_t>(MSP_OK);
  });
}

void msp_encoder_free(msp_encoder* encoder) { delete encoder; }

int32_t msp_encode(msp_encoder* encoder, const char* text, int64_t length, const int32_t** ids, int64_t* count) {
  return guarded([&] {
    encoder->ids.clear();
    const Status status = encoder->words.encode({text, static_cast<size_t>(length)}, &encoder->ids);
    if (!status.ok()) {
      return fail(status, MSP_OTHER);
    }

    *ids = encoder->ids.data();
    *count = static_cast<int64_t>(encoder->ids.size());
    return static_cast<int32_t>(MSP_OK);
  });
}

int32_t msp_encode_batch(msp_encoder* encoder, const char* text, const int64_t* offsets, int64_t count, const int32_t** ids,
                         const int64_t** id_offsets) {
  return guarded([&] {
    encoder->ids.clear();
    encoder->id_offsets.clear();
    encoder->id_offsets.push_back(0);
    for (int64_t i = 0; i < count; ++i) {
      if (offsets[i] > offsets[i + 1]) {
        return fail(MSP_INVALID_ARGUMENT, "the offsets of the batch do not increase");
      }

      const Status status = encoder->words.encode({text + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])}, &encoder->ids);
      if (!status.ok()) {
        return fail(status, MSP_OTHER);
      }

      encoder->id_offsets.push_back(static_cast<int64_t>(encoder->ids.size()));
    }

    *ids = encoder->ids.data();
    *id_offsets = encoder->id_offsets.data();
    return static_cast<int32_t>(MSP_OK);
  });
}

int32_t msp_decode(msp_encoder* encoder, const int32_t* ids, int64_t count, const char** text, int64_t* length) {
  return guarded([&] {
    for (int64_t i = 0; i < count; ++i) {
      if (ids[i] < 0 || ids[i] >= encoder->model->info.vocabulary_size) {
        return fail(MSP_INVALID_ARGUMENT, ("id " + std::to_string(ids[i]) + " is outside the vocabulary").c_str());
      }
    }

    encoder->decode_ids.assign(ids, ids + count);
    encoder->text.clear();
    const Status status = encoder->model->processor.Decode(encoder->decode_ids, &encoder->text);
    if (!status.ok()) {
      return fail(status, MSP_OTHER);
    }

    *text = encoder->text.data();
    *length = static_cast<int64_t>(encoder->text.size());
    return static_cast<int32_t>(MSP_OK);
  });
}

int32_t msp_train(const char* const* keys, const char* const* values, int32_t option_count, msp_next_line next_line, void* state,
                  msp_bytes** result) {
  return guarded([&] {
    std::unordered_map<std::string, std::string> options;
    for (int32_t i = 0; i < option_count; ++i) {
      options[keys[i]] = values[i];
    }

    auto bytes = std::make_unique<msp_bytes>();
    Status status;
    if (next_line != nullptr) {
      CallbackSentences sentences(next_line, state);
      status = sentencepiece::SentencePieceTrainer::Train(options, &sentences, &bytes->data);
      if (!sentences.status().ok()) {
        status = sentences.status();
      }
    } else {
      status = sentencepiece::SentencePieceTrainer::Train(options, nullptr, &bytes->data);
    }

    if (!status.ok()) {
      return fail(status, MSP_OTHER);
    }

    *result = bytes.release();
    return static_cast<int32_t>(MSP_OK);
  });
}

void msp_bytes_view(const msp_bytes* bytes, const char** data, int64_t* size) {
  *data = bytes->data.data();
  *size = static_cast<int64_t>(bytes->data.size());
}

void msp_bytes_free(msp_bytes* bytes) { delete bytes; }
