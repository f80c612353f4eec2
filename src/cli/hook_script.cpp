#include "cli/hook_script.hpp"

#include <fmt/format.h>

#include "testlooper/base/limits.hpp"

#include "cli/hook_settings.hpp"

namespace testlooper::cli {
namespace {

constexpr std::string_view kFirstLines = "#!/bin/sh\n# testlooper hook\n";

// Everything of the first part writes nowhere and reads nothing, so that git waits neither for it
// nor for what it leaves running. $0 is as git called us, before any cd.
constexpr std::string_view kBody = R"sh(#
# Notes which refs moved, and has the note delivered to the TestLooper server in the background.
# It never blocks git and never fails it. `testlooper hook uninstall` takes it away again. The hook
# that was here before runs after it: the file with the same name and @CHAINED@ at its end.

program=@PROGRAM@
hook=${0##*/}
case $hook in
  post-receive | post-rewrite) input=$(cat) ;;
  *) input= ;;
esac

tell() {
  git_dir=$(cd "$(git rev-parse --git-common-dir)" && pwd -P) || return
  [ -f "$git_dir/@SETTINGS@" ] || return
  spool=$git_dir/@SPOOL@
  mkdir -p "$spool"
  # No lines mean: look at everything.
  refs=
  [ "$hook" = post-receive ] && refs=$input
  set -- "$spool"/*
  if [ $# -ge @LIMIT@ ]; then
    rm -f -- "$@"
    refs=
  fi
  new=$(mktemp "$spool/.new.XXXXXX") || return
  printf '%s\n' "$refs" >"$new" && mv "$new" "$spool/$(date +%s)-$$-${new##*.}" || rm -f "$new"
  leave=
  command -v setsid && leave=setsid
  $leave "$program" hook notify --git-dir "$git_dir" &
}
(tell) </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

if [ -x "$0@CHAINED@" ]; then
  if [ -n "$input" ]; then
    printf '%s\n' "$input" | "$0@CHAINED@" "$@"
  else
    "$0@CHAINED@" "$@" </dev/null
  fi
fi
exit 0
)sh";

void replace_all(std::string& text, std::string_view mark, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) {
    text.replace(at, mark.size(), value);
  }
}

// In single quotes for a shell.
std::string quoted(std::string_view text) {
  std::string out(text);
  replace_all(out, "'", "'\\''");
  return "'" + out + "'";
}

}  // namespace

std::string hook_script(std::string_view program) {
  std::string text = std::string(kFirstLines).append(kBody);
  replace_all(text, "@CHAINED@", kChainedSuffix);
  replace_all(text, "@SETTINGS@", kHookSettingsFile);
  replace_all(text, "@SPOOL@", kHookSpoolFolder);
  replace_all(text, "@LIMIT@", std::to_string(limits::kHookSpoolFiles));
  replace_all(text, "@PROGRAM@", quoted(program));
  return text;
}

bool is_hook_script(std::string_view text) { return text.starts_with(kFirstLines); }

}  // namespace testlooper::cli
