import Testing

@testable import SignalboxServer

@Suite("Files of pipelines")
struct PipelineFileTests {
    private static let good = #"{"processors": [{"set": {"field": "a", "value": 1}}]}"#

    @Test("what ships is taken, each named as its file")
    func packs() throws {
        let names = try ConfigurationFixtures.names(in: "packs/pipelines")
        let texts = try Dictionary(
            uniqueKeysWithValues: names.map {
                ("pipelines/" + $0, try ConfigurationFixtures.text("packs/pipelines/" + $0))
            })
        let loaded = try ConfigurationFixtures.load("logs: { pipelines: pipelines/*.json }", texts)
        #expect(loaded.logs.pipelines.map(\.name) == names.sorted().map { $0.replacing(".json", with: "") })
        #expect(names.count >= 8 && loaded.files.count == 1 + names.count)
    }

    @Test("only they change with a reload")
    func reload() throws {
        let with = try ConfigurationFixtures.load("logs: { pipelines: [p/a.json] }", ["p/a.json": Self.good]).logs
        let without = try ConfigurationFixtures.load("logs: {}").logs
        #expect(with != without && with.fixed == without.fixed)
    }

    @Test(
        "a mistake is named with its file and its place in it",
        arguments: [
            ("{\"processors\": [\n  {\"drop\": {}},,\n]}", "p/a.json:2:16: expected a value"),
            (
                #"{"processors": [{"drop": {}}, {"grok": {"field": "m", "tag": "t"}}]}"#,
                "p/a.json: processors[1]: [patterns] required property is missing (processor grok, tag t, property patterns)"
            ),
            (
                #"{"processors": [{"drop": {"on_failure": [{"nothing": {}}]}}]}"#,
                "p/a.json: processors[0].on_failure[0]: No processor type exists with name [nothing] (processor nothing)"
            ),
            ("[]", "p/a.json:1:1: a document that is not an object"),
            ("{}", "p/a.json: [processors] required property is missing (property processors)"),
        ])
    func mistakes(text: String, problem: String) throws {
        #expect(try ConfigurationFixtures.problems("logs: { pipelines: p/*.json }", ["p/a.json": text]) == [problem])
    }

    @Test("two files of one name, a file of another kind and none at all are refused")
    func names() throws {
        let files = ["p/a.json": Self.good, "q/a.json": Self.good, "p/b.yaml": Self.good]
        #expect(
            try ConfigurationFixtures.problems("logs: { pipelines: [p/*, q/a.json, r/*.json] }", files) == [
                "main.yaml:1:36: logs.pipelines[2]: no file matches r/*.json",
                "p/b.yaml: a pipeline's file is named as the pipeline, with .json behind",
                "q/a.json: p/a.json has the pipeline a already",
            ])
    }
}
