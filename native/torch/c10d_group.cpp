// Operations over a c10d backend. Each runs on the thread of its lane (one for collectives, one for each peer's sends, one for each peer's receives), so that
// lanes overlap as those of the host group do.
#include "torch/c10d_group.h"

#include <algorithm>
#include <chrono>

#include "torch/c10d_reduce.h"

namespace mt {

using meditron::Element;
using meditron::Reduction;
using meditron::groups::Call;
using meditron::groups::Completion;
using meditron::groups::Failure;
using meditron::groups::Group;
using meditron::groups::GroupError;
using meditron::groups::HostGroup;
using meditron::groups::Kind;
using meditron::groups::name_of;
using meditron::groups::now;
using meditron::groups::Reason;
using meditron::groups::size_of;
using meditron::groups::Work;

namespace {

// How long the host group may take to find out why a connection broke.
constexpr int64_t kFindOut = meditron::groups::kSecond;

class C10dWork final : public Work {
 public:
  C10dWork(const Call& call, int size, std::string where)
      : call(call), splits(2 * static_cast<size_t>(size)), deadline(now() + call.timeout), where_(std::move(where)) {}

  bool done() const override { return done_.load(std::memory_order_acquire); }

  bool wait(int64_t until) override {
    {
      std::unique_lock<std::mutex> hold(lock_);
      if (until == INT64_MAX) {
        ended_.wait(hold, [this] { return done(); });
      } else {
        ended_.wait_for(hold, std::chrono::nanoseconds(std::max<int64_t>(0, until - now())), [this] { return done(); });
      }
    }
    if (!done()) return false;
    if (failure_.reason != Reason::none) meditron::groups::fail(failure_.reason, failure_.peer, failure_.text);
    return true;
  }

  void on_complete(Completion callback, void* context) override {
    {
      std::lock_guard<std::mutex> hold(lock_);
      if (!done()) {
        callback_ = callback;
        context_ = context;
        return;
      }
    }
    tell(callback, context);
  }

  const Failure* failure() const override { return done() && failure_.reason != Reason::none ? &failure_ : nullptr; }

  void release() override {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  void finish(const Failure* failure) {
    for (void*& owner : call.owners) {
      if (owner != nullptr) call.release(owner);
      owner = nullptr;
    }
    Completion callback;
    {
      std::lock_guard<std::mutex> hold(lock_);
      if (failure != nullptr) failure_ = {failure->reason, failure->peer, describe() + ": " + failure->text};
      done_.store(true, std::memory_order_release);
      callback = std::exchange(callback_, nullptr);
      ended_.notify_all();
    }
    if (callback != nullptr) tell(callback, context_);
    release();
  }

  std::string describe() const {
    const int64_t elements = call.kind == Kind::receive ? call.output_elements : call.input_elements;
    std::string text = name_of(call.kind);
    if (call.kind != Kind::barrier) text += " of " + std::to_string(elements) + " " + name_of(call.type);
    if (call.peer >= 0) text += (call.kind == Kind::send ? " to rank " : " from rank ") + std::to_string(call.peer);
    return text + where_;
  }

  // The tensors, which the call's owners keep alive.
  at::Tensor input() const { return tensor(call.owners[0]); }
  at::Tensor output() const { return tensor(call.owners[1] != nullptr ? call.owners[1] : call.owners[0]); }

  Call call;
  std::vector<int64_t> splits;
  int64_t deadline;
  int64_t header[2] = {0, 0};  // of a message: type and elements
  Work* header_work = nullptr;

 private:
  static at::Tensor tensor(void* owner) {
    return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(static_cast<at::TensorImpl*>(owner)));
  }
  void tell(Completion callback, void* context) const { callback(context, static_cast<int>(failure_.reason), failure_.peer, failure_.text.c_str()); }

  std::string where_;
  std::mutex lock_;
  std::condition_variable ended_;
  std::atomic<bool> done_{false};
  std::atomic<int> references_{2};
  Completion callback_ = nullptr;
  void* context_ = nullptr;
  Failure failure_;
};

// Works that run one after the other on a thread of their own.
class Lane {
 public:
  explicit Lane(std::function<void(C10dWork&)> run) : run_(std::move(run)) {}
  ~Lane() { stop(); }
  // Runs what is queued and ends the thread.
  void stop() {
    {
      std::lock_guard<std::mutex> hold(lock_);
      stopping_ = true;
      came_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }
  void push(C10dWork* work) {
    std::lock_guard<std::mutex> hold(lock_);
    queue_.push_back(work);
    if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
    came_.notify_all();
  }

 private:
  void loop() {
    at::AutoDispatchBelowADInplaceOrView no_autograd;
    std::unique_lock<std::mutex> hold(lock_);
    for (;;) {
      came_.wait(hold, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      C10dWork* work = queue_.front();
      queue_.pop_front();
      hold.unlock();
      run_(*work);
      hold.lock();
    }
  }

  std::function<void(C10dWork&)> run_;
  std::mutex lock_;
  std::condition_variable came_;
  std::deque<C10dWork*> queue_;
  std::thread thread_;
  bool stopping_ = false;
};

class C10dGroup final : public Group {
 public:
  C10dGroup(HostGroup* host, const C10dFactory& factory, int64_t timeout) : host_(host), store_(c10::make_intrusive<ReplicatedStore>(host, timeout)) {
    host_->on_failure([](void* self, int reason, int peer, const char* text) { static_cast<C10dGroup*>(self)->host_failed(reason, peer, text); }, this);
    try {
      auto adapter = factory(store_, host_->rank(), host_->size(), timeout);
      std::lock_guard<std::mutex> hold(lock_);
      adapter_ = std::move(adapter);
    } catch (const std::exception& e) {
      const Failure* known = host_->failure();
      const Failure failure = known != nullptr ? *known : Failure{Reason::system, rank(), std::string("making the backend's own connections: ") + e.what()};
      if (known == nullptr) host_->fail_group(failure);
      host_->close();
      meditron::groups::fail(failure.reason, failure.peer, "connecting: " + failure.text);
    }
    for (int p = 0; p < size(); p++) {
      sends_.push_back(std::make_unique<Lane>([this](C10dWork& work) { run(work, &C10dGroup::send); }));
      receives_.push_back(std::make_unique<Lane>([this](C10dWork& work) { run(work, &C10dGroup::receive); }));
    }
  }

  int rank() const override { return host_->rank(); }
  int size() const override { return host_->size(); }
  bool host_memory() const override { return adapter_->host_memory(); }
  const Failure* failure() const override { return host_->failure(); }
  const char* transport(int peer) const override { return peer == rank() ? "own" : adapter_->name(); }
  void corrupt_next(int, int64_t) override { meditron::groups::fail(Reason::system, rank(), "only the host backend checks its chunks"); }
  void lose_next(int, bool) override { meditron::groups::fail(Reason::system, rank(), "only the host backend counts its chunks"); }
  void abort(const std::string& why) override { host_->abort(why); }

  Work* start(const Call& call, bool wait) override {
    C10dWork* work = nullptr;
    try {
      host_->require(call);
      if (const Failure* f = host_->failure()) meditron::groups::fail(f->reason, f->peer, std::string(name_of(call.kind)) + " cannot start: the group has failed: " + f->text);
      work = new C10dWork(call, size(), host_->where());
      host_->make_splits(call, work->splits);
    } catch (...) {
      delete work;
      for (void* owner : call.owners) {
        if (owner != nullptr) call.release(owner);
      }
      throw;
    }
    pending_.fetch_add(1);
    if (call.kind == Kind::send) {
      sends_[call.peer]->push(work);
    } else if (call.kind == Kind::receive) {
      expect(work);
    } else {
      collectives_.push(work);
    }
    if (!wait) return work;
    struct Releaser {
      C10dWork* work;
      ~Releaser() { work->release(); }
    } releaser{work};
    work->wait(INT64_MAX);
    return nullptr;
  }

  void on_failure(Completion callback, void* context) override {
    {
      std::lock_guard<std::mutex> hold(lock_);
      if (host_->failure() == nullptr) {
        failure_callback_ = callback;
        failure_context_ = context;
        return;
      }
    }
    const Failure* f = host_->failure();
    callback(context, static_cast<int>(f->reason), f->peer, f->text.c_str());
  }

  void close() override {
    if (closed_.exchange(true)) return;
    if (pending_.load() > 0) host_->fail_group({Reason::closed, rank(), "rank " + std::to_string(rank()) + " left the group before the operation had ended"});
    // Ends the operations it carries for this one, with their callbacks.
    host_->close();
    store_->cancel();
    sends_.clear();
    receives_.clear();
    collectives_.stop();
    std::lock_guard<std::mutex> hold(lock_);
    adapter_.reset();
    failure_callback_ = nullptr;
  }

  void release() override {
    close();
    store_.reset();
    host_->release();
    delete this;
  }

 private:
  using Step = void (C10dGroup::*)(C10dWork&);

  void host_failed(int reason, int peer, const char* text) {
    store_->cancel();
    Completion callback;
    {
      std::lock_guard<std::mutex> hold(lock_);
      if (adapter_) adapter_->abort();
      callback = std::exchange(failure_callback_, nullptr);
    }
    if (callback != nullptr) callback(failure_context_, reason, peer, text);
  }

  void finish(C10dWork& work, const Failure* failure) {
    if (work.header_work != nullptr) work.header_work->release();
    pending_.fetch_sub(1);
    work.finish(failure);
  }

  void run(C10dWork& work, Step step) {
    try {
      if (host_->failure() == nullptr) (this->*step)(work);
    } catch (const GroupError& e) {
      host_->fail_group({e.reason, e.peer, e.what()});
    } catch (const std::exception& e) {
      explain(work, e.what());
    }
    finish(work, host_->failure());
  }

  // A backend says that a connection broke, not whose process ended: the host group knows a moment later.
  void explain(const C10dWork& work, const std::string& what) {
    const std::string first = what.substr(0, what.find('\n'));
    if (now() >= work.deadline) {
      host_->fail_group({Reason::deadline, -1, std::string(name_of(work.call.kind)) + " passed its deadline of " + std::to_string(work.call.timeout / meditron::groups::kMillisecond) + " ms in " + adapter_->name() + ": " + first});
      return;
    }
    std::mutex none;
    std::unique_lock<std::mutex> hold(none);
    std::condition_variable never;
    for (const int64_t until = now() + kFindOut; host_->failure() == nullptr && now() < until;) never.wait_for(hold, std::chrono::milliseconds(1));
    host_->fail_group({Reason::peer_lost, -1, std::string(adapter_->name()) + ": " + first});
  }

  void await(const c10::intrusive_ptr<c10d::Work>& work, const C10dWork& of) { adapter_->wait(*work, of.deadline); }

  // All members say what they are about to run, and what they will send to each other.
  void agree(C10dWork& work) {
    constexpr int kWords = 6;
    const Call& call = work.call;
    const int64_t elements = call.kind == Kind::all_to_all || call.kind == Kind::barrier ? 0 : call.kind == Kind::all_gather ? call.output_elements : call.input_elements;
    std::vector<int64_t> mine(static_cast<size_t>(size()) * kWords), theirs(mine.size());
    for (int p = 0; p < size(); p++) {
      const int64_t words[kWords] = {static_cast<int64_t>(call.kind), static_cast<int64_t>(call.type), static_cast<int64_t>(call.reduction),
                                     call.kind == Kind::broadcast ? call.peer : 0, elements, call.kind == Kind::all_to_all ? work.splits[p] : 0};
      std::copy(words, words + kWords, mine.begin() + p * kWords);
    }
    Call exchange;
    exchange.kind = Kind::all_to_all;
    exchange.type = exchange.out_type = Element::i64;
    exchange.input = reinterpret_cast<const char*>(mine.data());
    exchange.output = reinterpret_cast<char*>(theirs.data());
    exchange.input_elements = exchange.output_elements = static_cast<int64_t>(mine.size());
    exchange.timeout = std::max<int64_t>(1, work.deadline - now());
    host_->start(exchange, true);
    for (int p = 0; p < size(); p++) {
      const int64_t* words = &theirs[static_cast<size_t>(p) * kWords];
      const int64_t* own = &mine[static_cast<size_t>(p) * kWords];
      const bool same_parts = call.kind != Kind::all_to_all || words[5] == work.splits[size() + p];
      if (std::equal(words, words + kWords - 1, own) && same_parts) continue;
      const std::string what = work.describe() + ", while rank " + std::to_string(p) + " runs " + name_of(static_cast<Kind>(words[0])) + " of " + std::to_string(words[4]) + " " +
                               name_of(static_cast<Element>(words[1])) + (same_parts ? "" : " and sends another share than is expected");
      meditron::groups::fail(words[0] == own[0] && words[1] != own[1] ? Reason::type : Reason::shape, p, what);
    }
  }

  static at::Tensor flat(const at::Tensor& tensor) { return tensor.view({-1}); }
  static at::Tensor bytes(const at::Tensor& tensor) { return tensor.view({-1}).view(at::kByte); }

  void exchange(C10dWork& work, at::Tensor output, at::Tensor input, const std::vector<int64_t>& out_elements, const std::vector<int64_t>& in_elements) {
    const int64_t size = input.element_size();
    std::vector<int64_t> out_bytes, in_bytes;
    for (int64_t count : out_elements) out_bytes.push_back(count * size);
    for (int64_t count : in_elements) in_bytes.push_back(count * size);
    at::Tensor out = bytes(output), in = bytes(input);
    await(adapter_->backend().alltoall_base(out, in, out_bytes, in_bytes), work);
  }

  void gather(C10dWork& work, const at::Tensor& output, const at::Tensor& input) {
    const int64_t share = input.nbytes();
    at::Tensor all = bytes(output);
    std::vector<std::vector<at::Tensor>> outputs(1);
    for (int p = 0; p < size(); p++) outputs[0].push_back(all.narrow(0, p * share, share));
    std::vector<at::Tensor> inputs{bytes(input)};
    await(adapter_->backend().allgather(outputs, inputs), work);
  }

  void broadcast(C10dWork& work, at::Tensor tensor, int root) {
    c10d::BroadcastOptions options;
    options.rootRank = root;
    std::vector<at::Tensor> tensors{bytes(tensor)};
    await(adapter_->backend().broadcast(tensors, options), work);
  }

  // Shares to their owners, who add them up in the order that the reduction asks for.
  void reduce_scatter(C10dWork& work, const at::Tensor& output, const at::Tensor& input, const std::vector<int64_t>& shares) {
    const int64_t own = shares[rank()];
    at::Tensor received = at::empty({own * size()}, input.options());
    exchange(work, received, input, std::vector<int64_t>(size(), own), shares);
    reduce_shares(work.call.reduction, received, size(), output);
  }

  void all_reduce(C10dWork& work, const at::Tensor& tensor) {
    const int64_t count = tensor.numel();
    if (work.call.reduction == Reduction::any_sum && !(adapter_->host_memory() && tensor.scalar_type() == at::kBFloat16)) {
      std::vector<at::Tensor> tensors{tensor};
      await(adapter_->backend().allreduce(tensors), work);
      return;
    }
    const int64_t share = (count + size() - 1) / size();
    const bool even = share * size() == count;
    at::Tensor whole = even ? tensor : at::zeros({share * size()}, tensor.options());
    if (!even) whole.narrow(0, 0, count).copy_(tensor);
    at::Tensor own = at::empty({share}, tensor.options());
    reduce_scatter(work, own, whole, std::vector<int64_t>(size(), share));
    gather(work, whole, own);
    if (!even) tensor.copy_(whole.narrow(0, 0, count));
  }

  void all_gather(C10dWork& work, const at::Tensor& output, const at::Tensor& input) {
    const std::vector<int64_t> shares(work.splits.begin() + size(), work.splits.end());
    if (std::all_of(shares.begin(), shares.end(), [&](int64_t share) { return share == shares[0]; })) return gather(work, output, input);
    int64_t start = 0;
    for (int p = 0; p < size(); p++) {
      at::Tensor place = output.narrow(0, start, shares[p]);
      if (p == rank() && place.data_ptr() != input.data_ptr()) place.copy_(input);
      if (shares[p] > 0) broadcast(work, place, p);
      start += shares[p];
    }
  }

  void collective(C10dWork& work) {
    agree(work);
    const Call& call = work.call;
    if (call.kind == Kind::barrier) return;
    const at::Tensor input = flat(work.input()), output = flat(work.output());
    const std::vector<int64_t> given(work.splits.begin(), work.splits.begin() + size()), got(work.splits.begin() + size(), work.splits.end());
    // Nothing to move for anybody, which not every backend takes well.
    if (call.kind != Kind::all_to_all && input.numel() == 0 && output.numel() == 0 && std::max(call.input_elements, call.output_elements) == 0) return;
    switch (call.kind) {
      case Kind::all_reduce: return all_reduce(work, input);
      case Kind::reduce_scatter: return reduce_scatter(work, output, input, given);
      case Kind::all_gather: return all_gather(work, output, input);
      case Kind::broadcast: return broadcast(work, input, call.peer);
      default: return exchange(work, output, input, got, given);
    }
  }

  Call header_call(C10dWork& work, Kind kind) const {
    Call header;
    header.kind = kind;
    header.type = header.out_type = Element::i64;
    header.peer = work.call.peer;
    header.tag = work.call.tag;
    header.timeout = std::max<int64_t>(1, work.deadline - now());
    header.input = header.output = reinterpret_cast<char*>(work.header);
    header.input_elements = header.output_elements = 2;
    return header;
  }

  void send(C10dWork& work) {
    work.header[0] = static_cast<int64_t>(work.call.type);
    work.header[1] = work.call.input_elements;
    host_->start(header_call(work, Kind::send), true);
    if (work.call.input_elements == 0) return;
    std::vector<at::Tensor> tensors{bytes(work.input())};
    await(adapter_->backend().send(tensors, work.call.peer, 0), work);
  }

  // The message's header comes by the host group, which also finds the receive by its tag; the bytes then follow in the order of the headers.
  void expect(C10dWork* work) {
    struct Arrival {
      C10dGroup* group;
      C10dWork* work;
    };
    try {
      work->header_work = host_->start(header_call(*work, Kind::receive), false);
    } catch (const GroupError&) {
      finish(*work, host_->failure());
      return;
    }
    work->header_work->on_complete(
        [](void* context, int reason, int, const char*) {
          const std::unique_ptr<Arrival> arrival(static_cast<Arrival*>(context));
          if (reason != 0) {
            arrival->group->finish(*arrival->work, arrival->group->host_->failure());
          } else {
            arrival->group->receives_[arrival->work->call.peer]->push(arrival->work);
          }
        },
        new Arrival{this, work});
  }

  void receive(C10dWork& work) {
    const Call& call = work.call;
    const bool same_type = work.header[0] == static_cast<int64_t>(call.type);
    if (!same_type || work.header[1] != call.output_elements) {
      meditron::groups::fail(same_type ? Reason::shape : Reason::type, call.peer,
                             work.describe() + " was sent " + std::to_string(work.header[1]) + " " + name_of(static_cast<Element>(work.header[0])) + "; both ends must name the same");
    }
    if (call.output_elements == 0) return;
    std::vector<at::Tensor> tensors{bytes(work.output())};
    await(adapter_->backend().recv(tensors, call.peer, 0), work);
  }

  HostGroup* host_;
  c10::intrusive_ptr<ReplicatedStore> store_;
  std::mutex lock_;
  std::unique_ptr<C10dAdapter> adapter_;
  Completion failure_callback_ = nullptr;
  void* failure_context_ = nullptr;
  std::atomic<int64_t> pending_{0};
  std::atomic<bool> closed_{false};
  std::vector<std::unique_ptr<Lane>> sends_;
  std::vector<std::unique_ptr<Lane>> receives_;
  Lane collectives_{[this](C10dWork& work) { run(work, &C10dGroup::collective); }};
};

}  // namespace

Group* make_c10d_group(HostGroup* host, const C10dFactory& factory, int64_t timeout) {
  try {
    return new C10dGroup(host, factory, timeout);
  } catch (...) {
    host->release();
    throw;
  }
}

}  // namespace mt
