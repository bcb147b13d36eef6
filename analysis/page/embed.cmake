# cmake -DINPUTS=file;... -DOUTPUT=file.c -DSYMBOL=name -P embed.cmake: the bytes of the files, one
# after the other, as a struct page_asset (analysis/page/assets.h).
set(digits "")
foreach(input ${INPUTS})
  file(READ ${input} more HEX)
  string(APPEND digits ${more})
endforeach()
string(LENGTH "${digits}" length)
math(EXPR bytes "${length} / 2")
# A regular expression has no counts in CMake: eight bytes to a line by writing them out.
set(byte "[0-9a-f][0-9a-f]")
string(REGEX REPLACE "(${byte}${byte}${byte}${byte}${byte}${byte}${byte}${byte})" "\\1\n" digits
  "${digits}")
string(REGEX REPLACE "(${byte})" "0x\\1, " digits "${digits}")
file(WRITE ${OUTPUT} "#include \"analysis/page/assets.h\"

static const unsigned char content[] = {
${digits}
};
const struct page_asset ${SYMBOL} = {(const char *)content, ${bytes}};
")
