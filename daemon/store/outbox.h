// Outbox: the deliveries that the store holds, as the deliverer and the operator see them.
//
// A delivery is pending until it is delivered or dead; dead ones stay until an operator retries or
// drops them, so nothing is lost silently. An endpoint that answered 410 is disabled: its
// deliveries go dead until one of them is retried by hand.
//
// Threads: that of its Store, which must outlive it. Times are wall times.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/store.h"

namespace leaktrip {

std::string_view Name(DeliveryState state);  // "pending", "delivered", "dead"
std::optional<DeliveryState> ParseDeliveryState(std::string_view name);

// text with whatever may not be in a webhook-id replaced; different texts stay different.
std::string IdPart(std::string_view text);
// "msg_<alert id>_<revision>_<endpoint>": stable over retries, without a dot.
std::string WebhookId(std::string_view alert_id, uint32_t revision, std::string_view endpoint);
// The JSON that is sent: {"type", "timestamp", "data": the alert}.
std::string WebhookBody(std::string_view type, Millis ts, std::string_view alert_json);

struct OutboxStats {
  int64_t pending = 0;
  int64_t delivered = 0;
  int64_t dead = 0;
  Millis oldest_pending = 0;  // when it was created; 0: none
};

class Outbox {
 public:
  explicit Outbox(Store& store) : store_(store) {}

  // Pending deliveries of the endpoint that are due, oldest first, with their bodies.
  Result<std::vector<Delivery>> Due(std::string_view endpoint, Millis now, size_t limit);
  // When the next pending delivery of any of these endpoints is due; nullopt: none.
  Result<std::optional<Millis>> NextDue(std::string_view endpoint);
  // The outcome of an attempt. Counts the attempt.
  Result<void> Delivered(int64_t seq);
  Result<void> Failed(int64_t seq, Millis due, std::string_view error);
  Result<void> Dead(int64_t seq, std::string_view error);

  Result<void> Disable(std::string_view endpoint, std::string_view reason, Millis now);
  Result<std::map<std::string, std::string>> Disabled();  // name to reason
  // Every pending delivery of the endpoint becomes dead; the number of them.
  Result<int64_t> Bury(std::string_view endpoint, std::string_view error);

  struct Filter {
    std::optional<DeliveryState> state = {};
    std::string endpoint = {};  // empty: all
    size_t limit = 1000;
  };
  Result<std::vector<Delivery>> List(const Filter& filter);  // newest first, without bodies
  Result<Delivery> Get(std::string_view id);                 // kNotFound
  // Makes a delivery (or all dead ones) due now with a fresh schedule and enables its endpoint.
  Result<int64_t> Retry(std::string_view id, Millis now);
  Result<int64_t> RetryDead(std::string_view endpoint, Millis now);  // empty: of every endpoint
  Result<void> Drop(std::string_view id);                            // kNotFound

  Result<OutboxStats> Stats();
  // Forgets delivered deliveries created before `before`, then alerts as old that nothing refers
  // to. The number of rows.
  Result<int64_t> Prune(Millis before);

 private:
  Store& store_;
};

}  // namespace leaktrip
