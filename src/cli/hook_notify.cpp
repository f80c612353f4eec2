#include "cli/hook_notify.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/files.hpp"
#include "codec/json_writer.hpp"
#include "git/text.hpp"

namespace testlooper::cli {
namespace {

namespace fs = std::filesystem;

// A note of more refs says "look at everything": that is one request instead of thousands.
constexpr std::size_t kRefsPerNote = 20;
constexpr auto kHalfWrittenAge = std::chrono::hours{1};

class Lock {
 public:
  explicit Lock(const std::string& path)
      : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}
  ~Lock() { release(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool try_take() { return flock(fd_, LOCK_EX | LOCK_NB) == 0; }
  void take() {
    while (flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  void release() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

struct MovedRef {
  std::string old_id, new_id, ref;
};

std::optional<MovedRef> parse_line(const std::string& line) {
  const auto first = line.find(' ');
  const auto second = first == std::string::npos ? first : line.find(' ', first + 1);
  if (second == std::string::npos) return std::nullopt;
  return MovedRef{.old_id = line.substr(0, first),
                  .new_id = line.substr(first + 1, second - first - 1),
                  .ref = line.substr(second + 1)};
}

std::string body_of(const std::string& repo, const MovedRef& moved) {
  codec::JsonWriter json;
  json.begin_object();
  json.member("repo", repo);
  json.member("ref", git::name_text(moved.ref));
  json.member("old", moved.old_id);
  json.member("new", moved.new_id);
  json.end_object();
  return json.take();
}

std::set<std::string> notes_in(const fs::path& spool) {
  std::set<std::string> notes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(spool, error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with('.')) notes.insert(name);
  }
  return notes;
}

void remove_half_written(const fs::path& spool) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(spool, error)) {
    const bool half = entry.path().filename().string().starts_with(".new.");
    const auto written = entry.last_write_time(error);
    if (half && !error && fs::file_time_type::clock::now() - written > kHalfWrittenAge) {
      fs::remove(entry.path(), error);
    }
  }
}

enum class Sent { taken, refused, unheard };

Sent send_note(const std::vector<Announcement>& parts, const SendAnnouncement& send,
               std::string& why) {
  for (const Announcement& part : parts) {
    const auto status = send(part);
    if (!status) {
      why = status.error().text();
      return Sent::unheard;
    }
    if (*status / 100 == 2) continue;
    why = fmt::format("the server answered {}", *status);
    const bool our_fault = *status / 100 == 4 && *status != 408 && *status != 429;
    return our_fault ? Sent::refused : Sent::unheard;
  }
  return Sent::taken;
}

// One round over all notes. A note that the server refuses does not stop the others; a server that
// is not there, or has too much to do, ends the round.
NotifyCount deliver_all(const fs::path& spool, const HookSettings& settings,
                        const SendAnnouncement& send) {
  NotifyCount count;
  const auto notes = notes_in(spool);
  for (const std::string& name : notes) {
    const auto note = read_file(spool / name);
    if (!note) continue;  // another user's, or gone
    const Sent sent = send_note(announcements(*note, name, settings.repo), send, count.why);
    if (sent == Sent::taken) {
      std::error_code ignored;
      fs::remove(spool / name, ignored);
      ++count.delivered;
    }
    if (sent == Sent::unheard) break;
  }
  count.kept = static_cast<int>(notes_in(spool).size());
  return count;
}

}  // namespace

std::vector<Announcement> announcements(const std::string& note, const std::string& note_name,
                                        const std::string& repo) {
  std::vector<MovedRef> refs;
  std::istringstream lines(note);
  for (std::string line; std::getline(lines, line);) {
    if (auto moved = parse_line(line)) refs.push_back(std::move(*moved));
  }
  if (refs.empty() || refs.size() > kRefsPerNote) refs = {MovedRef{}};
  std::vector<Announcement> parts;
  parts.reserve(refs.size());
  for (const MovedRef& moved : refs) {
    parts.push_back({.body = body_of(repo, moved),
                     .delivery_id = fmt::format("{}-{}", note_name, parts.size() + 1)});
  }
  return parts;
}

Result<NotifyCount> deliver_notes(const std::string& git_dir, const HookSettings& settings,
                                  const SendAnnouncement& send) {
  const fs::path spool = fs::path(git_dir) / kHookSpoolFolder;
  std::error_code error;
  if (!fs::exists(spool, error)) return NotifyCount{};
  Lock working(spool / ".working");
  Lock waiting(spool / ".waiting");
  if (!working.is_open() || !waiting.is_open()) return unavailable(std::strerror(errno), spool);
  if (!working.try_take()) {
    // Somebody works, and may have listed the notes before ours came; so one of us waits, and
    // lists them again. Whoever finds one waiting may go: it has not listed them yet.
    if (!waiting.try_take()) return NotifyCount{};
    working.take();
    waiting.release();
  }
  remove_half_written(spool);
  return deliver_all(spool, settings, send);
}

}  // namespace testlooper::cli
