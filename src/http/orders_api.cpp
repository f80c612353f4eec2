#include "http/orders_api.hpp"

#include <array>

#include "codec/api_json.hpp"
#include "codec/experiment_body.hpp"
#include "codec/flaky_json.hpp"
#include "codec/import_request.hpp"
#include "codec/webhook.hpp"
#include "digest/sha256.hpp"
#include "http/signature.hpp"

namespace testlooper::http {
namespace {

using Ordered = std::expected<Order, Response>;
using Only = codec::RunRequest::Only;

constexpr std::size_t kDeliveryIdBytes = 200;

std::unexpected<Response> refused(const Refusal& refusal) {
  return std::unexpected(refusal_response(refusal));
}
std::unexpected<Response> failed(const Error& error) {
  return std::unexpected(error_response(error));
}

constexpr std::int64_t kAllTests = INT64_MAX;

// Narrows the filter to the tests whose verdict is so now.
Result<void> narrow(Views& views, const Route& route, Only only, TestFilter& filter) {
  if (only == Only::all) return {};
  const auto page = views.match({route.repo, route.commit, filter, only, kAllTests});
  if (!page) return std::unexpected(page.error());
  if (page->tests.empty()) {
    constexpr std::array kWords{"there", "failed", "flaky", "new"};
    return fail(ErrorKind::conflict, std::string("no such test of this commit is ") +
                                         kWords.at(static_cast<std::size_t>(only)) + " now");
  }
  filter.tests.emplace();
  for (const auto& test : page->tests) {
    filter.tests->push_back(test.suite + "/" + TestName{test.path, test.name}.id());
  }
  return {};
}

Ordered read_runs(Views& views, const Route& route, const std::string& body) {
  auto request = codec::parse_run_request(body);
  if (!request) return failed(request.error());
  const auto page = views.commit(route.repo, route.commit);
  if (!page) return failed(page.error());
  const auto narrowed = narrow(views, route, request->only, request->filter);
  if (!narrowed) return failed(narrowed.error());
  return RequestRuns{
      route.repo,
      page->commit.sha,
      {.source = DesiredSource::request,
       .filter = std::move(request->filter),
       .counts = {request->times, request->fail_runs, request->flake_runs, request->new_runs},
       .requested_by = std::move(request->requested_by),
       .rule = {},
       .isolation = request->isolation,
       .condition = std::move(request->condition)}};
}

Ordered read_retry(Views& views, const Route& route) {
  const auto page = views.commit(route.repo, route.commit);
  if (!page) return failed(page.error());
  return RetryCommit{route.repo, page->commit.sha};
}

Ordered read_cancel(Views& views, const Route& route, const std::string& body) {
  auto who = codec::parse_cancel_request(body);
  if (!who) return failed(who.error());
  Cancel order{{}, std::move(*who)};
  switch (route.endpoint) {
    case Endpoint::cancel_task:
      order.what = CancelTask{{route.id}};
      return order;
    case Endpoint::cancel_request:
      order.what = CancelRequest{{route.id}};
      return order;
    case Endpoint::cancel_branch:
      order.what = CancelBranch{route.repo, route.branch};
      return order;
    default: {
      const auto page = views.commit(route.repo, route.commit);
      if (!page) return failed(page.error());
      order.what = CancelCommit{route.repo, page->commit.sha};
      return order;
    }
  }
}

bool is_cancel(Endpoint endpoint) {
  return endpoint == Endpoint::cancel_task || endpoint == Endpoint::cancel_request ||
         endpoint == Endpoint::cancel_commit || endpoint == Endpoint::cancel_branch;
}

Ordered read_push(const PushTrust& trust, const Head& head, const std::string& body) {
  const auto& secret = trust.secret;
  if (!trust.vouched && secret.empty()) {
    return refused({401, "unauthorized",
                    "pushes from elsewhere must be signed: set webhook_secret in the server's "
                    "configuration, and the same secret in the webhook"});
  }
  if (!trust.vouched) {
    const auto* signature = head.find("x-hub-signature-256");
    if (signature == nullptr) {
      return refused({401, "unauthorized", "the header X-Hub-Signature-256 is needed here"});
    }
    if (!is_signed(*signature, body, secret)) {
      return refused({401, "unauthorized", "the signature does not fit the body and our secret"});
    }
  }
  auto announced = codec::parse_push(body);
  if (!announced) return failed(announced.error());
  AnnouncePush order{{announced->repo}, std::move(announced->push)};
  if (!announced->full_name.empty() && announced->full_name != announced->repo) {
    order.repo_names.insert(order.repo_names.begin(), announced->full_name);
  }
  for (const auto* name : {"x-github-delivery", "x-testlooper-delivery"}) {
    if (const auto* id = head.find(name)) order.push.delivery_id = *id;
  }
  if (order.push.delivery_id.size() > kDeliveryIdBytes) {
    return refused({400, "invalid", "the delivery id is longer than 200 bytes"});
  }
  return order;
}

Ordered read_change(const Route& route, const std::string& body) {
  auto change = codec::parse_wish_change(body);
  if (!change) return failed(change.error());
  return GiveOrder{orders::ChangeRequest{DesiredId{route.id}, change->runs, change->fail_runs,
                                         change->flake_runs, change->new_runs,
                                         std::move(change->requested_by)}};
}

Ordered read_clear(Views& views, const Route& route, const std::string& body) {
  auto selection = codec::parse_selection(body);
  if (!selection) return failed(selection.error());
  const auto page = views.match({route.repo, route.commit, {}, Only::all, 0});
  if (!page) return failed(page.error());
  const auto narrowed = narrow(views, route, selection->only, selection->filter);
  if (!narrowed) return failed(narrowed.error());
  return GiveOrder{orders::ClearResults{route.repo, page->sha, std::move(selection->filter),
                                        std::move(selection->requested_by)}};
}

Ordered read_rule(const Route& route, const std::string& body) {
  auto request = codec::parse_rule(body);
  if (!request) return failed(request.error());
  if (route.endpoint == Endpoint::add_rule) {
    return GiveOrder{orders::AddRule{route.repo, std::move(request->rule),
                                     request->position.value_or(1),
                                     std::move(request->requested_by)}};
  }
  request->rule.id = RuleId{route.id};
  return GiveOrder{orders::ChangeRule{route.repo, std::move(request->rule), request->position,
                                      std::move(request->requested_by)}};
}

Ordered read_removal(const Route& route, const std::string& body) {
  const auto selection = codec::parse_selection(body.empty() ? "{}" : body);
  if (!selection) return failed(selection.error());
  return GiveOrder{orders::RemoveRule{route.repo, RuleId{route.id}, selection->requested_by}};
}

Ordered read_quarantine(Views& views, const Route& route, const std::string& body) {
  auto request = codec::parse_quarantine_request(body);
  if (!request) return failed(request.error());
  const auto test = views.test_named(route.repo, request->test);
  if (!test) return failed(test.error());
  return GiveOrder{orders::Quarantine{route.repo, *test, std::move(request->owner),
                                      std::move(request->reason), request->days,
                                      std::move(request->requested_by)}};
}

Ordered read_unquarantine(const Route& route, const std::string& body) {
  auto who = codec::parse_cancel_request(body);
  if (!who) return failed(who.error());
  if (who->empty()) *who = "api";
  return GiveOrder{orders::Unquarantine{route.repo, QuarantineId{route.id}, std::move(*who)}};
}

Ordered read_import(Views& views, const Route& route, const std::string& body) {
  auto request = codec::parse_import_request(body);
  if (!request) return failed(request.error());
  const auto page = views.match({route.repo, route.commit, {}, Only::all, 0});
  if (!page) return failed(page.error());
  const auto names = views.names_in_suite(route.repo, request->suite);
  if (!names) return failed(names.error());
  auto results = codec::imported_results(*request, *names);
  if (!results) return failed(results.error());
  return GiveOrder{orders::Import{
      route.repo, page->sha, std::move(request->suite), std::move(request->environment),
      std::move(request->source), std::move(request->attempt), std::move(request->file),
      sha256_hex(request->report), std::move(*results), std::move(request->requested_by)}};
}

Ordered read_drain(const Route& route, const std::string& body) {
  auto who = codec::parse_cancel_request(body);
  if (!who) return failed(who.error());
  if (who->empty()) *who = "api";
  return GiveOrder{orders::Drain{route.endpoint == Endpoint::drain, std::move(*who)}};
}

Ordered read_experiment(const std::string& body) {
  auto request = codec::parse_experiment_request(body);
  if (!request) return failed(request.error());
  return BeginExperiment{std::move(*request)};
}

Ordered read_experiment_order(const Route& route, const std::string& body) {
  const ExperimentId id{route.id};
  if (route.endpoint == Endpoint::continue_experiment) {
    auto more = codec::parse_experiment_more(body);
    if (!more) return failed(more.error());
    return GiveOrder{orders::ContinueExperiment{id, more->runs, more->until_failures,
                                                more->duration, more->confidence, more->yes,
                                                std::move(more->requested_by)}};
  }
  auto who = codec::parse_cancel_request(body);
  if (!who) return failed(who.error());
  if (who->empty()) *who = "api";
  if (route.endpoint == Endpoint::pause_experiment) {
    return GiveOrder{orders::PauseExperiment{id, std::move(*who)}};
  }
  return GiveOrder{orders::StopExperiment{id, std::move(*who)}};
}

// A path's pushes can be announced by a hook; the server is named as the sender named it.
std::string hook_command(const RepoSpec& spec, const Head& head) {
  if (!spec.source.starts_with('/')) return {};
  const auto* host = head.find("host");
  return "testlooper hook install '" + spec.source + "' --repo " + spec.name + " --server http://" +
         (host == nullptr ? "127.0.0.1" : *host);
}

Ordered read_added_repo(const Head& head, const std::string& body) {
  auto spec = codec::parse_repo_request(body);
  if (!spec) return failed(spec.error());
  auto hook = hook_command(*spec, head);
  return AddRepo{std::move(*spec), std::move(hook)};
}

Ordered read_changed_repo(const Route& route, const std::string& body) {
  auto settings = codec::parse_repo_settings(body);
  if (!settings) return failed(settings.error());
  return ChangeRepo{route.repo, std::move(*settings)};
}

Ordered read_removed_repo(const Route& route) {
  const auto purge = route.parameter("purge");
  if (!purge.empty() && purge != "0" && purge != "1") {
    return refused({400, "invalid", "purge: must be 0 or 1"});
  }
  return RemoveRepo{route.repo, purge == "1"};
}

}  // namespace

bool is_order(Endpoint endpoint) {
  if (is_cancel(endpoint)) return true;
  switch (endpoint) {
    case Endpoint::request_runs:
    case Endpoint::retry_commit:
    case Endpoint::change_request:
    case Endpoint::clear:
    case Endpoint::add_rule:
    case Endpoint::change_rule:
    case Endpoint::remove_rule:
    case Endpoint::git_updater:
    case Endpoint::add_repo:
    case Endpoint::change_repo:
    case Endpoint::remove_repo:
    case Endpoint::scan_repo:
    case Endpoint::reload:
    case Endpoint::drain:
    case Endpoint::resume:
    case Endpoint::add_quarantine:
    case Endpoint::remove_quarantine:
    case Endpoint::start_experiment:
    case Endpoint::pause_experiment:
    case Endpoint::continue_experiment:
    case Endpoint::stop_experiment:
    case Endpoint::import_report:
      return true;
    default:
      return false;
  }
}

std::optional<Response> refusal_of_work(const ServerFacts& facts, Endpoint endpoint) {
  const bool brings_work =
      endpoint == Endpoint::request_runs || endpoint == Endpoint::retry_commit ||
      endpoint == Endpoint::git_updater || endpoint == Endpoint::start_experiment ||
      endpoint == Endpoint::continue_experiment;
  if (!brings_work || facts.intake_paused.empty()) return std::nullopt;
  auto response = refusal_response({507, "insufficient_storage", facts.intake_paused});
  response.fields.push_back({"Retry-After", "60"});
  return response;
}

std::expected<Order, Response> read_order(Views& views, const PushTrust& trust, const Route& route,
                                          const Head& head, const std::string& body) {
  if (is_cancel(route.endpoint)) return read_cancel(views, route, body);
  switch (route.endpoint) {
    case Endpoint::request_runs:
      return read_runs(views, route, body);
    case Endpoint::retry_commit:
      return read_retry(views, route);
    case Endpoint::change_request:
      return read_change(route, body);
    case Endpoint::clear:
      return read_clear(views, route, body);
    case Endpoint::add_rule:
    case Endpoint::change_rule:
      return read_rule(route, body);
    case Endpoint::remove_rule:
      return read_removal(route, body);
    case Endpoint::add_repo:
      return read_added_repo(head, body);
    case Endpoint::change_repo:
      return read_changed_repo(route, body);
    case Endpoint::remove_repo:
      return read_removed_repo(route);
    case Endpoint::scan_repo:
      return AnnouncePush{{route.repo}, {}};  // a push that names no ref: look at everything
    case Endpoint::reload:
      return Reload{};
    case Endpoint::add_quarantine:
      return read_quarantine(views, route, body);
    case Endpoint::remove_quarantine:
      return read_unquarantine(route, body);
    case Endpoint::import_report:
      return read_import(views, route, body);
    case Endpoint::drain:
    case Endpoint::resume:
      return read_drain(route, body);
    case Endpoint::start_experiment:
      return read_experiment(body);
    case Endpoint::pause_experiment:
    case Endpoint::continue_experiment:
    case Endpoint::stop_experiment:
      return read_experiment_order(route, body);
    default:
      return read_push(trust, head, body);
  }
}

void sign(Order& order, const std::string& who) {
  const auto put = [&who](auto& each) {
    if constexpr (requires { each.who = who; }) {
      each.who = who;
    } else if constexpr (requires { each.request.requested_by = who; }) {
      each.request.requested_by = who;
    } else if constexpr (requires { each.wish.requested_by = who; }) {
      each.wish.requested_by = who;
    }
  };
  std::visit(put, order);
  if (auto* given = std::get_if<GiveOrder>(&order)) std::visit(put, given->order);
}

}  // namespace testlooper::http
