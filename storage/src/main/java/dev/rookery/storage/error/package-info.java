/// What can go wrong, one unchecked exception per reaction of the caller; start at
/// [dev.rookery.storage.error.RookeryException].
package dev.rookery.storage.error;
