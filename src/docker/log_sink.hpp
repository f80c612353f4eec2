// The log of an attempt while it is written: the file, and those who watch it grow. Exec thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/ports/live.hpp"

#include "docker/log_file.hpp"

namespace testlooper::docker {

struct LogPlace {
  std::string data_dir;
  std::string path;  // relative to it
  std::uint64_t cap = 0;
  bool continues = false;  // what is there stays
};

class LogSink : public std::enable_shared_from_this<LogSink> {
 public:
  static Result<std::shared_ptr<LogSink>> open(const boost::asio::any_io_executor& executor,
                                               LiveEvents& live, AttemptKey attempt,
                                               const LogPlace& place);

  // After an error, what is written is lost, and error() tells why.
  void write(Output stream, std::string_view text);
  const std::optional<Error>& error() const { return error_; }
  // To be called once, at the end. That the log is complete is for others to say: another run may
  // go on with it.
  LogInfo finish();

 private:
  LogSink(const boost::asio::any_io_executor& executor, LiveEvents& live, AttemptKey attempt,
          std::string path, LogFile file);
  void tell_soon();
  void tell();
  void keep(const Result<void>& result);

  LiveEvents& live_;
  AttemptKey attempt_;
  std::string path_;
  LogFile file_;
  boost::asio::steady_timer timer_;
  bool will_tell_ = false;
  bool finished_ = false;
  std::uint64_t told_bytes_ = 0;
  std::chrono::steady_clock::time_point told_at_;
  std::optional<Error> error_;
};

}  // namespace testlooper::docker
