// A configuration that is taken listens on this machine only, and names each repository once.
#include <set>

#include "testlooper/base/check.hpp"

#include "codec/server_config.hpp"
#include "codec/utf8.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = codec::parse_server_config(fuzz::text_of(data, size), "server.yaml");
  if (!config) {
    TL_CHECK(codec::is_valid_utf8(config.error().message));
    return 0;
  }
  TL_CHECK(config->bind_address.starts_with("127.") || config->bind_address == "::1");
  TL_CHECK(config->http_port > 0 && config->http_port < 65'536);
  std::set<std::string> names;
  for (const auto& repo : config->repos) {
    TL_CHECK(!repo.source.empty() && names.insert(repo.name).second);
  }
  return 0;
}
