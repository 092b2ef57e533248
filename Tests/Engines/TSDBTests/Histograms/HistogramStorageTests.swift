import Basics
import Glibc
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Histograms in the store")
struct HistogramStorageTests {
    private static let start: Int64 = 1_700_000_000_000

    /// Samples of every kind of series, one a minute; some come half an hour late.
    private func fill(
        _ database: TimeSeriesDatabase, _ clock: VirtualClock, _ cases: inout HistogramCases, minutes: Int,
        _ kinds: [HistogramCases.Kind] = HistogramCases.Kind.allCases, late: Bool = true
    ) async throws -> [String: [String]] {
        var written: [String: SampleBuffer] = [:]
        var waiting: [(String, Int64, NativeHistogram)] = []
        func add(_ series: String, _ time: Int64, _ histogram: NativeHistogram?, to batch: inout SampleBatch) {
            batch.beginSeries(Labels([(Labels.metricName, series)]))
            if let histogram {
                batch.append(histogram, at: Timestamp(milliseconds: time))
                written[series, default: SampleBuffer()].append(time, histogram)
            } else {
                batch.append(Sample(timestamp: Timestamp(milliseconds: time), value: Double(time % 1000)))
                written[series, default: SampleBuffer()].append(time, Double(time % 1000))
            }
        }
        for minute in 0..<minutes {
            clock.advance(by: .seconds(60))
            let now = clock.now().milliseconds
            var batch = SampleBatch()
            for kind in kinds {
                let histogram = cases.next(kind, of: kind.rawValue)
                if late, minute % 7 == 3, let histogram, !histogram.isStale {
                    waiting.append((kind.rawValue, now, histogram))
                } else {
                    add(kind.rawValue, now, histogram, to: &batch)
                }
            }
            if minute % 20 == 19 {
                for (series, time, histogram) in waiting { add(series, time, histogram, to: &batch) }
                waiting = []
            }
            let outcome = try await database.append(batch, policy: .wholeOrNothing)
            #expect(outcome.refusals.isEmpty)
            #expect(outcome.appendedHistograms == batch.histograms.count)
        }
        return written.mapValues { buffer in
            var buffer = buffer
            buffer.putInOrder(from: 0)
            return buffer.lines
        }
    }

    private func read(_ database: TimeSeriesDatabase) throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for series in try database.select([], from: .distantPast, through: .distantFuture, sorted: true) {
            var buffer = SampleBuffer()
            try series.read(from: .distantPast, through: .distantFuture, into: &buffer)
            result[series.labels.name ?? ""] = buffer.lines
        }
        return result
    }

    private func open(_ disk: MemoryFileSystem, _ clock: VirtualClock) throws -> TimeSeriesDatabase {
        var options = DatabaseOptions()
        options.outOfOrderWindow = .seconds(1800)
        return try TimeSeriesDatabase.open(
            directory: "/data/metrics", fileSystem: disk, clock: clock, options: options)
    }

    private func expectSame(_ found: [String: [String]], _ wanted: [String: [String]], _ when: String) {
        for (series, lines) in wanted {
            let mine = found[series] ?? []
            let different = zip(mine, lines).first { $0 != $1 }
            #expect(
                mine.count == lines.count && different == nil,
                "\(series) \(when): \(mine.count) of \(lines.count), \(different.map { "\($0.0)\nfor\n\($0.1)" } ?? "")"
            )
        }
    }

    @Test("they read the same from head, log, snapshot, block and merged block")
    func everywhere() async throws {
        let clock = VirtualClock(Timestamp(milliseconds: Self.start))
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        var cases = HistogramCases(seed: 7)
        var database = try open(disk, clock)
        let written = try await fill(database, clock, &cases, minutes: 200)
        expectSame(try read(database), written, "from the head")
        database.close()
        disk.crash()
        database = try open(disk, clock)
        expectSame(try read(database), written, "from the log")
        try database.keepSnapshot()
        database.close()
        database = try open(disk, clock)
        #expect(database.replayReport.snapshotBytes > 0)
        expectSame(try read(database), written, "from the snapshot")
        var all = written
        for _ in 0..<4 {
            let more = try await fill(database, clock, &cases, minutes: 200)
            for (series, lines) in more { all[series, default: []] += lines }
            try database.maintain()
        }
        #expect(database.statistics().compactions.mergedBlocks > 0)
        #expect(database.statistics().compactions.failures == 0)
        expectSame(try read(database), all, "from merged blocks")
        database.close()
        database = try open(disk, clock)
        #expect(database.replayReport.warnings.isEmpty)
        expectSame(try read(database), all, "after a restart on blocks")
        database.close()
    }

    @Test("a histogram sent twice is stored once; another at its time is refused")
    func duplicates() async throws {
        let clock = VirtualClock(Timestamp(milliseconds: Self.start))
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let database = try open(disk, clock)
        let time = clock.now()
        func append(_ count: Double, as sum: Double = 0) async throws -> AppendOutcome {
            var batch = SampleBatch()
            batch.beginSeries(Labels([(Labels.metricName, "h")]))
            batch.append(NativeHistogram(zeroCount: count, count: count, sum: sum), at: time)
            return try await database.append(batch, policy: .keepValid)
        }
        #expect(try await append(1).appendedHistograms == 1)
        #expect(try await append(1).refusals.isEmpty)
        let refused = try await append(2)
        #expect(refused.refusals.map(\.reason) == [.duplicateTimestamp])
        #expect(refused.appendedHistograms == 0)
        #expect(try read(database)["h"]?.count == 1)
        database.close()
    }

    @Test("a float that has the bits of a box stays a float")
    func canonical() async throws {
        let clock = VirtualClock(Timestamp(milliseconds: Self.start))
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let database = try open(disk, clock)
        var batch = SampleBatch()
        batch.beginSeries(Labels([(Labels.metricName, "m")]))
        batch.append(Sample(timestamp: clock.now(), value: HistogramBox.value(3)))
        _ = try await database.append(batch, policy: .wholeOrNothing)
        #expect(try read(database)["m"] == ["\(Self.start) \(StaleMarker.plainNaN.bitPattern)"])
        database.close()
    }

    /// Debian's Prometheus has no custom buckets yet.
    @Test("a prometheus started on our blocks and log answers with the same histograms")
    func prometheus() async throws {
        let directory = try TemporaryDirectory()
        let clock = VirtualClock(Timestamp(milliseconds: Self.start))
        var options = DatabaseOptions()
        options.outOfOrderWindow = .seconds(1800)
        let database = try TimeSeriesDatabase.open(
            directory: directory.path, fileSystem: PosixFileSystem(), clock: clock, options: options)
        var cases = HistogramCases(seed: 3)
        let kinds: [HistogramCases.Kind] = [.whole, .float, .gauge]
        _ = try await fill(database, clock, &cases, minutes: 420, kinds, late: false)
        try database.maintain()
        #expect(database.statistics().blocks > 0)
        var expected: [String] = []
        for series in try database.select([], from: .distantPast, through: .distantFuture, sorted: true) {
            var buffer = SampleBuffer()
            try series.read(from: .distantPast, through: .distantFuture, into: &buffer)
            for (time, value) in zip(buffer.timestamps, buffer.values) where HistogramBox.isBox(value) {
                let histogram = buffer.histograms[HistogramBox.place(value)]
                let buckets = histogram.buckets.filter { $0.count != 0 }
                    .map { "\($0.lower):\($0.upper):\($0.count)" }.joined(separator: " ")
                expected.append("\(series.labels.name ?? "") \(time) \(histogram.count) \(histogram.sum) \(buckets)")
            }
        }
        database.close()
        // Blocks where Prometheus looks for them.
        let found = try shell(Self.script(directory.path, until: clock.now().milliseconds / 1000))
        let lines = found.split(separator: "\n").map(String.init)
        let different = Set(lines).symmetricDifference(expected).sorted()
        #expect(
            different.isEmpty,
            "\(different.count) of \(expected.count), \(lines.count): \(different.prefix(6).map { $0.prefix(300) })")
        #expect(lines.count == expected.count && lines.count > 900)
    }

    private static func script(_ directory: String, until end: Int64) -> String {
        """
        cd '\(directory)'
        mv blocks/* . && rmdir blocks
        echo 'global: {}' > prometheus.yml
        port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        prometheus --config.file=prometheus.yml --storage.tsdb.path=. --storage.tsdb.retention.time=100y \
            --enable-feature=native-histograms --web.listen-address=127.0.0.1:$port > server.log 2>&1 &
        server=$!
        for attempt in $(seq 100); do
            promtool query instant http://127.0.0.1:$port 'vector(1)' > /dev/null 2>&1 && break
            sleep 0.1
        done
        python3 - $port \(end) <<'EOF'
        import json, sys, urllib.parse, urllib.request
        # Its range vectors of histograms mix up the samples; at single times they are right.
        query = urllib.parse.urlencode({
            "query": '{__name__=~".+"}', "start": \(Self.start / 1000), "end": sys.argv[2], "step": 60})
        answer = json.load(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/api/v1/query_range?{query}"))
        number = lambda text: repr(float(text))
        for series in answer["data"]["result"]:
            for time, h in series.get("histograms", []):
                buckets = " ".join(":".join(number(x) for x in b[1:]) for b in h.get("buckets", []))
                print(series["metric"]["__name__"], round(time * 1000), number(h["count"]), number(h["sum"]), buckets)
        EOF
        kill $server
        wait $server
        """
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
        return String(decoding: output, as: UTF8.self)
    }
}
