package dev.rookery.exchange.graphml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.exchange.EndlessInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GraphMlReaderTest {
  private static final String HEAD = "<graphml><key id='k' attr.name='k'/><graph><node id='1'";
  private static final long PART_BYTES_MAX = 1 << 20;

  private static void readAll(InputStream in, long partBytesMax)
      throws IOException, XMLStreamException {
    try (GraphMlReader reader = new GraphMlReader(in, partBytesMax)) {
      while (reader.next() != GraphMlReader.Part.END) {
        assertThat(reader.line()).isPositive();
      }
    }
  }

  /// The end of the head, and behind a bar what is repeated without end.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "><data key='k'>|a",
        "><data key='k'><![CDATA[|a",
        "><data key='k'>|<!-- -->",
        " x='|a",
        "><data key='|a",
        "><!--|a",
        "><?p |a",
        "><desc|a",
        ">|<desc/>",
        ">|<port/>",
        "/><desc>|a"
      })
  void next_partWithoutEnd_isRefusedInBoundedMemory(String parts) {
    int bar = parts.indexOf('|');
    InputStream endless =
        new EndlessInput(HEAD + parts.substring(0, bar), parts.substring(bar + 1));

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            assertThatThrownBy(() -> readAll(endless, PART_BYTES_MAX))
                .satisfiesAnyOf(
                    e ->
                        assertThat(e)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("too large"),
                    // The parser has limits of its own, for names and attributes.
                    e -> assertThat(e).isInstanceOf(XMLStreamException.class)));
  }

  @Test
  void next_manyPartsWithinTheLimit_areRead() throws IOException, XMLStreamException {
    String node = "<node id='1'><data key='k'>" + "a".repeat(1000) + "</data></node>";
    String text =
        "<graphml><key id='k' attr.name='k'/><graph>" + node.repeat(1000) + "</graph></graphml>";

    readAll(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 32 << 10);
  }

  @Test
  void next_encodings_areThoseOfTheFile() throws IOException, XMLStreamException {
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_8,
            StandardCharsets.ISO_8859_1,
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16LE,
            Charset.forName("windows-1252"))) {
      for (String mark : List.of("", "\uFEFF")) {
        String text =
            (charset.newEncoder().canEncode("\uFEFF") ? mark : "")
                + "<?xml version=\"1.0\" encoding='"
                + charset.name()
                + "'?><graphml><graph><node id='\u00E4'/></graph></graphml>";
        try (GraphMlReader reader =
            new GraphMlReader(new ByteArrayInputStream(text.getBytes(charset)))) {
          assertThat(reader.next()).isEqualTo(GraphMlReader.Part.NODE);
          assertThat(reader.id()).as(charset.name()).isEqualTo("\u00E4");
          assertThat(reader.next()).isEqualTo(GraphMlReader.Part.END);
        }
      }
    }
  }
}
