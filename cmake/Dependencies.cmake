# All from the distribution's packages; scripts/packages.txt names them for Debian.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(pugixml REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2)
pkg_check_modules(libyaml REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(re2_pkg REQUIRED IMPORTED_TARGET re2)
add_library(re2::re2 ALIAS PkgConfig::re2_pkg)

# Boost's network libraries are headers; Asio's and Beast's bodies are compiled once, in src/net.
find_path(BOOST_INCLUDE boost/beast/version.hpp REQUIRED)
file(STRINGS ${BOOST_INCLUDE}/boost/version.hpp boost_version REGEX "#define BOOST_VERSION ")
string(REGEX REPLACE "[^0-9]" "" boost_version "${boost_version}")
if(boost_version LESS 108100)
  message(FATAL_ERROR "Boost ${boost_version} is too old: 1.81 is needed (Debian 12: libboost1.81-dev)")
endif()
# Boost.Math is headers alone.
add_library(tl_boost_math INTERFACE)
target_include_directories(tl_boost_math SYSTEM INTERFACE ${BOOST_INCLUDE})
add_library(tl_boost INTERFACE)
target_include_directories(tl_boost SYSTEM INTERFACE ${BOOST_INCLUDE})
target_compile_definitions(tl_boost INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_URL_NO_LIB
  BOOST_ASIO_NO_DEPRECATED BOOST_ERROR_CODE_HEADER_ONLY)
target_link_libraries(tl_boost INTERFACE Threads::Threads)
