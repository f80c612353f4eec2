// The API as commands use it: answers as values, errors as one sentence.
#pragma once

#include <string>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/domain/compare_page.hpp"
#include "testlooper/domain/experiment_page.hpp"
#include "testlooper/domain/pages.hpp"
#include "testlooper/ports/views.hpp"

#include "codec/api_json.hpp"
#include "codec/experiment_body.hpp"
#include "net/http_client.hpp"

namespace testlooper::cli {

class ApiClient {
 public:
  // `token` may be "": a server may ask nobody.
  explicit ApiClient(net::ServerUrl server, const std::string& token = {})
      : http_(std::move(server), Seconds(30), fields_of(token)) {}

  // `commit` is a branch, a tag, an id or the start of one. Errors: what the server says.
  Result<DesiredId> request_runs(const std::string& repo, const std::string& commit,
                                 const codec::RunRequest& request) const;
  // Only what `run` shows of it.
  Result<pages::RequestPage> request(DesiredId id) const;
  // Only what `test` shows of it.
  // `base` may be "": the first parent.
  Result<pages::ComparePage> compare(const std::string& repo, const std::string& head,
                                     const std::string& base) const;
  Result<pages::TestPage> test(const std::string& repo, const std::string& test,
                               const std::string& branch, int limit) const;
  Result<orders::Done> change_request(DesiredId id, const codec::WishChange& change) const;
  Result<std::vector<pages::RuleSummary>> rules(const std::string& repo) const;
  Result<orders::Done> add_rule(const std::string& repo, const codec::RuleRequest& rule) const;
  Result<orders::Done> change_rule(const std::string& repo, const codec::RuleRequest& rule) const;
  Result<orders::Done> remove_rule(const std::string& repo, RuleId rule) const;
  Result<orders::Done> clear(const std::string& repo, const std::string& commit,
                             const codec::Selection& selection) const;
  Result<pages::MatchPage> match(const std::string& repo, const std::string& commit,
                                 const codec::Selection& selection) const;
  Result<pages::AuditPage> audit(const AuditQuery& query) const;
  Result<codec::ServerStatus> status() const;
  // Only what `queue` shows of it. `repo` may be "": all.
  Result<pages::EnginePage> engine(const std::string& repo, std::size_t limit) const;
  // `path` is of what is to be stopped, below /api/v1.
  Result<Revision> cancel(const std::string& path) const;
  // False: tasks are started again.
  Result<void> drain(bool draining) const;
  Result<pages::RetentionPage> retention() const;
  Result<void> run_retention() const;
  // Only what `repo list` shows of it.
  Result<pages::ReposPage> repos() const;
  Result<codec::RepoAdded> add_repo(const std::string& source, const std::string& name,
                                    const RepoSettings& settings) const;
  Result<void> change_repo(const std::string& repo, const RepoSettings& settings) const;
  Result<void> remove_repo(const std::string& repo, bool purge) const;
  Result<void> scan_repo(const std::string& repo) const;
  Result<ReloadReport> reload() const;
  // One, or of a cluster one for each of its tests that flakes.
  Result<std::vector<ExperimentId>> start_experiments(const ExperimentRequest& request) const;
  // Only what `experiment show` shows of it.
  Result<pages::ExperimentPage> experiment(ExperimentId id) const;
  Result<pages::ExperimentsPage> experiments(const ExperimentsQuery& query) const;
  // The document as the server sends it.
  Result<std::string> experiment_export(ExperimentId id) const;
  // "pause" or "stop".
  Result<void> order_experiment(ExperimentId id, const std::string& order) const;
  Result<void> continue_experiment(ExperimentId id, const codec::ExperimentMore& more) const;
  // Calls `look` at the start and after each change, until it returns false. Errors: unavailable,
  // also where the stream ends.
  Result<void> on_changes(const std::function<bool()>& look) const;

  // The body of a good answer to what has no function here. Errors: what the server says.
  Result<std::string> answer(const std::string& method, const std::string& target,
                             const std::string& json = {}) const;

  // Where a browser sees it.
  std::string page_url(const std::string& path) const { return http_.server().text() + path; }

 private:
  static net::HttpFields fields_of(const std::string& token) {
    return token.empty() ? net::HttpFields{}
                         : net::HttpFields{{"Authorization", "Bearer " + token}};
  }

  net::HttpClient http_;
};

}  // namespace testlooper::cli
