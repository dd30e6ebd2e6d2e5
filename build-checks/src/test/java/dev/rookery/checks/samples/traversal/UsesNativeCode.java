package dev.rookery.checks.samples.traversal;

import net.jpountz.lz4.LZ4Factory;

final class UsesNativeCode {
  Object factory = LZ4Factory.fastestInstance();
}
