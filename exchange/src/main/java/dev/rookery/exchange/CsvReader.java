package dev.rookery.exchange;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Records of a CSV file as RFC 4180 has them: fields with a delimiter between, in quotes where
/// they hold a delimiter, a quote (doubled) or a line break. Lines end with LF, CR LF or CR. Empty
/// lines are passed over. Belongs to one thread.
final class CsvReader implements AutoCloseable {
  /// Longer than any property may be: a file without line breaks must not fill the memory.
  private static final int FIELD_CHARS_MAX = 1 << 28;

  private static final int FIELD_COUNT_MAX = 1 << 16;

  private final TextFile file;
  private final char delimiter;
  private final List<String> fields = new ArrayList<>();
  private final BitSet quoted = new BitSet();
  private final StringBuilder field = new StringBuilder();
  private long line;

  CsvReader(Path path, char delimiter) throws IOException {
    this.file = new TextFile(path);
    this.delimiter = delimiter;
  }

  /// Reads the next record and returns whether there is one.
  boolean next() throws IOException {
    fields.clear();
    quoted.clear();
    while (file.peek() == '\n' || file.peek() == '\r') {
      file.next();
    }
    line = file.line();
    if (file.peek() < 0) {
      return false;
    }
    while (readField()) {
      if (fields.size() == FIELD_COUNT_MAX) {
        throw wrong("too many fields limit=" + FIELD_COUNT_MAX);
      }
    }
    return true;
  }

  /// Reads a field and returns whether another one follows.
  private boolean readField() throws IOException {
    field.setLength(0);
    if (file.peek() == '"') {
      quoted.set(fields.size());
      readQuoted();
    } else {
      readPlain();
    }
    fields.add(field.toString());
    int end = file.next();
    if (end == '\r' && file.peek() == '\n') {
      file.next();
    }
    if (end == delimiter) {
      return true;
    }
    if (end >= 0 && end != '\n' && end != '\r') {
      throw wrong("text behind a quoted field field=" + fields.size());
    }
    return false;
  }

  private void readPlain() throws IOException {
    for (int c = file.peek(); c >= 0 && c != delimiter && c != '\n' && c != '\r'; ) {
      append(c);
      file.next();
      c = file.peek();
    }
  }

  private void readQuoted() throws IOException {
    file.next();
    while (true) {
      int c = file.next();
      if (c < 0) {
        throw wrong("quoted field does not end field=" + (fields.size() + 1));
      }
      if (c == '"') {
        if (file.peek() != '"') {
          return;
        }
        file.next();
      }
      append(c);
    }
  }

  private void append(int c) {
    if (field.length() == FIELD_CHARS_MAX) {
      throw wrong(
          "field is too long field=%d limit=%d".formatted(fields.size() + 1, FIELD_CHARS_MAX));
    }
    field.append((char) c);
  }

  /// Returns how many fields the record has.
  int count() {
    return fields.size();
  }

  /// Returns a field.
  String field(int index) {
    return fields.get(index);
  }

  /// Returns whether a field is there: not empty, or empty in quotes.
  boolean isPresent(int index) {
    return index < fields.size() && (quoted.get(index) || !fields.get(index).isEmpty());
  }

  /// Returns an exception that names the line where the record begins.
  ImportException wrong(String message) {
    return file.wrong(line, message);
  }

  /// Returns an exception that names the line where the record begins.
  ImportException wrong(RuntimeException cause) {
    return cause instanceof ImportException same ? same : file.wrong(line, cause);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
