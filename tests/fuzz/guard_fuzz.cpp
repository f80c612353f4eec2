// What the guard and the HTTP library both take they must read in the same way: where two readers
// of one request differ, a second request can be smuggled past the first. What it takes must also
// be routable.
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "testlooper/base/check.hpp"

#include "http/guard.hpp"
#include "http/log_text.hpp"
#include "http/router.hpp"
#include "input.hpp"

using namespace testlooper;

namespace {

void check_library_agrees(std::string_view text, const http::Head& head) {
  boost::beast::http::request_parser<boost::beast::http::string_body> parser;
  parser.body_limit(boost::none);
  parser.header_limit(1u << 20);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(text), error);
  if (error) return;  // it is stricter here and there: then the body is not read, but refused
  TL_CHECK(parser.is_header_done());
  const auto& message = parser.get();
  TL_CHECK(message.method_string() == head.method);
  TL_CHECK(message.target() == head.target);
  TL_CHECK(message.count(boost::beast::http::field::host) == 1);
  TL_CHECK(message[boost::beast::http::field::host] == *head.find("host"));
  TL_CHECK(parser.chunked() == (head.body == http::BodyKind::chunked));
  if (head.body == http::BodyKind::sized) {
    TL_CHECK(parser.content_length() == head.content_length);
  }
  if (head.body == http::BodyKind::none) TL_CHECK(parser.is_done());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto head = http::parse_head(text);
  if (!head) {
    TL_CHECK(head.error().status >= 400 && !head.error().message.empty());
    return 0;
  }
  check_library_agrees(text, *head);
  http::check_sender(*head, {{8001}, {"ci.example.org"}});
  const auto route = http::route(head->method, head->target);
  TL_CHECK(route || route.error().status >= 404);
  if (const auto* range = head->find("range")) {
    const auto wanted = http::requested_range(*range, 1000);
    TL_CHECK(wanted.range.begin <= wanted.range.end && wanted.range.end <= 1000);
  }
  return 0;
}
