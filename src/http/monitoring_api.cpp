#include "http/monitoring_api.hpp"

#include <string>

#include "codec/monitoring_text.hpp"
#include "http/text.hpp"
#include "net/percent.hpp"

namespace testlooper::http {
namespace {

constexpr std::string_view kBadgeEnd = ".svg";

Response of_type(std::string_view type, std::string text) {
  Response response = text_response(200, std::move(text));
  response.content_type = type;
  return response;
}

std::int64_t busy_slots(const pages::MonitoringPage& page) {
  std::int64_t busy = 0;
  for (const auto& each : page.tasks) {
    if (each.state == "starting" || each.state == "running") busy += each.tasks;
  }
  return busy;
}

Response metrics(const ReadContext& context) {
  const auto page = context.views.monitoring();
  if (!page) return error_response(page.error());
  const auto facts = context.facts();
  const codec::MonitoredServer server{.version = context.options.version,
                                      .slots = facts.slots,
                                      .busy_slots = busy_slots(*page),
                                      .executor_ready = facts.executor.ready};
  return of_type("text/plain; version=0.0.4; charset=utf-8", codec::metrics_text(server, *page));
}

Response badge(const ReadContext& context, const Route& route) {
  if (!route.path.ends_with(kBadgeEnd)) {
    return refusal_response({404, "not_found", "a badge's address ends with the branch and .svg"});
  }
  const auto name = route.path.substr(0, route.path.size() - kBadgeEnd.size());
  const auto branch = context.views.branch_head(route.repo, name);
  if (!branch) return error_response(branch.error());
  return of_type("image/svg+xml", codec::badge_svg(*branch));
}

// As the one who asks came here.
std::string own_url(const Head& head) {
  const auto* host = head.find("host");
  return (is_behind_tls(head) ? "https://" : "http://") + (host == nullptr ? "localhost" : *host);
}

Response cc_feed(const ReadContext& context, const Head& head) {
  const auto page = context.views.monitoring();
  if (!page) return error_response(page.error());
  const auto url = [here = own_url(head)](const std::string& repo, const std::string& branch) {
    return here + "/r/" + net::percent_encoded(repo) + "/b/" + net::percent_encoded(branch);
  };
  return of_type("application/xml", codec::cc_xml(url, *page));
}

}  // namespace

Response monitoring_response(const ReadContext& context, const Route& route, const Head& head) {
  switch (route.endpoint) {
    case Endpoint::metrics:
      return metrics(context);
    case Endpoint::badge:
      return badge(context, route);
    default:
      return cc_feed(context, head);
  }
}

}  // namespace testlooper::http
