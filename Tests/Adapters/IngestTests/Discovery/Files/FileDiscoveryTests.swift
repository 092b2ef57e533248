import Basics
import Ingest
import SignalModel
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct FileDiscoveryTests {
    /// Says that something changed when a test does.
    private final class ScriptedWatch: FolderWatching {
        private let continuation = Mutex<AsyncStream<Void>.Continuation?>(nil)
        let folders = Mutex<Set<String>>([])
        let isBlind = Mutex(false)

        func changes(in folders: Set<String>) -> AsyncStream<Void>? {
            self.folders.withLock { $0 = folders }
            if isBlind.withLock({ $0 }) { return nil }
            let (stream, continuation) = AsyncStream<Void>.makeStream()
            self.continuation.withLock { $0 = continuation }
            return stream
        }

        func signal() { _ = continuation.withLock { $0?.yield() } }
    }

    private let clock = VirtualClock()
    private let watch = ScriptedWatch()
    private let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))

    private func run(
        _ files: [String], _ body: (_ next: () async -> DiscoveryUpdate?) async throws -> Void
    ) async throws {
        let (updates, updatesIn) = AsyncStream<DiscoveryUpdate>.makeStream()
        let discovery = FileDiscovery(
            FileDiscoveryConfiguration(files: files), disk: disk, watch: watch,
            decodeYAML: { bytes, path throws(TargetGroupFile.Invalid) in
                let text = String(decoding: bytes, as: UTF8.self)
                if text == "bad" { throw TargetGroupFile.Invalid("1:1: bad") }
                return [TargetGroup(source: path + ":0", addresses: [text])]
            }, clock: clock)
        try await withThrowingTaskGroup { group in
            group.addTask { await discovery.run { updatesIn.yield($0) } }
            try await body {
                for await update in updates { return update }
                return nil
            }
            group.cancelAll()
        }
    }

    private func settled() async {
        while clock.sleeperCount != 1 { await Task.yield() }
    }

    private func group(_ path: String, _ addresses: String..., labels: [(String, String)] = []) -> TargetGroup {
        TargetGroup(
            source: path + ":0", addresses: addresses,
            labels: Labels((labels + [("__meta_filepath", path)]).map { (name: $0.0, value: $0.1) }))
    }

    @Test("files of both forms are read, with their path as a label, and again when they change")
    func changes() async throws {
        try disk.createDirectory("/sd")
        try disk.replace("/sd/b.json", with: Array(#"[{"targets": ["b:1"], "labels": {"zone": "x"}}]"#.utf8))
        try disk.replace("/sd/a.yml", with: Array("a:1".utf8))
        try disk.replace("/sd/other.txt", with: Array("[]".utf8))
        try await run(["/sd/*.json", "/sd/a.yml", "/sd/none.yml"]) { next in
            let b = group("/sd/b.json", "b:1", labels: [("zone", "x")])
            #expect(await next() == .all([group("/sd/a.yml", "a:1"), b]))
            #expect(watch.folders.withLock { $0 } == ["/sd"])
            await settled()
            try disk.replace("/sd/c.json", with: Array(#"[{"targets": ["c:1", "c:2"]}]"#.utf8))
            try disk.remove("/sd/a.yml")
            watch.signal()
            #expect(await next() == .all([b, group("/sd/c.json", "c:1", "c:2")]))
            await settled()
            // The kernel's word is not needed.
            try disk.remove("/sd/b.json")
            clock.advance(by: FileDiscoveryConfiguration.defaultRefreshInterval)
            #expect(await next() == .all([group("/sd/c.json", "c:1", "c:2")]))
        }
    }

    @Test("folders that cannot be watched are looked at every few seconds")
    func unwatched() async throws {
        watch.isBlind.withLock { $0 = true }
        try await run(["/sd/*.yml"]) { next in
            #expect(await next() == .all([]))
            await settled()
            try disk.createDirectory("/sd")
            try disk.replace("/sd/a.yml", with: Array("a:1".utf8))
            clock.advance(by: .seconds(5))
            #expect(await next() == .all([group("/sd/a.yml", "a:1")]))
        }
    }

    @Test("a file that goes bad keeps what it said, and is named as long as it is bad")
    func bad() async throws {
        try disk.createDirectory("/sd")
        try disk.replace("/sd/a.yml", with: Array("a:1".utf8))
        try disk.replace("/sd/b.yml", with: Array("b:1".utf8))
        try await run(["/sd/*.yml"]) { next in
            #expect(await next() == .all([group("/sd/a.yml", "a:1"), group("/sd/b.yml", "b:1")]))
            await settled()
            try disk.replace("/sd/a.yml", with: Array("bad".utf8))
            try disk.replace("/sd/b.yml", with: Array("b:2".utf8))
            watch.signal()
            #expect(await next() == .all([group("/sd/a.yml", "a:1"), group("/sd/b.yml", "b:2")]))
            #expect(await next() == .failed("/sd/a.yml: 1:1: bad", place: "/sd/a.yml"))
            await settled()
            watch.signal()
            #expect(await next() == .failed("/sd/a.yml: 1:1: bad", place: "/sd/a.yml"))
            await settled()
            try disk.replace("/sd/a.yml", with: Array("a:2".utf8))
            watch.signal()
            #expect(await next() == .all([group("/sd/a.yml", "a:2"), group("/sd/b.yml", "b:2")]))
        }
    }

    @Test(
        "JSON that is no list of groups is named by its place",
        arguments: [
            ("{", "no target groups:"), (#"{"targets": []}"#, "no target groups:"),
            (#"[{"targets": [1]}]"#, "[0].targets[0]:"),
            (#"[{"labels": {"a": 1}}]"#, "[0].labels.a:"), ("[null]", "[0]:"), ("", "no target groups:"),
            (#"[{"labels": {"": "x"}}]"#, "[0].labels:"),
        ])
    func invalidJSON(_ text: String, _ place: String) {
        do {
            _ = try TargetGroupFile.decodeJSON(Array(text.utf8), source: "x")
            Issue.record("taken")
        } catch { #expect(error.description.hasPrefix(place), "\(error)") }
    }

    @Test("JSON leaves out what it likes, and sources are numbered")
    func json() throws {
        let groups = try TargetGroupFile.decodeJSON(
            Array(#"[{}, {"targets": ["a", "b"], "labels": {"k": "v", "ä": ""}, "more": 1}]"#.utf8), source: "s")
        #expect(
            groups == [
                TargetGroup(source: "s:0", addresses: []),
                TargetGroup(source: "s:1", addresses: ["a", "b"], labels: Labels([("k", "v")])),
            ])
    }

    @Test(
        "paths are Prometheus'",
        arguments: [
            ("a.json", true), ("/x/y/*.yml", true), ("x/?a*.yaml", true), ("a.YAML", true), ("a.txt", false),
            (".json", false), ("*/a.json", false), ("a", false), ("[ab].json", false),
        ])
    func paths(_ path: String, _ isValid: Bool) { #expect(FileDiscoveryConfiguration.isValid(path) == isValid) }

    @Test("the kernel tells of writes, moves and removals")
    func inotify() async throws {
        let folder = "/tmp/signalbox-inotify-\(SystemRandomness().next())"
        let real = PosixFileSystem()
        try real.createDirectory(folder)
        defer { try? real.remove(folder) }
        for change in 0..<3 {
            let changes = try #require(InotifyWatch().changes(in: [folder]))
            switch change {
            case 0: try real.replace(folder + "/a.json", with: [])
            case 1: try real.rename(folder + "/a.json", to: folder + "/b.json")
            default: try real.remove(folder + "/b.json")
            }
            var seen = 0
            for await _ in changes {
                seen += 1
                break
            }
            #expect(seen == 1)
        }
        #expect(InotifyWatch().changes(in: [folder, folder + "/none"]) == nil)
    }
}
