// Answers what only reads: the pages as JSON, and logs. Calls block for the store and the disk, so
// they belong on a pool thread. Nothing here knows of connections.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "testlooper/ports/comparer.hpp"
#include "testlooper/ports/retention.hpp"
#include "testlooper/ports/views.hpp"

#include "http/guard.hpp"
#include "http/options.hpp"
#include "http/response.hpp"
#include "http/router.hpp"

namespace testlooper::http {

struct ReadContext {
  Views& views;
  Comparer& comparer;
  Retention& retention;
  const HttpOptions& options;
  const FactsSource& facts;
};

// True where read_response() answers this endpoint.
bool is_read(Endpoint endpoint);
// The tests that the body of a request means.
Response match_response(Views& views, const Route& route, const std::string& body);
// The tag of what changes with the revision alone; the start keeps apart two data folders behind
// one address.
std::string page_tag(WallTime started_at, Revision revision);
// A page as JSON, with a tag where it has one.
Response page_response(const ReadContext& context, const Head& head, std::optional<Revision> tag,
                       const std::function<std::string()>& to_json);
Response read_response(const ReadContext& context, const Route& route, const Head& head);

}  // namespace testlooper::http
