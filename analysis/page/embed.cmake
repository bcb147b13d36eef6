# cmake -DINPUT=file -DOUTPUT=file.c -DSYMBOL=name -P embed.cmake: the file's bytes as an array of
# struct page_asset's (analysis/page/assets.h).
file(READ ${INPUT} digits HEX)
string(LENGTH "${digits}" length)
math(EXPR bytes "${length} / 2")
# A regular expression has no counts in CMake: 16 bytes to a line by writing them out.
set(byte "[0-9a-f][0-9a-f]")
string(REGEX REPLACE "(${byte}${byte}${byte}${byte}${byte}${byte}${byte}${byte})" "\\1\n" digits
  "${digits}")
string(REGEX REPLACE "(${byte})" "0x\\1, " digits "${digits}")
file(WRITE ${OUTPUT} "#include \"analysis/page/assets.h\"

static const char content[] = {
${digits}
};
const struct page_asset ${SYMBOL} = {content, ${bytes}};
")
