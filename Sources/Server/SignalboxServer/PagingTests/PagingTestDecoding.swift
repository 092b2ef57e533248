import Basics
import Response
import SignalModel

/// Reads a file of paging tests and the paging file it names, with every problem at its place.
struct PagingTestDecoding {
    private let files: ConfigurationFiles
    private let problems = ConfigurationNode.Problems()

    /// Longer histories are a mistyped unit.
    private static let untilMax = Duration.seconds(400 * 86_400)
    private static let stepsMax = 10_000

    init(files: ConfigurationFiles) { self.files = files }

    /// Whether the file at `path` is one of paging tests; one of rules has no `paging_file`.
    static func isOne(_ path: String, _ files: ConfigurationFiles) -> Bool {
        guard let text = try? files.yaml(path),
            var reader = YAMLDocument.parse(text, file: path, problems: .init())?.mapping()
        else { return false }
        return reader["paging_file"] != nil
    }

    func decode(_ path: String) throws(ConfigurationError) -> PagingTestFile {
        let file = document(path).flatMap { decode($0) }
        guard let file, problems.diagnostics.isEmpty else { throw ConfigurationError(problems.diagnostics) }
        return file
    }

    private func document(_ path: String) -> ConfigurationNode? {
        do { return YAMLDocument.parse(try files.yaml(path), file: path, problems: problems) } catch {
            problems.note(Diagnostic(file: path, line: 0, column: 0, message: error.message))
            return nil
        }
    }

    private func decode(_ root: ConfigurationNode) -> PagingTestFile? {
        guard var reader = root.mapping(), let file = reader["paging_file"], let path = file.filePath() else {
            return nil
        }
        let settings = document(path).map { PagingSettings.decode($0, files) } ?? PagingSettings()
        let names = Names(settings)
        let nodes = reader["tests"]?.list() ?? []
        if nodes.isEmpty { root.note("tests: there is none") }
        let tests = nodes.compactMap { decodeTest($0, names) }
        reader.finish()
        return PagingTestFile(configuration: settings.configuration(externalURL: "http://signalbox"), tests: tests)
    }

    /// What a test may name.
    private struct Names {
        var people: Set<String>
        var channels: Set<String>
        var heartbeats: Set<String>

        init(_ settings: PagingSettings) {
            people = Set(settings.people.map(\.id))
            channels = Set(settings.channels.keys)
            heartbeats = Set(settings.watch.policy.heartbeats.keys)
        }

        func known(_ node: ConfigurationNode, _ names: Set<String>, _ what: String) -> String? {
            guard let name = node.string() else { return nil }
            if names.contains(name) { return name }
            node.note(
                "\(node.path): the paging file has no \(what) \(quoted(name)); it has "
                    + (names.isEmpty ? "none" : names.sorted().prefix(20).joined(separator: ", ")))
            return nil
        }
    }

    private func decodeTest(_ node: ConfigurationNode, _ names: Names) -> PagingTest? {
        guard var reader = node.mapping() else { return nil }
        var test = PagingTest(
            name: reader["name"]?.string() ?? "", start: Timestamp(milliseconds: 1_767_225_600_000), steps: [],
            expected: [], kinds: Set(PagingTest.Kind.allCases), until: .zero, place: node.placeText)
        if let start = reader["start"] {
            if let time = RFC3339.parse(start.scalarText ?? "") {
                test.start = time
            } else {
                start.expected("a time such as 2026-01-31T00:00:00Z")
            }
        }
        let steps = reader["timeline"]?.list() ?? []
        if steps.count > Self.stepsMax { node.note("\(node.path).timeline: at most \(Self.stepsMax) steps") }
        test.steps = steps.prefix(Self.stepsMax).compactMap { step($0, names) }.sorted { $0.at < $1.at }
        test.expected = reader["expect"]?.list().compactMap { message($0, names) } ?? []
        if let kinds = reader["kinds"] {
            test.kinds = Set(kinds.list().compactMap { $0.choice(PagingTest.Kind.self) })
            for message in test.expected where !test.kinds.contains(message.kind) {
                kinds.note("\(kinds.path): \(message.kind.rawValue) is expected below but not among them")
            }
        }
        test.until = max(test.steps.map(\.at).max() ?? .zero, test.expected.map(\.at).max() ?? .zero)
        if let until = reader["until"] {
            let wanted = until.duration() ?? test.until
            if wanted < test.until { until.note("\(until.path): the test has something later than that") }
            test.until = wanted
        }
        if test.until > Self.untilMax { node.note("\(node.path): longer than 400 days") }
        reader.finish()
        return test
    }

    private func step(_ node: ConfigurationNode, _ names: Names) -> PagingTest.Step? {
        guard var reader = node.mapping() else { return nil }
        let at = reader.required("at")?.duration()
        let by = reader["by"].flatMap { names.known($0, names.people, "person") }
        let length = reader["for"]?.duration(minimum: .seconds(1))
        let annotations = reader["annotations"]?.labels() ?? .empty
        var actions: [PagingTest.Action] = []
        if let fire = reader["fire"] { actions.append(.fire(labels: fire.labels(), annotations: annotations)) }
        if let end = reader["end"] { actions.append(.end(end.labels())) }
        if let beat = reader["beat"], let name = names.known(beat, names.heartbeats, "heartbeat") {
            actions.append(.beat(name))
        }
        if let on = reader["acknowledge"] { actions.append(.acknowledge(on.labels(), by: by ?? "")) }
        if let on = reader["resolve"] { actions.append(.resolve(on.labels(), by: by ?? "")) }
        if let on = reader["snooze"] {
            if length == nil { node.note("\(node.path): snooze needs for, such as for: 30m") }
            actions.append(.snooze(on.labels(), by: by ?? "", length ?? .zero))
        }
        reader.finish()
        guard actions.count == 1 else {
            if actions.count > 1 || !node.hasBeat {
                node.note("\(node.path): give exactly one of fire, end, acknowledge, resolve, snooze and beat")
            }
            return nil
        }
        return at.map { PagingTest.Step(at: $0, action: actions[0], place: node.placeText) }
    }

    private func message(_ node: ConfigurationNode, _ names: Names) -> PagingTest.Message? {
        guard var reader = node.mapping() else { return nil }
        let at = reader.required("at")?.duration()
        let by = reader["by"].flatMap { names.known($0, names.channels, "channel") } ?? ""
        let alertname = reader["alertname"]?.string() ?? ""
        var found: [(PagingTest.Kind, String)] = []
        for kind in PagingTest.Kind.allCases {
            guard let target = reader[kind.rawValue] else { continue }
            found.append((kind, names.known(target, names.people.union(names.channels), "person or channel") ?? ""))
        }
        reader.finish()
        guard found.count == 1, let at else {
            if found.count != 1 {
                let kinds = PagingTest.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                node.note("\(node.path): give exactly one of \(kinds)")
            }
            return nil
        }
        return PagingTest.Message(
            at: at, kind: found[0].0, to: found[0].1, by: by, alertname: alertname, place: node.placeText)
    }
}

extension ConfigurationNode {
    /// A beat of a name that nobody knows has been noted already.
    fileprivate var hasBeat: Bool {
        guard var reader = mapping() else { return false }
        return reader["beat"] != nil
    }
}
