# Compiles the project and its tests, in /build. What CMake is to be told goes behind the first command.
set -e
cmake -S . -B /build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DBUILD_TESTING=ON
cmake --build /build --parallel "$(nproc)"
