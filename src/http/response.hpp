// An answer as a value, and its head as text. Every answer carries the same security headers. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "testlooper/base/result.hpp"

#include "http/guard.hpp"
#include "http/log_file.hpp"

namespace testlooper::http {

// Bytes that live as long as the process: an embedded page.
using StaticBytes = std::string_view;
// Text that several answers have; never null.
using SharedText = std::shared_ptr<const std::string>;

struct Response {
  unsigned status = 200;
  std::string content_type;
  std::vector<Field> fields;  // besides those that every answer has
  std::variant<std::string, StaticBytes, LogSlice, SharedText> body;

  std::uint64_t body_bytes() const;
};

Response json_response(unsigned status, std::string json);
// UTF-8.
Response text_response(unsigned status, std::string text);
Response refusal_response(const Refusal& refusal);
Response error_response(const Error& error);

// Status line and fields, up to and with the empty line. `length` is absent for streams, which end
// with the connection.
std::string head_text(const Response& response, bool keep_alive, bool with_length);

// `if_none_match` names `etag` (weakly compared), or is "*".
bool etag_matches(std::string_view if_none_match, std::string_view etag);
// Whether an Accept-Encoding takes this coding.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);
// Compresses the body, which must be text, where that is worth it and the client takes it.
void compress(Response& response, std::string_view accept_encoding);

}  // namespace testlooper::http
