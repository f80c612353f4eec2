#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "codec/utf8.hpp"
#include "codec/yaml.hpp"
#include "codec/yaml_builder.hpp"

namespace testlooper::codec {
namespace {

// Where the parser is, so that each value's line is known.
struct Position {
  const char* begin;
  std::size_t size;
  const char* read;     // one behind what the parser has seen
  const char* counted;  // lines up to here are in `line`
  int line = 1;

  int current() {
    // The newest character may be a newline that only ended a number.
    const char* last = read == begin ? read : read - 1;
    if (last > counted) {
      line += static_cast<int>(std::count(counted, last, '\n'));
      counted = last;
    }
    return line;
  }
};

class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    position_->read = ++at_;
    return *this;
  }
  Cursor operator++(int) {
    const auto old = *this;
    ++*this;
    return old;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  Position* position_;
};

// The names are those that nlohmann's SAX interface asks for.
class Handler {
 public:
  Handler(YamlBuilder& builder, Position& position, const YamlOptions& options)
      : builder_(builder), position_(position), options_(options) {}

  bool null() { return value("null", false, true); }
  bool boolean(bool flag) { return value(flag ? "true" : "false", false); }
  bool number_integer(std::int64_t number) { return value(std::to_string(number), false); }
  bool number_unsigned(std::uint64_t number) { return value(std::to_string(number), false); }
  bool number_float(double, const std::string& text) { return value(text, false); }
  bool string(std::string& text) { return value(text, true); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(YamlKind::map); }
  bool start_array(std::size_t) { return open(YamlKind::list); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& text) {
    if (skipping_) return true;
    const auto& skipped = options_.skipped_members;
    skipping_ = std::ranges::find(skipped, std::string_view(text)) != skipped.end();
    if (skipping_) return true;
    return builder_.scalar(position_.current(), text, true, false, {});
  }
  // `read` counts the end of the text as one more character.
  bool parse_error(std::size_t read, const std::string&, const nlohmann::json::exception& error) {
    if (read > position_.size) {
      return builder_.fail(position_.current(), std::string(kEndsTooEarly));
    }
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing
    // value - invalid literal; last read: 'x'": the last part repeats the text as it is, however
    // long and broken.
    std::string_view reason = error.what();
    const auto begin = reason.find(": ");
    if (begin != reason.npos) reason.remove_prefix(begin + 2);
    reason = reason.substr(0, reason.find("; last read: "));
    return builder_.fail(position_.current(),
                         fmt::format("not valid JSON: {}", valid_utf8(reason)));
  }

 private:
  bool value(std::string_view text, bool quoted, bool null = false) {
    if (skipping_) {
      skipping_ = depth_ > 0;
      return true;
    }
    return builder_.scalar(position_.current(), text, quoted, null, {});
  }
  bool open(YamlKind kind) {
    if (skipping_) {
      if (++depth_ <= options_.depth) return true;
      return builder_.fail(position_.current(),
                           fmt::format("more than {} levels deep", options_.depth));
    }
    return builder_.open(position_.current(), kind, {});
  }
  bool close() {
    if (!skipping_) return builder_.close();
    skipping_ = --depth_ > 0;
    return true;
  }

  YamlBuilder& builder_;
  Position& position_;
  const YamlOptions& options_;
  bool skipping_ = false;
  int depth_ = 0;  // within what is skipped
};

}  // namespace

Result<YamlDocument> parse_json(std::string_view text, const std::string& where,
                                const YamlOptions& options) {
  if (text.size() > options.bytes) {
    return invalid(fmt::format("larger than {} bytes", options.bytes), where);
  }
  YamlBuilder builder(where, options, text.size());
  Position position{
      .begin = text.data(), .size = text.size(), .read = text.data(), .counted = text.data()};
  Handler handler(builder, position, options);
  const Cursor begin(text.data(), &position);
  const Cursor end(text.data() + text.size(), &position);
  if (!nlohmann::json::sax_parse(begin, end, &handler)) {
    return std::unexpected(builder.failure());
  }
  return builder.take();
}

}  // namespace testlooper::codec
