// A config that is taken survives the store, and its variables stay within their limit.
#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "codec/config_text.hpp"
#include "codec/store_json.hpp"
#include "codec/utf8.hpp"
#include "codec/variables.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = codec::parse_config(fuzz::text_of(data, size), "config.yaml");
  if (!config) {
    TL_CHECK(!config.error().message.empty());
    TL_CHECK(codec::is_valid_utf8(config.error().message));
    return 0;
  }
  TL_CHECK(codec::from_json<Config>(codec::to_json(*config)) == *config);
  std::size_t total = 0;
  for (const auto& [name, value] :
       codec::expand_variables(config->variables, {{"REPO_ROOT", "/r"}})) {
    total += value.size();
  }
  TL_CHECK(total <= limits::kVariablesBytes);
  return 0;
}
