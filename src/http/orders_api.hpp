// Turns the body of a request that changes something into an order to the engine. Calls block for
// the store, so they belong on a pool thread; the session gives the order and waits for the reply.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "testlooper/domain/cancel.hpp"
#include "testlooper/domain/experiment_page.hpp"
#include "testlooper/domain/orders.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/test.hpp"
#include "testlooper/ports/views.hpp"

#include "http/guard.hpp"
#include "http/options.hpp"
#include "http/response.hpp"
#include "http/router.hpp"

namespace testlooper::http {

struct AnnouncePush {
  std::vector<std::string> repo_names;  // the first that is known is meant
  Push push;
};
struct RequestRuns {
  std::string repo, sha;
  DesiredTesting wish;
};
struct RetryCommit {
  std::string repo, sha;
  std::string who = "api";
};
struct Cancel {
  CancelOrder what;
  std::string who;
};
struct GiveOrder {
  orders::Order order;
};
// Its commits are looked for before it is looked up.
struct BeginExperiment {
  ExperimentRequest request;
};
struct AddRepo {
  RepoSpec spec;
  std::string hook;  // the command that has pushes announced; "" for a URL
  std::string who = "api";
};
struct ChangeRepo {
  std::string repo;
  RepoSettings settings;
  std::string who = "api";
};
struct RemoveRepo {
  std::string repo;
  bool purge = false;
  std::string who = "api";
};
struct Reload {
  std::string who = "api";
};
using Order = std::variant<AnnouncePush, RequestRuns, RetryCommit, Cancel, GiveOrder, AddRepo,
                           ChangeRepo, RemoveRepo, Reload, BeginExperiment>;

// True where read_order() knows this endpoint.
bool is_order(Endpoint endpoint);
// The answer to what would bring new work while none is taken.
std::optional<Response> refusal_of_work(const ServerFacts& facts, Endpoint endpoint);
// Why a push that is announced is believed.
struct PushTrust {
  std::string secret;    // of webhooks
  bool vouched = false;  // by a token, or because it comes from this machine
};
std::expected<Order, Response> read_order(Views& views, const PushTrust& trust, const Route& route,
                                          const Head& head, const std::string& body);
// The audit says that it was this person, whatever the body says.
void sign(Order& order, const std::string& who);

}  // namespace testlooper::http
