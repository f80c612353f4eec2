#include "docker/responses.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "docker/base64.hpp"
#include "docker/requests.hpp"

namespace testlooper::docker {
namespace {

using nlohmann::json;

constexpr std::pair<int, int> kKnownApi{1, 43};
constexpr std::size_t kMessageBytes = 600;
// The bits of Go's FileMode that say that something is no regular file.
constexpr std::uint64_t kNotRegular = 0x8f280000;

json parse(std::string_view body) { return json::parse(body, nullptr, false); }

const json& at(const json& object, std::string_view key) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string text(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

int number(const json& value) {
  if (!value.is_number_integer()) return 0;
  return static_cast<int>(std::clamp<std::int64_t>(value.get<std::int64_t>(), -1, 1 << 30));
}

std::unexpected<Error> not_understood(const char* what) {
  return unavailable(std::string("docker's answer can't be understood: no ") + what);
}

std::optional<std::pair<int, int>> parse_api(const std::string& text) {
  std::pair<int, int> version;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.first);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.second);
  if (minor.ec != std::errc{}) return std::nullopt;
  return version;
}

bool has_one_of(std::string_view message, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(
      phrases, [&](std::string_view phrase) { return message.find(phrase) != message.npos; });
}

bool has(std::string_view message, std::string_view phrase) {
  return message.find(phrase) != message.npos;
}

// The machine or the network, not what was asked for.
bool is_trouble_of_ours(std::string_view message) {
  static constexpr std::array<std::string_view, 11> kPhrases{"no such host",
                                                             "i/o timeout",
                                                             "connection refused",
                                                             "connection reset",
                                                             "TLS handshake",
                                                             "toomanyrequests",
                                                             "deadline exceeded",
                                                             "network is unreachable",
                                                             "no space left on device",
                                                             "server misbehaving",
                                                             "Service Unavailable"};
  return has_one_of(message, kPhrases);
}

}  // namespace

Result<Version> parse_version(std::string_view body) {
  const json answer = parse(body);
  const auto newest = parse_api(text(at(answer, "ApiVersion")));
  if (!newest) return not_understood("ApiVersion");
  const auto oldest = parse_api(text(at(answer, "MinAPIVersion"))).value_or(std::pair{1, 12});
  const auto spoken = std::max(std::min(kKnownApi, *newest), oldest);
  const std::string docker = text(at(answer, "Version"));
  return Version{docker.substr(0, docker.find('+')),
                 std::to_string(spoken.first) + "." + std::to_string(spoken.second)};
}

Result<ContainerFacts> parse_container(std::string_view body) {
  const json answer = parse(body);
  const json& state = at(answer, "State");
  ContainerFacts facts;
  facts.id = text(at(answer, "Id"));
  facts.status = text(at(state, "Status"));
  if (facts.id.empty() || facts.status.empty()) return not_understood("state of the container");
  facts.instance = text(at(at(at(answer, "Config"), "Labels"), "testlooper.instance"));
  facts.exit_code = number(at(state, "ExitCode"));
  facts.oom_killed = at(state, "OOMKilled") == json(true);
  return facts;
}

Result<std::string> parse_image_user(std::string_view body) {
  const json answer = parse(body);
  if (!answer.is_object()) return not_understood("description of the image");
  return text(at(at(answer, "Config"), "User"));
}

std::vector<std::string> parse_image_variables(std::string_view body) {
  std::vector<std::string> list;
  const json answer = parse(body);
  for (const auto& each : at(at(answer, "Config"), "Env")) list.push_back(text(each));
  return list;
}

Result<std::string> parse_id(std::string_view body) {
  std::string id = text(at(parse(body), "Id"));
  if (id.empty()) return not_understood("id");
  return id;
}

Result<std::vector<ContainerName>> parse_containers(std::string_view body) {
  const json answer = parse(body);
  if (!answer.is_array()) return not_understood("list of containers");
  std::vector<ContainerName> found;
  for (const auto& each : answer) {
    const json& names = at(each, "Names");
    std::string name = names.is_array() && !names.empty() ? text(names.front()) : "";
    if (name.starts_with('/')) name.erase(0, 1);
    found.push_back({text(at(each, "Id")), std::move(name)});
  }
  return found;
}

Result<std::vector<KeptImage>> parse_our_images(std::string_view body, std::string_view instance) {
  const json list = parse(body);
  if (!list.is_array()) return not_understood("list of images");
  const auto size_of = [](const json& image) {
    const json& size = at(image, "Size");
    return size.is_number_integer() ? std::max<std::int64_t>(size.get<std::int64_t>(), 0) : 0;
  };
  std::map<std::string, std::int64_t> sizes;
  for (const auto& image : list) sizes[text(at(image, "Id"))] = size_of(image);
  std::vector<KeptImage> ours;
  for (const auto& image : list) {
    const json& labels = at(image, "Labels");
    if (text(at(labels, kMadeByLabel)) != instance) continue;
    KeptImage kept;
    kept.reference = text(at(image, "Id"));
    const json& tags = at(image, "RepoTags");
    if (tags.is_array() && !tags.empty() && !text(tags[0]).contains("<none>")) {
      kept.reference = text(tags[0]);
    }
    const bool built = text(at(labels, kKindLabel)).empty();
    kept.kind = built ? KeptKind::images : KeptKind::layers;
    const auto base = sizes.find(text(at(image, "ParentId")));
    const auto below = base == sizes.end() ? 0 : std::min(base->second, size_of(image));
    kept.bytes = static_cast<std::uint64_t>(size_of(image) - below);
    const json& created = at(image, "Created");
    if (created.is_number_integer()) kept.since = {created.get<std::int64_t>() * 1000};
    if (!kept.reference.empty()) ours.push_back(std::move(kept));
  }
  return ours;
}

Result<std::string> parse_volume_kind(std::string_view body) {
  const json answer = parse(body);
  if (text(at(answer, "Name")).empty()) return not_understood("description of the volume");
  return text(at(at(answer, "Labels"), "testlooper.kind"));
}

Result<std::vector<VolumeName>> parse_volumes(std::string_view body) {
  const json answer = parse(body);
  if (!answer.is_object()) return not_understood("list of volumes");
  std::vector<VolumeName> found;
  const json& volumes = at(answer, "Volumes");
  if (!volumes.is_array()) return found;  // docker says null for none
  for (const auto& each : volumes) {
    found.push_back({text(at(each, "Name")), text(at(at(each, "Labels"), "testlooper.kind"))});
  }
  return found;
}

Result<std::vector<std::string>> parse_new_paths(std::string_view body) {
  constexpr int kAdded = 1;
  const json answer = parse(body);
  if (answer.is_null()) return std::vector<std::string>{};  // nothing has changed
  if (!answer.is_array()) return not_understood("list of changed paths");
  std::vector<std::string> added;
  for (const auto& each : answer) {
    if (number(at(each, "Kind")) == kAdded) added.push_back(text(at(each, "Path")));
  }
  std::ranges::sort(added);
  std::vector<std::string> leaves;
  for (auto& path : added) {
    if (!leaves.empty() && path.starts_with(leaves.back() + "/")) leaves.pop_back();
    leaves.push_back(std::move(path));
  }
  return leaves;
}

std::vector<std::string> parse_warnings(std::string_view body) {
  const json answer = parse(body);
  std::vector<std::string> warnings;
  for (const auto& each : at(answer, "Warnings")) warnings.push_back(text(each));
  return warnings;
}

std::optional<int> parse_cpus(std::string_view body) {
  const int cpus = number(at(parse(body), "NCPU"));
  return cpus > 0 ? std::optional(cpus) : std::nullopt;
}

bool parse_apart(std::string_view body) {
  return text(at(at(parse(body), "Options"), kReachOption)) == "false";
}

std::string parse_message(std::string_view body) {
  std::string message = text(at(parse(body), "message"));
  if (message.empty()) message = body;
  while (!message.empty() && message.back() == '\n') message.pop_back();
  if (message.size() > kMessageBytes) message.resize(kMessageBytes);
  return message;
}

Result<PathFacts> parse_path_header(std::string_view base64) {
  const auto decoded = decode_base64(base64);
  if (!decoded) return not_understood("description of the file");
  const json answer = parse(*decoded);
  const json& mode = at(answer, "mode");
  const json& size = at(answer, "size");
  if (!mode.is_number_unsigned() || !size.is_number_unsigned()) {
    return not_understood("mode of the file");
  }
  return PathFacts{(mode.get<std::uint64_t>() & kNotRegular) == 0, size.get<std::uint64_t>()};
}

StartTrouble classify_start(int status, std::string_view message) {
  static constexpr std::array<std::string_view, 5> kRepository{
      "argument list too long", "unable to find user", "no matching entries in passwd file",
      "exec format error", "is not a directory"};
  if (has(message, "No such image")) return StartTrouble::image_missing;
  if (has(message, "No such container") || has(message, "cannot join network of")) {
    return StartTrouble::pause_gone;
  }
  if (has(message, kSupervisorFolder)) return StartTrouble::supervisor_gone;
  if (has(message, "NanoCPUs can not be set")) return StartTrouble::no_cpu_limit;
  if (has(message, "rlimit")) return StartTrouble::no_open_files_limit;
  if (has(message, "sysctl") || has(message, "tcp_max_tw_buckets")) return StartTrouble::no_sysctl;
  if (status == 409 && has(message, "is already in use")) return StartTrouble::name_taken;
  if (status == 400 || has_one_of(message, kRepository)) return StartTrouble::repository;
  return StartTrouble::machine;
}

ErrorKind classify_pull(int status, std::string_view message) {
  static constexpr std::array<std::string_view, 9> kNoSuchImage{
      "access denied",
      "not found",
      "manifest unknown",
      "unauthorized",
      "does not exist",
      "no matching manifest",
      "invalid reference",
      "authentication required",
      "requested access to the resource is denied"};
  if (is_trouble_of_ours(message)) return ErrorKind::unavailable;
  const bool invalid = status == 400 || status == 404 || has_one_of(message, kNoSuchImage);
  return invalid ? ErrorKind::invalid : ErrorKind::unavailable;
}

ErrorKind classify_build(std::string_view message) {
  static constexpr std::array<std::string_view, 3> kStepFailed{
      "The command '", "executor failed running", "did not complete successfully"};
  if (has_one_of(message, kStepFailed)) return ErrorKind::invalid;
  return is_trouble_of_ours(message) ? ErrorKind::unavailable : ErrorKind::invalid;
}

bool wants_buildkit(std::string_view message) {
  return has(message, "requires BuildKit") || (has(message, "builder") && has(message, "removed"));
}

bool lacks_buildkit(std::string_view message) {
  static constexpr std::array<std::string_view, 4> kPhrases{
      "invalid version", "buildkit not supported", "buildkit is not supported",
      "BuildKit is not supported"};
  return has_one_of(message, kPhrases);
}

bool misses_context(std::string_view message) {
  return has(message, "failed to read downloaded context");
}

}  // namespace testlooper::docker
