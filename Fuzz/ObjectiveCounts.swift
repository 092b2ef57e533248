import Basics
import TestKit

@testable import Rules

/// Any bytes as a day file and as the log of counts before it: refused, cut or read, and what is read can be asked for
/// any range, changed, folded and read again.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 1, let data else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data + 1, count: count - 1)
    let day: Int64 = 20_784
    let isLog = data[0] & 1 == 0
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    do {
        try disk.createDirectory("counts")
        let file = try disk.openForAppending(isLog ? "counts/log" : "counts/\(DayFile.name(day))")
        try file.append((isLog ? CountsLog.magic : DayFile.magic) + Array(bytes))
        try file.sync()
        let store = try CountsStore(directory: "counts", disk: disk)
        let start = day * 1440
        for series in ["a", "shop/availability"] {
            _ = store.sum(series, from: start - 10, to: start + 2000)
            _ = store.minutes(series, from: start, to: start + 1440)
            _ = store.latest(series)
        }
        let changed = SeriesMinutes(series: "a", minutes: [(start + 7, MinuteCount(bad: 1, total: 2))])
        try store.record([changed])
        precondition(store.minutes("a", from: start + 7, to: start + 8) == [MinuteCount(bad: 1, total: 2)])
        let before = store.sum("a", from: start, to: start + 1440)
        try store.fold(at: start + 1440)
        let again = try CountsStore(directory: "counts", disk: disk)
        precondition(again.sum("a", from: start, to: start + 1440) == before, "folding changes no sum")
    } catch {}
    return 0
}
