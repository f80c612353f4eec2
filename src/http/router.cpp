#include "http/router.hpp"

#include <array>
#include <limits>
#include <optional>

#include "testlooper/base/limits.hpp"

#include "http/text.hpp"

namespace testlooper::http {
namespace {

using Segments = std::vector<std::string>;

struct Pattern {
  std::string_view method;
  // {repo}, {commit}, {branch} and {key} take a name, {id} and {n} a number, {path} all of the
  // rest.
  std::string_view path;
  Endpoint endpoint;
};
constexpr std::array kPatterns{
    Pattern{"GET", "api/v1/repos", Endpoint::repos},
    Pattern{"POST", "api/v1/repos", Endpoint::add_repo},
    Pattern{"PATCH", "api/v1/repos/{repo}", Endpoint::change_repo},
    Pattern{"DELETE", "api/v1/repos/{repo}", Endpoint::remove_repo},
    Pattern{"POST", "api/v1/repos/{repo}/scan", Endpoint::scan_repo},
    Pattern{"POST", "api/v1/reload", Endpoint::reload},
    Pattern{"POST", "api/v1/drain", Endpoint::drain},
    Pattern{"POST", "api/v1/resume", Endpoint::resume},
    Pattern{"GET", "api/v1/repos/{repo}/branch", Endpoint::branch},
    Pattern{"GET", "api/v1/repos/{repo}/commits/{commit}", Endpoint::commit},
    Pattern{"POST", "api/v1/repos/{repo}/commits/{commit}/runs", Endpoint::request_runs},
    Pattern{"POST", "api/v1/repos/{repo}/commits/{commit}/retry", Endpoint::retry_commit},
    Pattern{"GET", "api/v1/repos/{repo}/tests/{test}", Endpoint::test},
    Pattern{"GET", "api/v1/repos/{repo}/compare", Endpoint::compare},
    Pattern{"POST", "api/v1/repos/{repo}/commits/{commit}/cancel", Endpoint::cancel_commit},
    Pattern{"POST", "api/v1/repos/{repo}/branches/{branch}/cancel", Endpoint::cancel_branch},
    Pattern{"POST", "api/v1/requests/{id}/cancel", Endpoint::cancel_request},
    Pattern{"POST", "api/v1/tasks/{id}/cancel", Endpoint::cancel_task},
    Pattern{"POST", "api/v1/repos/{repo}/commits/{commit}/match", Endpoint::match},
    Pattern{"POST", "api/v1/repos/{repo}/commits/{commit}/clear", Endpoint::clear},
    Pattern{"GET", "api/v1/repos/{repo}/rules", Endpoint::rules},
    Pattern{"POST", "api/v1/repos/{repo}/rules", Endpoint::add_rule},
    Pattern{"PUT", "api/v1/repos/{repo}/rules/{id}", Endpoint::change_rule},
    Pattern{"DELETE", "api/v1/repos/{repo}/rules/{id}", Endpoint::remove_rule},
    Pattern{"GET", "api/v1/repos/{repo}/flaky", Endpoint::flaky},
    Pattern{"GET", "api/v1/repos/{repo}/clusters", Endpoint::clusters},
    Pattern{"GET", "api/v1/repos/{repo}/clusters/{key}", Endpoint::cluster},
    Pattern{"GET", "api/v1/repos/{repo}/quarantine", Endpoint::quarantine},
    Pattern{"POST", "api/v1/repos/{repo}/quarantine", Endpoint::add_quarantine},
    Pattern{"DELETE", "api/v1/repos/{repo}/quarantine/{id}", Endpoint::remove_quarantine},
    Pattern{"POST", "api/v1/repos/{repo}/commits/{commit}/import", Endpoint::import_report},
    Pattern{"GET", "api/v1/audit", Endpoint::audit},
    Pattern{"GET", "api/v1/experiments", Endpoint::experiments},
    Pattern{"POST", "api/v1/experiments", Endpoint::start_experiment},
    Pattern{"GET", "api/v1/experiments/{id}", Endpoint::experiment},
    Pattern{"GET", "api/v1/experiments/{id}/export", Endpoint::experiment_export},
    Pattern{"POST", "api/v1/experiments/{id}/pause", Endpoint::pause_experiment},
    Pattern{"POST", "api/v1/experiments/{id}/continue", Endpoint::continue_experiment},
    Pattern{"POST", "api/v1/experiments/{id}/stop", Endpoint::stop_experiment},
    Pattern{"GET", "api/v1/requests/{id}", Endpoint::request},
    Pattern{"PATCH", "api/v1/requests/{id}", Endpoint::change_request},
    Pattern{"GET", "api/v1/tasks/{id}", Endpoint::task},
    Pattern{"GET", "api/v1/runs/{id}", Endpoint::run},
    Pattern{"GET", "api/v1/runs/{id}/log", Endpoint::run_log},
    Pattern{"GET", "api/v1/tasks/{id}/attempts/{n}/artifacts", Endpoint::artifacts},
    Pattern{"GET", "api/v1/tasks/{id}/attempts/{n}/artifacts/{path}", Endpoint::artifact},
    Pattern{"GET", "api/v1/tasks/{id}/attempts/{n}/log", Endpoint::log},
    Pattern{"GET", "api/v1/tasks/{id}/attempts/{n}/log/stream", Endpoint::log_stream},
    Pattern{"GET", "api/v1/engine", Endpoint::engine},
    Pattern{"GET", "api/v1/status", Endpoint::status},
    Pattern{"GET", "api/v1/retention", Endpoint::retention},
    Pattern{"POST", "api/v1/retention/run", Endpoint::run_retention},
    Pattern{"GET", "api/v1/events", Endpoint::events},
    Pattern{"GET", "api/v1/openapi.json", Endpoint::openapi},
    Pattern{"GET", "api/v1/me", Endpoint::me},
    Pattern{"GET", "api/v1/login", Endpoint::sign_in_needed},
    Pattern{"POST", "api/v1/login", Endpoint::sign_in},
    Pattern{"POST", "api/v1/logout", Endpoint::sign_out},
    Pattern{"POST", "api/v1/login/codes", Endpoint::sign_in_code},
    Pattern{"GET", "api/v1/tokens", Endpoint::tokens},
    Pattern{"POST", "api/v1/tokens", Endpoint::create_token},
    Pattern{"DELETE", "api/v1/tokens/{id}", Endpoint::revoke_token},
    Pattern{"GET", "api/v1/sessions", Endpoint::sessions},
    Pattern{"DELETE", "api/v1/sessions/{id}", Endpoint::end_session},
    Pattern{"GET", "healthz", Endpoint::healthz},
    Pattern{"GET", "readyz", Endpoint::readyz},
    Pattern{"GET", "metrics", Endpoint::metrics},
    Pattern{"GET", "badge/{repo}/{path}", Endpoint::badge},
    Pattern{"GET", "cc.xml", Endpoint::cc_xml},
    Pattern{"POST", "git_updater", Endpoint::git_updater},
};

bool read_number(const std::string& segment, std::int64_t most, std::int64_t& number) {
  const auto value = to_number(segment);
  if (!value || *value == 0 || *value > static_cast<std::uint64_t>(most)) return false;
  number = static_cast<std::int64_t>(*value);
  return true;
}

bool match_segment(std::string_view wanted, const std::string& given, Route& route) {
  if (wanted == "{repo}") {
    route.repo = given;
    return !given.empty();
  }
  if (wanted == "{commit}") {
    route.commit = given;
    return !given.empty();
  }
  if (wanted == "{test}") {
    route.test = given;
    return !given.empty();
  }
  if (wanted == "{branch}") {
    route.branch = given;
    return !given.empty();
  }
  if (wanted == "{key}") {
    route.key = given;
    return !given.empty();
  }
  if (wanted == "{id}") {
    return read_number(given, std::numeric_limits<std::int64_t>::max(), route.id);
  }
  if (wanted == "{n}") {
    std::int64_t number = 0;
    const bool fits = read_number(given, std::numeric_limits<int>::max(), number);
    route.attempt = static_cast<int>(number);
    return fits;
  }
  return wanted == given;
}

// A slash within a segment would be taken for one between two.
bool join_rest(const Segments& given, std::size_t first, Route& route) {
  for (auto i = first; i < given.size(); ++i) {
    if (given[i].empty() || given[i].contains('/')) return false;
    route.path += (i == first ? "" : "/") + given[i];
  }
  return first < given.size();
}

bool match(const Pattern& pattern, const Segments& given, Route& route) {
  auto wanted = split(pattern.path, '/');
  if (wanted.back() == "{path}") {
    wanted.pop_back();
    if (!join_rest(given, wanted.size(), route)) return false;
  } else if (wanted.size() != given.size()) {
    return false;
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!match_segment(wanted[i], given[i], route)) return false;
  }
  route.endpoint = pattern.endpoint;
  return true;
}

Segments decoded_segments(std::string_view path) {
  Segments segments;
  for (const auto segment : split(path.substr(1), '/')) {
    segments.push_back(percent_decoded(segment).value_or(std::string(segment)));
  }
  return segments;
}

// `+` is a blank here, as browsers write it in query strings.
std::string decoded_parameter(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '+') c = ' ';
  }
  return percent_decoded(spaced).value_or(spaced);
}

std::map<std::string, std::string> read_query(std::string_view text) {
  std::map<std::string, std::string> query;
  for (const auto pair : split(text, '&')) {
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    if (!pair.empty()) query[decoded_parameter(pair.substr(0, equals))] = decoded_parameter(value);
  }
  return query;
}

bool is_machines_path(const Segments& segments) {
  return segments[0] == "api" || segments[0] == "git_updater" || segments[0] == "healthz" ||
         segments[0] == "readyz";
}

}  // namespace

std::string Route::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::expected<Route, Refusal> route(std::string_view method, std::string_view target) {
  const auto question = target.find('?');
  const auto path = target.substr(0, question);
  const auto segments = decoded_segments(path);
  const auto reading = method == "HEAD" ? "GET" : method;

  Route found;
  if (question != std::string_view::npos) found.query = read_query(target.substr(question + 1));
  bool other_method = false;
  for (const auto& pattern : kPatterns) {
    Route candidate = found;
    if (!match(pattern, segments, candidate)) continue;
    if (pattern.method == reading) return candidate;
    other_method = true;
  }
  if (!other_method && is_machines_path(segments)) {
    return std::unexpected(Refusal{404, "not_found", "there is nothing at this path"});
  }
  if (other_method || reading != "GET") {
    return std::unexpected(
        Refusal{405, "method_not_allowed", "this method can't be used at this path"});
  }
  found.path = percent_decoded(path).value_or(std::string(path));
  return found;
}

std::uint64_t most_body_bytes(Endpoint endpoint) {
  if (endpoint == Endpoint::import_report) return limits::kImportBytes;
  return endpoint == Endpoint::git_updater ? limits::kWebhookBodyBytes : limits::kHttpBodyBytes;
}

}  // namespace testlooper::http
