// Process groups on tensors.
#include "torch/mt_groups.h"

#include <algorithm>

#include "groups/endpoint.h"
#ifdef MT_C10D
#include "torch/c10d_group.h"
#endif

using meditron::Element;
using meditron::Reduction;
using meditron::groups::Call;
using meditron::groups::Failure;
using meditron::groups::Group;
using meditron::groups::GroupError;
using meditron::groups::Kind;
using meditron::groups::Reason;
using meditron::groups::Work;

namespace {

thread_local int last_reason = 0;
thread_local int last_peer = -1;

mt_status status_of(Reason reason) {
  return reason == Reason::shape ? MT_SHAPE : reason == Reason::type ? MT_TYPE : MT_COMMUNICATION;
}

class HostEndpoint final : public mt_endpoint {
 public:
  explicit HostEndpoint(meditron::groups::EndpointOptions options) : endpoint_(std::move(options)) {}
  meditron::groups::HostGroup* connect_host(const std::vector<std::string>& members, int64_t timeout) { return endpoint_.connect(members, timeout); }
  const std::string& description() const override { return endpoint_.description(); }
  Group* connect(const std::vector<std::string>& members, int64_t timeout) override { return endpoint_.connect(members, timeout); }
  void cancel() override { endpoint_.cancel(); }

 private:
  meditron::groups::Endpoint endpoint_;
};

#ifdef MT_C10D
// A c10d backend: its members meet as those of a host group do.
class C10dEndpoint final : public mt_endpoint {
 public:
  C10dEndpoint(meditron::groups::EndpointOptions options, mt::C10dFactory factory) : host_(std::move(options)), factory_(std::move(factory)) {}
  const std::string& description() const override { return host_.description(); }
  Group* connect(const std::vector<std::string>& members, int64_t timeout) override {
    const int64_t deadline = meditron::groups::now() + timeout;
    meditron::groups::HostGroup* host = host_.connect_host(members, timeout);
    return mt::make_c10d_group(host, factory_, std::max<int64_t>(1, deadline - meditron::groups::now()));
  }
  void cancel() override { host_.cancel(); }

 private:
  HostEndpoint host_;
  mt::C10dFactory factory_;
};
#endif

Element element_of(const char* operation, const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat: return Element::f32;
    case at::kBFloat16: return Element::bf16;
    case at::kLong: return Element::i64;
    case at::kInt: return Element::i32;
    case at::kByte: return Element::u8;
    default: throw GroupError(Reason::type, -1, std::string(operation) + ": a tensor of " + c10::toString(tensor.scalar_type()) + "; process groups carry Float, BFloat16, Long, Int and Byte");
  }
}

void require_plain(const char* operation, const at::Tensor& tensor, bool host_memory) {
  if (!host_memory && tensor.is_cpu()) throw mt::error(MT_DEVICE, std::string(operation) + ": a CPU tensor; the nccl backend carries those of CUDA devices, host and gloo those of the CPU");
  if (host_memory && !tensor.is_cpu()) throw mt::error(MT_DEVICE, std::string(operation) + ": a tensor on " + tensor.device().str() + "; the host and gloo backends carry CPU tensors, nccl those of CUDA devices");
  if (!tensor.is_contiguous()) throw mt::error(MT_SHAPE, std::string(operation) + ": a tensor with gaps between its elements; pass a contiguous one");
}

void release_owner(void* owner) { c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(static_cast<at::TensorImpl*>(owner)); }

void* owner_of(at::Tensor tensor) { return tensor.unsafeReleaseTensorImpl(); }

// Only a tensor at its own rank's place may be both read and written.
void require_apart(const char* operation, const char* in, int64_t in_bytes, const char* out, int64_t out_bytes, int64_t allowed) {
  if (in_bytes == 0 || out_bytes == 0 || in + in_bytes <= out || out + out_bytes <= in || reinterpret_cast<intptr_t>(in) + allowed == reinterpret_cast<intptr_t>(out)) return;
  throw mt::error(MT_SHAPE, std::string(operation) + ": input and output overlap other than at this rank's own share");
}

}  // namespace

namespace mt {

int report_group(const GroupError& error) noexcept {
  last_reason = static_cast<int>(error.reason);
  last_peer = error.peer;
  return report(status_of(error.reason), error.what());
}

}  // namespace mt

// Why the calling thread's last failure of a group came about (Reason), and the rank to blame or -1.
MT_API void mt_group_last_failure(int* reason, int* peer) {
  *reason = last_reason;
  *peer = last_peer;
  last_reason = 0;
  last_peer = -1;
}

// backend: 0 host, 1 gloo, 2 nccl.
MT_API int mt_group_prepare(int backend, const mt_group_options* options, mt_endpoint** out) {
  return mt::group_guard("prepare", [&] {
    meditron::groups::EndpointOptions o;
    o.name = options->name;
    o.host = options->host;
    o.generation = options->generation;
    o.rank = static_cast<int>(options->rank);
    o.size = static_cast<int>(options->size);
    o.chunk_bytes = options->chunk_bytes;
    o.shared_memory = options->shared_memory != 0;
    o.spin = options->spin;
    o.backend = static_cast<uint32_t>(backend);
    switch (backend) {
      case 0: *out = new HostEndpoint(std::move(o)); return;
#ifdef MT_GLOO
      case 1: {
        mt::C10dFactory factory = mt::gloo_factory(o.host);
        *out = new C10dEndpoint(std::move(o), std::move(factory));
        return;
      }
#else
      case 1: throw GroupError(Reason::system, o.rank, "this build has no gloo backend: its libtorch came without Gloo, or without Gloo's headers (libgloo-dev); use host, or build with them");
#endif
#ifdef MT_NCCL
      case 2: *out = new C10dEndpoint(std::move(o), mt::nccl_factory()); return;
#else
      case 2: throw GroupError(Reason::system, o.rank, "this build has no nccl backend: its libtorch came without CUDA and NCCL; use host or gloo, or build with LIBTORCH=DIR of a CUDA libtorch");
#endif
      default: throw GroupError(Reason::shape, o.rank, "there is no backend " + std::to_string(backend));
    }
  });
}

MT_API int mt_endpoint_description(mt_endpoint* endpoint, const char** data, int64_t* bytes) {
  return mt::group_guard("description", [&] {
    *data = endpoint->description().data();
    *bytes = static_cast<int64_t>(endpoint->description().size());
  });
}

// descriptions: one after the other, with their lengths.
MT_API int mt_endpoint_connect(mt_endpoint* endpoint, const char* descriptions, const int64_t* lengths, int64_t count, int64_t timeout, Group** out) {
  return mt::group_guard("connect", [&] {
    std::vector<std::string> members;
    for (int64_t i = 0; i < count; i++) {
      members.emplace_back(descriptions, static_cast<size_t>(lengths[i]));
      descriptions += lengths[i];
    }
    *out = endpoint->connect(members, timeout);
  });
}

MT_API void mt_endpoint_cancel(mt_endpoint* endpoint) { endpoint->cancel(); }

MT_API void mt_endpoint_free(mt_endpoint* endpoint) { delete endpoint; }

struct mt_group_call {
  int64_t kind;
  int64_t reduction;
  int64_t peer;
  int64_t tag;
  int64_t timeout;
  const int64_t* input_splits;
  const int64_t* output_splits;
};

// input and output may be the same tensor, and either null where the operation has none. With `wait`, *out is null.
MT_API int mt_group_start(Group* group, const mt_group_call* call, mt_tensor* input, mt_tensor* output, int wait, Work** out) {
  return mt::group_guard("start", [&] {
    Call c;
    c.kind = static_cast<Kind>(call->kind);
    const char* name = meditron::groups::name_of(c.kind);
    c.reduction = static_cast<Reduction>(call->reduction);
    c.peer = static_cast<int>(call->peer);
    c.tag = call->tag;
    c.timeout = call->timeout;
    c.input_splits = call->input_splits;
    c.output_splits = call->output_splits;
    for (mt_tensor* tensor : {input, output}) {
      if (tensor == nullptr) continue;
      require_plain(name, mt::get(tensor), group->host_memory());
      const Element type = element_of(name, mt::get(tensor));
      const int64_t count = mt::get(tensor).numel();
      char* data = count > 0 ? static_cast<char*>(mt::get(tensor).data_ptr()) : nullptr;
      if (tensor == input) {
        c.type = c.out_type = type;
        c.input = data;
        c.input_elements = count;
      }
      if (tensor == output) {
        c.out_type = type;
        c.output = data;
        c.output_elements = count;
      }
    }
    if (input == nullptr) c.type = c.out_type;
    if (input != nullptr && output != nullptr && input != output) {
      int64_t place = 0;
      const int64_t* splits = c.kind == Kind::reduce_scatter ? c.input_splits : c.output_splits;
      for (int p = 0; p < group->rank(); p++) place += splits != nullptr ? splits[p] : c.kind == Kind::reduce_scatter ? c.output_elements : c.input_elements;
      const int64_t size = meditron::groups::size_of(c.type);
      const int64_t allowed = c.kind == Kind::reduce_scatter ? place * size : c.kind == Kind::all_gather ? -place * size : INT64_MIN / 2;
      require_apart(name, c.input, c.input_elements * size, c.output, c.output_elements * meditron::groups::size_of(c.out_type), allowed);
    }
    if (input != nullptr) c.owners[0] = owner_of(mt::get(input));
    if (output != nullptr && output != input) c.owners[1] = owner_of(mt::get(output));
    c.release = release_owner;
    *out = group->start(c, wait != 0);
  });
}

MT_API int mt_work_done(Work* work) { return work->done() ? 1 : 0; }

// wait: nanoseconds, or negative until it has ended (its deadline ends it).
MT_API int mt_work_wait(Work* work, int64_t wait, int* done) {
  return mt::group_guard("wait", [&] { *done = work->wait(wait < 0 ? INT64_MAX : meditron::groups::now() + wait) ? 1 : 0; });
}

MT_API void mt_work_on_complete(Work* work, meditron::groups::Completion callback, void* context) { work->on_complete(callback, context); }

// The failure of an ended operation as a status, or MT_OK.
MT_API int mt_work_result(Work* work) {
  return mt::group_guard("result", [&] {
    if (const Failure* f = work->failure()) throw GroupError(f->reason, f->peer, f->text);
  });
}

MT_API void mt_work_free(Work* work) { work->release(); }

MT_API void mt_group_abort(Group* group, const char* why) {
  mt::group_guard("abort", [&] { group->abort(why); });
}

MT_API void mt_group_on_failure(Group* group, meditron::groups::Completion callback, void* context) { group->on_failure(callback, context); }

MT_API int mt_group_failure(Group* group) {
  return mt::group_guard("failure", [&] {
    if (const Failure* f = group->failure()) throw GroupError(f->reason, f->peer, f->text);
  });
}

MT_API const char* mt_group_transport(Group* group, int peer) { return group->transport(peer); }

MT_API int mt_group_corrupt_next(Group* group, int peer, int64_t bit) {
  return mt::group_guard("corrupt_next", [&] { group->corrupt_next(peer, bit); });
}

MT_API int mt_group_lose_next(Group* group, int peer, int message) {
  return mt::group_guard("lose_next", [&] { group->lose_next(peer, message != 0); });
}

MT_API void mt_group_close(Group* group) {
  mt::group_guard("close", [&] { group->close(); });
}

MT_API void mt_group_free(Group* group) {
  mt::group_guard("free", [&] { group->release(); });
}
