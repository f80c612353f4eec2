// Stands in for the server: takes announcements on loopback, one after another, on a thread of its
// own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace testlooper::testing {

struct HeardPost {
  std::string head;  // request line and fields, as they came
  std::string body;

  std::string field(const std::string& name) const;
};

class PushListener {
 public:
  // Port 0 is any that is free. `status` is the answer to each.
  explicit PushListener(int port = 0, int status = 202);
  ~PushListener();
  PushListener(const PushListener&) = delete;
  PushListener& operator=(const PushListener&) = delete;

  std::string url() const;
  int port() const { return port_; }
  // Blocks until that many were heard.
  std::vector<HeardPost> wait_for(std::size_t count);
  // Until resume(), what is heard is not answered.
  void hold();
  void resume();

 private:
  void serve();
  void answer(int connection);

  int port_ = 0;
  int fd_ = -1;
  int status_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HeardPost> heard_;
  bool held_ = false;
  std::thread thread_;
};

// A port on which nobody listens.
int closed_port();

}  // namespace testlooper::testing
