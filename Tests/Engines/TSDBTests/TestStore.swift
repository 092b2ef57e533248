import Basics
import SignalModel
import TSDB
import TestKit

/// A database on a disk in memory, and short ways to ask it.
struct TestStore {
    let database: TimeSeriesDatabase

    static let directory = "/data/metrics"

    init(_ disk: MemoryFileSystem, _ clock: VirtualClock, _ options: DatabaseOptions = DatabaseOptions()) throws {
        database = try TimeSeriesDatabase.open(
            directory: Self.directory, fileSystem: disk, clock: clock, options: options)
    }

    /// The samples of one series, named as `Labels.description` prints it.
    func samples(_ name: String) throws -> [Sample] { try all()[name] ?? [] }

    /// Every series with samples, and them.
    func all(
        _ matchers: [Matcher] = [], from: Timestamp = .distantPast, through: Timestamp = .distantFuture
    ) throws -> [String: [Sample]] {
        var result: [String: [Sample]] = [:]
        for series in try database.select(matchers, from: from, through: through, sorted: true) {
            var buffer = SampleBuffer()
            try series.read(from: from, through: through, into: &buffer)
            result[series.labels.description] = zip(buffer.timestamps, buffer.values).map {
                Sample(timestamp: Timestamp(milliseconds: $0), value: $1)
            }
        }
        return result
    }
}

extension SampleBatch {
    /// From `name{label="value",…}` texts; values must not need escapes.
    init(of series: [(labels: String, samples: [(Int64, Double)])]) {
        self.init()
        for entry in series {
            beginSeries(Labels(text: entry.labels))
            for (time, value) in entry.samples {
                append(Sample(timestamp: Timestamp(milliseconds: time), value: value))
            }
        }
    }
}

extension Labels {
    init(text: String) {
        var pairs: [(name: String, value: String)] = []
        let parts = text.split(separator: "{", maxSplits: 1)
        if !text.hasPrefix("{"), let name = parts.first { pairs.append((Labels.metricName, String(name))) }
        if let body = text.hasPrefix("{") ? parts.first : parts.dropFirst().first {
            for pair in body.dropLast().split(separator: ",") {
                let sides = pair.split(separator: "=", maxSplits: 1)
                let name = sides[0].drop { $0 == " " }
                pairs.append((String(name), String(sides[1].dropFirst().dropLast())))
            }
        }
        self.init(pairs)
    }
}
