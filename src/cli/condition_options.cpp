#include "cli/condition_options.hpp"

#include <CLI/CLI.hpp>

#include "codec/condition_text.hpp"

namespace testlooper::cli {

Result<Condition> ConditionOptions::read() const {
  auto all = words;
  if (!order.empty()) all.push_back("order=" + order);
  return codec::parse_condition(all);
}

void add_condition_options(CLI::App& command, ConditionOptions& options) {
  command
      .add_option("--condition", options.words,
                  "of each run, for instance cpus=0.5 or TZ=Asia/Tokyo; such runs do not count for "
                  "the commit")
      ->allow_extra_args(false);
  command.add_option("--order", options.order,
                     "of the suite's tests: alone, original, reverse or shuffle:SEED");
}

}  // namespace testlooper::cli
