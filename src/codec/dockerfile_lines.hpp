// Splits a Dockerfile into its instructions, as docker does: the escape directive, continuation
// lines, comments, here-documents. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace testlooper::codec {

struct DockerInstruction {
  int line = 0;                       // 1-based, of its first line
  std::string keyword;                // upper case
  std::vector<std::string> flags;     // "--from=build"
  std::string arguments;              // what follows the flags, on one line
  std::vector<std::string> heredocs;  // names of here-documents, whose text is left out
};

struct DockerfileLines {
  std::string syntax;  // of the `# syntax=` directive; "" where there is none
  std::vector<DockerInstruction> instructions;
};

DockerfileLines split_dockerfile(std::string_view text);

// Separated by white space outside of quotes; quotes and escapes stay as they are.
std::vector<std::string> split_words(std::string_view text, char escape = '\\');

}  // namespace testlooper::codec
