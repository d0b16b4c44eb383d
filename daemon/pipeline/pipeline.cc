#include "daemon/pipeline/pipeline.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/ops/log.h"
#include "daemon/ops/simulate.h"
#include "daemon/pipeline/batch_queue.h"
#include "daemon/pipeline/committer.h"
#include "daemon/pipeline/judge_stage.h"

namespace leaktrip {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPoll{50};
constexpr milliseconds kIdle{200};  // of the judge thread, with nothing to commit

int WorkerCount(int configured) {
  if (configured > 0) return configured;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

struct Pipeline::Impl {
  explicit Impl(Options given)
      : options(std::move(given)),
        workers(WorkerCount(options.workers)),
        most_in_flight(static_cast<size_t>(4 * workers + 8)),
        rules(options.rules),
        parsers(options.parsing),
        stage(options.judge, &options.hooks, options.clock, options.metrics),
        committer({.store = options.store,
                   .source = options.source,
                   .clock = options.clock,
                   .metrics = options.metrics,
                   .committed = options.hooks.committed,
                   .waiting = [this] { ++progress; }}),
        running(workers + 2),
        scanning(workers) {}

  void Ingest();
  bool WaitForRoom();
  bool Read(uint64_t* sequence);
  void Work();
  void JudgeAll();
  void JudgeInOrder(std::map<uint64_t, ScanResult>* waiting, uint64_t* next);
  void LogTotals() const;
  void TakeAnnouncements();
  void CommitIfDue();
  void ThreadEnded();
  std::shared_ptr<const RuleSet> Rules() {
    const std::lock_guard lock(mutex);
    return rules;
  }

  const Options options;
  const int workers;
  const size_t most_in_flight;

  std::mutex mutex;  // of the fields down to `outcome`, and of `running`
  std::condition_variable changed;
  std::shared_ptr<const RuleSet> rules;
  size_t in_flight = 0;
  std::vector<std::pair<Fingerprint, RevocationFact>> announced;
  Result<void> outcome;

  ParserPool parsers;
  BatchQueue<ScanJob> jobs;
  BatchQueue<ScanResult> results;
  // Of the judge thread.
  uint64_t records = 0;
  uint64_t bytes = 0;
  Millis first_received = 0;
  JudgeStage stage;
  Committer committer;
  std::atomic<uint64_t> progress = 0;
  std::atomic<bool> stopping = false;
  std::atomic<bool> discarding = false;
  int running;                // threads
  std::atomic<int> scanning;  // workers
  std::vector<std::thread> threads;
};

// --- The ingest thread.

void Pipeline::Impl::Ingest() {
  uint64_t sequence = 0;
  while (!stopping && Read(&sequence)) {
  }
  jobs.Close();
}

bool Pipeline::Impl::WaitForRoom() {
  std::unique_lock lock(mutex);
  const auto room = [this] { return in_flight < most_in_flight || stopping; };
  if (room()) return true;
  if (options.metrics != nullptr) {
    options.metrics->Count("back_pressure_total", 1, {{"reason", "workers"}});
  }
  while (!room()) {
    lock.unlock();
    options.source->Idle();
    lock.lock();
    changed.wait_for(lock, kPoll, room);
  }
  return !stopping;
}

// False when there is nothing more to read.
bool Pipeline::Impl::Read(uint64_t* sequence) {
  if (!WaitForRoom()) return false;
  auto batch = options.source->Poll(kPoll);
  if (!batch) {
    const std::lock_guard lock(mutex);
    outcome = std::unexpected(batch.error());
    return false;
  }
  if (*batch) {
    SimulationPoint("batch-received");
    {
      const std::lock_guard lock(mutex);
      ++in_flight;
    }
    jobs.Push({(*sequence)++, options.clock->Monotonic(), std::move(*batch)});
  } else {
    const std::lock_guard lock(mutex);
    if (in_flight == 0) ++progress;
  }
  return !(options.exit_at_end && options.source->AtEnd());
}

// --- The workers.

void Pipeline::Impl::Work() {
  BatchScanner scanner({.max_record_bytes = options.max_record_bytes,
                        .max_ahead = options.max_ahead,
                        .make_engine = options.make_engine,
                        .clock = options.clock,
                        .metrics = options.metrics,
                        .parsers = &parsers});
  while (auto job = jobs.Pop()) {
    if (discarding) continue;
    ScanResult result = scanner.Process(std::move(*job), Rules());
    SimulationPoint("batch-scanned");
    results.Push(std::move(result));
  }
  if (--scanning == 0) results.Close();
}

// --- The judge thread.

void Pipeline::Impl::JudgeAll() {
  std::map<uint64_t, ScanResult> waiting;  // those that overtook an earlier batch
  uint64_t next = 0;
  for (;;) {
    const milliseconds wait =
        stage.dirty() ? std::min(kIdle, milliseconds(committer.Wait(stage.has_alerts()))) : kIdle;
    auto result = results.PopFor(wait);
    const bool last = !result && results.closed();
    if (result) waiting.emplace(result->job.sequence, std::move(*result));
    JudgeInOrder(&waiting, &next);
    TakeAnnouncements();
    CommitIfDue();
    if (last) break;
  }
  if (stage.dirty()) committer.Commit(stage.TakeUnit());
  if (options.exit_at_end) LogTotals();
}

void Pipeline::Impl::LogTotals() const {
  const double seconds = static_cast<double>(options.clock->Monotonic() - first_received) / 1000;
  spdlog::info("judged {} records, {} bytes in {:.3f} s", records, bytes,
               records > 0 ? seconds : 0);
}

void Pipeline::Impl::JudgeInOrder(std::map<uint64_t, ScanResult>* waiting, uint64_t* next) {
  while (!discarding && !waiting->empty() && waiting->begin()->first == *next) {
    ScanResult result = std::move(waiting->begin()->second);
    waiting->erase(waiting->begin());
    if ((*next)++ == 0) first_received = result.job.received;
    stage.Take(result);
    records += result.job.batch->records().size();
    for (const SourceRecord& record : result.job.batch->records()) bytes += record.bytes.size();
    SimulationPoint("batch-judged");
    ++progress;
    if (options.metrics != nullptr) {
      options.metrics->Count("batches_total");
      options.metrics->Observe(
          "batch_duration_seconds",
          static_cast<double>(options.clock->Monotonic() - result.job.received) / 1000);
    }
    parsers.Give(std::move(result.parsers));
    result.job.batch.reset();
    {
      const std::lock_guard lock(mutex);
      --in_flight;
    }
    changed.notify_all();
    CommitIfDue();
  }
}

void Pipeline::Impl::TakeAnnouncements() {
  std::vector<std::pair<Fingerprint, RevocationFact>> taken;
  {
    const std::lock_guard lock(mutex);
    taken.swap(announced);
  }
  for (auto& [token, fact] : taken) stage.OnRevocation(token, std::move(fact));
}

void Pipeline::Impl::CommitIfDue() {
  if (stage.dirty() && committer.Wait(stage.has_alerts()) == 0) committer.Commit(stage.TakeUnit());
}

void Pipeline::Impl::ThreadEnded() {
  {
    const std::lock_guard lock(mutex);
    --running;
  }
  changed.notify_all();
}

// --- The face.

Pipeline::Pipeline(Options options) : impl_(std::make_shared<Impl>(std::move(options))) {}

Pipeline::~Pipeline() { Stop(false, milliseconds(2000)); }

void Pipeline::Start() {
  const auto run = [this](void (Impl::*body)()) {
    impl_->threads.emplace_back([impl = impl_, body] {
      (impl.get()->*body)();
      impl->ThreadEnded();
    });
  };
  run(&Impl::JudgeAll);
  for (int i = 0; i < impl_->workers; ++i) run(&Impl::Work);
  run(&Impl::Ingest);
}

bool Pipeline::Stop(bool drain, milliseconds deadline) {
  Impl& impl = *impl_;
  if (impl.threads.empty()) return true;
  impl.stopping = true;
  impl.committer.GiveUp();
  if (!drain) impl.discarding = true;
  impl.changed.notify_all();
  const bool ended = WaitEnded(deadline);
  for (std::thread& thread : impl.threads) {
    if (ended) {
      thread.join();
    } else {
      thread.detach();
    }
  }
  impl.threads.clear();
  return ended;
}

void Pipeline::SetParsing(AccessParser::Options parsing) {
  impl_->parsers.SetOptions(std::move(parsing));
}

void Pipeline::SetRules(std::shared_ptr<const RuleSet> rules) {
  const std::lock_guard lock(impl_->mutex);
  impl_->rules = std::move(rules);
}

void Pipeline::Announce(const Fingerprint& token, RevocationFact fact) {
  const std::lock_guard lock(impl_->mutex);
  impl_->announced.emplace_back(token, std::move(fact));
}

bool Pipeline::WaitEnded(milliseconds wait) {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, wait, [this] { return impl_->running == 0; });
}

Result<void> Pipeline::outcome() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->outcome;
}

uint64_t Pipeline::progress() const { return impl_->progress; }
bool Pipeline::healthy() const { return impl_->committer.healthy(); }

}  // namespace leaktrip
