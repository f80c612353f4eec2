#include "sandbox/supervisor/deliver.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace testlooper::sandbox {
namespace {

constexpr std::size_t kTarBlock = 512;
constexpr std::size_t kTarNameBytes = 100;
constexpr int kDepth = 64;  // of folders; nobody keeps what is deeper
constexpr char kLongName = 'L';
constexpr char kFile = '0', kHardLink = '1', kLink = '2', kDevice = '3', kFolder = '5', kFifo = '6';

int open_plainly(int folder, const char* name, int flags) {
  return openat(folder, name, flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

// A tar that ends where it would be larger than allowed.
class TarStream {
 public:
  TarStream(ReportPipe& report, std::uint64_t most) : report_(report), left_(most) {}

  void entry(const std::string& name, const struct stat& is, char kind) {
    if (name.size() > kTarNameBytes) {
      put_header("././@LongLink", 0, name.size() + 1, kLongName);
      put(name.c_str(), name.size() + 1);
      pad(name.size() + 1);
    }
    const auto size = kind == kFile ? static_cast<std::uint64_t>(is.st_size) : 0;
    put_header(name.substr(0, kTarNameBytes), is.st_mode & 07777, size, kind);
  }
  void put(const char* bytes, std::size_t size) {
    if (cut_) return;
    cut_ = size > left_;
    if (cut_) size = static_cast<std::size_t>(left_);
    left_ -= size;
    pending_.append(bytes, size);
    while (pending_.size() >= kFramePayloadBytes) flush(kFramePayloadBytes);
  }
  void pad(std::uint64_t written) {
    const char zeros[kTarBlock] = {};
    put(zeros, static_cast<std::size_t>((kTarBlock - written % kTarBlock) % kTarBlock));
  }
  bool cut() const { return cut_; }
  void finish() {
    const char zeros[2 * kTarBlock] = {};
    put(zeros, sizeof zeros);
    if (!pending_.empty()) flush(pending_.size());
    if (cut_) report_.send(Kind::artifacts_cut);
  }

 private:
  void flush(std::size_t size) {
    report_.send(Kind::bytes, std::string_view(pending_).substr(0, size));
    pending_.erase(0, size);
  }
  // GNU's: a size beyond eight octal digits is written in base 256.
  void put_header(const std::string& name, unsigned mode, std::uint64_t size, char kind) {
    char header[kTarBlock] = {};
    std::memcpy(header, name.data(), std::min(name.size(), kTarNameBytes));
    std::snprintf(header + 100, 8, "%07o", mode);
    std::snprintf(header + 108, 8, "%07o", 0u);
    std::snprintf(header + 116, 8, "%07o", 0u);
    header[124] = static_cast<char>(0x80);
    for (int i = 0; i < 8; ++i) header[135 - i] = static_cast<char>(size >> (8 * i) & 255);
    std::snprintf(header + 136, 12, "%011o", 0u);
    std::memset(header + 148, ' ', 8);
    header[156] = kind;
    if (kind == kHardLink || kind == kLink) header[157] = '.';
    std::memcpy(header + 257, "ustar  ", 8);
    unsigned sum = 0;
    for (const char each : header) sum += static_cast<unsigned char>(each);
    std::snprintf(header + 148, 8, "%06o", sum);
    put(header, sizeof header);
  }

  ReportPipe& report_;
  std::uint64_t left_;
  std::string pending_;
  bool cut_ = false;
};

class ArtifactWalk {
 public:
  explicit ArtifactWalk(TarStream& tar) : tar_(tar) {}

  // Takes `folder`, an open file, over.
  void walk(int folder, const std::string& path, int depth) {
    for (const auto& name : names_in(folder)) {
      if (tar_.cut()) break;
      visit(folder, name, path + "/" + name, depth);
    }
    close(folder);
  }
  bool empty() const { return !any_; }

 private:
  static std::vector<std::string> names_in(int folder) {
    std::vector<std::string> names;
    DIR* listing = fdopendir(dup(folder));
    if (listing == nullptr) return names;
    while (const dirent* each = readdir(listing)) {
      const std::string_view name = each->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    closedir(listing);
    std::sort(names.begin(), names.end());
    return names;
  }
  void visit(int folder, const std::string& name, const std::string& path, int depth) {
    struct stat is{};
    if (fstatat(folder, name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0) return;
    any_ = true;
    if (S_ISREG(is.st_mode)) return visit_file(folder, name, path, is);
    if (!S_ISDIR(is.st_mode)) {
      const char kind = S_ISLNK(is.st_mode) ? kLink : S_ISFIFO(is.st_mode) ? kFifo : kDevice;
      if (!S_ISSOCK(is.st_mode)) tar_.entry(path, is, kind);
      return;
    }
    tar_.entry(path + "/", is, kFolder);
    const int below = depth < kDepth ? open_plainly(folder, name.c_str(), O_DIRECTORY) : -1;
    if (below >= 0) walk(below, path, depth + 1);
  }
  void visit_file(int folder, const std::string& name, const std::string& path,
                  const struct stat& is) {
    if (is.st_nlink > 1 && !seen_.insert_new(is.st_dev, is.st_ino)) {
      return tar_.entry(path, is, kHardLink);
    }
    const int fd = open_plainly(folder, name.c_str(), 0);
    if (fd < 0) return;
    tar_.entry(path, is, kFile);
    copy(fd, static_cast<std::uint64_t>(is.st_size));
    close(fd);
  }
  void copy(int fd, std::uint64_t size) {
    char piece[16u << 10];
    std::uint64_t left = size;
    while (left > 0 && !tar_.cut()) {
      ssize_t done = read(fd, piece, std::min<std::uint64_t>(sizeof piece, left));
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) {  // what the header promised is put all the same
        done = static_cast<ssize_t>(std::min<std::uint64_t>(sizeof piece, left));
        std::memset(piece, 0, static_cast<std::size_t>(done));
      }
      tar_.put(piece, static_cast<std::size_t>(done));
      left -= static_cast<std::uint64_t>(done);
    }
    tar_.pad(size);
  }

  struct Seen {
    bool insert_new(dev_t device, ino_t number) {
      const std::pair key{device, number};
      if (std::find(known.begin(), known.end(), key) != known.end()) return false;
      known.push_back(key);
      return true;
    }
    std::vector<std::pair<dev_t, ino_t>> known;
  };

  TarStream& tar_;
  Seen seen_;
  bool any_ = false;
};

bool holds_something(int folder) {
  DIR* listing = fdopendir(dup(folder));
  if (listing == nullptr) return false;
  int count = 0;
  while (count < 3 && readdir(listing) != nullptr) ++count;
  closedir(listing);
  lseek(folder, 0, SEEK_SET);
  return count > 2;
}

void send_bytes(int fd, std::uint64_t most, ReportPipe& report) {
  std::string piece(kFramePayloadBytes, 0);
  while (most > 0) {
    const ssize_t size = read(fd, piece.data(), std::min<std::uint64_t>(piece.size(), most));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    report.send(Kind::bytes, std::string_view(piece).substr(0, static_cast<std::size_t>(size)));
    most -= static_cast<std::uint64_t>(size);
  }
}

}  // namespace

void ReportPipe::send(Kind kind, std::string_view payload) {
  const std::string bytes = frame(kind, payload);
  if (link_ != nullptr) return link_->send(frames(Kind::report, bytes));
  kept_ += bytes;
  if (kept_.size() >= kFramePayloadBytes) flush();
}

void ReportPipe::flush() {
  std::string_view rest = kept_;
  while (fd_ >= 0 && !rest.empty()) {
    const ssize_t done = write(fd_, rest.data(), rest.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fd_ = -1;
    if (done > 0) rest.remove_prefix(static_cast<std::size_t>(done));
  }
  kept_.clear();
}

void deliver_outputs(const RunRequest& request, ReportPipe& report) {
  for (std::size_t i = 0; i < request.outputs.size(); ++i) {
    const auto& [path, most] = request.outputs[i];
    const int fd = open_plainly(AT_FDCWD, path.c_str(), 0);
    struct stat is{};
    if (fd >= 0 && fstat(fd, &is) == 0 && S_ISREG(is.st_mode)) {
      const bool fits = static_cast<std::uint64_t>(is.st_size) <= most;
      report.send(fits ? Kind::file : Kind::oversized, encode_number(i));
      if (fits) send_bytes(fd, most, report);
    }
    if (fd >= 0) close(fd);
  }
}

void deliver_artifacts(const RunRequest& request, ReportPipe& report) {
  if (request.artifacts.empty()) return;
  const int folder = open_plainly(AT_FDCWD, request.artifacts.c_str(), O_DIRECTORY);
  if (folder < 0) return report.send(Kind::artifacts_gone);
  if (!holds_something(folder)) {
    close(folder);
    return;
  }
  report.send(Kind::artifacts);
  report.flush();  // they may take long
  TarStream tar(report, request.artifact_bytes);
  const auto name = request.artifacts.substr(request.artifacts.rfind('/') + 1);
  struct stat is{};
  fstat(folder, &is);
  tar.entry(name + "/", is, kFolder);
  ArtifactWalk(tar).walk(folder, name, 0);
  tar.finish();
}

}  // namespace testlooper::sandbox
