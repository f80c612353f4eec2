// The web pages, built into the program. The definition of assets() is generated from web/dist
// (cmake/Web.cmake); the bytes live in read-only memory for as long as the process.
#pragma once

#include <span>
#include <string_view>

namespace testlooper::http {

struct Asset {
  std::string_view path;  // "/index.html", "/assets/app-3f2a.js"
  std::string_view mime;  // "text/html; charset=utf-8"
  std::string_view bytes;
  std::string_view gzip;    // the same bytes precompressed; empty where that is not smaller
  std::string_view brotli;  // as gzip
  std::string_view etag;    // quoted, as it is sent: "\"3f2a\""
  bool immutable = false;   // its name changes with its bytes
};

std::span<const Asset> assets();

}  // namespace testlooper::http
