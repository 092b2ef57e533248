import Basics
import Glibc
import SignalModel
import TestKit
import Testing

@testable import TSDB

/// Debian's prometheus and promtool on what we wrote. Without the `prometheus` package these fail and say so.
@Suite("Prometheus reads our directory")
struct PrometheusReadsTests {
    private static let start: Int64 = 1_700_000_000_000
    /// Where the truncation in the middle cuts.
    private static let edge = start + 265_000

    /// A directory with a checkpoint, several segments, compressed and plain records, records across pages.
    private func write(to directory: String) async throws -> [String: [Sample]] {
        let clock = VirtualClock(Timestamp(milliseconds: Self.start))
        let chance = SeededRandomness(seed: 11)
        var options = DatabaseOptions()
        options.segmentBytes = 128 << 10
        let database = try TimeSeriesDatabase.open(
            directory: directory, fileSystem: PosixFileSystem(), clock: clock, options: options)
        for step in 0..<60 {
            clock.advance(by: .seconds(15))
            var batch = SampleBatch()
            for series in 0..<150 {
                if (series + step) % 20 == 0 { continue }
                batch.beginSeries(
                    Labels([
                        (Labels.metricName, "metric_\(series % 7)"), ("series", "\(series)"), ("tag", "\"ü\\\n"),
                    ]))
                let odd: [Double] = [.infinity, -.infinity, -0.0, 1e300, 5e-324, StaleMarker.plainNaN]
                let value =
                    series % 10 == 0 ? odd[step % odd.count] : Double(chance.next() % 1000) / Double(series + 1)
                batch.append(Sample(timestamp: clock.now() - .milliseconds(series), value: value))
            }
            _ = try await database.append(batch, policy: .wholeOrNothing)
            if step == 30 { try database.truncate(before: Timestamp(milliseconds: Self.edge)) }
        }
        // Memory keeps whole chunks, the log single samples: from the edge on they are the same.
        let all = try TestStore(database: database).all(from: Timestamp(milliseconds: Self.edge))
        database.close()
        return all
    }

    @Test("promtool dumps every sample, to the bit")
    func dump() async throws {
        let directory = try TemporaryDirectory()
        let ours = try await write(to: directory.path)
        let output = try shell("promtool tsdb dump '\(directory.path)' 2>&1")
        var theirs: [String: Int] = [:]
        var differences: [String] = []
        for line in output.split(separator: "\n") {
            // `{__name__="m", a="b"} value time`
            let words = line.split(separator: " ")
            let number = line.firstRange(of: "series=\"").map { line[$0.upperBound...].prefix { $0 != "\"" } }
            let key = try #require(ours.keys.first { $0.contains("series=\"\(number ?? "")\"") }, "\(line)")
            let time = Int64(words[words.count - 1])
            let value = Double(words[words.count - 2])
            let sample = try #require(ours[key]?.first { $0.timestamp.milliseconds == time }, "\(line)")
            if value?.bitPattern != sample.value.bitPattern, !(sample.value.isNaN && value?.isNaN == true) {
                differences.append(String(line))
            }
            theirs[key, default: 0] += 1
        }
        #expect(differences.isEmpty)
        #expect(theirs == ours.mapValues(\.count))
    }

    @Test("a prometheus started on it answers queries over it")
    func server() async throws {
        let directory = try TemporaryDirectory()
        let ours = try await write(to: directory.path)
        // The port is the kernel's choice, free a moment ago.
        let script = """
            cd '\(directory.path)'
            echo 'global: {}' > prometheus.yml
            port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
            prometheus --config.file=prometheus.yml --storage.tsdb.path=. --storage.tsdb.retention.time=100y \
                --web.listen-address=127.0.0.1:$port > server.log 2>&1 &
            server=$!
            for attempt in $(seq 100); do
                promtool query instant http://127.0.0.1:$port 'vector(1)' > /dev/null 2>&1 && break
                sleep 0.1
            done
            query() { promtool query instant --time=\(Self.start / 1000 + 1000) http://127.0.0.1:$port "$1"; }
            query 'sum(count_over_time({__name__=~"metric_.*"}[600s]))'
            query 'count({tag="\\"ü\\\\\\n"})'
            kill $server
            wait $server
            grep -c 'level=warn' server.log
            """
        let output = try shell(script)
        let from = Self.start + 400_000
        let expected = ours.values.joined().filter { $0.timestamp.milliseconds >= from }.count
        let lines = output.split(separator: "\n")
        try #require(lines.count == 3, "\(output)")
        #expect(lines[0].hasPrefix("{} => \(expected) @"), "\(output)")
        #expect(lines[1].hasPrefix("{} => 150 @"), "\(output)")
        #expect(lines[2] == "1", "one warning, for the signal that ends it")
    }

    private func shell(_ command: String) throws -> String {
        let pipe = try #require(popen(command, "r"))
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            output += buffer[..<count]
        }
        pclose(pipe)
        let text = String(decoding: output, as: UTF8.self)
        try #require(!text.contains("not found"), "install Debian's package prometheus: \(text)")
        return text
    }
}

extension TestStore {
    init(database: TimeSeriesDatabase) { self.database = database }
}
