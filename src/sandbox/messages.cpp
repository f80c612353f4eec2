#include "sandbox/messages.hpp"

namespace testlooper::sandbox {
namespace {

void put_list(Writer& writer, const std::vector<std::string>& list) {
  writer.number(list.size());
  for (const auto& each : list) writer.text(each);
}

std::vector<std::string> get_list(Reader& reader) {
  std::vector<std::string> list(reader.count());
  for (auto& each : list) each = reader.text();
  return list;
}

template <typename T>
std::optional<T> if_finished(const Reader& reader, T value) {
  if (!reader.finished()) return std::nullopt;
  return value;
}

void put_files(Writer& writer, const RunRequest& request) {
  writer.number(request.inputs.size());
  for (const auto& [path, content] : request.inputs) {
    writer.text(path);
    writer.text(content);
  }
  writer.number(request.outputs.size());
  for (const auto& [path, most] : request.outputs) {
    writer.text(path);
    writer.number(most);
  }
  writer.text(request.artifacts);
  writer.number(request.artifact_bytes);
}

void get_files(Reader& reader, RunRequest& request) {
  request.inputs.resize(reader.count());
  for (auto& each : request.inputs) {
    each.path = reader.text();
    each.content = reader.text();
  }
  request.outputs.resize(reader.count());
  for (auto& each : request.outputs) {
    each.path = reader.text();
    each.max_bytes = reader.number();
  }
  request.artifacts = reader.text();
  request.artifact_bytes = reader.number();
}

}  // namespace

std::string encode(const RunRequest& request) {
  Writer writer;
  put_list(writer, request.programs);
  put_list(writer, request.arguments);
  put_list(writer, request.variables);
  writer.text(request.folder);
  writer.number(request.uid);
  writer.number(request.gid);
  writer.number(request.groups.size());
  for (const auto group : request.groups) writer.number(group);
  writer.number(request.own_network ? 1 : 0);
  writer.number(request.disk_bytes);
  writer.number(request.shm_bytes);
  writer.number(request.timeout_ms);
  writer.number(request.grace_ms);
  writer.text(request.files);
  put_files(writer, request);
  return writer.take();
}

std::optional<RunRequest> decode_request(std::string_view bytes) {
  Reader reader(bytes);
  RunRequest request;
  request.programs = get_list(reader);
  request.arguments = get_list(reader);
  request.variables = get_list(reader);
  request.folder = reader.text();
  request.uid = static_cast<std::uint32_t>(reader.number());
  request.gid = static_cast<std::uint32_t>(reader.number());
  request.groups.resize(reader.count());
  for (auto& group : request.groups) group = static_cast<std::uint32_t>(reader.number());
  request.own_network = reader.number() != 0;
  request.disk_bytes = reader.number();
  request.shm_bytes = reader.number();
  request.timeout_ms = reader.number();
  request.grace_ms = reader.number();
  request.files = reader.text();
  get_files(reader, request);
  return if_finished(reader, std::move(request));
}

std::string encode(const Hello& hello) {
  Writer writer;
  writer.number(hello.version);
  writer.text(hello.reason);
  return writer.take();
}

std::optional<Hello> decode_hello(std::string_view bytes) {
  Reader reader(bytes);
  Hello hello;
  hello.version = static_cast<std::uint32_t>(reader.number());
  hello.reason = reader.text();
  return if_finished(reader, std::move(hello));
}

std::string encode(const Ended& ended) {
  Writer writer;
  writer.number(ended.out_of_memory);
  writer.number(ended.timed_out ? 1 : 0);
  writer.number(ended.stopped ? 1 : 0);
  return writer.take();
}

std::optional<Ended> decode_ended(std::string_view bytes) {
  Reader reader(bytes);
  Ended ended;
  ended.out_of_memory = reader.number();
  ended.timed_out = reader.number() != 0;
  ended.stopped = reader.number() != 0;
  return if_finished(reader, ended);
}

std::string encode(const Trouble& trouble) {
  Writer writer;
  writer.text(trouble.what);
  writer.number(static_cast<std::uint32_t>(trouble.error));
  return writer.take();
}

std::optional<Trouble> decode_trouble(std::string_view bytes) {
  Reader reader(bytes);
  Trouble trouble;
  trouble.what = reader.text();
  trouble.error = static_cast<int>(reader.number());
  return if_finished(reader, std::move(trouble));
}

std::string encode_number(std::uint64_t value) {
  Writer writer;
  writer.number(value);
  return writer.take();
}

std::optional<std::uint64_t> decode_number(std::string_view bytes) {
  Reader reader(bytes);
  const auto value = reader.number();
  return if_finished(reader, value);
}

}  // namespace testlooper::sandbox
