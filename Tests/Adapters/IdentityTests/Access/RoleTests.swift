import Identity
import SignalModel
import Testing

@Suite struct RoleTests {
    private static let table: [(Role, Set<Permission>)] = [
        (.viewer, [.queryTelemetry, .viewOperations, .greet]),
        (
            .editor,
            [
                .queryTelemetry, .viewOperations, .greet, .editDashboards, .editSilences, .editRules, .editPipelines,
                .editSampling,
            ]
        ),
        (
            .responder,
            [
                .queryTelemetry, .viewOperations, .greet, .editDashboards, .editSilences, .editRules, .editPipelines,
                .editSampling,
                .respond, .breakGlass, .endQueries, .sendEvents,
            ]
        ),
        (.admin, Set(Permission.allCases)),
    ]

    @Test("each role may do exactly what the table says", arguments: table)
    func permissions(role: Role, allowed: Set<Permission>) {
        let principal = Principal(kind: .user, id: "x", name: "x", role: role)
        for permission in Permission.allCases {
            #expect(principal.may(permission) == allowed.contains(permission), "\(role) \(permission)")
        }
    }

    @Test("an ingest token may ingest, ask what its clients ask before that, and nothing else")
    func ingestToken() {
        let principal = Principal(kind: .ingestToken, id: "1", name: "eu-1", role: nil)
        #expect(Permission.allCases.filter(principal.may) == [.ingest, .greet])
    }

    @Test("an events token may send events and nothing else")
    func eventsToken() {
        let principal = Principal(kind: .eventsToken, id: "1", name: "ci", role: nil)
        #expect(Permission.allCases.filter(principal.may) == [.sendEvents])
    }

    @Test("audit names tell people from programs")
    func auditNames() {
        #expect(Principal(kind: .user, id: "ann", name: "ann", role: .viewer).auditName == "user:ann")
        #expect(Principal(kind: .apiToken, id: "1f", name: "ci", role: .viewer).auditName == "token:1f")
        #expect(Principal.open.auditName == "open")
    }
}
