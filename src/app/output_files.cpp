#include "app/output_files.hpp"

#include <fstream>
#include <optional>

#include "testlooper/base/limits.hpp"

#include "docker/log_file.hpp"

namespace testlooper::app {
namespace {

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush();
  if (file) return {};
  std::filesystem::remove(path, error);
  return unavailable("the file can't be written", path.string());
}

std::optional<std::uint64_t> bytes_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? std::nullopt : std::optional<std::uint64_t>{bytes};
}

}  // namespace

executor::OutputFiles output_files(const std::filesystem::path& data_folder) {
  return {.standard_output =
              [data_folder](const std::string& log_path) {
                return docker::read_stream((data_folder / log_path).string(), docker::Output::out,
                                           limits::kTestListBytes);
              },
          .read_log =
              [data_folder](const std::string& log_path, std::uint64_t from,
                            const std::function<void(std::string_view)>& take) {
                return docker::read_log((data_folder / log_path).string(), from, take);
              },
          .write = [data_folder](
                       const std::string& path,
                       std::string_view bytes) { return write_file(data_folder / path, bytes); },
          .size = [data_folder](const std::string& path) { return bytes_of(data_folder / path); }};
}

}  // namespace testlooper::app
