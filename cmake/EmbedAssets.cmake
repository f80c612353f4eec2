# cmake -DDIST=folder -DOUT=folder -P EmbedAssets.cmake
# Writes OUT/assets.S, which has the bytes of every file of DIST, and OUT/assets.cpp, which has the table of
# them. FILE.gz and FILE.br are the same file compressed. What lies in assets/ has its hash in its name.
cmake_policy(SET CMP0007 NEW)

set(mime_html "text/html; charset=utf-8")
set(mime_js "text/javascript; charset=utf-8")
set(mime_css "text/css; charset=utf-8")
set(mime_svg "image/svg+xml")

set(assembly "    .section .rodata\n")
set(declarations "")
set(rows "")
set(index 0)

# Sets `result` to the view of the file's bytes, after putting them into the assembly.
macro(embed file result)
  set(symbol tl_asset_${index})
  math(EXPR index "${index} + 1")
  file(SIZE "${file}" size)
  string(APPEND assembly
    "    .balign 16\n    .global ${symbol}\n${symbol}:\n    .incbin \"${file}\"\n")
  string(APPEND declarations "extern const char ${symbol}[];\n")
  set(${result} "{${symbol}, ${size}}")
endmacro()

file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE "${DIST}" "${DIST}/*")
list(SORT files)
foreach(file IN LISTS files)
  if(file MATCHES "\\.(gz|br)$")
    continue()
  endif()
  string(REGEX REPLACE ".*\\." "" extension "${file}")
  if(NOT DEFINED mime_${extension})
    message(FATAL_ERROR "${file}: no MIME type is known for .${extension}; add it to ${CMAKE_CURRENT_LIST_FILE}")
  endif()
  embed("${DIST}/${file}" bytes)
  set(gz "{}")
  set(br "{}")
  foreach(coding gz br)
    if(EXISTS "${DIST}/${file}.${coding}")
      embed("${DIST}/${file}.${coding}" ${coding})
    endif()
  endforeach()
  file(SHA256 "${DIST}/${file}" hash)
  string(SUBSTRING ${hash} 0 32 hash)
  set(immutable false)
  if(file MATCHES "^assets/")
    set(immutable true)
  endif()
  string(APPEND rows
    "    {.path = \"/${file}\",\n     .mime = \"${mime_${extension}}\",\n     .bytes = ${bytes},\n"
    "     .gzip = ${gz},\n     .brotli = ${br},\n     .etag = \"\\\"${hash}\\\"\",\n"
    "     .immutable = ${immutable}},\n")
endforeach()

file(WRITE "${OUT}/assets.S" "${assembly}    .section .note.GNU-stack,\"\",%progbits\n")
file(WRITE "${OUT}/assets.cpp" "#include \"http/assets.hpp\"

extern \"C\" {
${declarations}}

namespace testlooper::http {
namespace {

constexpr Asset kAssets[] = {
${rows}};

}  // namespace

std::span<const Asset> assets() { return kAssets; }

}  // namespace testlooper::http
")
