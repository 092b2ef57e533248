import Basics
import Rules
import SignalModel
import Testing

@testable import SignalboxServer

@Suite("Files of objectives")
struct ObjectiveFileTests {
    private static func objectives(_ files: [String]) throws -> [Objective] {
        let texts = try Dictionary(
            uniqueKeysWithValues: files.map {
                ("objectives/" + $0, try ConfigurationFixtures.text("packs/objectives/" + $0))
            })
        return try ConfigurationFixtures.load("objectives: [objectives/*.yaml]", texts).objectives
    }

    @Test("what ships is right: three readings of latency, of which the literal one decides")
    func packs() throws {
        let found = try Self.objectives(try ConfigurationFixtures.names(in: "packs/objectives"))
        #expect(
            Set(found.map(\.name)) == [
                "web-availability", "web-errors", "web-latency", "web-latency-shares.p95", "web-latency-shares.p99",
                "web-latency-minutes.p95", "web-latency-minutes.p99", "web-uptime",
            ])
        let deciding = found.filter { $0.policy.decides && $0.kind == .latency }
        #expect(deciding.map(\.name) == ["web-latency"])
        #expect(deciding[0].target == 0.999)
        #expect(deciding[0].burnAlerts == BurnAlert.standard(window: .seconds(30 * 86_400)))
        #expect(deciding[0].labels == Labels([("environment", "production"), ("team", "web")]))
        guard case .ratio(.good, let good, let total, .counter) = deciding[0].indicator else {
            Issue.record("\(deciding[0].indicator)")
            return
        }
        #expect(good.terms[0].matchers.contains { $0.name == "le" && $0.value == "0.5" })
        #expect(total.terms[0].matchers.contains { $0.name == "le" && $0.value == "+Inf" })
        let minutes = try #require(found.first { $0.name == "web-latency-minutes.p99" })
        #expect(minutes.method == .timeSlices(target: 0.99))
        let uptime = try #require(found.first { $0.name == "web-uptime" })
        #expect(uptime.kind == .timeAvailability)
        #expect(uptime.window.text == "calendar month in UTC")
    }

    private static func slo(annotations: String = "{}", rest: String = "") -> String {
        """
        apiVersion: openslo/v1
        kind: SLO
        metadata: { name: a, annotations: \(annotations) }
        spec:
          service: web
          indicator:
            metadata: { name: i }
            spec:
              thresholdMetric: { metricSource: { spec: { query: 'sum(latency)' } } }
          timeWindow: [ { duration: 30d, isRolling: true } ]
          budgetingMethod: Occurrences
          objectives: [ { op: lte, value: 0.5, targetPercent: 99.9 } ]
        \(rest)
        """
    }

    private static func one(_ text: String) throws -> Objective {
        try #require(try ConfigurationFixtures.load("objectives: [o.yaml]", ["o.yaml": text]).objectives.first)
    }

    @Test("annotations say what OpenSLO has no words for")
    func annotations() throws {
        let objective = try Self.one(
            Self.slo(
                annotations: """
                    {
                        other.example/x: y, signalbox/kind: request_availability,
                        signalbox/burn-alerts: "P0 20 30m 2m; P3 1 3d", signalbox/minimum-bad-events: "9",
                        signalbox/budget-policy: "40% 60% 90%", signalbox/thaw: "2% 30m",
                        signalbox/minimum-coverage: "0%", signalbox/decides-deployments: "false",
                      }
                    """))
        #expect(objective.target == 0.999)
        #expect(objective.kind == .requestAvailability)
        #expect(
            objective.burnAlerts == [
                BurnAlert(severity: .p0, long: .seconds(1800), short: .seconds(120), factor: 20),
                BurnAlert(severity: .p3, long: .seconds(3 * 86_400), short: nil, factor: 1),
            ])
        #expect(objective.minimumBadEvents == 9)
        #expect(objective.policy.caution == 0.4)
        #expect(objective.policy.frozen == 0.9)
        #expect(objective.policy.thawMargin == 0.02)
        #expect(objective.policy.thawHold == .seconds(1800))
        #expect(objective.policy.minimumCoverage == 0)
        #expect(!objective.policy.decides)
        guard case .threshold(_, threshold: 0.5) = objective.indicator else {
            Issue.record("\(objective.indicator)")
            return
        }
    }

    @Test("alert policies of OpenSLO become burn alerts, with a short window by annotation")
    func alertPolicies() throws {
        let objective = try Self.one(
            Self.slo(rest: "  alertPolicies: [ fast ]\n") + """
                ---
                apiVersion: openslo/v1
                kind: AlertPolicy
                metadata: { name: fast }
                spec: { alertWhenBreaching: true, conditions: [ { conditionRef: quick } ], notificationTargets: [ { targetRef: x } ] }
                ---
                apiVersion: openslo/v1
                kind: AlertCondition
                metadata: { name: quick, annotations: { signalbox/short-window: 5m } }
                spec:
                  severity: page
                  condition: { kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h, alertAfter: 2m }
                """)
        #expect(
            objective.burnAlerts == [
                BurnAlert(
                    severity: .p1, long: .seconds(3600), short: .seconds(300), factor: 14.4, hold: .seconds(120))
            ])
    }
}
