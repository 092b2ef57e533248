import Basics
import SignalModel
@testable import TSDB

/// Any bytes as the files of a block: opened and read through and through, or refused with a place. The input begins
/// with the lengths of the index and of the tombstones, two bytes each; behind both is a segment of chunks.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: data, count: count))
    guard bytes.count >= 4 else { return 0 }
    var rest = bytes[4...]
    func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
    let files = InputFiles(contents: [
        "index": take(Int(bytes[0]) << 8 | Int(bytes[1])), "tombstones": take(Int(bytes[2]) << 8 | Int(bytes[3])),
        "chunks/000001": Array(rest),
        "meta.json": Array(
            #"{"ulid":"01BKGV7JBM69T2G1BGBGM6KB12","minTime":0,"maxTime":9000000000000,"version":1,"compaction":{"level":1}}"#
                .utf8),
    ])
    do {
        let block = try Block(files)
        let everything = Int64.min...Int64.max
        var buffer = SampleBuffer()
        for matchers in [[], [try Matcher("job", .equal, "a")], [try Matcher("job", .notMatches, "a|b.*")]] {
            for series in try block.select(matchers, everything, BlockSet().lease()) {
                buffer.removeAll()
                try? series.read(from: .distantPast, through: .distantFuture, into: &buffer)
            }
            for name in try block.index.labelNames(matchers) { _ = try block.index.labelValues(name, matchers) }
        }
    } catch { return 0 }
    return 0
}

private struct InputFiles: BlockFiles {
    var contents: [String: [UInt8]]
    var location: String { "input" }

    func content(_ name: String) throws -> FileContent { FileContent(copying: contents[name] ?? []) }
    func names(in folder: String) throws -> [String] { ["000001"] }
    func exists(_ name: String) throws -> Bool { contents[name]?.isEmpty == false }
    func replace(_ name: String, with bytes: [UInt8]) throws {}
    func byteCount() -> Int { contents.values.reduce(0) { $0 + $1.count } }
}
