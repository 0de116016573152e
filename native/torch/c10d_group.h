#pragma once
// A process group over one of libtorch's c10d backends. It stands on a group of the project's own, which its members rendezvous by: that one notices dead
// peers, carries aborts, checks that all members call the same thing, and replicates the keys that c10d wants to keep in a store.
#include <torch/csrc/distributed/c10d/Store.hpp>
#include <torch/version.h>
#if TORCH_VERSION_MAJOR >= 2
#include <torch/csrc/distributed/c10d/Backend.hpp>
#else
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#endif

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "groups/host_group.h"
#include "torch/mt_groups.h"

namespace mt {

#if TORCH_VERSION_MAJOR >= 2
using C10dBackend = c10d::Backend;
#else
using C10dBackend = c10d::ProcessGroup;
#endif

// Every member holds every key; what one sets is told to all.
class ReplicatedStore final : public c10d::Store {
 public:
  // The host group outlives the store's use; deadline bounds every wait.
  ReplicatedStore(meditron::groups::HostGroup* host, int64_t timeout);
  ~ReplicatedStore() override;
  void set(const std::string& key, const std::vector<uint8_t>& value) override;
  std::vector<uint8_t> get(const std::string& key) override;
  int64_t add(const std::string& key, int64_t value) override;
  bool deleteKey(const std::string& key) override;
  bool check(const std::vector<std::string>& keys) override;
  int64_t getNumKeys() override;
  void wait(const std::vector<std::string>& keys) override;
  void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) override;
  // Ends every wait with an error.
  void cancel();

 private:
  void hear(const std::string& message);

  meditron::groups::HostGroup* host_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<uint8_t>> values_;
  bool cancelled_ = false;
};

// What differs between the backends.
class C10dAdapter {
 public:
  virtual ~C10dAdapter() = default;
  virtual C10dBackend& backend() = 0;
  virtual const char* name() const = 0;
  virtual bool host_memory() const = 0;
  // Returns once the work has ended; throws where it failed or the deadline passed.
  virtual void wait(c10d::Work& work, int64_t deadline) = 0;
  // Makes whatever the backend is waiting for fail.
  virtual void abort() = 0;
};

// Called with the store once the members are connected.
using C10dFactory = std::function<std::unique_ptr<C10dAdapter>(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size, int64_t timeout)>;

meditron::groups::Group* make_c10d_group(meditron::groups::HostGroup* host, const C10dFactory& factory, int64_t timeout);

#ifdef MT_GLOO
C10dFactory gloo_factory(const std::string& host);
#endif
#ifdef MT_NCCL
C10dFactory nccl_factory();
#endif

}  // namespace mt
