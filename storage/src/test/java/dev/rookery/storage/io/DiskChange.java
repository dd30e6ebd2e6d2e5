package dev.rookery.storage.io;

import dev.rookery.storage.io.FaultPlan.Operation;

/// A change of a [SimulatedDisk] that is about to be made.
///
/// @param number its place among the changes of the disk, from 0
/// @param file the name that it concerns
/// @param position where it begins in the file, 0 if it concerns the whole
/// @param byteCount how much is written or punched, 0 for anything else
/// @param fileBytes how long the file is before
public record DiskChange(
    long number, Operation operation, String file, long position, int byteCount, long fileBytes) {}
