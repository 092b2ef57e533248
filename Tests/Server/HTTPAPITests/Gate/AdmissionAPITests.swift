import Foundation
import HTTPTypes
import Response
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("The admission webhook")
struct AdmissionAPITests {
    private static let path = "/ops/v1/gate/admission/sbx_good"

    private static func deployment(_ image: String, annotations: String = "{}", labels: String) -> String {
        """
        {"metadata":{"name":"cart","generation":1,"labels":\(labels),"annotations":\(annotations)},"spec":{"replicas":1,\
        "template":{"spec":{"containers":[{"image":"\(image)"}]}}},\
        "status":{"observedGeneration":1,"updatedReplicas":1,"availableReplicas":1}}
        """
    }

    private static func update(
        from old: String, to new: String, annotations: String = "{}", dryRun: Bool = false, uid: String = "u",
        labels: String = #"{"signalbox/service":"cart"}"#
    ) -> String {
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"\(uid)","kind":{"group":"apps",\
        "version":"v1","kind":"Deployment"},"namespace":"shop","name":"cart","operation":"UPDATE","dryRun":\(dryRun),\
        "userInfo":{"username":"ci"},"object":\(deployment(new, annotations: annotations, labels: labels)),\
        "oldObject":\(deployment(old, labels: labels))}}
        """
    }

    private struct Answer: Decodable {
        struct Response: Decodable {
            struct Status: Decodable {
                var code: Int
                var message: String
            }
            var uid: String
            var allowed: Bool
            var status: Status?
            var warnings: [String]?
            var auditAnnotations: [String: String]?
        }
        var apiVersion: String
        var kind: String
        var response: Response
    }

    private func read(_ answer: (status: Int, text: String)) throws -> Answer.Response {
        #expect(answer.status == 200)
        let read = try JSONDecoder().decode(Answer.self, from: Data(answer.text.utf8))
        #expect(read.apiVersion == "admission.k8s.io/v1" && read.kind == "AdmissionReview")
        return read.response
    }

    @Test("a rollout passes while the budget is whole, with warnings in caution, and is refused when it is spent")
    func states() async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            fixture.spend(.normal, 0.1)
            let open = try read(try await client.send(.post, Self.path, Self.update(from: "1", to: "2", uid: "a")))
            #expect(open.allowed && open.uid == "a" && open.warnings == nil && open.status == nil)
            fixture.spend(.caution, 0.6)
            let caution = try read(try await client.send(.post, Self.path, Self.update(from: "2", to: "3")))
            #expect(caution.allowed && caution.warnings?.isEmpty == false)
            #expect(caution.warnings?.allSatisfy { $0.utf8.count <= 120 } == true)
            fixture.spend(.frozen, 1.3)
            let shut = try read(try await client.send(.post, Self.path, Self.update(from: "3", to: "4", uid: "c")))
            #expect(!shut.allowed && shut.uid == "c" && shut.status?.code == 403)
            #expect(shut.status?.message.contains("cart-availability has consumed 130 %") == true)
            #expect(shut.auditAnnotations?["decision"] == "blocked")
        }
        let records = fixture.core.state.gate.records
        #expect(records.map(\.verdict) == [.allow, .caution, .blocked])
        #expect(records.allSatisfy { $0.environment == "production" && $0.by == "ci" && $0.source == "kubernetes" })
    }

    @Test("a frozen service goes back to the template that ran before, but not on to the one it left")
    func rollback() async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            fixture.spend(.normal, 0.1)
            #expect(try read(try await client.send(.post, Self.path, Self.update(from: "1", to: "2"))).allowed)
            fixture.spend(.frozen, 2)
            #expect(!(try read(try await client.send(.post, Self.path, Self.update(from: "2", to: "3"))).allowed))
            let back = try read(try await client.send(.post, Self.path, Self.update(from: "2", to: "1")))
            #expect(back.allowed && back.auditAnnotations?["change"] == "rollback")
            #expect(!(try read(try await client.send(.post, Self.path, Self.update(from: "1", to: "2"))).allowed))
        }
    }

    @Test("a critical fix passes at 75 to 100 %, recorded with its reason; without a reason it is an ordinary change")
    func criticalFix() async throws {
        let fixture = try GateFixture()
        let said = #"{"signalbox/change":"critical-fix","signalbox/reason":"checkout fails for all"}"#
        let unsaid = #"{"signalbox/change":"critical-fix"}"#
        try await fixture.serve { client in
            fixture.spend(.criticalFixesOnly, 0.8)
            let fix = try read(
                try await client.send(.post, Self.path, Self.update(from: "1", to: "2", annotations: said)))
            #expect(fix.allowed)
            let none = try read(
                try await client.send(.post, Self.path, Self.update(from: "1", to: "3", annotations: unsaid)))
            #expect(!none.allowed && none.warnings?.first?.contains("signalbox/reason") == true)
        }
        #expect(fixture.core.state.gate.records.first?.because == "checkout fails for all")
    }

    @Test("a dry run is answered the same and leaves nothing in the journal")
    func dryRun() async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            fixture.spend(.frozen, 2)
            let answer = try read(
                try await client.send(.post, Self.path, Self.update(from: "1", to: "2", dryRun: true)))
            #expect(!answer.allowed)
        }
        #expect(fixture.core.state.gate == GateBook())
        #expect(
            !fixture.journal.entries.withLock { $0 }.contains { if case .gate = $0.input { true } else { false } })
    }

    @Test("what cannot be told passes with a warning: no service, no objective, no data")
    func unknown() async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            let blind = try read(try await client.send(.post, Self.path, Self.update(from: "1", to: "2")))
            #expect(blind.allowed && blind.warnings?.first?.contains("cannot tell") == true)
            fixture.spend(.frozen, 2, service: "search")
            let other = try read(try await client.send(.post, Self.path, Self.update(from: "1", to: "2")))
            #expect(other.allowed && other.warnings?.isEmpty == false)
            let nameless = try read(
                try await client.send(.post, Self.path, Self.update(from: "1", to: "2", labels: "{}")))
            #expect(nameless.allowed && nameless.warnings?.first?.contains("signalbox/service") == true)
        }
    }

    @Test("a full disk changes no decision, and is said")
    func fullDisk() async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            fixture.journal.isFull.withLock { $0 = true }
            fixture.spend(.normal, 0.1)
            let answer = try read(try await client.send(.post, Self.path, Self.update(from: "1", to: "2")))
            #expect(answer.allowed && answer.warnings?.last?.contains("could not be recorded") == true)
        }
    }

    @Test("without a good key nothing is told; what is no review is refused as such")
    func refused() async throws {
        let fixture = try GateFixture()
        try await fixture.serve { client in
            fixture.spend(.frozen, 2)
            let review = Self.update(from: "1", to: "2")
            let forged = try await client.send(.post, "/ops/v1/gate/admission/sbx_bad", review)
            let other = try await client.send(.post, Self.path, "{}")
            #expect(forged.status == 401 && other.status == 400)
        }
    }

    @Test("warnings are printable ASCII of at most 120 bytes, however long and odd a text is")
    func warnings() {
        let text = AdmissionAnswer.warning("ümläut\n" + String(repeating: "x", count: 500))
        #expect(text.utf8.count == 120 && text.hasPrefix("?ml?ut?") && text.hasSuffix("..."))
        #expect(AdmissionAnswer.warning("plain") == "plain")
    }
}
