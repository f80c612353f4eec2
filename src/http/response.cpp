#include "http/response.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <zlib.h>

#include "codec/api_json.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

constexpr std::size_t kWorthCompressing = 1024;
constexpr int kCompressionLevel =
    2;  // text of this kind: most of the gain at a quarter of the time

constexpr std::string_view kEveryAnswer =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

std::string_view reason_phrase(unsigned status) {
  using Phrase = std::pair<unsigned, std::string_view>;
  static constexpr std::array kPhrases{
      Phrase{200, "OK"},
      Phrase{202, "Accepted"},
      Phrase{206, "Partial Content"},
      Phrase{304, "Not Modified"},
      Phrase{400, "Bad Request"},
      Phrase{401, "Unauthorized"},
      Phrase{403, "Forbidden"},
      Phrase{404, "Not Found"},
      Phrase{405, "Method Not Allowed"},
      Phrase{409, "Conflict"},
      Phrase{413, "Content Too Large"},
      Phrase{414, "URI Too Long"},
      Phrase{415, "Unsupported Media Type"},
      Phrase{416, "Range Not Satisfiable"},
      Phrase{417, "Expectation Failed"},
      Phrase{421, "Misdirected Request"},
      Phrase{429, "Too Many Requests"},
      Phrase{431, "Request Header Fields Too Large"},
      Phrase{500, "Internal Server Error"},
      Phrase{503, "Service Unavailable"},
      Phrase{507, "Insufficient Storage"},
  };
  const auto found = std::ranges::find(kPhrases, status, &Phrase::first);
  return found == kPhrases.end() ? "Unknown" : found->second;
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, kCompressionLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  // zlib only reads from next_in, whatever its type says.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::uint64_t Response::body_bytes() const {
  if (const auto* slice = std::get_if<LogSlice>(&body)) return slice->bytes();
  if (const auto* bytes = std::get_if<StaticBytes>(&body)) return bytes->size();
  if (const auto* shared = std::get_if<SharedText>(&body)) return (*shared)->size();
  return std::get<std::string>(body).size();
}

Response json_response(unsigned status, std::string json) {
  return {status, "application/json", {{"Cache-Control", "no-cache"}}, std::move(json)};
}

Response text_response(unsigned status, std::string text) {
  return {status, "text/plain; charset=utf-8", {{"Cache-Control", "no-cache"}}, std::move(text)};
}

Response refusal_response(const Refusal& refusal) {
  return json_response(refusal.status, codec::error_json(refusal.code, refusal.message));
}

Response error_response(const Error& error) {
  switch (error.kind) {
    case ErrorKind::invalid:
      return refusal_response({400, "invalid", error.text()});
    case ErrorKind::not_found:
      return refusal_response({404, "not_found", error.text()});
    case ErrorKind::conflict:
      return refusal_response({409, "conflict", error.text()});
    case ErrorKind::unavailable:
    case ErrorKind::cancelled:
      break;
  }
  auto response = refusal_response({503, "unavailable", error.text()});
  response.fields.push_back({"Retry-After", "1"});
  return response;
}

std::string head_text(const Response& response, bool keep_alive, bool with_length) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_phrase(response.status);
  head += "\r\n";
  const auto add = [&head](std::string_view name, std::string_view value) {
    ((head += name) += ": ") += value;
    head += "\r\n";
  };
  if (!response.content_type.empty()) add("Content-Type", response.content_type);
  if (with_length && response.status != 304) {
    add("Content-Length", std::to_string(response.body_bytes()));
  }
  add("Connection", keep_alive ? "keep-alive" : "close");
  for (const auto& field : response.fields) add(field.name, field.value);
  head += kEveryAnswer;
  head += "\r\n";
  return head;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  const auto strong = [](std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
  };
  for (const auto part : split(if_none_match, ',')) {
    const auto tag = trimmed(part);
    if (tag == "*" || (!tag.empty() && strong(tag) == strong(etag))) return true;
  }
  return false;
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  for (const auto part : split(accept_encoding, ',')) {
    const auto semicolon = part.find(';');
    if (to_lower(trimmed(part.substr(0, semicolon))) != coding) continue;
    if (semicolon == std::string_view::npos) return true;
    const auto weight = trimmed(part.substr(semicolon + 1));
    return weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

void compress(Response& response, std::string_view accept_encoding) {
  auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || text->size() < kWorthCompressing) return;
  response.fields.push_back({"Vary", "Accept-Encoding"});
  if (!accepts_coding(accept_encoding, "gzip")) return;
  auto packed = gzipped(*text);
  if (packed.empty()) return;
  *text = std::move(packed);
  response.fields.push_back({"Content-Encoding", "gzip"});
}

}  // namespace testlooper::http
