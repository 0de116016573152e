#pragma once
// Status codes and the thread's last error: every function of the C ABI returns a status and lets no exception out.
#include <cstdint>

#define MT_API extern "C" __attribute__((visibility("default")))

enum mt_status : int {
  MT_OK = 0,
  MT_OUT_OF_MEMORY = 1,
  MT_SHAPE = 2,
  MT_TYPE = 3,
  MT_DEVICE = 4,
  MT_COMMUNICATION = 5,
  MT_OTHER = 6,
};

// The message of the calling thread's last failure, valid until its next one.
MT_API const char* mt_last_error();
