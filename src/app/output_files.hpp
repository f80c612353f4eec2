// The files that the executor reads and writes, below a data folder.
#pragma once

#include <filesystem>

#include "executor/task_executor.hpp"

namespace testlooper::app {

executor::OutputFiles output_files(const std::filesystem::path& data_folder);

}  // namespace testlooper::app
