// C ABI over SentencePiece: load, encode, decode and train. No exception crosses it; a call that fails returns a status other than
// MSP_OK and msp_last_error() has the reason, for the calling thread, until its next call that fails.
#pragma once

#include <stdint.h>

#if defined(__GNUC__)
#define MSP_API __attribute__((visibility("default")))
#else
#define MSP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum msp_status {
  MSP_OK = 0,
  MSP_INVALID_ARGUMENT = 1,
  MSP_BAD_MODEL = 2,
  MSP_OUT_OF_MEMORY = 3,
  MSP_CANCELLED = 4,
  MSP_OTHER = 5,
};

enum msp_piece_kind { MSP_NORMAL = 0, MSP_UNKNOWN = 1, MSP_CONTROL = 2, MSP_BYTE = 3, MSP_UNUSED = 4 };

typedef struct msp_model msp_model;
typedef struct msp_encoder msp_encoder;
typedef struct msp_bytes msp_bytes;

typedef struct msp_info {
  int32_t vocabulary_size;
  int32_t unk_id;
  int32_t bos_id;  // -1 where the model has none, as for eos and pad
  int32_t eos_id;
  int32_t pad_id;
  int32_t words_are_independent;  // 1 where a word's ids do not depend on its neighbours, which is when words may be remembered
} msp_info;

// Gives the next line of training text: its length in bytes (the text stays valid until the next call), -1 at the end, -2 to stop.
typedef int64_t (*msp_next_line)(void* state, const char** line);

MSP_API const char* msp_last_error(void);

// The model is immutable and may be used by any number of threads; it must outlive its encoders.
MSP_API int32_t msp_model_load(const void* bytes, int64_t size, msp_model** model);
MSP_API void msp_model_free(msp_model* model);
MSP_API int32_t msp_model_info(const msp_model* model, msp_info* info);
MSP_API int32_t msp_model_piece(const msp_model* model, int32_t id, const char** text, int64_t* length, int32_t* kind);
MSP_API int32_t msp_model_piece_id(const msp_model* model, const char* text, int64_t length, int32_t* id);

// An encoder owns the buffers its results lie in (valid until its next call) and is for one thread at a time.
// word_memory: bytes of words it may remember, 0 for none; it changes the time taken and never the result.
MSP_API int32_t msp_encoder_create(const msp_model* model, int64_t word_memory, msp_encoder** encoder);
MSP_API void msp_encoder_free(msp_encoder* encoder);
MSP_API int32_t msp_encode(msp_encoder* encoder, const char* text, int64_t length, const int32_t** ids, int64_t* count);
// Encodes text[offsets[i], offsets[i + 1]) for each i < count; the ids of i are (*ids)[(*id_offsets)[i], (*id_offsets)[i + 1]).
MSP_API int32_t msp_encode_batch(msp_encoder* encoder, const char* text, const int64_t* offsets, int64_t count, const int32_t** ids,
                                 const int64_t** id_offsets);
MSP_API int32_t msp_decode(msp_encoder* encoder, const int32_t* ids, int64_t count, const char** text, int64_t* length);

// Trains a model; keys and values are the options of spm_train. The model's bytes are in *result, freed with msp_bytes_free.
MSP_API int32_t msp_train(const char* const* keys, const char* const* values, int32_t option_count, msp_next_line next_line, void* state,
                          msp_bytes** result);
MSP_API void msp_bytes_view(const msp_bytes* bytes, const char** data, int64_t* size);
MSP_API void msp_bytes_free(msp_bytes* bytes);

#ifdef __cplusplus
}
#endif
