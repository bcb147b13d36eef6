#include "analysis/page/policy.h"

#include "common/sha256.h"

static unsigned hex_value(char digit) {
  return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a' + 10);
}

char *policy_digest(const void *data, size_t bytes, char text[POLICY_DIGEST_TEXT]) {
  static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char hex[SHA256_TEXT];
  sha256_hex(data, bytes, hex);
  /* Three hexadecimal digits are 12 bits, two digits of base64. 64 hexadecimal digits leave one:
   * its 4 bits and 8 zero bits are two digits more, of which the last is padding. */
  char *next = text;
  for (size_t i = 0; i + 3 <= 63; i += 3) {
    unsigned bits = hex_value(hex[i]) << 8 | hex_value(hex[i + 1]) << 4 | hex_value(hex[i + 2]);
    *next++ = base64[bits >> 6];
    *next++ = base64[bits & 63];
  }
  *next++ = base64[hex_value(hex[63]) << 2];
  *next++ = '=';
  *next = '\0';
  return text;
}

void policy_write(FILE *file, const struct page_asset *style, const struct page_asset *script) {
  char style_digest[POLICY_DIGEST_TEXT], script_digest[POLICY_DIGEST_TEXT];
  fprintf(file,
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'sha256-%s'; script-src 'sha256-%s'; img-src data:; base-uri 'none'; "
          "form-action 'none'\">\n",
          policy_digest(style->content, style->bytes, style_digest),
          policy_digest(script->content, script->bytes, script_digest));
}
