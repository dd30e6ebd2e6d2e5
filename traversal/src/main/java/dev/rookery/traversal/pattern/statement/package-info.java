/// How a [dev.rookery.traversal.pattern.model.MatchStatement] comes about, whether from text or
/// from a builder: appearances of a node are put together, variables without names are numbered,
/// and the whole is checked. Begin with [PartDraft] and [StatementCheck].
package dev.rookery.traversal.pattern.statement;
