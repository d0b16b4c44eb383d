// What leaktrip shows of itself while it handles tokens: pages, commands, the process's own files.
// What it stores and sends is swept after every test of this folder.
#include <httplib.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/fault/daemon_fault_bed.h"
#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

class SecrecyFaultTest : public DaemonFaultTest {
 protected:
  SecrecyFaultTest() {
    revocation_path_ = "/revoke";
    extra_ =
        "revocation:\n  mode: auto\n  min_severity: low\n  min_confidence: low\n"
        "  fuse_per_minute: 1000\n  actions:\n"
        "    - {name: issuer, type: rfc7009, client_id: leaktrip, allow_http: true, url: '" +
        receiver_.Url("/revoke") + "'}\n";
  }

  size_t Revoked() const {
    const auto requests = receiver_.requests();
    return static_cast<size_t>(std::count_if(requests.begin(), requests.end(),
                                             [](const auto& r) { return r.path == "/revoke"; }));
  }

  int PagesPort() {  // of the newest start that the log tells of
    const std::string words = "pages on port ";
    const std::string log = Log("shown");
    const size_t at = log.rfind(words);
    return at == std::string::npos ? -1 : std::stoi(log.substr(at + words.size()));
  }

  void SweepCommand(const std::string& words) {
    const std::string command = std::string(LEAKTRIP_BINARY) + " " + words +
                                " --format jsonl --state " + dir_.File("shown") + " 2>&1";
    FILE* const pipe = popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string text;
    std::array<char, 4096> chunk;
    while (const size_t size = fread(chunk.data(), 1, chunk.size(), pipe))
      text.append(chunk.data(), size);
    EXPECT_EQ(pclose(pipe), 0) << text;
    EXPECT_FALSE(text.empty()) << words;
    sweep_.Text(words, text);
  }

  void SweepFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    sweep_.Text(path, std::string{std::istreambuf_iterator<char>(in), {}});
  }
};

TEST_F(SecrecyFaultTest, TokensOfAnInterruptedRevocationAreShownNowhere) {
  Produce(500);
  EXPECT_EQ(DaemonProcess(Options("shown", "crash-at:after-commit:1")).Wait(), 128 + SIGKILL)
      << Log("shown");
  sweep_.Folder(dir_.File("shown"));  // with the encrypted rows of what is to be revoked

  DaemonProcess daemon(Options("shown"));
  ASSERT_TRUE(WaitFor([&] { return Revoked() >= sweep_.planted(); })) << Log("shown");
  httplib::Client pages("127.0.0.1", PagesPort());
  for (const char* page : {"/metrics", "/healthz", "/readyz"}) {
    const auto answer = pages.Get(page);
    ASSERT_TRUE(answer) << page;
    EXPECT_EQ(answer->status, 200) << page;
    sweep_.Text(page, answer->body);
  }
  for (const char* words : {"outbox list", "revoke list", "audit list"}) SweepCommand(words);
  const std::string process = "/proc/" + std::to_string(daemon.id());
  for (const char* name : {"/cmdline", "/environ"}) SweepFile(process + name);
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(std::chrono::seconds(12)), 0) << Log("shown");

  // The way out that the operator listed: every token went there, and the sweep would have seen it.
  PlantedSweep sent = sweep_;
  for (const Received& request : receiver_.requests())
    if (request.path == "/revoke") sent.Text("revocation", request.body);
  EXPECT_GE(sent.leaks().size(), sweep_.planted());
}

}  // namespace
}  // namespace leaktrip::test
