#include "http/experiments_api.hpp"

#include <expected>

#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "codec/names.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

std::unexpected<Response> refused(std::string message) {
  return std::unexpected(refusal_response({400, "invalid", std::move(message)}));
}

std::expected<ExperimentsQuery, Response> read_query(const Route& route) {
  ExperimentsQuery query{.repo = route.parameter("repo"), .test = route.parameter("test")};
  if (!query.test.empty() && query.repo.empty()) {
    return refused("test: name its repository, too (repo)");
  }
  if (const auto word = route.parameter("standing"); !word.empty()) {
    query.standing = codec::standing_named(word);
    if (!query.standing) {
      return refused("standing: must be running, paused, stopped or decided");
    }
  }
  if (const auto limit = route.parameter("limit"); !limit.empty()) {
    const auto number = to_number(limit);
    if (!number || *number < 1 || *number > limits::kExperimentsOfPage) {
      return refused("limit: must be a whole number from 1 to " +
                     std::to_string(limits::kExperimentsOfPage));
    }
    query.limit = static_cast<int>(*number);
  }
  if (const auto before = route.parameter("before"); !before.empty()) {
    const auto number = to_number(before);
    if (!number || *number > INT64_MAX) return refused("before: must be an experiment's number");
    query.before = ExperimentId{static_cast<std::int64_t>(*number)};
  }
  return query;
}

// How long it runs is told with the time, so a page has no tag.
template <typename Page>
Response page_of(const ReadContext& context, const Head& head, const Result<Page>& page) {
  if (!page) return error_response(page.error());
  return page_response(context, head, std::nullopt, [&] { return codec::api_json(*page); });
}

}  // namespace

Response experiments_response(const ReadContext& context, const Route& route, const Head& head) {
  const ExperimentId id{route.id};
  if (route.endpoint == Endpoint::experiment) {
    return page_of(context, head, context.views.experiment(id));
  }
  if (route.endpoint == Endpoint::experiment_export) {
    auto document = context.views.experiment_export(id);
    if (document) document->server_version = context.options.version;
    auto response = page_of(context, head, document);
    if (response.status == 200) {
      response.fields.push_back({"Content-Disposition", "attachment; filename=\"experiment-" +
                                                            std::to_string(id.value) + ".json\""});
    }
    return response;
  }
  const auto query = read_query(route);
  if (!query) return query.error();
  return page_of(context, head, context.views.experiments(*query));
}

}  // namespace testlooper::http
