package dev.rookery.exchange.graphson;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.exchange.EndlessInput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GraphSonReaderTest {
  /// The beginning of a file, and behind a bar what is repeated without end.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "|[",
        "{\"|a",
        "{\"id\":|1",
        "{\"id\":\"|a",
        "{\"id\":1,\"x\":|{\"a\":",
        "{\"id\":1,\"properties\":{\"a\":[{\"value\":[1|,1",
        "{\"id\":1,\"properties\":{\"a\":[{\"value\":1}|,{\"value\":1}"
      })
  void nextNode_partWithoutEnd_isRefusedInBoundedMemory(String parts) {
    int bar = parts.indexOf('|');
    InputStream endless = new EndlessInput(parts.substring(0, bar), parts.substring(bar + 1));

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            assertThatThrownBy(() -> readAll(endless))
                .isInstanceOfAny(IllegalArgumentException.class, IOException.class));
  }

  private static void readAll(InputStream in) throws IOException {
    try (GraphSonReader reader = new GraphSonReader(in, false)) {
      while (reader.nextNode()) {
        reader.properties().clear();
      }
    }
  }
}
