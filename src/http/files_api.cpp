#include "http/files_api.hpp"

#include <algorithm>
#include <chrono>

#include "http/log_file.hpp"
#include "http/log_text.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

Response ranged(const LogSlice& file, std::string_view type, const Head& head) {
  const auto size = file.bytes();
  // A range goes with a version of the file that can't be told apart, so If-Range gets the whole.
  const auto* range = head.find("if-range") == nullptr ? head.find("range") : nullptr;
  const auto wanted = requested_range(range != nullptr ? *range : "", size);
  Response response{200, std::string(type), {}, file};
  response.fields.push_back({"Accept-Ranges", "bytes"});
  response.fields.push_back({"Cache-Control", "no-cache"});
  // Nothing has no part either: who asks for the beginning of a log gets all there is.
  if (wanted.kind == RangeKind::whole || size == 0) return response;
  auto content_range = "*/" + std::to_string(size);
  if (wanted.kind == RangeKind::unsatisfiable) {
    response = refusal_response({416, "invalid", "the file has no such bytes"});
  } else {
    response.status = 206;
    response.body = file.cut(wanted.range);
    content_range = std::to_string(wanted.range.begin) + "-" +
                    std::to_string(wanted.range.end - 1) + "/" + std::to_string(size);
  }
  response.fields.push_back({"Content-Range", "bytes " + content_range});
  return response;
}

std::string date_of(WallTime time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<Milliseconds>{Milliseconds{time.ms}})};
  const auto two_digits = [](unsigned number) {
    return (number < 10 ? "-0" : "-") + std::to_string(number);
  };
  return std::to_string(static_cast<int>(date.year())) +
         two_digits(static_cast<unsigned>(date.month())) +
         two_digits(static_cast<unsigned>(date.day()));
}

Response removed_response(std::string_view what, WallTime when) {
  return error_response(
      not_found(std::string(what) + " removed by retention on " + date_of(when)).error());
}

}  // namespace

Response log_response(const ReadContext& context, const Route& route, const Head& head) {
  const auto stream = route.parameter("stream");
  if (!stream.empty() && stream != "stdout" && stream != "stderr") {
    return refusal_response({400, "invalid", "stream: must be stdout or stderr"});
  }
  const auto which = stream.empty()       ? LogStream::both
                     : stream == "stdout" ? LogStream::out
                                          : LogStream::err;
  const auto known = context.views.attempt_log({TaskId{route.id}, route.attempt});
  if (!known) return error_response(known.error());
  if (known->removed_at) return removed_response("this log was", *known->removed_at);
  // Of what ran nothing, as of a config that was read.
  if (known->complete && known->log.path.empty()) {
    return ranged(LogSlice{nullptr, {}}, kPlainText, head);
  }
  const auto slice = open_log(context.options.data_dir, known->log.path, which);
  if (!slice) return error_response(slice.error());
  return ranged(*slice, kPlainText, head);
}

Response run_log_response(const ReadContext& context, const Route& route, const Head& head) {
  const auto place = context.views.run_log(RunId{route.id});
  if (!place) return error_response(place.error());
  if (place->removed_at) return removed_response("this log was", *place->removed_at);
  auto slice = open_log(context.options.data_dir, place->path, LogStream::both);
  if (!slice) return error_response(slice.error());
  if (place->part) slice = slice->cut({place->part->begin, place->part->end});
  return ranged(*slice, kPlainText, head);
}

Response artifact_response(const ReadContext& context, const Route& route, const Head& head) {
  const AttemptKey attempt{TaskId{route.id}, route.attempt};
  const auto known = context.views.artifacts(attempt);
  if (!known) return error_response(known.error());
  if (known->removed_at) return removed_response("the artifacts were", *known->removed_at);
  const auto found = std::ranges::find(known->artifacts, route.path, &pages::ArtifactSummary::path);
  if (found == known->artifacts.end()) {
    return error_response(not_found("this attempt left no such artifact").error());
  }
  const auto slice = open_log(context.options.data_dir,
                              attempt_artifacts_path(attempt) + "/" + found->path, LogStream::both);
  if (!slice) return error_response(not_found("the artifact is not on the disk").error());
  auto response = ranged(*slice, found->type, head);
  response.fields.push_back({"Content-Disposition", content_disposition(found->path)});
  return response;
}

std::string content_disposition(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto name = path.substr(path.rfind('/') + 1);
  std::string plain, encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool token = is_alnum(c) || c == '-' || c == '.' || c == '_';
    plain += token || c == ' ' ? c : '_';
    if (token) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

}  // namespace testlooper::http
