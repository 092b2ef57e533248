import Basics
import Glibc
import SignalModel
import TestKit
import Testing

@testable import TSDB

/// Debian's promtool and prometheus on our blocks, and we on theirs.
@Suite("Blocks between Prometheus and us")
struct PrometheusBlocksTests {
    private static let start: Int64 = 1_700_000_000_000

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

    /// Twenty-six hours of odd values in labels of every kind, in blocks of two hours and larger.
    private func write(to directory: String) async throws -> [String: [Sample]] {
        let clock = VirtualClock(Timestamp(milliseconds: Self.start))
        let chance = SeededRandomness(seed: 3)
        let database = try TimeSeriesDatabase.open(
            directory: directory, fileSystem: PosixFileSystem(), clock: clock)
        let odd: [Double] = [.infinity, -.infinity, -0.0, 1e300, 5e-324, StaleMarker.value, StaleMarker.plainNaN]
        for step in 0..<26 * 30 {
            clock.advance(by: .seconds(120))
            var batch = SampleBatch()
            for series in 0..<40 where (series + step / 100) % 9 != 0 {
                batch.beginSeries(
                    Labels([
                        (Labels.metricName, "metric_\(series % 5)"), ("series", "\(series)"), ("tag", "\"ü\\\n"),
                        ("half", series % 2 == 0 ? "yes" : ""),
                    ]))
                let value =
                    series % 10 == 0 ? odd[step % odd.count] : Double(chance.next() % 1000) / Double(series + 1)
                batch.append(Sample(timestamp: clock.now() - .milliseconds(series), value: value))
            }
            _ = try await database.append(batch, policy: .wholeOrNothing)
        }
        try database.maintain()
        #expect(database.statistics().compactions.mergedBlocks > 1)
        let end = database.blocks.blocks.map(\.meta.maxTime).max() ?? 0
        let all = try TestStore(database: database).all(through: Timestamp(milliseconds: end - 1))
        database.close()
        return all
    }

    @Test("promtool lists, analyses and dumps ours: the same samples, to the bit")
    func dump() async throws {
        let directory = try TemporaryDirectory()
        let ours = try await write(to: directory.path)
        let list = try shell("promtool tsdb list '\(directory.path)/blocks' 2>&1")
        #expect(list.split(separator: "\n").count > 2, "\(list)")
        let analysis = try shell("promtool tsdb analyze '\(directory.path)/blocks' 2>&1")
        #expect(
            analysis.contains("Label names most likely to contribute") || analysis.contains("Highest cardinality"))
        let output = try shell(
            "mkdir -p '\(directory.path)/blocks/wal' && promtool tsdb dump '\(directory.path)/blocks' 2>&1")
        var theirs: [String: Int] = [:]
        var differences: [String] = []
        for line in output.split(separator: "\n") {
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

    @Test("we open a directory of theirs as it is: log, blocks, deletions")
    func theirs() async throws {
        let directory = try TemporaryDirectory()
        // Blocks by promtool, a deletion by the server's admin API, which leaves tombstones.
        let script = """
            cd '\(directory.path)'
            python3 - > in.txt <<'END'
            print('# TYPE old gauge')
            for step in range(600):
                for series in range(20):
                    print(f'old{{series="{series}",tag="ü"}} {step * series * 0.1} {1700000000 + 60 * step}')
            print('# EOF')
            END
            promtool tsdb create-blocks-from openmetrics in.txt . > /dev/null
            rm in.txt
            echo 'global: {}' > prometheus.yml
            port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
            prometheus --config.file=prometheus.yml --storage.tsdb.path=. --storage.tsdb.retention.time=100y \
                --web.enable-admin-api --web.listen-address=127.0.0.1:$port > server.log 2>&1 &
            server=$!
            for attempt in $(seq 100); do
                promtool query instant http://127.0.0.1:$port 'vector(1)' > /dev/null 2>&1 && break
                sleep 0.1
            done
            python3 - $port <<'END'
            import sys, urllib.parse, urllib.request
            query = urllib.parse.urlencode({"match[]": 'old{series="7"}', "start": 1700006000, "end": 1700012000})
            url = f"http://127.0.0.1:{sys.argv[1]}/api/v1/admin/tsdb/delete_series?{query}"
            urllib.request.urlopen(urllib.request.Request(url, method="POST"))
            END
            kill $server
            wait $server
            promtool tsdb dump . 2>&1
            """
        let dump = try shell(script).split(separator: "\n")
        var expected: [String: Int] = [:]
        for line in dump where line.hasPrefix("{") {
            let number = line.firstRange(of: "series=\"").map { line[$0.upperBound...].prefix { $0 != "\"" } }
            expected[String(number ?? ""), default: 0] += 1
        }
        #expect(expected.count == 20)
        #expect(expected["7"].map { $0 < 600 } == true, "the deletion shows")
        let database = try TimeSeriesDatabase.open(
            directory: directory.path, fileSystem: PosixFileSystem(), clock: VirtualClock())
        #expect(database.replayReport.warnings.isEmpty)
        #expect(database.statistics().blocks > 1)
        let store = TestStore(database: database)
        func counts() throws -> [String: Int] {
            try store.all([try Matcher("__name__", .equal, "old")]).reduce(into: [:]) { counts, entry in
                let number = entry.key.firstRange(of: "series=\"").map {
                    entry.key[$0.upperBound...].prefix { $0 != "\"" }
                }
                counts[String(number ?? "")] = entry.value.count
            }
        }
        #expect(try counts() == expected)
        // Merged into a larger one the deletion is final.
        try database.maintain()
        #expect(try counts() == expected)
        database.close()
    }
}
