package dev.rookery.traversal.pattern.match;

import dev.rookery.traversal.pattern.value.EdgeValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The edges that a variable is bound to, in the order in which they were walked: one, or those of
/// a path. Belongs to one thread.
final class EdgeList {
  private static final int FIELDS = 5;
  private static final int INITIAL = 4;

  /// Type, source, target and ordinal of each edge, and the end to which it was walked.
  private int[] numbers = new int[FIELDS];

  private long[] records = new long[1];
  private int size;
  private boolean isNull = true;
  private boolean isReversed;

  /// Makes it a list of no edges.
  ///
  /// @param reversed whether edges are to come from the last to the first
  void clear(boolean reversed) {
    size = 0;
    isNull = false;
    isReversed = reversed;
  }

  /// Makes it null.
  void setNull() {
    size = 0;
    isNull = true;
  }

  boolean isNull() {
    return isNull;
  }

  int size() {
    return size;
  }

  void add(int type, int source, int target, int ordinal, int end, long recordId) {
    if (size == records.length) {
      int more = Math.max(INITIAL, 2 * size);
      numbers = Arrays.copyOf(numbers, more * FIELDS);
      records = Arrays.copyOf(records, more);
    }
    int at = size * FIELDS;
    numbers[at] = type;
    numbers[at + 1] = source;
    numbers[at + 2] = target;
    numbers[at + 3] = ordinal;
    numbers[at + 4] = end;
    records[size++] = recordId;
  }

  void removeLast() {
    size--;
  }

  /// Returns whether an edge is in the list.
  boolean has(int type, int source, int target, int ordinal) {
    for (int at = 0; at < size * FIELDS; at += FIELDS) {
      if (numbers[at + 1] == source
          && numbers[at + 2] == target
          && numbers[at] == type
          && numbers[at + 3] == ordinal) {
        return true;
      }
    }
    return false;
  }

  /// Returns the record of the properties of the edge at an index, 0 if it has none.
  long record(int index) {
    return records[index];
  }

  int type(int index) {
    return numbers[index * FIELDS];
  }

  int source(int index) {
    return numbers[index * FIELDS + 1];
  }

  int target(int index) {
    return numbers[index * FIELDS + 2];
  }

  int ordinal(int index) {
    return numbers[index * FIELDS + 3];
  }

  /// Returns whether a walk along the edges comes through a slot on its way.
  boolean passes(int slot) {
    for (int i = 0; i < size - 1; i++) {
      if (numbers[i * FIELDS + 4] == slot) {
        return true;
      }
    }
    return false;
  }

  EdgeValue value(int index) {
    return new EdgeValue(type(index), source(index), target(index), ordinal(index));
  }

  /// Returns all edges, from the source of the path to its target.
  List<EdgeValue> values() {
    List<EdgeValue> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(value(i));
    }
    if (isReversed) {
      Collections.reverse(values);
    }
    return Collections.unmodifiableList(values);
  }
}
