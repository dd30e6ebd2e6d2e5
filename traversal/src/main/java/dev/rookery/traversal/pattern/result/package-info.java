/// From matches to what a query returns: columns, groups, order, limits. Start at
/// [dev.rookery.traversal.pattern.result.StatementRun].
package dev.rookery.traversal.pattern.result;
