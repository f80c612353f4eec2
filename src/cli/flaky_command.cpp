#include "cli/flaky_command.hpp"

#include <chrono>
#include <ctime>
#include <iomanip>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/api_client.hpp"
#include "codec/flaky_json.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {
namespace {

using Json = nlohmann::json;

struct FlakyOptions {
  std::string repo, url, standing = "flaky", order = "impact", contains;
  int limit = 50;
  bool json = false;
};
struct ClusterOptions {
  std::string repo, url, key;
  bool json = false;
};
struct QuarantineOptions {
  std::string repo, url, format = "table", suite;
  codec::QuarantineRequest request;
};

std::string repo_path(const std::string& repo) {
  return "/api/v1/repos/" + net::percent_encoded(repo);
}

std::string id_of(const Json& test) {
  const TestName name{test.at("path"), test.at("name")};
  return test.at("suite").get<std::string>() + "/" + name.id();
}

std::string day_of(const Json& milliseconds) {
  const auto seconds = static_cast<std::time_t>(milliseconds.get<std::int64_t>() / 1000);
  std::tm time{};
  gmtime_r(&seconds, &time);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &time);
  return text;
}

// Shows a page of the server; what it lacks is of another version.
template <typename Show>
int show_page(const CliContext& context, const ApiClient& client, const std::string& target,
              bool as_json, const Show& show) {
  const auto body = client.answer("GET", target);
  if (!body) return say_error(context, body.error());
  if (as_json) {
    context.out << *body << "\n";
    return 0;
  }
  try {
    show(context.out, Json::parse(*body));
    return 0;
  } catch (const Json::exception&) {
    return say_error(context, {ErrorKind::invalid,
                               "the server's answer is not understood; is it of another version?",
                               {}});
  }
}

void show_flaky(std::ostream& out, const Json& page) {
  out << page.at("flaky") << " flaky tests in " << page.at("repo").get<std::string>() << ", "
      << page.at("fixed") << " proven fixed\n";
  for (const auto& test : page.at("tests")) {
    out << "\n" << id_of(test) << "\n";
    out << "  " << test.at("why").get<std::string>() << "\n";
    out << "  hit " << test.at("commits_hit") << " commits of " << test.at("people")
        << " people; failed runs took " << std::fixed << std::setprecision(1)
        << static_cast<double>(test.at("lost_us").get<std::int64_t>()) / 1e6 << " s\n";
    if (const auto& found = test.at("diagnosis"); !found.is_null()) {
      out << "  diagnosis " << found.at("experiment") << ": "
          << found.at("cause").get<std::string>() << ": " << found.at("answer").get<std::string>()
          << "\n";
    }
    if (const auto& cluster = test.at("cluster"); !cluster.is_null()) {
      out << "  cluster " << cluster.at("key").get<std::string>().substr(0, 12) << " of "
          << cluster.at("tests") << " tests\n";
    }
    if (const auto& kept = test.at("quarantine"); !kept.is_null()) {
      out << "  quarantine " << (kept.at("expired") ? "expired " : "until ")
          << day_of(kept.at("expires_at")) << ", owner " << kept.at("owner").get<std::string>()
          << "\n";
    }
  }
  if (page.at("more")) out << "\nand more (--limit shows more)\n";
}

void show_clusters(std::ostream& out, const Json& page) {
  for (const auto& each : page.at("clusters")) {
    const auto message = each.at("message").get<std::string>();
    out << each.at("key").get<std::string>().substr(0, 12) << "  " << each.at("failures")
        << " failures of " << each.at("tests") << " tests, last " << day_of(each.at("last_at"))
        << "\n  " << message.substr(0, message.find('\n')) << "\n";
  }
  for (const auto& group : page.at("together")) {
    out << "\nfailed together in " << group.at("attempts") << " attempts:\n";
    for (const auto& test : group.at("tests")) out << "  " << id_of(test) << "\n";
  }
}

void show_cluster(std::ostream& out, const Json& page) {
  const auto& cluster = page.at("cluster");
  out << "cluster " << cluster.at("key").get<std::string>() << "\n"
      << cluster.at("failures") << " failures, first at "
      << page.at("first").at("sha").get<std::string>().substr(0, 10) << " on "
      << day_of(cluster.at("first_at")) << ", last at "
      << page.at("last").at("sha").get<std::string>().substr(0, 10) << " on "
      << day_of(cluster.at("last_at")) << "\n\n"
      << cluster.at("message").get<std::string>() << "\n\ntests:\n";
  for (const auto& test : page.at("tests")) {
    out << "  " << test.at("failures") << "  " << id_of(test) << "\n";
  }
  if (!page.at("others").empty()) out << "fail together with them:\n";
  for (const auto& test : page.at("others")) out << "  " << id_of(test) << "\n";
  out << "newest runs:";
  for (const auto& run : page.at("runs")) out << " " << run.at("id");
  out << "\n";
}

void show_quarantine(std::ostream& out, const Json& page) {
  if (page.at("tests").empty()) out << "no test is quarantined\n";
  for (const auto& each : page.at("tests")) {
    out << id_of(each) << "\n  " << (each.at("expired") ? "expired on " : "until ")
        << day_of(each.at("expires_at")) << ", owner " << each.at("owner").get<std::string>()
        << ": " << each.at("reason").get<std::string>() << "\n";
    if (const auto rate = each.at("rate").get<std::string>(); !rate.empty()) {
      out << "  " << each.at("standing").get<std::string>() << ": " << rate << "\n";
    }
  }
}

void add_flaky(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<FlakyOptions>();
  auto& flaky =
      *app.add_subcommand("flaky", "show which tests flake, how often, and why they are listed");
  flaky.add_option("REPO", options->repo, "the repository's name")->required();
  flaky.add_option("--standing", options->standing, "flaky, fixed (proven), or all")
      ->check(CLI::IsMember({"flaky", "fixed", "all"}))
      ->capture_default_str();
  flaky.add_option("--order", options->order, "the first is the largest")
      ->check(CLI::IsMember({"impact", "rate", "newest", "name"}))
      ->capture_default_str();
  flaky.add_option("--contains", options->contains, "only tests whose id has this text");
  flaky.add_option("--limit", options->limit, "tests")
      ->check(CLI::Range(1, limits::kFlakyTests))
      ->capture_default_str();
  flaky.add_flag("--json", options->json, "the API's answer, as it is");
  add_server_option(flaky, options->url);
  flaky.callback([&context, &exit_code, options] {
    exit_code = with_client(context, options->url, [&](const ApiClient& client) {
      auto target = repo_path(options->repo) + "/flaky?standing=" + options->standing +
                    "&order=" + options->order + "&limit=" + std::to_string(options->limit);
      if (!options->contains.empty()) target += "&q=" + net::percent_encoded(options->contains);
      return show_page(context, client, target, options->json, show_flaky);
    });
  });
}

void add_cluster(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ClusterOptions>();
  auto& cluster = *app.add_subcommand(
      "clusters", "show which failures are one failure, by what they say and by failing together");
  cluster.add_option("REPO", options->repo, "the repository's name")->required();
  cluster.add_option("CLUSTER", options->key, "one of them: its key, or the start of it");
  cluster.add_flag("--json", options->json, "the API's answer, as it is");
  add_server_option(cluster, options->url);
  cluster.callback([&context, &exit_code, options] {
    exit_code = with_client(context, options->url, [&](const ApiClient& client) {
      const auto target = repo_path(options->repo) + "/clusters";
      if (options->key.empty()) {
        return show_page(context, client, target, options->json, show_clusters);
      }
      return show_page(context, client, target + "/" + net::percent_encoded(options->key),
                       options->json, show_cluster);
    });
  });
}

int list_quarantine(const CliContext& context, const ApiClient& client,
                    const QuarantineOptions& options) {
  const auto target = repo_path(options.repo) + "/quarantine";
  if (options.format == "table" || options.format == "json") {
    return show_page(context, client, target, options.format == "json", show_quarantine);
  }
  const auto list = client.answer("GET", target + "?format=" + options.format +
                                             "&suite=" + net::percent_encoded(options.suite));
  if (!list) return say_error(context, list.error());
  context.out << *list;
  return 0;
}

int add_quarantine(const CliContext& context, const ApiClient& client,
                   const QuarantineOptions& options) {
  const auto done = client.answer("POST", repo_path(options.repo) + "/quarantine",
                                  codec::api_json(options.request));
  if (!done) return say_error(context, done.error());
  context.out << options.request.test << " is in quarantine for " << options.request.days
              << " days\n";
  return 0;
}

// By the entry's number, which the page tells.
int remove_quarantine(const CliContext& context, const ApiClient& client,
                      const QuarantineOptions& options) {
  const auto path = repo_path(options.repo) + "/quarantine";
  const auto body = client.answer("GET", path);
  if (!body) return say_error(context, body.error());
  const auto page = Json::parse(*body, nullptr, false);
  for (const auto& each : page.value("tests", Json::array())) {
    const auto id = id_of(each);
    const bool is_it = id == options.request.test || id.ends_with("/" + options.request.test);
    if (!is_it) continue;
    const auto done =
        client.answer("DELETE", path + "/" + each.at("id").dump(), R"({"requested_by":"cli"})");
    if (!done) return say_error(context, done.error());
    context.out << id << " is in quarantine no more\n";
    return 0;
  }
  return say_error(context,
                   {ErrorKind::not_found,
                    "'" + options.request.test + "' is not in quarantine in " + options.repo,
                    {}});
}

void add_quarantine_commands(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& quarantine = *app.add_subcommand(
      "quarantine", "tests whose failures other systems are to overlook; here they run as before");
  quarantine.require_subcommand(1);
  const auto add = [&](const char* name, const char* what, auto carry_out) -> auto {
    const auto options = std::make_shared<QuarantineOptions>();
    options->request.requested_by = "cli";
    options->request.days = limits::kQuarantineDays;
    auto& command = *quarantine.add_subcommand(name, what);
    command.add_option("REPO", options->repo, "the repository's name")->required();
    add_server_option(command, options->url);
    command.callback([&context, &exit_code, options, carry_out] {
      exit_code = with_client(context, options->url, [&](const ApiClient& client) {
        return carry_out(context, client, *options);
      });
    });
    return std::pair{&command, options};
  };
  const auto with_test = [](CLI::App& command, QuarantineOptions& options) {
    command.add_option("TEST", options.request.test, "path::name, or suite/path::name")->required();
  };
  auto [added, of_added] = add("add", "put a test into quarantine", add_quarantine);
  with_test(*added, *of_added);
  added->add_option("--owner", of_added->request.owner, "who looks after it")->required();
  added->add_option("--reason", of_added->request.reason, "why")->required();
  added->add_option("--days", of_added->request.days, "then it expires")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{limits::kMostQuarantineDays}))
      ->capture_default_str();
  auto [removed, of_removed] = add("remove", "take a test out of it", remove_quarantine);
  with_test(*removed, *of_removed);
  auto [listed, of_listed] = add("list", "show it, or write it for another tool", list_quarantine);
  listed->add_option("--format", of_listed->format, "one argument a line, but for table and json")
      ->check(CLI::IsMember({"table", "json", "ids", "pytest", "gtest", "go", "jest"}))
      ->capture_default_str();
  listed->add_option("--suite", of_listed->suite, "only tests of this suite, in a list for a tool");
}

}  // namespace

void add_flaky_commands(const CliContext& context, CLI::App& app, int& exit_code) {
  add_flaky(context, app, exit_code);
  add_cluster(context, app, exit_code);
  add_quarantine_commands(context, app, exit_code);
}

}  // namespace testlooper::cli
