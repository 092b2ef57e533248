import Basics
import TestKit

@testable import Pipeline

/// Any bytes as a segment of the queue, the last one or one before it: what is whole is read in order, the rest is cut
/// off or refused; and what was read once is read again.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: count)
    guard case .good(let first) = QueueFormat.header(of: bytes) else { return 0 }
    var offset = QueueFormat.headerBytes
    var next = first
    while let record = QueueFormat.record(of: bytes, at: offset), record.firstOrdinal == next {
        precondition(record.payload.upperBound > offset && record.payload.upperBound <= count)
        precondition(record.ordinals.lowerBound <= record.ordinals.upperBound)
        next = record.ordinals.upperBound
        offset = record.payload.upperBound
    }
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    do {
        try disk.createDirectory("q")
        let file = try disk.openForAppending("q/\(QueueFormat.segmentName(1))")
        try file.append(bytes)
        let directory = try QueueDirectory("q", disk)
        precondition(directory.segments.last?.ordinals == first..<next, "what is whole is kept")
        let again = try QueueDirectory("q", disk)
        precondition(again.segments.map(\.ordinals) == directory.segments.map(\.ordinals))
        precondition(again.report.cutBytes == 0, "what was cut once is cut")
        for segment in directory.segments { _ = try? disk.size("q/\(QueueFormat.segmentName(segment.number))") }
    } catch { return 0 }
    return 0
}
