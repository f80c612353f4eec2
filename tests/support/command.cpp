#include "support/command.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testlooper/base/check.hpp"

#include "support/temp_dir.hpp"

namespace testlooper::testing {
namespace {

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

[[noreturn]] void become(const Command& command, const TempDir& io) {
  const auto redirect = [](const std::string& file, int flags, int fd) {
    TL_CHECK(dup2(open(file.c_str(), flags, 0600), fd) == fd);
  };
  redirect(io.file("in"), O_RDONLY, STDIN_FILENO);
  redirect(io.file("out"), O_WRONLY | O_CREAT, STDOUT_FILENO);
  redirect(io.file("err"), O_WRONLY | O_CREAT, STDERR_FILENO);
  if (!command.folder.empty()) TL_CHECK(chdir(command.folder.c_str()) == 0);
  for (const auto& [name, value] : command.variables) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words;
  for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  _exit(127);
}

}  // namespace

CommandEnd run(const Command& command) {
  // Files, not pipes: a program that the command leaves behind must not keep us waiting.
  const TempDir io;
  std::ofstream(io.file("in"), std::ios::binary) << command.input;
  const pid_t pid = fork();
  TL_CHECK(pid >= 0);
  if (pid == 0) become(command, io);
  int status = 0;
  TL_CHECK(waitpid(pid, &status, 0) == pid);
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .out = content(io.file("out")),
          .err = content(io.file("err"))};
}

std::string must_run(const Command& command) {
  CommandEnd end = run(command);
  if (end.exit_code != 0) {
    for (const std::string& word : command.words) std::fprintf(stderr, "%s ", word.c_str());
    std::fprintf(stderr, "-> %d\n%s\n", end.exit_code, end.err.c_str());
  }
  TL_CHECK(end.exit_code == 0);
  return std::move(end.out);
}

}  // namespace testlooper::testing
