#include "codec/condition_script.hpp"

#include <algorithm>

namespace testlooper::codec {
namespace {

constexpr const char* kHead = R"sh(tl_unmet() {
  printf '%s\n' "$1" >/testlooper/io/unmet
  printf 'testlooper: %s\n' "$1" >&2
  exit 125
}
if command -v bash >/dev/null 2>&1; then tl_shell=bash; else tl_shell=/bin/sh; fi
)sh";

// Zones come with the image, and a zone that it lacks is UTC without a word. One that is written
// out ("JST-9") needs no file.
constexpr const char* kZone = R"sh(case "$TZ" in
*/*)
  [ -e "/usr/share/zoneinfo/$TZ" ] ||
    tl_unmet "TZ: the image has no time zone $TZ (Debian's package is tzdata)"
  ;;
esac
)sh";

// Likewise, a locale that is not there is C.
constexpr const char* kLocale = R"sh(tl_locale() {
  case "$2" in
  '' | C | POSIX) return 0 ;;
  esac
  command -v locale >/dev/null 2>&1 || return 0
  tl_wanted=$(printf '%s' "$2" | tr -d '-' | tr 'A-Z' 'a-z')
  locale -a 2>/dev/null | tr -d '-' | tr 'A-Z' 'a-z' | grep -qxF "$tl_wanted" ||
    tl_unmet "$1: the image has no locale $2 (Debian's packages are locales and locales-all)"
}
tl_locale LC_ALL "$LC_ALL"
tl_locale LANG "$LANG"
)sh";

constexpr const char* kClock = R"sh(tl_faketime=
for tl_each in /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib/faketime/libfaketimeMT.so.1 \
  /usr/lib64/faketime/libfaketimeMT.so.1 /usr/local/lib/faketime/libfaketimeMT.so.1 \
  /usr/lib/libfaketimeMT.so.1; do
  if [ -e "$tl_each" ]; then
    tl_faketime=$tl_each
    break
  fi
done
[ -n "$tl_faketime" ] ||
  tl_unmet 'clock: the image has no libfaketime (Debian: the package libfaketime)'
export LD_PRELOAD="$tl_faketime${LD_PRELOAD:+:$LD_PRELOAD}" FAKETIME_DONT_RESET=1 \
  DONT_FAKE_MONOTONIC=1
)sh";

// What Python starts with. libfaketime refuses the call by which Python 3.11 and later sleep, to a
// time of the monotonic clock, which is not faked; select() sleeps as well. numpy has a generator
// of its own, which is seeded once it is there.
constexpr const char* kPython = R"sh(mkdir -p /testlooper/io/.python
cat >/testlooper/io/.python/sitecustomize.py <<'TL_END'
import os, sys

def sleep_by_select():
    import select, time
    def sleep(seconds):
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        select.select([], [], [], seconds)
    try:
        time.sleep(1e-6)
    except OSError:
        time.sleep = sleep

class SeededNumpy:
    def __init__(self, seed):
        self.seed = seed
    def find_spec(self, name, path=None, target=None):
        if name != "numpy.random":
            return None
        sys.meta_path.remove(self)
        found = (each.find_spec(name, path, target) for each in sys.meta_path)
        spec = next((each for each in found if each), None)
        if spec and spec.loader:
            load = spec.loader.exec_module
            def load_seeded(module):
                load(module)
                module.seed(self.seed % 2**32)
            spec.loader.exec_module = load_seeded
        return spec

if "FAKETIME" in os.environ:
    sleep_by_select()
if "TESTLOOPER_SEED" in os.environ:
    import random
    seed = int(os.environ["TESTLOOPER_SEED"])
    random.seed(seed)
    sys.meta_path.insert(0, SeededNumpy(seed))
TL_END
export PYTHONPATH="/testlooper/io/.python${PYTHONPATH:+:$PYTHONPATH}"
)sh";

// What reads a seed from its surroundings is told it; JavaScript's own generator, which does not,
// is seeded before anything else runs, as Python's is above.
constexpr const char* kSeed = R"sh(mkdir -p /testlooper/io/.seed
cat >/testlooper/io/.seed/seed.js <<'TL_END'
let s = Number(process.env.TESTLOOPER_SEED) >>> 0;
Math.random = () => {
  s = (s + 0x6d2b79f5) >>> 0;
  let t = Math.imul(s ^ (s >>> 15), s | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
TL_END
printf 'RANDOM=%s\n' "$TESTLOOPER_SEED" >/testlooper/io/.seed/seed.sh
export NODE_OPTIONS="--require=/testlooper/io/.seed/seed.js${NODE_OPTIONS:+ $NODE_OPTIONS}" \
  BASH_ENV="${BASH_ENV:-/testlooper/io/.seed/seed.sh}" \
  SEED="$TESTLOOPER_SEED" RANDOM_SEED="$TESTLOOPER_SEED" TEST_SEED="$TESTLOOPER_SEED" \
  GTEST_RANDOM_SEED="$((TESTLOOPER_SEED % 99999 + 1))" PERL_RAND_SEED="$TESTLOOPER_SEED" \
  GODEBUG="randautoseed=0${GODEBUG:+,$GODEBUG}"
)sh";

// "2028-02-29T23:59:50" is "@2028-02-29 23:59:50" there.
std::string faketime_of(const std::string& clock) {
  if (clock.front() == '+' || clock.front() == '-') return clock;
  auto text = "@" + clock;
  std::ranges::replace(text, 'T', ' ');
  return text;
}

std::string stress_script(int processes) {
  return "tl_n=0\nwhile [ $tl_n -lt " + std::to_string(processes) +
         " ]; do\n  (while :; do :; done) &\n  tl_n=$((tl_n + 1))\ndone\n";
}

// Their reports and their output are not looked at.
std::string copies_script(int copies) {
  return "tl_n=1\nwhile [ $tl_n -lt " + std::to_string(copies) +
         " ]; do\n"
         "  (\n"
         "    TEST_OUTPUT=\"$TEST_OUTPUT.$tl_n\" TEST_ARTIFACTS=\"/tmp/testlooper-copy.$tl_n\"\n"
         "    export TEST_OUTPUT TEST_ARTIFACTS\n"
         "    mkdir -p \"$TEST_ARTIFACTS\"\n"
         "    exec $tl_shell " +
         std::string(kCommandPath) +
         "\n"
         "  ) >/dev/null 2>&1 &\n"
         "  tl_n=$((tl_n + 1))\ndone\n";
}

}  // namespace

bool needs_script(const Condition& condition) {
  const auto& variables = condition.variables;
  return !condition.clock.empty() || condition.seed || condition.stress > 0 ||
         condition.copies > 1 || variables.contains("TZ") || variables.contains("LC_ALL") ||
         variables.contains("LANG");
}

std::string condition_script(const Condition& condition) {
  std::string script = kHead;
  if (condition.variables.contains("TZ")) script += kZone;
  if (condition.variables.contains("LC_ALL") || condition.variables.contains("LANG")) {
    script += kLocale;
  }
  if (condition.seed) {
    script += "export TESTLOOPER_SEED=" + std::to_string(*condition.seed) + "\n";
    script += kSeed;
  }
  if (condition.seed || !condition.clock.empty()) script += kPython;
  if (condition.stress > 0) script += stress_script(condition.stress);
  if (!condition.clock.empty()) {
    script += kClock;
    script += "export FAKETIME='" + faketime_of(condition.clock) + "'\n";
  }
  if (condition.copies > 1) script += copies_script(condition.copies);
  return script + "exec $tl_shell " + kCommandPath + "\n";
}

}  // namespace testlooper::codec
