#include "docker/log_sink.hpp"

#include <utility>

namespace testlooper::docker {
namespace {

// Watchers hear of new text at most this often.
constexpr std::chrono::milliseconds kTellPeriod{50};

}  // namespace

Result<std::shared_ptr<LogSink>> LogSink::open(const boost::asio::any_io_executor& executor,
                                               LiveEvents& live, AttemptKey attempt,
                                               const LogPlace& place) {
  auto file = LogFile::open(place.data_dir + "/" + place.path, place.cap, place.continues);
  if (!file) return std::unexpected(file.error());
  return std::shared_ptr<LogSink>(
      new LogSink(executor, live, attempt, place.path, std::move(*file)));
}

LogSink::LogSink(const boost::asio::any_io_executor& executor, LiveEvents& live, AttemptKey attempt,
                 std::string path, LogFile file)
    : live_(live),
      attempt_(attempt),
      path_(std::move(path)),
      file_(std::move(file)),
      timer_(executor) {}

void LogSink::keep(const Result<void>& result) {
  if (!result && !error_) error_ = result.error();
}

void LogSink::write(Output stream, std::string_view text) {
  if (error_ || text.empty()) return;
  keep(file_.append(stream, text));
  tell_soon();
}

void LogSink::tell_soon() {
  if (will_tell_) return;
  will_tell_ = true;
  timer_.expires_at(std::max(told_at_ + kTellPeriod, std::chrono::steady_clock::now()));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code&) {
    self->will_tell_ = false;
    if (!self->finished_) self->tell();
  });
}

void LogSink::tell() {
  keep(file_.flush());
  told_at_ = std::chrono::steady_clock::now();
  if (file_.bytes() == told_bytes_) return;
  told_bytes_ = file_.bytes();
  live_.log_grew(attempt_, told_bytes_, false);
}

LogInfo LogSink::finish() {
  LogInfo info{path_, file_.bytes(), 0};
  finished_ = true;
  timer_.cancel();
  if (const auto totals = file_.close()) {
    info.bytes = totals->bytes;
    info.dropped = totals->dropped;
  } else if (!error_) {
    error_ = totals.error();
  }
  if (info.bytes != told_bytes_) live_.log_grew(attempt_, info.bytes, false);
  return info;
}

}  // namespace testlooper::docker
