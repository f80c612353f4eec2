#include "codec/yaml.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <yaml.h>

#include "codec/yaml_builder.hpp"

namespace testlooper::codec {
namespace {

// libyaml reads what PyYAML reads, and looks ahead no further than 1024 characters. (yaml-cpp 0.7
// queues a whole flow collection: a megabyte of "[" takes it 240 MB.)
struct Parser {
  Parser() { usable = yaml_parser_initialize(&raw) == 1; }
  ~Parser() {
    if (usable) yaml_parser_delete(&raw);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  yaml_parser_t raw{};
  bool usable = false;
};

struct Event {
  Event() = default;
  ~Event() { yaml_event_delete(&raw); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t raw{};
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

int line_of(const yaml_mark_t& mark) { return static_cast<int>(mark.line) + 1; }

bool is_null_text(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

bool add_scalar(const yaml_event_t& event, YamlBuilder& builder) {
  const auto& scalar = event.data.scalar;
  const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
  const bool quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE || view(scalar.tag) == YAML_STR_TAG;
  return builder.scalar(line_of(event.start_mark), text, quoted, !quoted && is_null_text(text),
                        view(scalar.anchor));
}

bool add_event(const yaml_event_t& event, int& documents, YamlBuilder& builder) {
  const int line = line_of(event.start_mark);
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      if (++documents == 1) return true;
      return builder.fail(line, "a second document begins here; one is expected");
    case YAML_SCALAR_EVENT:
      return add_scalar(event, builder);
    case YAML_ALIAS_EVENT:
      return builder.alias(line, view(event.data.alias.anchor));
    case YAML_SEQUENCE_START_EVENT:
      return builder.open(line, YamlKind::list, view(event.data.sequence_start.anchor));
    case YAML_MAPPING_START_EVENT:
      return builder.open(line, YamlKind::map, view(event.data.mapping_start.anchor));
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return builder.close();
    default:
      return true;
  }
}

bool report_problem(const yaml_parser_t& parser, std::string_view text, YamlBuilder& builder) {
  const std::string_view problem = parser.problem == nullptr ? "unknown error" : parser.problem;
  if (parser.error == YAML_READER_ERROR) {
    const auto read = text.substr(0, parser.problem_offset);
    return builder.fail(static_cast<int>(std::ranges::count(read, '\n')) + 1,
                        fmt::format("not a text that YAML allows: {}", problem));
  }
  auto message = fmt::format("not valid YAML: {}", problem);
  if (parser.context != nullptr) message += fmt::format(" ({})", parser.context);
  return builder.fail(line_of(parser.problem_mark), std::move(message));
}

bool feed(std::string_view text, YamlBuilder& builder) {
  Parser parser;
  if (!parser.usable) return builder.fail(1, "out of memory");
  yaml_parser_set_input_string(&parser.raw, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  int documents = 0;
  while (true) {
    Event event;
    if (yaml_parser_parse(&parser.raw, &event.raw) == 0) {
      return report_problem(parser.raw, text, builder);
    }
    if (event.raw.type == YAML_STREAM_END_EVENT) return true;
    if (!add_event(event.raw, documents, builder)) return false;
  }
}

}  // namespace

Result<YamlDocument> parse_yaml(std::string_view text, const std::string& where,
                                const YamlOptions& options) {
  if (text.size() > options.bytes) {
    return invalid(fmt::format("larger than {} bytes", options.bytes), where);
  }
  // YAML's own reading of JSON knows no surrogate pairs and no keys above 1024 characters.
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && (text[first] == '{' || text[first] == '[')) {
    if (auto document = parse_json(text, where, options)) return document;
  }
  YamlBuilder builder(where, options, text.size());
  if (!feed(text, builder)) return std::unexpected(builder.failure());
  return builder.take();
}

}  // namespace testlooper::codec
