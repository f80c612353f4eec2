// Reads columns of labels. Thousands of tests share a few sets of labels: each text is parsed once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/json.hpp"

namespace testlooper::store {

class LabelReader {
 public:
  const std::vector<std::string>& parse(std::string_view text) {
    std::string key{text};
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    return known_.emplace(std::move(key), parse_json<std::vector<std::string>>(text)).first->second;
  }

 private:
  std::unordered_map<std::string, std::vector<std::string>> known_;
};

}  // namespace testlooper::store
