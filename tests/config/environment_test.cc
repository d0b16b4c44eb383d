#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "daemon/config/config.h"
#include "daemon/config/secret_file.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class Environment : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "leaktrip-config-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    unsetenv("CREDENTIALS_DIRECTORY");
  }
  void TearDown() override {
    unsetenv("CREDENTIALS_DIRECTORY");
    fs::remove_all(dir_);
  }

  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name) << text;
  }
  std::string ConfigFile() const { return (dir_ / "leaktrip.yaml").string(); }
  std::string ErrorsOf(const Config& config) {
    Errors errors;
    CheckEnvironment(config, &errors);
    std::string text;
    for (const auto& error : errors) text += error.ToString() + "\n";
    return text;
  }

  fs::path dir_;
};

constexpr auto kWhsec = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n";

TEST_F(Environment, SecretBesideTheConfigurationIsFound) {
  Write("hook", kWhsec);
  const auto secret = ReadWebhookSecret("hook", ConfigFile());
  ASSERT_TRUE(secret) << secret.error().ToString();
  EXPECT_EQ(secret->Reveal(), "01234567890123456789012345678901");
}

TEST_F(Environment, CredentialsDirectoryWinsOverTheFolderOfTheConfiguration) {
  Write("hook", "beside\n");
  Write("cred/hook", "credential\n");
  setenv("CREDENTIALS_DIRECTORY", (dir_ / "cred").c_str(), 1);
  EXPECT_EQ(ReadSecretFile("hook", ConfigFile())->Reveal(), "credential");
}

TEST_F(Environment, FileOfALoadedFolderIsFoundByItsPath) {
  Write("cred/credentials_hook", "credential\n");
  setenv("CREDENTIALS_DIRECTORY", (dir_ / "cred").c_str(), 1);
  EXPECT_EQ(ReadSecretFile("credentials/hook", ConfigFile())->Reveal(), "credential");
}

TEST_F(Environment, ErrorsOfSecretsDoNotShowThem) {
  Write("hook", "hunter2hunter2\n");
  const auto secret = ReadWebhookSecret("hook", ConfigFile());
  ASSERT_FALSE(secret);
  EXPECT_THAT(secret.error().message, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(secret.error().message, HasSubstr("whsec_"));
}

TEST_F(Environment, EmptyAndHugeSecretFilesAreRefused) {
  Write("empty", "\n");
  Write("huge", std::string(100'000, 'x'));
  EXPECT_THAT(ReadSecretFile("empty", ConfigFile()).error().message, HasSubstr("empty"));
  EXPECT_THAT(ReadSecretFile("huge", ConfigFile()).error().message, HasSubstr("64 KiB"));
}

TEST_F(Environment, KeyFileTakesHexAndBase64) {
  Write("hex", std::string(64, 'a'));
  Write("base64", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
  Write("short", "abcd");
  EXPECT_EQ(ReadKeyFile("hex", ConfigFile())->size(), 32u);
  EXPECT_EQ(ReadKeyFile("base64", ConfigFile())->size(), 32u);
  EXPECT_FALSE(ReadKeyFile("short", ConfigFile()));
}

TEST_F(Environment, EverythingMissingIsReportedAtOnceWithItsPlace) {
  Errors errors;
  const Config config = ParseConfig(R"(
kafka:
  brokers: [localhost:9092]
  topics: [{name: web, logs: true}]
rules_dir: rules
networks_file: networks.csv
webhooks:
  - {name: soc, url: 'https://soc.example/', secret_file: hook}
)",
                                    ConfigFile(), &errors);
  ASSERT_TRUE(errors.empty()) << errors[0].ToString();
  const std::string text = ErrorsOf(config);
  for (const auto* part : {"webhook `soc`", "rules folder", "`networks_file`"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST_F(Environment, MissingConfigurationFileIsNamed) {
  Errors errors;
  const auto config = LoadConfig(ConfigFile(), &errors);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().ToString(), ConfigFile() + ": configuration file is not there");
}

}  // namespace
}  // namespace leaktrip
