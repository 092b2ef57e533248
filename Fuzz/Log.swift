import Basics
import SignalModel
import TestKit
@testable import TSDB

/// Any bytes as the last segment of a write-ahead log: replayed, or refused with a place. What was replayed is read.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    do {
        try disk.createDirectory("wal")
        try disk.replace("wal/00000000", with: Array(UnsafeRawBufferPointer(start: data, count: count)))
        let head = Head(
            limits: HeadLimits(
                ageMax: .seconds(3600), futureMax: .seconds(600), lateWindow: .seconds(1800), seriesMax: 1000,
                exemplarsMax: 100))
        try Replay(head: head, fileSystem: disk, repairs: true).run(try LogDirectory("wal", disk)) { _ in }
        var buffer = SampleBuffer()
        for series in head.select([], Int64.min...Int64.max, BlockSet().lease()) {
            let pairs = series.labels.pairs
            precondition(pairs.allSatisfy { !$0.value.isEmpty })
            buffer.removeAll()
            try series.read(from: .distantPast, through: .distantFuture, into: &buffer)
        }
    } catch { return 0 }
    return 0
}
