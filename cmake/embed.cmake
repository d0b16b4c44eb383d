# leaktrip_embed(NAME ROOT FILE...): a library that holds the files as bytes, each under its path relative to ROOT.
# The shipped rules live inside the binary, so it works from any folder and no file can go missing.
function(leaktrip_embed name root)
  set(assembly "${CMAKE_CURRENT_BINARY_DIR}/${name}.S")
  set(data "    .section .rodata\n")
  set(table "    .section .data.rel.ro,\"aw\"\n    .balign 8\n    .global ${name}_table\n${name}_table:\n")
  set(index 0)
  foreach(file ${ARGN})
    file(RELATIVE_PATH path ${root} ${file})
    string(APPEND data
      "path_${index}: .asciz \"${path}\"\nbegin_${index}:\n    .incbin \"${file}\"\nend_${index}: .byte 0\n")
    string(APPEND table "    .quad path_${index}, begin_${index}, end_${index} - begin_${index}\n")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND table "    .global ${name}_count\n    .balign 8\n${name}_count: .quad ${index}\n")
  file(CONFIGURE OUTPUT ${assembly} CONTENT "${data}${table}    .section .note.GNU-stack,\"\",%progbits\n" @ONLY)
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS "${ARGN}")
  add_library(${name} STATIC ${assembly})
endfunction()
