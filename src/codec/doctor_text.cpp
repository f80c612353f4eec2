#include "codec/doctor_text.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace testlooper::codec {
namespace {

constexpr std::size_t kAboutWidth = 9;

// What is shown before a line, and what a program reads.
struct Word {
  const char *mark, *name;
};
Word word_of(Health health) {
  switch (health) {
    case Health::good:
      return {"ok     ", "good"};
    case Health::note:
      return {"note   ", "note"};
    case Health::missing:
      return {"lacks  ", "missing"};
    case Health::needed:
      break;
  }
  return {"NEEDED ", "needed"};
}

}  // namespace

std::string doctor_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& each : findings) {
    auto about = each.about;
    about.resize(std::max(about.size(), kAboutWidth), ' ');
    text += word_of(each.health).mark + about + each.text + "\n";
    if (!each.remedy.empty()) text += std::string(7 + kAboutWidth, ' ') + "→ " + each.remedy + "\n";
  }
  return text + (is_well(findings) ? "tests can run here\n" : "tests can't run here\n");
}

std::string doctor_json(const std::vector<Finding>& findings) {
  using Json = nlohmann::ordered_json;
  auto list = Json::array();
  for (const auto& each : findings) {
    list.push_back({{"about", each.about},
                    {"health", word_of(each.health).name},
                    {"text", each.text},
                    {"remedy", each.remedy}});
  }
  const Json all{{"well", is_well(findings)}, {"findings", std::move(list)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace testlooper::codec
