/// Sorted rows of neighbours: read from pages or from a copy in memory, and intersected. Start at
/// [dev.rookery.traversal.pattern.row.RowReader].
package dev.rookery.traversal.pattern.row;
