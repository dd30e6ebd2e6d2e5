/// Finds the matches of planned patterns: variables are bound one after the other, each to what the
/// intersection of sorted rows of neighbours leaves (a worst-case-optimal join: Ngo, Ré and Rudra,
/// *Skew Strikes Back*, SIGMOD Record 2013; Veldhuizen, *Leapfrog Triejoin*, ICDT 2014).
///
/// Start at [dev.rookery.traversal.pattern.match.PartRun].
package dev.rookery.traversal.pattern.match;
