package dev.rookery.exchange.graphml;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the bytes of an XML file become characters: what its mark of the byte order or its
/// declaration says, else UTF-8. Bytes that are none of the encoding are an error, not replaced.
/// The parser of the JDK could do so too, but prints to the error stream of the program.
final class XmlEncoding {
  private static final int HEAD_BYTES = 512;
  private static final Pattern DECLARATION =
      Pattern.compile("^<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._:-]+)[\"']");

  private XmlEncoding() {}

  /// Returns the characters of a file.
  ///
  /// @throws IllegalArgumentException if the encoding is not known
  static Reader open(InputStream file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file);
    in.mark(HEAD_BYTES);
    byte[] head = in.readNBytes(HEAD_BYTES);
    in.reset();
    Charset charset = charsetOf(head);
    in.skipNBytes(markBytes(head));
    return new InputStreamReader(
        in,
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  /// Returns the two first bytes as a number, 0 if there are fewer.
  private static int firstTwo(byte[] head) {
    return head.length < 2 ? 0 : (head[0] & 0xFF) << 8 | (head[1] & 0xFF);
  }

  private static int markBytes(byte[] head) {
    return switch (firstTwo(head)) {
      case 0xFEFF, 0xFFFE -> 2;
      case 0xEFBB -> head.length > 2 && (head[2] & 0xFF) == 0xBF ? 3 : 0;
      default -> 0;
    };
  }

  private static Charset charsetOf(byte[] head) {
    return switch (firstTwo(head)) {
      case 0xFEFF, 0x003C -> StandardCharsets.UTF_16BE;
      case 0xFFFE, 0x3C00 -> StandardCharsets.UTF_16LE;
      case 0xEFBB -> StandardCharsets.UTF_8;
      default -> declared(new String(head, StandardCharsets.ISO_8859_1));
    };
  }

  private static Charset declared(String head) {
    Matcher found = DECLARATION.matcher(head);
    if (!found.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "file is in an encoding that is not known encoding=" + found.group(1), e);
    }
  }
}
