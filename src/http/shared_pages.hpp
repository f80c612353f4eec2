// Answers that several readers may have: a page is made once for all who ask for it at the same
// time, and given again as long as nobody was told of anything newer. So many open tabs cost what
// one costs. Lives on the http thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "http/coro.hpp"
#include "http/response.hpp"

namespace testlooper::http {

struct SharedPage {
  Response response;       // whole: what a reader has already is looked at when it is sent
  std::uint64_t told = 0;  // Site::told() before the store was asked
  std::chrono::steady_clock::time_point made;

  std::size_t bytes() const;
};

// A page that is being made. Those who wait for it look at it when `done` wakes them.
struct PageInMaking {
  explicit PageInMaking(const asio::any_io_executor& executor)
      : done(executor, asio::steady_timer::time_point::max()) {}
  std::shared_ptr<const SharedPage> page;  // absent where making it failed
  bool over = false;
  asio::steady_timer done;
};

class SharedPages {
 public:
  using Clock = std::chrono::steady_clock;
  using Key = std::string;

  // Of this page what was made last, whatever was told since.
  std::shared_ptr<const SharedPage> last(const Key& key) const;
  void keep(const Key& key, std::shared_ptr<const SharedPage> page);

  // nullptr where none is.
  std::shared_ptr<PageInMaking> making(const Key& key) const;
  std::shared_ptr<PageInMaking> begin(const asio::any_io_executor& executor, const Key& key);
  // `page` is absent where making it failed.
  void end(const Key& key, const std::shared_ptr<PageInMaking>& making,
           std::shared_ptr<const SharedPage> page);

  std::size_t bytes() const { return bytes_; }

 private:
  void drop_oldest();

  std::map<Key, std::shared_ptr<const SharedPage>> pages_;
  std::map<Key, std::shared_ptr<PageInMaking>> making_;
  std::size_t bytes_ = 0;
};

}  // namespace testlooper::http
