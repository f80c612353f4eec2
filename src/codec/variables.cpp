#include "codec/variables.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "testlooper/base/limits.hpp"

namespace testlooper::codec {
namespace {

struct Reference {
  std::size_t begin = 0;  // of "${"
  std::size_t size = 0;   // with "${" and "}"
  std::string name;
};

std::vector<Reference> references_in(std::string_view value) {
  std::vector<Reference> found;
  for (std::size_t at = value.find("${"); at != value.npos; at = value.find("${", at)) {
    const auto end = value.find('}', at);
    if (end == value.npos) break;
    // "${${A}}": the inner one is the reference.
    at = value.rfind("${", end);
    found.push_back({at, end + 1 - at, std::string(value.substr(at + 2, end - at - 2))});
    at = end + 1;
  }
  return found;
}

class Expansion {
 public:
  Expansion(const Variables& own, const Variables& known) : own_(own), known_(known) {
    for (const auto& [name, value] : own) left_ += value.size();
    left_ = limits::kVariablesBytes - std::min(left_, limits::kVariablesBytes);
  }

  // A variable is expanded once all that it refers to are (Kahn's order); those that never get
  // their turn are in a circle, or behind one.
  Variables run() {
    std::map<std::string, std::size_t> missing;
    std::map<std::string, std::vector<std::string>> users;
    std::vector<std::string> ready;
    for (const auto& [name, value] : own_) {
      std::size_t needed = 0;
      for (const auto& reference : references_in(value)) {
        if (known_.contains(reference.name) || !own_.contains(reference.name)) continue;
        users[reference.name].push_back(name);
        ++needed;
      }
      missing[name] = needed;
      if (needed == 0) ready.push_back(name);
    }
    while (!ready.empty()) {
      const auto name = std::move(ready.back());
      ready.pop_back();
      done_[name] = expanded(own_.at(name));
      for (const auto& user : users[name]) {
        if (--missing[user] == 0) ready.push_back(user);
      }
    }
    auto all = done_;
    for (const auto& [name, value] : own_) {
      if (!done_.contains(name)) all[name] = expanded(value);
    }
    return all;
  }

 private:
  const std::string* value_of(const std::string& name) const {
    if (const auto known = known_.find(name); known != known_.end()) return &known->second;
    const auto done = done_.find(name);
    return done == done_.end() ? nullptr : &done->second;
  }

  std::string expanded(std::string_view value) {
    std::string result;
    std::size_t copied = 0;
    for (const auto& reference : references_in(value)) {
      const auto* found = value_of(reference.name);
      if (found == nullptr || found->size() > left_) continue;
      left_ -= found->size();
      result += value.substr(copied, reference.begin - copied);
      result += *found;
      copied = reference.begin + reference.size;
    }
    result += value.substr(copied);
    return result;
  }

  const Variables& own_;
  const Variables& known_;
  Variables done_;
  std::size_t left_ = 0;  // bytes that may be added
};

}  // namespace

Variables expand_variables(const Variables& own, const Variables& known) {
  return Expansion(own, known).run();
}

}  // namespace testlooper::codec
