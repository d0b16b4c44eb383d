#include "daemon/ingest/kafka_source.h"

#include "daemon/ingest/kafka_reader.h"

namespace leaktrip {

using std::chrono::milliseconds;

struct KafkaSource::Impl {
  explicit Impl(Options options) : reader(std::move(options)) {}
  KafkaReader reader;
};

std::unique_ptr<KafkaSource> KafkaSource::Open(Options options, Errors* errors) {
  auto source =
      std::unique_ptr<KafkaSource>(new KafkaSource(std::make_unique<Impl>(std::move(options))));
  if (!source->impl_->reader.Connect(errors)) return nullptr;
  return source;
}

KafkaSource::KafkaSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

KafkaSource::~KafkaSource() { Close(milliseconds(1000)); }

Result<std::unique_ptr<Batch>> KafkaSource::Poll(milliseconds wait) {
  KafkaReader& reader = impl_->reader;
  // Without partitions there is nothing to wait for but events.
  const bool reading = reader.assigned() > 0;
  reader.ServeEvents(reading ? milliseconds(0) : wait);
  reader.Recover();
  std::unique_ptr<Batch> batch = reader.Take(reading ? wait : milliseconds(0));
  if (batch) return batch;
  if (std::optional<Error> error = reader.Failure()) return std::unexpected(std::move(*error));
  return nullptr;
}

void KafkaSource::Idle() {
  impl_->reader.ServeEvents(milliseconds(0));
  impl_->reader.Progressed();
}

void KafkaSource::Store(const std::vector<PartitionOffset>& offsets) {
  impl_->reader.Store(offsets);
}

bool KafkaSource::AtEnd() const { return impl_->reader.AtEnd(); }
size_t KafkaSource::assigned() const { return impl_->reader.assigned(); }
int64_t KafkaSource::lag() const { return impl_->reader.lag(); }
void KafkaSource::Close(milliseconds deadline) { impl_->reader.Close(deadline); }

}  // namespace leaktrip
