// The store that c10d's backends find each other by, replicated over the members' own connections.
#include <cstring>

#include "torch/c10d_group.h"

namespace mt {

using meditron::groups::GroupError;
using meditron::groups::Reason;

namespace {

std::chrono::milliseconds milliseconds(int64_t nanoseconds) { return std::chrono::milliseconds(nanoseconds / meditron::groups::kMillisecond + 1); }

}  // namespace

ReplicatedStore::ReplicatedStore(meditron::groups::HostGroup* host, int64_t timeout) : Store(milliseconds(timeout)), host_(host) {
  host_->on_message([this](const std::string& message) { hear(message); });
}

ReplicatedStore::~ReplicatedStore() { host_->on_message(nullptr); }

// The key's length, the key, the value.
void ReplicatedStore::hear(const std::string& message) {
  uint32_t length = 0;
  if (message.size() < sizeof length) return;
  std::memcpy(&length, message.data(), sizeof length);
  if (length > message.size() - sizeof length) return;
  std::lock_guard<std::mutex> hold(lock_);
  values_[message.substr(sizeof length, length)].assign(message.begin() + sizeof length + length, message.end());
  changed_.notify_all();
}

void ReplicatedStore::set(const std::string& key, const std::vector<uint8_t>& value) {
  const uint32_t length = static_cast<uint32_t>(key.size());
  std::string message(reinterpret_cast<const char*>(&length), sizeof length);
  message += key;
  message.append(value.begin(), value.end());
  hear(message);
  host_->publish(message, meditron::groups::now() + std::chrono::nanoseconds(timeout_).count());
}

std::vector<uint8_t> ReplicatedStore::get(const std::string& key) {
  wait({key}, timeout_);
  std::lock_guard<std::mutex> hold(lock_);
  return values_.at(key);
}

// Counters would need one place that adds; none of the backends counts with its store.
int64_t ReplicatedStore::add(const std::string& key, int64_t) { throw GroupError(Reason::system, -1, "this store has no counters, and '" + key + "' was to be one"); }

bool ReplicatedStore::deleteKey(const std::string& key) {
  std::lock_guard<std::mutex> hold(lock_);
  return values_.erase(key) > 0;
}

bool ReplicatedStore::check(const std::vector<std::string>& keys) {
  std::lock_guard<std::mutex> hold(lock_);
  for (const std::string& key : keys) {
    if (values_.find(key) == values_.end()) return false;
  }
  return true;
}

int64_t ReplicatedStore::getNumKeys() {
  std::lock_guard<std::mutex> hold(lock_);
  return static_cast<int64_t>(values_.size());
}

void ReplicatedStore::wait(const std::vector<std::string>& keys) { wait(keys, timeout_); }

void ReplicatedStore::wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) {
  // Never longer than the store's own bound, whatever a backend asks for.
  const auto until = std::chrono::steady_clock::now() + (timeout.count() > 0 ? std::min(timeout, timeout_) : timeout_);
  std::unique_lock<std::mutex> hold(lock_);
  for (const std::string& key : keys) {
    const bool there = changed_.wait_until(hold, until, [&] { return cancelled_ || values_.find(key) != values_.end(); });
    if (cancelled_) throw GroupError(Reason::closed, -1, "waiting for the key '" + key + "' of another member: the group has failed");
    if (!there) throw GroupError(Reason::deadline, -1, "no member has set the key '" + key + "' in time");
  }
}

void ReplicatedStore::cancel() {
  std::lock_guard<std::mutex> hold(lock_);
  cancelled_ = true;
  changed_.notify_all();
}

}  // namespace mt
