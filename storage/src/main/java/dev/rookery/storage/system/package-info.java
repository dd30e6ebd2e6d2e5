/// Calls of the operating system that Java has no words for: each is optional, and answers whether
/// it was done. Whoever asks must be as right without.
///
/// Made only where the program was started with native access granted to this module
/// (`--enable-native-access`), on Linux, and not with `-Ddev.rookery.nativeCalls=false`: nothing is
/// printed, and no flag is needed, where that is not so.
package dev.rookery.storage.system;
