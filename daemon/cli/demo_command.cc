#include <ostream>
#include <thread>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/demo_stage.h"
#include "daemon/cli/demo_story.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/service.h"
#include "daemon/cli/stored.h"
#include "daemon/ops/log.h"
#include "daemon/ops/process.h"

namespace leaktrip {
namespace {

Result<void> Tell(DemoStory* story) {
  try {
    return story->Play();
  } catch (const std::exception& e) {
    return Fail(Code::kIo, e.what());
  }
}

// The daemon on this thread, the story on another; whoever ends first ends the other.
Result<void> PlayBeside(Service* service, Signals* signals, DemoStory* story) {
  Result<void> told;
  std::thread teller([&] {
    told = Tell(story);
    service->RequestStop();
  });
  const int code = service->Run(signals);
  story->Cancel();
  teller.join();
  if (code != kExitDone && told) return Fail(Code::kIo, "the daemon ended with an error");
  return told;
}

Result<void> Perform(Signals* signals, DemoScreen* screen) {
  auto stage = DemoStage::Set();
  if (!stage) return std::unexpected(stage.error());
  Errors errors;
  auto config = (*stage)->LoadConfiguration(&errors);
  if (!config) return std::unexpected(config.error());
  spdlog::set_level(spdlog::level::from_str(config->log_level));
  const auto service = Service::Make({.config = std::move(*config)}, &errors);
  if (!service) return std::unexpected(errors.front());
  DemoStory story(stage->get(), screen, {});
  return PlayBeside(service.get(), signals, &story);
}

void TellNextSteps(DemoScreen* screen) {
  screen->Scene("How to go on");
  screen->Fact("your logs", "leaktrip scan /var/log");
  screen->Fact("your topics", "leaktrip check --config FILE, then leaktrip run --config FILE");
  screen->Fact("config", "systemd/leaktrip.yaml explains every key; /etc/leaktrip when installed");
  screen->Fact("more", "README.md, and leaktrip --help");
}

int Refuse(const Error& error, std::ostream& err) {
  if (error.code != Code::kUnavailable) return Complain(error, err);
  err << "leaktrip: the demo failed: " << error.message << "\n";
  return kExitFound;
}

}  // namespace

int RunDemoCommand(const Words& words, std::ostream& out, std::ostream& err) {
  Arguments arguments(
      "demo",
      "Shows the whole way in some seconds: a token leaks, is misused, is revoked,\n"
      "and a password-spraying source is caught. The daemon is the real one; broker,\n"
      "webhook receiver and token issuer live in this process. Leaves nothing behind.",
      "Exit codes: 0 all of it came true, 1 something did not, 2 error or interrupted.");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;

  if (const auto hardened = HardenProcess(); !hardened) return Complain(hardened.error(), err);
  const auto signals = Signals::Block();
  if (!signals) return Complain(signals.error(), err);
  DemoScreen screen(out, WantsColour());
  screen.Title("leaktrip demo: the daemon as `leaktrip run` runs it; only the traffic is made up.");
  if (const auto done = Perform(signals->get(), &screen); !done) return Refuse(done.error(), err);
  TellNextSteps(&screen);
  screen.Line("\nEverything has ended; no process and no file is left.");
  return kExitDone;
}

}  // namespace leaktrip
