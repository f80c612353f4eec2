#include "http/static_files.hpp"

#include <algorithm>
#include <array>

namespace testlooper::http {
namespace {

bool is_application_path(std::string_view path) {
  constexpr std::array<std::string_view, 4> kFolders{"/r/", "/runs/", "/tasks/", "/experiments/"};
  constexpr std::array<std::string_view, 7> kPages{"/",      "/engine", "/retention",  "/audit",
                                                   "/login", "/tokens", "/experiments"};
  return std::ranges::find(kPages, path) != kPages.end() ||
         std::ranges::any_of(kFolders, [&](auto folder) { return path.starts_with(folder); });
}

std::string_view value_of(const Head& head, std::string_view name) {
  const auto* value = head.find(name);
  return value == nullptr ? std::string_view() : *value;
}

Response asset_response(const Asset& asset, const Head& head) {
  Response response{200, std::string(asset.mime), {}, asset.bytes};
  response.fields.push_back({"ETag", std::string(asset.etag)});
  response.fields.push_back(
      {"Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache"});
  response.fields.push_back({"Vary", "Accept-Encoding"});
  if (etag_matches(value_of(head, "if-none-match"), asset.etag)) {
    response.status = 304;
    response.body = StaticBytes();
    return response;
  }
  const auto accepted = value_of(head, "accept-encoding");
  const auto use = [&](std::string_view coding, std::string_view bytes) {
    if (bytes.empty() || !accepts_coding(accepted, coding)) return false;
    response.body = bytes;
    response.fields.push_back({"Content-Encoding", std::string(coding)});
    return true;
  };
  if (!use("br", asset.brotli)) use("gzip", asset.gzip);
  return response;
}

}  // namespace

Response static_response(std::span<const Asset> assets, std::string_view path, const Head& head) {
  const auto file = is_application_path(path) ? std::string_view("/index.html") : path;
  const auto found = std::ranges::find(assets, file, &Asset::path);
  if (found != assets.end()) return asset_response(*found, head);
  Response missing{404, "text/plain; charset=utf-8", {}, StaticBytes("there is no such page\n")};
  if (file == "/index.html") {
    missing.body = StaticBytes("this build has no web pages in it; the API is at /api/v1\n");
  }
  return missing;
}

}  // namespace testlooper::http
