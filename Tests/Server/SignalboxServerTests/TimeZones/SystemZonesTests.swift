import Basics
import Foundation
import Testing

@testable import SignalboxServer

@Suite("Time zones")
struct SystemZonesTests {
    @Test(
        "the rules say at every hour what Foundation's calendar says",
        arguments: [
            "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca",
            "America/Caracas", "Asia/Pyongyang", "Europe/Istanbul", "Pacific/Apia", "UTC",
        ])
    func offsets(name: String) throws {
        let rules = try #require(SystemZones.rules(name))
        let zone = try #require(TimeZone(identifier: name))
        for seconds in stride(from: Int64(0), to: 4_102_444_800, by: 86_400 * 3 + 1800) {
            let expected = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            #expect(rules.offsetSeconds(at: Timestamp(milliseconds: seconds * 1000)) == Int64(expected), "\(seconds)")
        }
    }

    @Test("a transition is exact to the second")
    func exact() throws {
        let berlin = try #require(SystemZones.rules("Europe/Berlin"))
        let spring = try #require(RFC3339.parse("2026-03-29T01:00:00Z"))
        #expect(berlin.offsetSeconds(at: spring - .seconds(1)) == 3600)
        #expect(berlin.offsetSeconds(at: spring) == 7200)
    }

    @Test(
        "what is no zone is refused, and near ones are named",
        arguments: [
            ("Europe/berlin", "Europe/Berlin"), ("Berlin", "Europe/Berlin"), ("Europe/Berlim", "Europe/Berlin"),
            ("America/NewYork", "America/New_York"), ("EST", nil), ("GMT+3", nil), ("", nil), ("Mars/Olympus", nil),
        ] as [(String, String?)])
    func unknown(name: String, near: String?) {
        #expect(SystemZones.rules(name) == nil)
        if let near { #expect(SystemZones.near(name).first == near) }
    }
}
