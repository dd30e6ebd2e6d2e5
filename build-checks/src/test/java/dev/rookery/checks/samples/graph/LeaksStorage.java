package dev.rookery.checks.samples.graph;

import dev.rookery.checks.samples.storage.LeaksGuava;
import java.util.List;

public final class LeaksStorage {
  private LeaksStorage() {}

  public static List<LeaksGuava> pages() {
    return List.of();
  }
}
