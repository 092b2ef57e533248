import Testing
import WireFormats

@testable import HTTPAPI

@Suite("Deletions by a query")
struct DeletionRequestTests {
    @Test(
        "take nothing that would narrow them down and is not understood",
        arguments: [
            (#"{"query":{}}"#, "", nil),
            (#"{"query":{},"conflicts":"proceed"}"#, "refresh=true&conflicts=proceed", nil),
            ("{}", "q=a&df=message&default_operator=AND&ignore_unavailable=true", nil),
            (#"{"query":{},"size":5}"#, "", "size"), (#"{"query":{},"terminate_after":5}"#, "", "terminate_after"),
            (#"{"query":{},"from":5}"#, "", "from"), (#"{"query":{},"search_after":[1]}"#, "", "search_after"),
            (#"{"query":{},"min_score":1}"#, "", "min_score"), (#"{"query":{},"pit":{}}"#, "", "pit"),
            (#"{"query":{},"max_docs":5}"#, "", "max_docs"), (#"{"query":{}}"#, "max_docs=5", "max_docs"),
            (#"{"query":{}}"#, "size=5", "size"), (#"{"query":{}}"#, "routing=x", "routing"),
        ] as [(String, String, String?)])
    func members(body: String, form: String, refused: String?) throws {
        let (body, form) = (try DocumentReader.object(Array(body.utf8)), try FormParameters(form))
        do {
            try DeletionRequest.check(body, form)
            #expect(refused == nil)
        } catch { #expect(refused.map { error.reason.hasPrefix("[\($0)]") } == true, "\(error.reason)") }
    }

    @Test(
        "say in which indices",
        arguments: [
            ("logs-a", true), ("logs-*,-logs-a", true), ("_all", true), ("*", true), ("*,-logs-a", true),
            (",", false),
            ("", false), ("-logs-a", false), (",-logs-a", false),
        ])
    func indices(text: String, isFine: Bool) {
        #expect(((try? DeletionRequest.check(indices: text)) != nil) == isFine)
    }
}
