// The server's answers, read without trust: TL_ANSWER(Type, members...) lists what commands show of
// a struct, under the names that the JSON has too, and read<Type>() reads those. What is not listed
// is left as it is.
#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"

#include "codec/each.hpp"
#include "net/http_client.hpp"

#define TL_ANSWER_MEMBER(member) take(Answer{answer.json.at(#member)}, value.member);
#define TL_ANSWER(Type, ...)                                             \
  [[maybe_unused]] static void take(const Answer& answer, Type& value) { \
    TL_EACH(TL_ANSWER_MEMBER, __VA_ARGS__)                               \
  }

namespace testlooper::cli {

using Json = nlohmann::json;

// The JSON of a good answer, or the server's own sentence.
Result<Json> checked(const Result<net::HttpReply>& reply);
// Where nothing of a good answer is wanted.
Result<void> done(const Result<net::HttpReply>& reply);

// A part of an answer; of this namespace, so that templates find what a file says of its own types.
struct Answer {
  const Json& json;
};

template <typename T>
static void take(const Answer& answer, T& plain) {
  plain = answer.json.get<T>();
}
template <typename Tag>
static void take(const Answer& answer, Id<Tag>& id) {
  id.value = answer.json;
}
static inline void take(const Answer& answer, WallTime& time) { time.ms = answer.json; }
template <typename T>
static void take(const Answer& answer, std::optional<T>& maybe);
template <typename T>
static void take(const Answer& answer, std::vector<T>& list) {
  for (const auto& each : answer.json) take(Answer{each}, list.emplace_back());
}
template <typename T>
static void take(const Answer& answer, std::optional<T>& maybe) {
  if (!answer.json.is_null()) take(answer, maybe.emplace());
}

// Reads a value out of an answer; a server of another version may leave some out.
template <typename T, typename Read>
Result<T> read(const Result<Json>& json, Read read_members) {
  if (!json) return std::unexpected(json.error());
  try {
    return read_members(*json);
  } catch (const Json::exception&) {
    return invalid("the server's answer is not understood; is it of another version?");
  }
}
template <typename T>
static Result<T> read(const Result<net::HttpReply>& reply) {
  return read<T>(checked(reply), [](const Json& json) {
    T value{};
    take(Answer{json}, value);
    return value;
  });
}
// Of an answer that has it beside other things.
template <typename T>
static Result<T> read(const Result<net::HttpReply>& reply, const char* member) {
  return read<T>(checked(reply), [member](const Json& json) {
    T value{};
    take(Answer{json.at(member)}, value);
    return value;
  });
}

}  // namespace testlooper::cli
