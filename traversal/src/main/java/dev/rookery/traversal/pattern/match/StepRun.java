package dev.rookery.traversal.pattern.match;

/// A step of a plan at work. Opened anew for each match of the steps before. Belongs to one thread.
abstract class StepRun {
  /// Begins to bind the variable of the step, given what is bound before.
  abstract void open(Binding binding);

  /// Binds it to what comes next and fits, and returns whether there was any.
  abstract boolean advance(Binding binding);

  /// Returns how many matches the current one stands for, as far as this step goes.
  long weight() {
    return 1;
  }
}
