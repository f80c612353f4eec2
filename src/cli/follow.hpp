// Follows what a server does until it has ended, over lost connections too.
#pragma once

#include <ostream>
#include <string>
#include <thread>

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

// After the connection to the server was lost; a server that restarts is waited for.
struct Patience {
  Milliseconds pause = Seconds(1);
  int retries = 60;
};

// One line that is rewritten in place, where there is a terminal.
class ProgressLine {
 public:
  explicit ProgressLine(const CliContext& context) : context_(context) {}
  ~ProgressLine() { show(""); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& text) {
    if (!context_.live || text == shown_) return;
    context_.err << "\r\x1b[K" << text << std::flush;
    shown_ = text;
  }

 private:
  const CliContext& context_;
  std::string shown_;
};

// Asks for the page at each change until it `has_ended`, and shows `text` of it meanwhile.
template <typename Page, typename Ask, typename HasEnded, typename Text>
Result<Page> follow(const CliContext& context, const ApiClient& client, const Patience& patience,
                    Ask ask, HasEnded has_ended, Text text) {
  ProgressLine progress(context);
  Result<Page> page = unavailable("nothing is known of it yet");
  int retries_left = patience.retries;
  const auto look = [&] {
    page = ask();
    if (!page) return false;
    retries_left = patience.retries;
    progress.show(text(*page));
    return !has_ended(*page);
  };
  for (;;) {
    const auto followed = client.on_changes(look);
    if (page && has_ended(*page)) return page;
    if (!page && page.error().kind != ErrorKind::unavailable) return page;
    if (retries_left-- == 0) return page ? std::unexpected(followed.error()) : page;
    progress.show("the server is not there; trying again");
    std::this_thread::sleep_for(patience.pause);
  }
}

}  // namespace testlooper::cli
