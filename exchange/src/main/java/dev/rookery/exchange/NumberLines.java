package dev.rookery.exchange;

import java.io.IOException;
import java.nio.file.Path;

/// Lines of a few numbers; comments and empty lines are passed over. Belongs to one thread.
final class NumberLines implements AutoCloseable {
  private static final int WORD_CHARS_MAX = 64;
  private static final int WORDS_MAX = 4;

  private final TextFile file;
  private final StringBuilder[] words = new StringBuilder[WORDS_MAX];
  private int count;
  private long line;

  NumberLines(Path path) throws IOException {
    this.file = new TextFile(path);
    for (int i = 0; i < WORDS_MAX; i++) {
      words[i] = new StringBuilder();
    }
  }

  /// Reads the next line with words and returns whether there is one.
  boolean next() throws IOException {
    do {
      line = file.line();
      if (file.peek() < 0) {
        return false;
      }
      count = 0;
      if (file.peek() == '#' || file.peek() == '%') {
        skipLine();
      } else {
        readLine();
      }
    } while (count == 0);
    return true;
  }

  private void skipLine() throws IOException {
    int c = file.next();
    while (c >= 0 && c != '\n') {
      c = file.next();
    }
  }

  private void readLine() throws IOException {
    boolean isInWord = false;
    for (int c = file.next(); c >= 0 && c != '\n'; c = file.next()) {
      if (c == ' ' || c == '\t' || c == ',' || c == '\r') {
        isInWord = false;
        continue;
      }
      if (!isInWord) {
        if (count == WORDS_MAX) {
          throw wrong("line has too many words");
        }
        words[count++].setLength(0);
        isInWord = true;
      }
      if (words[count - 1].length() == WORD_CHARS_MAX) {
        throw wrong("word is too long");
      }
      words[count - 1].append((char) c);
    }
  }

  /// Returns how many words the line has.
  int count() {
    return count;
  }

  /// Returns a word as an integer.
  long number(int index) {
    StringBuilder word = words[index];
    try {
      return Long.parseLong(word, 0, word.length(), 10);
    } catch (NumberFormatException e) {
      throw wrong("word is no integer word=" + word);
    }
  }

  /// Returns a word as a number.
  double decimal(int index) {
    try {
      return Double.parseDouble(words[index].toString());
    } catch (NumberFormatException e) {
      throw wrong("word is no number word=" + words[index]);
    }
  }

  /// Returns an exception that names the line.
  ImportException wrong(String message) {
    return file.wrong(line, message);
  }

  /// Returns an exception that names the line.
  ImportException wrong(RuntimeException cause) {
    return cause instanceof ImportException same ? same : file.wrong(line, cause);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
