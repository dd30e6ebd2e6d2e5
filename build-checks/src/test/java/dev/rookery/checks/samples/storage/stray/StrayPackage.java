package dev.rookery.checks.samples.storage.stray;

final class StrayPackage {}
