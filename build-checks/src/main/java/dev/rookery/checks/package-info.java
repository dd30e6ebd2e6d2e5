/// Checks over the whole source tree: format, tidiness, layering.
///
/// [SourceTree][dev.rookery.checks.SourceTree] lists the files. Each other class holds rules as
/// plain functions from one text to its [findings][dev.rookery.checks.Finding], so that a test can
/// show that the rule fails on a bad sample. The tests of this module apply the rules to the tree.
@NullMarked
package dev.rookery.checks;

import org.jspecify.annotations.NullMarked;
