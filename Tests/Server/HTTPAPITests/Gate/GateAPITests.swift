import Foundation
import HTTPAPI
import HTTPTypes
import Identity
import Response
import SignalModel
import Synchronization
import Testing

@Suite("The gate's API")
struct GateAPITests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("a GET decides and writes nothing; a POST decides the same and is recorded")
    func asking() async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            fixture.spend(.criticalFixesOnly, 0.8)
            let looked = try object(
                try await client.send(.get, "/ops/v1/gate?service=cart&environment=production").text)
            #expect(looked["decision"] as? String == "blocked" && looked["exit_code"] as? Int == 20)
            #expect(looked["policy"] as? String == "critical_fixes_only")
            #expect(looked["budget_consumed_percent"] as? Double == 80)
            #expect(looked["eases_at"] as? String == "2027-01-15T08:00:00Z")
            #expect(fixture.core.state.gate.records.isEmpty)
            let asked = try await client.send(
                .post, "/ops/v1/gate",
                #"{"service":"cart","change":"critical-fix","reason":"checkout fails for all","summary":"cart:2"}"#)
            #expect(try object(asked.text)["decision"] as? String == "caution")
            let record = try #require(fixture.core.state.gate.records.first)
            #expect(record.because == "checkout fails for all" && record.summary == "cart:2")
            let list = try object(try await client.send(.get, "/ops/v1/gate/records?service=cart").text)
            #expect((list["records"] as? [[String: Any]])?.count == 1)
        }
    }

    @Test(
        "a bad question is refused with what would be right",
        arguments: [
            #"{"change":"normal"}"#, #"{"service":"cart","change":"hotfix"}"#,
            #"{"service":"cart","change":"critical-fix"}"#,
            #"{"service":"cart","change":"critical-fix","reason":"short"}"#, "not json", #"{"service":7}"#,
        ])
    func badQuestions(body: String) async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            let answer = try await client.send(.post, "/ops/v1/gate", body)
            #expect(answer.status == 400 && answer.text.contains("\"error\":"))
        }
        #expect(fixture.core.state.gate.records.isEmpty)
    }

    @Test("a token's own labels win over what it asks for")
    func forced() async throws {
        let fixture = try GateFixture()
        let token = Principal(
            kind: .eventsToken, id: "t", name: "ci", role: nil,
            forcedLabels: Labels([(name: "service", value: "cart"), (name: "environment", value: "production")]))
        try await fixture.serve(as: token) { client in
            fixture.spend(.normal, 0.1)
            let answer = try object(
                try await client.send(.post, "/ops/v1/gate", #"{"service":"search","environment":"staging"}"#).text)
            #expect(answer["service"] as? String == "cart" && answer["environment"] as? String == "production")
        }
    }

    @Test(
        "break-glass needs a role and a named person, is audited before it is done, and lets through until it is closed"
    )
    func breakGlass() async throws {
        let fixture = try GateFixture()
        let body = #"{"service":"cart","reason":"the fix is the deployment","minutes":30}"#
        let viewer = Principal(kind: .user, id: "v", name: "v", role: .viewer)
        let token = Principal(kind: .apiToken, id: "t", name: "ci", role: .responder)
        let ann = Principal(kind: .user, id: "ann", name: "ann", role: .responder)
        fixture.spend(.frozen, 2)
        try await fixture.serve(as: viewer) { client in
            let answer = try await client.send(.post, "/ops/v1/gate/break-glass", body)
            #expect(answer.status == 403)
        }
        let second = try GateFixture()
        second.spend(.frozen, 2)
        try await second.serve(as: token) { client in
            let answer = try await client.send(.post, "/ops/v1/gate/break-glass", body)
            #expect(answer.status == 400 && answer.text.contains("named person"))
        }
        let third = try GateFixture()
        third.spend(.frozen, 2)
        try await third.serve(as: ann) { client in
            let made = try await client.send(.post, "/ops/v1/gate/break-glass", body)
            #expect(made.status == 201)
            let id = try #require(try object(made.text)["id"] as? String)
            let open = try object(try await client.send(.get, "/ops/v1/gate?service=cart").text)
            #expect(open["decision"] as? String == "caution" && open["break_glass"] as? String == id)
            #expect(try await client.send(.delete, "/ops/v1/gate/break-glass/\(id)").status == 204)
            let shut = try object(try await client.send(.get, "/ops/v1/gate?service=cart").text)
            #expect(shut["decision"] as? String == "blocked")
        }
        #expect(third.audited.withLock { $0.map(\.action) } == [.glassBroken, .glassRestored])
        #expect(third.audited.withLock { $0.first?.details["reason"] } == "the fix is the deployment")
    }
}
