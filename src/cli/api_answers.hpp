// The server's answers, read without trust. Used by ApiClient alone.
#pragma once

#include <nlohmann/json.hpp>

#include "testlooper/base/result.hpp"

#include "net/http_client.hpp"

namespace testlooper::cli {

using Json = nlohmann::json;

// The JSON of a good answer, or the server's own sentence.
Result<Json> checked(const Result<net::HttpReply>& reply);

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

}  // namespace testlooper::cli
