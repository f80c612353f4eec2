# The .testlooper folders of the examples that `testlooper init` writes are part of the program: their bytes in
# starter_templates.S, the table of them in starter_templates.cpp.
set(examples pytest-minimal ctest-minimal go-minimal jest-minimal vitest-minimal any-program)
set(assembly "    .section .rodata\n")
set(declarations "")
set(rows "")
set(index 0)
set(embedded "")
foreach(example IN LISTS examples)
  set(folder ${CMAKE_SOURCE_DIR}/examples/${example}/.testlooper)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*)
  list(SORT files)
  foreach(file IN LISTS files)
    set(begin tl_template_${index})
    math(EXPR index "${index} + 1")
    string(APPEND assembly "    .global ${begin}\n    .global ${begin}_end\n"
      "${begin}:\n    .incbin \"${file}\"\n${begin}_end:\n")
    string(APPEND declarations "extern const char ${begin}[], ${begin}_end[];\n")
    cmake_path(GET file FILENAME name)
    string(APPEND rows "      {\"${example}\", \"${name}\", {${begin}, ${begin}_end}},\n")
    list(APPEND embedded ${file})
  endforeach()
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/starter_templates.S @ONLY CONTENT
  "@assembly@    .section .note.GNU-stack,\"\",%progbits\n")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/starter_templates.cpp @ONLY CONTENT [[
#include "starter/templates.hpp"

extern "C" {
@declarations@}

namespace testlooper::starter {

std::span<const Template> templates() {
  static const Template kTemplates[] = {
@rows@  };
  return kTemplates;
}

}  // namespace testlooper::starter
]])
set_source_files_properties(${CMAKE_BINARY_DIR}/generated/starter_templates.S PROPERTIES
  OBJECT_DEPENDS "${embedded}")
target_sources(tl_starter PRIVATE ${CMAKE_BINARY_DIR}/generated/starter_templates.S
  ${CMAKE_BINARY_DIR}/generated/starter_templates.cpp)
