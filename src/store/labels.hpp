// Reads columns of labels. Thousands of tests share a few sets of labels: each text is parsed once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/json.hpp"

namespace testlooper::store {

class LabelReader {
 public:
  const std::vector<std::string>& parse(std::string_view text) {
    const auto found = known_.find(text);
    if (found != known_.end()) return found->second;
    return known_.emplace(text, parse_json<std::vector<std::string>>(text)).first->second;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, std::vector<std::string>, Hash, std::equal_to<>> known_;
};

}  // namespace testlooper::store
