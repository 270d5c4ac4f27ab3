# Every file of DIST as bytes in an assembly file, and a table of them: adfill_web_files, entries {path, begin, end},
# closed by an entry of null pointers. See api/monitor_files.h.
file(GLOB_RECURSE files RELATIVE ${DIST} ${DIST}/*)
list(SORT files)
set(data "")
set(table "    .section .data.rel.ro,\"aw\"\n    .balign 8\n    .global adfill_web_files\nadfill_web_files:\n")
set(number 0)
foreach(file ${files})
  string(APPEND data "path_${number}: .asciz \"/${file}\"\nbegin_${number}: .incbin \"${DIST}/${file}\"\nend_${number}: .byte 0\n")
  string(APPEND table "    .quad path_${number}, begin_${number}, end_${number}\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "    .section .rodata\n${data}${table}    .quad 0, 0, 0\n    .section .note.GNU-stack,\"\",%progbits\n")
