import FoundationEssentials
import Testing

@testable import Response

@Suite("State that older journals lack")
struct AdditiveTests {
    private struct Part: Additive, Hashable { var count = 7 }
    private struct Whole: Codable, Hashable {
        var name: String
        var part: Part
    }

    @Test("is as new when absent, and as written when there")
    func absent() throws {
        let old = try JSONDecoder().decode(Whole.self, from: Data(#"{"name":"a"}"#.utf8))
        #expect(old == Whole(name: "a", part: Part()))
        let new = try JSONDecoder().decode(Whole.self, from: Data(#"{"name":"a","part":{"count":9}}"#.utf8))
        #expect(new.part.count == 9)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Whole.self, from: Data(#"{"name":"a","part":{"count":"x"}}"#.utf8))
        }
    }
}
