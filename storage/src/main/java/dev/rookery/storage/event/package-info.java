/// What the store tells the flight recorder (JFR): one event class for each kind of work that takes
/// time on a disk, or that an operator has to know of.
///
/// Event names begin with `dev.rookery.`; without a recording they cost nothing measurable.
package dev.rookery.storage.event;
