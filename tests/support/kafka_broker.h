// KafkaBroker: a real Apache Kafka broker of one test, on free loopback ports, in a folder that
// goes with it (tests/support/kafka/broker does the work). It can be killed, stopped, frozen and
// started again over the same data and ports. It dies with the test program, whatever ends that.
//
// Start() takes about three seconds: share one broker over the tests of a program and give each
// test its own topics and groups. Failure aborts the program with the broker's last words. One
// thread.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "tests/support/temp_dir.h"

namespace leaktrip::test {

class KafkaBroker {
 public:
  enum class Listeners { kPlain, kSecure };  // kSecure adds those of TLS and of SASL over TLS

  // version: of Apache Kafka; empty: the usual one.
  explicit KafkaBroker(Listeners listeners = Listeners::kPlain, std::string version = "");
  ~KafkaBroker();
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  // The one that the tests of this program share.
  static KafkaBroker& Shared();

  std::string address() const { return Read("address"); }
  std::string tls_address() const { return Read("address.tls"); }
  std::string sasl_address() const { return Read("address.sasl"); }
  std::string ca_file() const { return dir_.File("tls/ca.pem"); }
  static std::string sasl_user() { return "leaktrip"; }
  static std::string sasl_password() { return "test-password"; }

  void Kill();     // as a power cut
  void Stop();     // as an operator
  void Restart();  // after Kill() or Stop(); waits until it is ready
  void Freeze();   // connections stay, nothing answers
  void Thaw();

 private:
  void Launch();
  void End(int signal);
  std::string Read(const std::string& name) const;

  TempDir dir_;
  Listeners listeners_;
  std::string version_;
  pid_t process_ = -1;
};

}  // namespace leaktrip::test
