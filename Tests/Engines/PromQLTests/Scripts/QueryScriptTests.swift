import Foundation
import Testing

@Suite("Query scripts")
struct QueryScriptTests {
    @Test(
        "every case of our scripts is answered as it says, as an instant and within a range query",
        arguments: [
            "aggregations", "delayed_names", "extended", "fill", "functions", "histograms", "info",
            "native_histograms",
            "operators", "over_time", "rates", "selectors", "subqueries",
        ])
    func scripts(_ name: String) throws {
        let file = try #require(
            Bundle.module.url(forResource: name, withExtension: "test", subdirectory: "cases"))
        let outcome = try QueryScriptRunner.run(String(contentsOf: file, encoding: .utf8), name: name)
        #expect(outcome.failures == [])
        #expect(outcome.skipped == [])
        #expect(outcome.passed > 0)
    }

    /// For a folder of somebody else's scripts, such as Prometheus' own.
    @Test(
        "every case of the folder PROMQL_SCRIPTS passes",
        .enabled(if: ProcessInfo.processInfo.environment["PROMQL_SCRIPTS"] != nil))
    func foreignScripts() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["PROMQL_SCRIPTS"])
        for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        where file.hasSuffix(".test") {
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            let outcome = try QueryScriptRunner.run(text, name: file)
            print(
                "\(file): \(outcome.passed) passed, \(outcome.failures.count) failed, \(outcome.skipped.count) skipped"
            )
            #expect(outcome.failures == [])
        }
    }
}
