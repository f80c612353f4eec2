// What `hook install` leaves in a repository's git folder for the hook and for `hook notify`: whom
// to tell, and by which name the server knows the repository.
#pragma once

#include <string>

#include "testlooper/base/result.hpp"

namespace testlooper::cli {

inline constexpr const char* kHookSettingsFile = "testlooper-hook";
inline constexpr const char* kHookSpoolFolder = "testlooper-spool";

struct HookSettings {
  std::string server;  // "http://127.0.0.1:8001"
  std::string repo;
  std::string secret_file;  // "" where announcements are not signed
  bool operator==(const HookSettings&) const = default;
};

std::string settings_text(const HookSettings& settings);
// Errors: invalid, where a part is missing.
Result<HookSettings> parse_settings(const std::string& text);

// Errors: not_found (no hook is installed there), invalid, unavailable.
Result<HookSettings> load_settings(const std::string& git_dir);
Result<void> save_settings(const std::string& git_dir, const HookSettings& settings);

}  // namespace testlooper::cli
