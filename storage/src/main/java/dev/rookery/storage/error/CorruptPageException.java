package dev.rookery.storage.error;

/// A page read from a file is not the page that was written there. Restore a backup; other pages
/// stay readable.
public final class CorruptPageException extends RookeryException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long pageNumber;

  /// Creates the exception for a page of a file, with what was expected of it and what was found.
  public CorruptPageException(String file, long pageNumber, String expected, String found) {
    super(
        "page is damaged file=%s page=%d expected=%s found=%s"
            .formatted(file, pageNumber, expected, found));
    this.file = file;
    this.pageNumber = pageNumber;
  }

  /// Returns the file that holds the page.
  public String file() {
    return file;
  }

  /// Returns the number of the damaged page.
  public long pageNumber() {
    return pageNumber;
  }
}
