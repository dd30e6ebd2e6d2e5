package dev.rookery.checks.samples.storage;

import com.google.common.collect.ImmutableList;

public final class LeaksGuava {
  public ImmutableList<String> names = ImmutableList.of();
}
