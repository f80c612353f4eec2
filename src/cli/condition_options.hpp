// The options that say under which condition tests run, the same for each command that runs some.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/condition.hpp"

namespace CLI {
class App;
}

namespace testlooper::cli {

struct ConditionOptions {
  std::vector<std::string> words;
  std::string order;

  // `--order reverse` is `--condition order=reverse`. Errors: invalid, naming the word.
  Result<Condition> read() const;
};
void add_condition_options(CLI::App& command, ConditionOptions& options);

}  // namespace testlooper::cli
