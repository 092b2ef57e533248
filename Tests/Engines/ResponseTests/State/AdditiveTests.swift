import Foundation
import TestKit
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

    @Test("a state that knew no deliveries is read, and pages as before")
    func deliveries() throws {
        var history = OperationsHistory(.fixture)
        history.fire(["alertname": "Down", "severity": "P0"])
        let written = try JSONEncoder().encode(history.state)
        var old = try #require(JSONSerialization.jsonObject(with: written) as? [String: Any])
        #expect(old.removeValue(forKey: "deliveries") != nil)
        var configuration = try #require(old["configuration"] as? [String: Any])
        #expect(configuration.removeValue(forKey: "delivery") != nil)
        old["configuration"] = configuration
        let read = try JSONDecoder().decode(
            OperationsState.self, from: JSONSerialization.data(withJSONObject: old))
        #expect(read.deliveries == Deliveries())
        #expect(read.configuration.delivery.quotas == DeliveryPolicy.standardQuotas)
        #expect(read.open == history.state.open)
    }
}
