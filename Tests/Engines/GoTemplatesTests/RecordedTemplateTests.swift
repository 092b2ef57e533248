import Basics
import Foundation
import SignalModel
import Testing

@testable import GoTemplates

@Suite("Templates beside Go's")
struct RecordedTemplateTests {
    struct Recorded: Decodable, Sendable {
        var template: String
        var rendered: String
    }

    static let cases: [Recorded] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data = try? Data(contentsOf: root.appending(path: "Fixtures/templates/rendered.json"))
        return data.flatMap { try? JSONDecoder().decode([Recorded].self, from: $0) } ?? []
    }()

    @Test("the recording is there")
    func recording() { #expect(Self.cases.count > 60) }

    /// The data is that of `Tests/Conformance/templates/record.py`.
    @Test("each template renders as Debian's promtool rendered it", arguments: cases)
    func rendering(_ recorded: Recorded) throws {
        let data = TemplateData(
            labels: Labels([("__name__", "up"), ("instance", "db-1.example.org:9100"), ("job", "db")]),
            externalLabels: Labels([("cluster", "eu")]), externalURL: "", value: 1_234_567.5)
        let environment = TemplateEnvironment(externalURL: "") { query in
            let zones = query == "q" ? [("b", 2.0), ("a", 1.0), ("c", 3.0)] : query == "q == 2" ? [("b", 2.0)] : []
            return zones.map {
                TemplateSample(labels: Labels([("__name__", "q"), ("zone", $0.0)]), value: $0.1)
            }
        }
        let template = try Template(recorded.template, name: "__alert_A")
        #expect(
            try template.render(data, at: Timestamp(milliseconds: 300_000), in: environment) == recorded.rendered)
    }
}
