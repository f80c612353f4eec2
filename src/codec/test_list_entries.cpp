#include "codec/test_list_entries.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kShownBytes = 80;

bool is_known(const YamlNode::Entry& member) {
  return member.key.text() == "path" || member.key.text() == "labels";
}

class EntryReader {
 public:
  EntryReader(Aliens aliens, Findings& findings) : aliens_(aliens), findings_(findings) {}

  std::vector<ListEntry> read(const YamlNode& root) {
    for (const auto& [key, value] : root.entries()) {
      if (ended()) break;
      if (value.is_list()) {
        // `suite: [- test: …]`: the key is the suite's name, or says "tests".
        for (const auto& item : value.items()) take_item(item);
      } else {
        take(key, value);
      }
    }
    for (const auto& item : root.items()) {
      if (!ended()) take_item(item);
    }
    return std::move(entries_);
  }

 private:
  bool ended() const {
    return aliens_ == Aliens::ending && !entries_.empty() && entries_.back().alien;
  }

  void take(const YamlNode& name, const YamlNode& value) {
    ListEntry entry;
    entry.line = name.line();
    const auto members = value.entries();
    entry.bare = value.is_null();
    entry.alien =
        value.is_scalar() || (!members.empty() && std::ranges::none_of(members, is_known));
    read_members(members, entry);
    set_name(name.text(), entry);
    entries_.push_back(std::move(entry));
  }

  // `- name`, `- name: {path, labels}`, or `- name: …` with `path:` and `labels:` beside it.
  void take_item(const YamlNode& item) {
    if (item.is_scalar()) {
      ListEntry entry;
      entry.line = item.line();
      entry.bare = true;
      set_name(item.text(), entry);
      entries_.push_back(std::move(entry));
      return;
    }
    const auto members = item.entries();
    const auto named = std::ranges::find_if(members, [](const YamlNode::Entry& member) {
      return (member.key.text() == "name" || member.key.text() == "test") &&
             member.value.is_scalar();
    });
    if (named != members.end()) {
      ListEntry entry;
      entry.line = item.line();
      read_members(members, entry);
      set_name(named->value.text(), entry);
      entries_.push_back(std::move(entry));
    } else if (members.size() == 1) {
      take(members[0].key, members[0].value);
    } else {
      findings_.error(item.line(),
                      fmt::format("an item must be a name or 'name: {{path, labels}}', "
                                  "and is {}",
                                  item.describe()));
    }
  }

  void read_members(const std::vector<YamlNode::Entry>& members, ListEntry& entry) {
    for (const auto& [key, value] : members) {
      const auto name = key.text();
      if (name == "path") {
        if (!value.is_null()) entry.listed.test.path = read_text(value, "path", findings_);
      } else if (name == "labels") {
        if (!value.is_null()) entry.listed.labels = read_texts(value, "labels", findings_);
      } else if (name != "name" && name != "test") {
        findings_.warn(key.line(), fmt::format("unknown key {} of a test is ignored",
                                               quoted_for_people(name, kShownBytes)));
      }
    }
  }

  void set_name(std::string_view name, ListEntry& entry) {
    auto& test = entry.listed.test;
    const auto colons = name.find("::");
    const auto before = name.substr(0, colons);
    const bool has_path = colons != name.npos && before.find_first_of("./") != before.npos;
    // The whole id as a name: the path is in it already.
    if (has_path && (test.path.empty() || test.path == before)) {
      test.path = before;
      name.remove_prefix(colons + 2);
    }
    test.name = name;
    const auto id = test.id();
    if (name.empty()) findings_.error(entry.line, "a test has no name");
    if (id.size() > limits::kTestIdBytes) {
      findings_.error(entry.line,
                      fmt::format("a test's id is longer than {} bytes: {}", limits::kTestIdBytes,
                                  quoted_for_people(id, kShownBytes)));
    }
    if (id.find_first_of(std::string_view("\n\r\0", 3)) != id.npos) {
      findings_.error(entry.line, fmt::format("a test's id must be on one line: {}",
                                              quoted_for_people(id, kShownBytes)));
    }
  }

  Aliens aliens_;
  Findings& findings_;
  std::vector<ListEntry> entries_;
};

}  // namespace

std::vector<ListEntry> read_list_entries(const YamlNode& root, Aliens aliens, Findings& findings) {
  return EntryReader(aliens, findings).read(root);
}

}  // namespace testlooper::codec
