// The commands that run in this process instead of asking a server: `serve`, `init`, `check` and
// `doctor`.
#pragma once

namespace CLI {
class App;
}

namespace testlooper::app {

void add_serve_command(CLI::App& app, int& exit_code);
void add_init_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_doctor_command(CLI::App& app, int& exit_code);

}  // namespace testlooper::app
