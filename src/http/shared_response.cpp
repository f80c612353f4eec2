#include "http/shared_response.hpp"

#include <algorithm>
#include <utility>

#include "http/pages_api.hpp"
#include "http/queue_api.hpp"
#include "http/shared_pages.hpp"

namespace testlooper::http {
namespace {

using Page = std::shared_ptr<const SharedPage>;

const std::string* field_of(const Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.fields, name, &Field::name);
  return found == response.fields.end() ? nullptr : &found->value;
}

// How the same page is asked for by one who has nothing of it yet.
Head without_condition(Head head) {
  std::erase_if(head.fields, [](const Field& field) { return field.name == "if-none-match"; });
  return head;
}

std::string key_of(const Head& head) {
  const auto* accepted = head.find("accept-encoding");
  const bool packed = accepted != nullptr && accepts_coding(*accepted, "gzip");
  return (packed ? "gzip " : "plain ") + head.target;
}

Response for_reader(const SharedPage& page, const Head& head) {
  const auto* etag = field_of(page.response, "ETag");
  const auto* has = head.find("if-none-match");
  if (etag == nullptr || has == nullptr || !etag_matches(*has, *etag)) return page.response;
  return {304, "", {{"Cache-Control", "no-cache"}, {"ETag", *etag}}, StaticBytes()};
}

// Others may be given it, too, so its text must not be copied for each.
void share_text(Response& response) {
  if (auto* text = std::get_if<std::string>(&response.body)) {
    response.body = std::make_shared<const std::string>(std::move(*text));
  }
}

class Maker {
 public:
  Maker(Site& site, const Route& route, const Head& head)
      : site_(site), route_(route), head_(head), key_(key_of(head)) {}

  // One at a time: what is made for those who knew less is waited for, then made again once for
  // all.
  awaitable<Response> answer() {
    const auto told = site_.told();
    while (const auto making = site_.pages.making(key_)) {
      while (!making->over) co_await making->done.async_wait(kAsTuple);
      if (making->page && making->page->told >= told) co_return for_reader(*making->page, head_);
    }
    auto page = site_.pages.last(key_);
    if (page && is_fresh(*page, told)) co_return for_reader(*page, head_);
    co_return for_reader(*co_await make(site_.told(), std::move(page)), head_);
  }

 private:
  bool is_fresh(const SharedPage& page, std::uint64_t told) const {
    return page.told >= told &&
           SharedPages::Clock::now() - page.made < site_.options.timeouts.share_pages;
  }

  // Whoever waits is woken, however this ends.
  struct Making {
    SharedPages& pages;
    const std::string& key;
    std::shared_ptr<PageInMaking> making;
    Page page = nullptr;
    ~Making() { pages.end(key, making, page); }
  };

  awaitable<Page> make(std::uint64_t told, Page before) {
    Making making{site_.pages, key_, site_.pages.begin(site_.executor, key_)};
    const auto now = SharedPages::Clock::now();
    SharedPage page{{}, told, now};
    if (before && co_await is_unchanged(*before)) {
      page.response = before->response;
    } else {
      page.response = co_await ask();
      share_text(page.response);
    }
    making.page = std::make_shared<const SharedPage>(std::move(page));
    if (making.page->response.status == 200) site_.pages.keep(key_, making.page);
    co_return making.page;
  }

  awaitable<bool> is_unchanged(const SharedPage& page) {
    const auto* etag = field_of(page.response, "ETag");
    if (etag == nullptr) co_return false;
    const auto stored = co_await on_pool(site_.pool, [this] { return site_.views.revision(); });
    co_return stored&& page_tag(site_.facts().started_at, *stored) == *etag;
  }

  awaitable<Response> ask() {
    const auto head = without_condition(head_);
    if (shows_queue(route_.endpoint)) co_return co_await queue_response(site_, route_, head);
    const ReadContext context{site_.views, site_.comparer, site_.retention, site_.options,
                              site_.facts};
    co_return co_await on_pool(site_.pool, [&] { return read_response(context, route_, head); });
  }

  Site& site_;
  const Route& route_;
  const Head& head_;
  const std::string key_;
};

}  // namespace

bool is_shared(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::repos:
    case Endpoint::branch:
    case Endpoint::commit:
    case Endpoint::test:
    case Endpoint::compare:
    case Endpoint::run:
    case Endpoint::task:
    case Endpoint::request:
    case Endpoint::rules:
    case Endpoint::flaky:
    case Endpoint::clusters:
    case Endpoint::cluster:
    case Endpoint::experiments:
    case Endpoint::experiment:
    case Endpoint::engine:
      return true;
    default:
      return false;
  }
}

awaitable<Response> shared_response(Site& site, Route route, Head head) {
  Maker maker(site, route, head);
  co_return co_await maker.answer();
}

}  // namespace testlooper::http
