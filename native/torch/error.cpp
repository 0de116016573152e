// Turns exceptions into status codes and messages; the only place that knows libtorch's exception types.
#include <c10/util/Exception.h>

#include <cctype>
#include <new>
#include <string>

#include "torch/mt_tensor.h"

namespace {

thread_local std::string last_error;

bool contains(const std::string& text, std::initializer_list<const char*> needles) {
  for (const char* needle : needles) {
    if (text.find(needle) != std::string::npos) {
      return true;
    }
  }
  return false;
}

// libtorch reports nearly everything as c10::Error; the kind is read from the words it uses.
mt_status classify(const std::string& message) {
  std::string text(message);
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (contains(text, {"out of memory", "can't allocate memory", "cannot allocate memory", "storage size calculation overflowed"})) {
    return MT_OUT_OF_MEMORY;
  }
  if (contains(text, {"nccl", "gloo", "connection", "processgroup"})) {
    return MT_COMMUNICATION;
  }
  if (contains(text, {"same device", "cuda", "backend", "device type", "no kernel image"})) {
    return MT_DEVICE;
  }
  if (contains(text, {"dtype", "scalar type", "result type", "data type", "datatype", "not implemented for", "tensors used as indices", "to be floating point",
                      "expected floating", "to have type", "same type", "integral tensor", "bool tensor"})) {
    return MT_TYPE;
  }
  if (contains(text, {"shape", "size", "dimension", "dim ", "stride", "out of range", "out of bounds", "must match", "number of elements", "index", "rank",
                      "contiguous", "1d", "2d", "3d", "1-d", "2-d", "3-d", "a matrix", "a vector", "storage of size", "repeats", "converted to scalar", "chunk", "length", "empty"})) {
    return MT_SHAPE;
  }
  return MT_OTHER;
}

void describe(std::string& text, const mt_tensor* argument) {
  if (argument == nullptr || !argument->value.defined()) {
    text += "null";
    return;
  }
  const at::Tensor& tensor = argument->value;
  text += c10::toString(tensor.scalar_type());
  text += '[';
  for (int64_t i = 0; i < tensor.dim(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(tensor.size(i));
  }
  text += ']';
  if (!tensor.is_cpu()) {
    text += " on " + tensor.device().str();
  }
}

int store(const char* operation, const mt_tensor* const* arguments, int64_t count, mt_status kind, const std::string& reason) {
  std::string text(operation);
  text += ": ";
  // The first line is the reason; libtorch may append a C++ stack trace, which helps nobody here.
  text += reason.substr(0, reason.find("\nException raised from"));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '.')) {
    text.pop_back();
  }
  if (count > 0) {
    text += "; called with (";
    for (int64_t i = 0; i < count && i < 16; ++i) {
      text += i == 0 ? "" : ", ";
      describe(text, arguments[i]);
    }
    text += count > 16 ? ", ...)" : ")";
  }
  last_error = std::move(text);
  return kind;
}

}  // namespace

namespace mt {

int report(const char* operation, const mt_tensor* const* arguments, int64_t count) noexcept {
  try {
    try {
      throw;
    } catch (const error& e) {
      return store(operation, arguments, count, e.kind, e.what());
    } catch (const c10::OutOfMemoryError& e) {
      return store(operation, arguments, count, MT_OUT_OF_MEMORY, e.what_without_backtrace());
    } catch (const c10::IndexError& e) {
      return store(operation, arguments, count, MT_SHAPE, e.what_without_backtrace());
    } catch (const c10::TypeError& e) {
      return store(operation, arguments, count, MT_TYPE, e.what_without_backtrace());
    } catch (const c10::Error& e) {
      const std::string message = e.what_without_backtrace();
      return store(operation, arguments, count, classify(message), message);
    } catch (const std::bad_alloc&) {
      return store(operation, arguments, count, MT_OUT_OF_MEMORY, "the host's memory is exhausted");
    } catch (const std::length_error& e) {
      return store(operation, arguments, count, MT_SHAPE, std::string("length out of range (") + e.what() + ")");
    } catch (const std::out_of_range& e) {
      return store(operation, arguments, count, MT_SHAPE, std::string("index out of range (") + e.what() + ")");
    } catch (const std::exception& e) {
      return store(operation, arguments, count, classify(e.what()), e.what());
    } catch (...) {
      return store(operation, arguments, count, MT_OTHER, "an exception of unknown type was thrown");
    }
  } catch (...) {
    // Even the message could not be built (no memory left): keep what the string held and report the kind alone.
    last_error.clear();
    return MT_OUT_OF_MEMORY;
  }
}

int report(mt_status kind, const char* message) noexcept {
  try {
    last_error = message;
    return kind;
  } catch (...) {
    last_error.clear();
    return MT_OUT_OF_MEMORY;
  }
}

int report(const char* operation, std::initializer_list<const mt_tensor*> arguments) noexcept {
  return report(operation, arguments.begin(), static_cast<int64_t>(arguments.size()));
}

}  // namespace mt

MT_API const char* mt_last_error() { return last_error.c_str(); }

// Throws on purpose, one exception type a code: lets a test see that none of them crosses the ABI.
MT_API int mt_test_throw(int what) {
  return mt::guard("test_throw", {}, [&] {
    switch (what) {
      case 0: return;
      case 1: throw std::bad_alloc();
      case 2: throw std::out_of_range("vector::at");
      case 3: throw std::invalid_argument("invalid argument");
      case 4: throw std::runtime_error("plain runtime error");
      case 5: throw 42;
      case 6: throw std::length_error("vector::reserve");
      case 7: TORCH_CHECK(false, "The size of tensor a (3) must match the size of tensor b (4)");
      case 8: TORCH_CHECK_TYPE(false, "wrong type");
      case 9: TORCH_CHECK_INDEX(false, "index 7 is out of range");
      case 10: throw mt::error(MT_COMMUNICATION, "peer lost");
      case 11: TORCH_CHECK(false, "Expected all tensors to be on the same device");
      case 12: throw static_cast<const char*>("a string");
      default: throw std::logic_error("logic error");
    }
  });
}
