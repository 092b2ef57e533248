import Basics
import SignalModel
import TestKit
@testable import TSDB

/// Any bytes as a snapshot of a head: taken, or refused with a place. What was taken is read.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    do {
        try disk.createDirectory("snapshot")
        try disk.replace("snapshot/00000000", with: Array(UnsafeRawBufferPointer(start: data, count: count)))
        let head = Head(
            limits: HeadLimits(
                ageMax: .seconds(3600), futureMax: .seconds(600), lateWindow: .seconds(1800), seriesMax: 1000,
                exemplarsMax: 100))
        var refs = RefTable()
        _ = try HeadSnapshot.read(0, in: "snapshot", into: head, refs: &refs, disk)
        var buffer = SampleBuffer()
        for series in head.select([], Int64.min...Int64.max, BlockSet().lease()) {
            buffer.removeAll()
            try series.read(from: .distantPast, through: .distantFuture, into: &buffer)
        }
    } catch { return 0 }
    return 0
}
