package dev.rookery.traversal;

import dev.rookery.traversal.frontier.LongSequence;

/// A binary heap of numbered nodes by two keys: the sum of a distance and an estimate, and of equal
/// ones the number, so that the order is always the same. Belongs to one thread.
///
/// Each entry has the distance that its node had when it was put in; a node whose distance falls is
/// put in again, and whoever takes an entry out sees whether it is still true.
final class SearchHeap {
  private final LongSequence numbers;
  private final LongSequence distances;
  private final LongSequence estimates;

  /// @param estimates the bits of an estimate for each number
  SearchHeap(WalkRoom room, LongSequence estimates) {
    numbers = room.column();
    distances = room.column();
    this.estimates = estimates;
  }

  boolean isEmpty() {
    return numbers.size() == 0;
  }

  /// Returns the distance of the first entry.
  double firstDistance() {
    return distance(0);
  }

  /// Puts an entry in. O(log size).
  void push(long number, double distance) {
    numbers.add(number);
    distances.add(Double.doubleToRawLongBits(distance));
    long at = numbers.size() - 1;
    while (at > 0 && isBefore(at, (at - 1) >>> 1)) {
      swap(at, (at - 1) >>> 1);
      at = (at - 1) >>> 1;
    }
  }

  /// Takes the first entry out and returns its number. O(log size).
  long pop() {
    long first = numbers.get(0);
    long last = numbers.size() - 1;
    swap(0, last);
    numbers.truncate(last);
    distances.truncate(last);
    long at = 0;
    while (2 * at + 1 < last) {
      long child = 2 * at + 1;
      if (child + 1 < last && isBefore(child + 1, child)) {
        child++;
      }
      if (!isBefore(child, at)) {
        break;
      }
      swap(child, at);
      at = child;
    }
    return first;
  }

  private boolean isBefore(long left, long right) {
    long leftNumber = numbers.get(left);
    long rightNumber = numbers.get(right);
    double leftKey = distance(left) + estimate(leftNumber);
    double rightKey = distance(right) + estimate(rightNumber);
    return leftKey < rightKey || (leftKey == rightKey && leftNumber < rightNumber);
  }

  private double distance(long at) {
    return Double.longBitsToDouble(distances.get(at));
  }

  private double estimate(long number) {
    return Double.longBitsToDouble(estimates.get(number));
  }

  private void swap(long left, long right) {
    long number = numbers.get(left);
    numbers.set(left, numbers.get(right));
    numbers.set(right, number);
    long distance = distances.get(left);
    distances.set(left, distances.get(right));
    distances.set(right, distance);
  }
}
