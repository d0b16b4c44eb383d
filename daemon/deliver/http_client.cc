#include "daemon/deliver/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <mutex>

#include "daemon/deliver/address_guard.h"

namespace leaktrip {
namespace {

constexpr Millis kDay = 24 * 3600 * 1000;
constexpr long kConnectMillis = 10'000;

struct Transfer {
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  HttpRequest request;
  HttpClient::Done done;
  HttpReply reply;
  const Clock* clock = nullptr;
  bool allow_loopback = false;

  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
};

IpAddress AddressOf(const sockaddr& address) {
  IpAddress ip;
  if (address.sa_family == AF_INET6) {
    std::memcpy(ip.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
  } else {
    ip.bytes[10] = ip.bytes[11] = 0xff;
    std::memcpy(ip.bytes.data() + 12, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
  }
  return ip;
}

curl_socket_t OpenSocket(void* data, curlsocktype, curl_sockaddr* peer) {
  auto* transfer = static_cast<Transfer*>(data);
  std::string_view refused = "neither IPv4 nor IPv6";
  if (peer->family == AF_INET || peer->family == AF_INET6)
    refused = RefusedAddress(AddressOf(peer->addr), transfer->allow_loopback);
  if (refused.empty()) return socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
  transfer->reply.address_refused = true;
  transfer->reply.error = "refused: the name resolves to " + std::string(refused);
  return CURL_SOCKET_BAD;
}

size_t ThrowAway(char*, size_t size, size_t count, void*) { return size * count; }

size_t ReadHeader(char* bytes, size_t size, size_t count, void* data) {
  constexpr std::string_view kName = "retry-after:";
  std::string_view line(bytes, size * count);
  auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  if (line.size() > kName.size() && std::equal(kName.begin(), kName.end(), line.begin(),
                                               [&same](char b, char a) { return same(a, b); })) {
    auto* transfer = static_cast<Transfer*>(data);
    line.remove_prefix(kName.size());
    transfer->reply.retry_after = ParseRetryAfter(line, transfer->clock->Wall());
  }
  return size * count;
}

template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
  // Fails only for options that this libcurl does not know: a build error, not a state.
  (void)curl_easy_setopt(easy, option, value);
}

void Prepare(Transfer* transfer) {
  CURL* easy = transfer->easy;
  HttpRequest& request = transfer->request;
  transfer->headers = curl_slist_append(nullptr, "Expect:");  // no 100-continue
  transfer->headers = curl_slist_append(transfer->headers, "User-Agent: leaktrip");
  for (const std::string& header : request.headers)
    transfer->headers = curl_slist_append(transfer->headers, header.c_str());
  Set(easy, CURLOPT_URL, request.url.c_str());
  Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy, CURLOPT_NOPROXY, "*");
  Set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  Set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(easy, CURLOPT_POST, 1L);
  Set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  Set(easy, CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.Reveal().data());
  Set(easy, CURLOPT_HTTPHEADER, transfer->headers);
  Set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout));
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min<long>(request.timeout, kConnectMillis));
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_QUICK_EXIT, 1L);  // never wait for a name server at the end
  Set(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  Set(easy, CURLOPT_OPENSOCKETDATA, transfer);
  Set(easy, CURLOPT_WRITEFUNCTION, &ThrowAway);
  Set(easy, CURLOPT_HEADERFUNCTION, &ReadHeader);
  Set(easy, CURLOPT_HEADERDATA, transfer);
  if (!request.user.empty()) {
    std::string password(request.password.Reveal());
    Set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    Set(easy, CURLOPT_USERNAME, request.user.c_str());
    Set(easy, CURLOPT_PASSWORD, password.c_str());
    OPENSSL_cleanse(password.data(), password.size());
  }
}

void InitCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

struct HttpClient::Impl {
  const Clock& clock;
  CURLM* multi = nullptr;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers;

  void Finish(const CURLMsg& message) {
    const auto found = transfers.find(message.easy_handle);
    if (found == transfers.end()) return;
    const std::unique_ptr<Transfer> transfer = std::move(found->second);
    transfers.erase(found);
    curl_multi_remove_handle(multi, transfer->easy);
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME, &transfer->reply.seconds);
    HttpReply& reply = transfer->reply;
    if (message.data.result == CURLE_OK) {
      reply.status = static_cast<int>(status);
      reply.error.clear();  // another address of the name was fine
      reply.address_refused = false;
    } else if (!reply.address_refused) {
      reply.error = curl_easy_strerror(message.data.result);
    }
    transfer->done(reply);
  }
};

HttpClient::HttpClient(const Clock& clock) {
  InitCurl();
  impl_.reset(new Impl{clock, curl_multi_init(), {}});
}

HttpClient::~HttpClient() {
  CancelAll();
  curl_multi_cleanup(impl_->multi);
}

void HttpClient::Start(HttpRequest request, Done done) {
  auto transfer = std::make_unique<Transfer>();
  transfer->easy = curl_easy_init();
  transfer->allow_loopback = NamesLoopback(request.url);
  transfer->request = std::move(request);
  transfer->done = std::move(done);
  transfer->clock = &impl_->clock;
  Prepare(transfer.get());
  curl_multi_add_handle(impl_->multi, transfer->easy);
  CURL* const easy = transfer->easy;
  impl_->transfers.emplace(easy, std::move(transfer));
}

void HttpClient::Run(std::chrono::milliseconds wait) {
  int running = 0;
  curl_multi_perform(impl_->multi, &running);
  // Waits also with nothing in flight: Wake() ends it.
  if (static_cast<size_t>(running) == impl_->transfers.size()) {
    curl_multi_poll(impl_->multi, nullptr, 0, static_cast<int>(wait.count()), nullptr);
    curl_multi_perform(impl_->multi, &running);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(impl_->multi, &left))
    if (message->msg == CURLMSG_DONE) impl_->Finish(*message);
}

void HttpClient::Wake() { curl_multi_wakeup(impl_->multi); }

void HttpClient::CancelAll() {
  for (auto& [easy, transfer] : impl_->transfers) curl_multi_remove_handle(impl_->multi, easy);
  impl_->transfers.clear();
}

size_t HttpClient::in_flight() const { return impl_->transfers.size(); }

std::optional<Millis> ParseRetryAfter(std::string_view value, Millis now) {
  const auto first = value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  value = value.substr(first, value.find_last_not_of(" \t\r\n") - first + 1);
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (end == value.data() + value.size()) {
    if (error == std::errc::result_out_of_range) return kDay;
    if (seconds < 0) return std::nullopt;
    return std::min<Millis>(std::min<int64_t>(seconds, kDay) * 1000, kDay);
  }
  const time_t date = curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return std::clamp<Millis>(static_cast<Millis>(date) * 1000 - now, 0, kDay);
}

std::string Describe(const HttpReply& reply) {
  return reply.status != 0 ? "HTTP " + std::to_string(reply.status) : reply.error;
}

}  // namespace leaktrip
