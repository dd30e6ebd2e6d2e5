package dev.rookery.storage.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a check of the database found: contradictions, and who owns which page.
///
/// Every structure's `check` walks all its pages, claims each, and reports what contradicts its
/// invariants. Not thread-safe. Memory is O(pages).
public final class CheckReport {
  private static final int PROBLEM_COUNT_MAX = 1000;

  private final List<String> problems = new ArrayList<>();
  private final Map<Long, String> owners = new HashMap<>();

  /// Records a contradiction found on a page (or -1 where none is to blame).
  public void problem(String structure, long pageNumber, String message) {
    if (problems.size() < PROBLEM_COUNT_MAX) {
      problems.add("%s page=%d: %s".formatted(structure, pageNumber, message));
    }
  }

  /// Records that a structure uses a page; a second claim of the same page is a problem. Returns
  /// whether this was the first claim, so that a walk over damaged pages ends.
  public boolean claim(long pageNumber, String structure) {
    String earlier = owners.putIfAbsent(pageNumber, structure);
    if (earlier != null) {
      problem(structure, pageNumber, "page is also used by " + earlier);
    }
    return earlier == null;
  }

  /// Returns the structure that claimed a page, or an empty string.
  public String owner(long pageNumber) {
    return owners.getOrDefault(pageNumber, "");
  }

  /// Returns how many pages were claimed.
  public int claimedCount() {
    return owners.size();
  }

  /// Returns all problems found, the first thousand at most.
  public List<String> problems() {
    return Collections.unmodifiableList(problems);
  }

  /// Returns whether nothing was found.
  public boolean isClean() {
    return problems.isEmpty();
  }
}
