import HTTPAPI
import Identity
import Logs
import Testing

@Suite("Who reads which log records")
struct LogAccessPolicyTests {
    private let shop = LogFilter.test(.named("team"), .match(.string("shop"), .allWords))
    private let pay = LogFilter.test(.named("team"), .match(.string("pay"), .allWords))

    private func person(_ name: String, _ role: Role) -> Principal {
        Principal(kind: .user, id: name, name: name, role: role)
    }

    @Test("without rules everybody who may query reads everything")
    func open() {
        #expect(LogAccessPolicy().access(of: person("ann", .viewer)) == .everything)
    }

    @Test("rules that name somebody add up, their masks too")
    func sum() {
        let policy = LogAccessPolicy([
            .init(roles: [.viewer], filter: shop, maskedFields: ["user.email"]),
            .init(people: ["ann"], filter: pay, maskedFields: ["card"]),
        ])
        #expect(
            policy.access(of: person("ann", .viewer))
                == LogAccess(restriction: .or([shop, pay]), maskedFields: ["card", "user.email"]))
        #expect(
            policy.access(of: person("bob", .viewer)) == LogAccess(restriction: shop, maskedFields: ["user.email"]))
    }

    @Test("whom no rule names reads nothing, unless he is an admin")
    func unnamed() {
        let policy = LogAccessPolicy([.init(people: ["ann"], filter: shop)])
        #expect(policy.access(of: person("bob", .responder)).restriction == .nothing)
        #expect(policy.access(of: person("eve", .admin)) == .everything)
        let token = Principal(kind: .apiToken, id: "1f", name: "ann", role: .viewer)
        #expect(policy.access(of: token).restriction == .nothing, "a token is no person, whatever its name")
    }

    @Test("patterns of indices are part of what is allowed")
    func indices() {
        let policy = LogAccessPolicy([.init(tokens: ["grafana"], indices: ["logs-shop-*"], isAudited: true)])
        let token = Principal(kind: .apiToken, id: "1f", name: "grafana", role: .viewer)
        let inShop = LogFilter.test(.named("_index"), .wildcard("logs-shop-*", ignoresCase: false))
        #expect(policy.access(of: token).restriction == .and([.or([inShop]), .all]))
        #expect(policy.isAudited(token) && !policy.isAudited(person("ann", .viewer)))
    }
}
