/// A pattern query as text: `(a:Person)-[r:KNOWS]->(b) WHERE a.age < b.age RETURN a, count(b)`. A
/// lexer, a parser by recursive descent, and errors that say where. Begin with [PatternParser].
package dev.rookery.traversal.pattern.text;
