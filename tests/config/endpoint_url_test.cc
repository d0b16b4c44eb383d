#include "daemon/config/endpoint_url.h"

#include <gtest/gtest.h>

#include "daemon/ops/loopback.h"

namespace leaktrip {
namespace {

TEST(LoopbackHost, IsAnAddressOfThisMachineOnly) {
  for (const auto* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"})
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  for (const auto* host :
       {"", "0.0.0.0", "localhost.example", "128.0.0.1", "::", "127.0.0.1.nip.io"})
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
}

TEST(ListenAddress, MustBeLoopbackWithAPort) {
  EXPECT_EQ(CheckListenAddress("127.0.0.1:9471"), "");
  EXPECT_EQ(CheckListenAddress("[::1]:0"), "");
  for (const auto* text : {"9471", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:80",
                           "0.0.0.0:9471", "[::]:9471", "127.0.0.1:-1"})
    EXPECT_NE(CheckListenAddress(text), "") << text;
}

TEST(EndpointUrl, NumericFormsOfForeignHostsAreNotTakenForLoopback) {
  EXPECT_NE(CheckEndpointUrl("http://169.254.169.254/latest", false), "");
  EXPECT_NE(CheckEndpointUrl("http://localhost@evil.example/", false), "");
  EXPECT_EQ(CheckEndpointUrl("http://[::1]:8080/x", false), "");
  EXPECT_EQ(CheckEndpointUrl("https://hooks.example/x?y=1", false), "");
}

}  // namespace
}  // namespace leaktrip
