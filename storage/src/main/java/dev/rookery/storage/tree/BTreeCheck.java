package dev.rookery.storage.tree;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Verifies every invariant of a [BTree] on every page and claims the pages.
///
/// Each page is visited once at most, because a page that is claimed already is not entered.
final class BTreeCheck {
  private static final byte[] NO_KEY = {};

  private final PageReader pages;
  private final CheckReport report;
  private final long rootPage;
  private final String name;
  private int structureId;
  private long entryCount;

  BTreeCheck(PageReader pages, CheckReport report, long rootPage) {
    this.pages = pages;
    this.report = report;
    this.rootPage = rootPage;
    this.name = "b-tree root=" + rootPage;
  }

  void run() {
    if (!report.claim(rootPage, name)) {
      return;
    }
    try {
      MemorySegment root = pages.page(rootPage);
      int level = BTreePage.rootLevel(pages, rootPage, root);
      structureId = PageLayout.structure(root);
      require(level == 0 || PageLayout.count(root) > 1, rootPage, "root has one child");
      checkContent(rootPage, root, level, NO_KEY, null);
      long expected = BTreePage.entryCount(root);
      require(
          expected == entryCount, rootPage, "entry count is " + expected + ", not " + entryCount);
    } catch (RookeryException e) {
      report.problem(name, rootPage, String.valueOf(e.getMessage()));
    }
  }

  /// Checks a page whose keys must be at or behind `lowest` and before `end`, if there is an end.
  private void checkChild(long pageNumber, int level, byte[] lowest, byte @Nullable [] end) {
    if (!report.claim(pageNumber, name)) {
      return;
    }
    try {
      MemorySegment page = BTreePage.verified(pages, pageNumber, level);
      require(BTreePage.entryCount(page) == 0, pageNumber, "entry count in a page below the root");
      require(
          PageLayout.structure(page) == structureId,
          pageNumber,
          "structure is " + PageLayout.structure(page) + ", not " + structureId);
      require(PageLayout.count(page) > 0, pageNumber, "page below the root is empty");
      checkContent(pageNumber, page, level, lowest, end);
    } catch (RookeryException e) {
      report.problem(name, pageNumber, String.valueOf(e.getMessage()));
    }
  }

  private void checkContent(
      long pageNumber, MemorySegment page, int level, byte[] lowest, byte @Nullable [] end) {
    checkCells(pageNumber, page);
    int count = PageLayout.count(page);
    byte[] key = lowest;
    for (int index = 0; index < count; index++) {
      byte[] next = BTreePage.key(pages, page, index);
      if (level > 0 && index == 0) {
        require(next.length == 0, pageNumber, "branch has a first key");
        next = lowest;
      } else {
        int order = Arrays.compareUnsigned(key, next);
        boolean isFirst = index == (level == 0 ? 0 : 1);
        boolean isPlaced =
            (order < 0 || (isFirst && order == 0))
                && (end == null || Arrays.compareUnsigned(next, end) < 0);
        if (!isPlaced) {
          String hex = HexFormat.of().formatHex(next);
          report.problem(name, pageNumber, "key out of order index=" + index + " key=" + hex);
          return;
        }
      }
      key = next;
    }
    if (level == 0) {
      entryCount += count;
    } else {
      checkChildren(page, level, lowest, end);
    }
  }

  private void checkChildren(
      MemorySegment branch, int level, byte[] lowest, byte @Nullable [] end) {
    int count = PageLayout.count(branch);
    byte[] key = lowest;
    for (int index = 0; index < count; index++) {
      byte[] next = index + 1 < count ? BTreePage.key(pages, branch, index + 1) : end;
      long child = BTreePage.childAt(pages, branch, index);
      checkChild(child, level - 1, key, next);
      key = next == null ? key : next;
    }
  }

  /// Checks that cells have room of their own and that the waste is what they leave.
  private void checkCells(long pageNumber, MemorySegment page) {
    BitSet taken = new BitSet(PageLayout.PAGE_BYTES);
    int bytes = 0;
    for (int index = 0; index < PageLayout.count(page); index++) {
      int cell = BTreePage.cell(pages, page, index);
      int cellBytes = BTreePage.cellBytes(page, cell);
      taken.set(cell, cell + cellBytes);
      bytes += cellBytes;
      require(
          cellBytes + Short.BYTES <= BTreePage.CONTENT_BYTES / 4,
          pageNumber,
          "cell too long index=" + index + " bytes=" + cellBytes);
    }
    require(taken.cardinality() == bytes, pageNumber, "cells overlap");
    int expected = PageLayout.PAGE_BYTES - BTreePage.cellsOffset(page) - bytes;
    int waste = BTreePage.waste(page);
    require(waste == expected, pageNumber, "waste is " + waste + ", not " + expected);
  }

  private void require(boolean condition, long pageNumber, String problem) {
    if (!condition) {
      report.problem(name, pageNumber, problem);
    }
  }
}
