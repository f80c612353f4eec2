#include "store/flaky_text.hpp"

#include <cstdio>

namespace testlooper::store {
namespace {

constexpr std::size_t kShaDigits = 10;

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string percent(double share) {
  const auto value = share * 100;
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.2g %%" : "%.0f %%", value);
  return text;
}

std::string short_sha(const std::string& sha) { return sha.substr(0, kShaDigits); }

std::string where_mixed(const pages::FlakyTest& test) {
  if (test.mixed_commits == 1)
    return "it passed and failed at one commit, " + short_sha(test.last.sha);
  return "it passed and failed at " + counted(test.mixed_commits, "commit", "commits") + ", from " +
         short_sha(test.first.sha) + " to " + short_sha(test.last.sha);
}

std::string since_change(const pages::FlakyTest& test) {
  if (test.changes.empty()) return {};
  return " since " + short_sha(test.changes.back().sha) +
         (test.trend == "worse" ? ", more often than before" : ", less often than before");
}

}  // namespace

std::string rate_text(const pages::Rate& rate) {
  return std::to_string(rate.failures) + " of " + counted(rate.runs, "run", "runs") + " failed (" +
         percent(rate.low) + " to " + percent(rate.high) + ")";
}

std::string why_listed(const pages::FlakyTest& test) {
  const auto passes = counted(test.passes_since, "pass", "passes") + " in a row at newer commits";
  if (test.standing == "fixed") {
    return "Proven fixed: " + passes + ", where " + std::to_string(test.passes_needed) +
           " would hardly happen (risk 5 %) if it still failed as often; before, " +
           where_mixed(test) + ".";
  }
  std::string text = test.reopened ? "Back after it was proven fixed: " : "Flaky: ";
  text += where_mixed(test) + "; " + rate_text(test.rate) + since_change(test);
  if (test.gone)
    return text + "; the newest commits have no such test, so nothing tells that it is over.";
  const auto missing = test.passes_needed - test.passes_since;
  return text + "; " + counted(missing, "more pass", "more passes") +
         " in a row at newer commits would prove it fixed (risk 5 %).";
}

}  // namespace testlooper::store
