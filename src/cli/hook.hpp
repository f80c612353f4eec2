// `testlooper hook install | uninstall | notify`: the part of TestLooper that lives in a git
// repository. It needs no server to be there.
#pragma once

namespace CLI {
class App;
}

namespace testlooper::cli {

// Sets `exit_code`: 0 well, 2 it could not be done; then one line on stderr says why.
void add_hook_commands(CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
