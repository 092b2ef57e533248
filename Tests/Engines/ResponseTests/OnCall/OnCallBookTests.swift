import Basics
import Foundation
import Response
import TestKit
import Testing

/// A schedule of turns of an hour, in minutes after the start of the history.
@Suite("The on-call book")
struct OnCallBookTests {
    private var history = OperationsHistory(.fixture)
    private let start: Int64

    init() { start = history.now }

    private func shift(_ person: String, _ from: Int64, _ through: Int64) -> Shift {
        Shift(
            person: person, fromMilliseconds: start + from * 60_000, throughMilliseconds: start + through * 60_000,
            layer: "l")
    }

    private mutating func plan(_ shifts: [Shift], through: Int64 = 600, transfer: Bool = false) {
        history.feed(
            .onCall(
                .planned([
                    SchedulePlan(
                        schedule: "primary", zone: "UTC", hasKnowledgeTransfer: transfer,
                        throughMilliseconds: start + through * 60_000, shifts: shifts)
                ])))
    }

    private mutating func override(
        _ id: String, _ person: String, _ from: Int64, _ through: Int64, swap: String? = nil
    ) {
        history.feed(
            .onCall(
                .overridden([
                    OnCallOverride(
                        id: id, schedule: "primary", person: person, fromMilliseconds: start + from * 60_000,
                        throughMilliseconds: start + through * 60_000, by: "cto", why: "", swap: swap)
                ])))
    }

    /// `ada 0-60, grace 60-120`, in minutes.
    private func final(_ from: Int64 = 0, _ through: Int64 = 600) -> String {
        let ledger = history.state.onCall.schedules["primary"]
        return (ledger?.final(from: start + from * 60_000, through: start + through * 60_000) ?? [])
            .map {
                "\($0.person) \(($0.fromMilliseconds - start) / 60_000)-\(($0.throughMilliseconds - start) / 60_000)"
            }
            .joined(separator: ", ")
    }

    @Test("a new plan never rewrites what has been, and the shift under way stays one when its person does")
    mutating func past() {
        plan([shift("ada", 0, 60), shift("grace", 60, 120), shift("ada", 120, 180)])
        history.advance(minutes: 90)
        plan([shift("linus", 0, 120), shift("grace", 120, 180)])
        #expect(final() == "ada 0-60, grace 60-90, linus 90-120, grace 120-180")
        history.advance(minutes: 10)
        plan([shift("linus", 0, 150), shift("ada", 150, 200)])
        #expect(final() == "ada 0-60, grace 60-90, linus 90-150, ada 150-200")
        let before = history.state.onCall
        #expect(before.differs(from: [], at: history.now))
        history.feed(.onCall(.planned([])))
        #expect(final() == "ada 0-60, grace 60-90, linus 90-100")
        #expect(history.state.onCall.schedules["primary"]?.isRetired == true)
    }

    @Test("the same plan, made at any time, changes nothing and needs no entry")
    mutating func idempotent() {
        let shifts = [shift("ada", 0, 60), shift("grace", 60, 120), shift("ada", 120, 600)]
        plan(shifts)
        for _ in 0..<12 {
            history.advance(minutes: 10)
            let plans = [
                SchedulePlan(
                    schedule: "primary", zone: "UTC", hasKnowledgeTransfer: false,
                    throughMilliseconds: start + 600 * 60_000,
                    shifts: shifts.compactMap { $0.clipped(from: history.now, through: .max) })
            ]
            #expect(!history.state.onCall.differs(from: plans, at: history.now))
        }
    }

    @Test("of two overrides at one time the later made counts, and what it leaves is the earlier one's")
    mutating func conflict() {
        plan([shift("ada", 0, 600)])
        override("a", "grace", 100, 200)
        override("b", "linus", 150, 250)
        #expect(final() == "ada 0-100, grace 100-150, linus 150-250, ada 250-600")
        history.feed(.onCall(.overrideRemoved(schedule: "primary", id: "b", by: "cto")))
        #expect(final() == "ada 0-100, grace 100-200, ada 200-600")
    }

    @Test("an override begins no earlier than it is made, and taken back under way it ends there")
    mutating func overridePast() {
        plan([shift("ada", 0, 600)])
        history.advance(minutes: 100)
        override("a", "grace", 0, 200)
        #expect(final() == "ada 0-100, grace 100-200, ada 200-600")
        history.advance(minutes: 50)
        history.feed(.onCall(.overrideRemoved(schedule: "primary", id: "a", by: "cto")))
        #expect(final() == "ada 0-100, grace 100-150, ada 150-600")
        override("c", "linus", 120, 140)
        #expect(final() == "ada 0-100, grace 100-150, ada 150-600", "wholly past: ignored")
    }

    @Test("a swap is two overrides that go together")
    mutating func swap() {
        plan([shift("ada", 0, 60), shift("grace", 60, 120)])
        override("a", "grace", 0, 60, swap: "s")
        override("b", "ada", 60, 120, swap: "s")
        #expect(final() == "grace 0-60, ada 60-120")
        history.feed(.onCall(.overrideRemoved(schedule: "primary", id: "s", by: "cto")))
        #expect(final() == "ada 0-60, grace 60-120")
    }

    @Test("gaps are where nobody is, as far as is planned")
    mutating func gaps() throws {
        plan([shift("ada", 0, 60), shift("grace", 90, 120)], through: 150)
        override("a", "linus", 70, 80)
        let ledger = try #require(history.state.onCall.schedules["primary"])
        let gaps = ledger.gaps(from: start, through: start + 1000 * 60_000).map {
            [($0.fromMilliseconds - start) / 60_000, ($0.throughMilliseconds - start) / 60_000]
        }
        #expect(gaps == [[60, 70], [80, 90], [120, 150]])
        #expect(ledger.person(at: start + 65 * 60_000) == nil)
        #expect(ledger.next(after: start + 65 * 60_000)?.person == "linus")
    }

    @Test("at a hand-over both hear of it once and a transfer waits to be called done")
    mutating func transfer() throws {
        plan([shift("engineer", 0, 60), shift("secondary", 60, 120), shift("secondary", 120, 180)], transfer: true)
        history.feed(.onCall(.noted(schedule: "primary", by: "engineer", text: "disk of db-3 is nearly full")))
        history.advance(minutes: 200)
        let told = history.messages(.handOver)
        #expect(told.map(\.notification.channel.person) == ["engineer", "secondary"])
        #expect(told.allSatisfy { $0.at == start + 60 * 60_000 && $0.notification.subject.text.contains("db-3") })
        let entry = try #require(history.state.onCall.schedules["primary"]?.transfers.first)
        #expect(entry.outgoing == "engineer" && entry.incoming == "secondary" && entry.doneAtMilliseconds == nil)
        history.feed(.onCall(.transferDone(schedule: "primary", id: entry.id, by: "secondary", notes: "met")))
        let done = try #require(history.state.onCall.schedules["primary"]?.transfers.first)
        #expect(done.doneBy == "secondary" && done.notes == "met")
        #expect(history.state.onCall.nextHandOverMilliseconds == nil)
    }

    @Test("a swap that keeps the same person on call makes the hand-over none")
    mutating func swappedTransfer() {
        plan([shift("engineer", 0, 60), shift("secondary", 60, 120)], transfer: true)
        override("a", "engineer", 60, 120)
        history.advance(minutes: 200)
        #expect(history.messages(.handOver).isEmpty)
        #expect(history.state.onCall.schedules["primary"]?.transfers.isEmpty == true)
    }

    @Test("a plan in the book keeps no clock from being set back while nothing burns")
    mutating func quiet() {
        plan([shift("engineer", 0, 60), shift("secondary", 60, 120)], transfer: true)
        #expect(history.state.isQuiet)
    }

    @Test("what cannot be is refused, and says why")
    mutating func refusals() {
        plan([shift("ada", 0, 600)])
        func refusal(_ schedule: String, _ person: String, _ from: Int64, _ through: Int64) -> String {
            let override = OnCallOverride(
                id: "x", schedule: schedule, person: person, fromMilliseconds: start + from * 60_000,
                throughMilliseconds: start + through * 60_000, by: "cto", why: "")
            return history.state.refusal(of: .overridden([override]))?.message ?? ""
        }
        #expect(refusal("primary", "cto", 10, 20) == "")
        #expect(refusal("nights", "cto", 10, 20).contains("there is no schedule \"nights\""))
        #expect(refusal("primary", "zoe", 10, 20).contains("there is no person \"zoe\""))
        #expect(refusal("primary", "cto", 20, 20).contains("must end after it begins"))
        #expect(refusal("primary", "cto", -20, -10).contains("in the future"))
        #expect(
            history.state.refusal(of: .overrideRemoved(schedule: "primary", id: "y", by: "cto"))?.code == .notFound)
        #expect(history.state.refusal(of: .noted(schedule: "primary", by: "cto", text: ""))?.code == .invalid)
    }

    @Test("the state reads back what it wrote, and one from before schedules existed")
    mutating func codable() throws {
        plan([shift("engineer", 0, 60), shift("secondary", 60, 120)], transfer: true)
        override("a", "cto", 60, 120)
        history.advance(minutes: 100)
        let data = try JSONEncoder().encode(history.state)
        #expect(try JSONDecoder().decode(OperationsState.self, from: data) == history.state)
        var old = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        old["onCall"] = nil
        let read = try JSONDecoder().decode(
            OperationsState.self, from: try JSONSerialization.data(withJSONObject: old))
        #expect(read.onCall == OnCallBook() && read.configuration == history.state.configuration)
    }

    @Test("the journal replayed gives the same book")
    mutating func replay() {
        plan([shift("engineer", 0, 60), shift("secondary", 60, 120)], transfer: true)
        override("a", "cto", 30, 90)
        history.advance(minutes: 100)
        plan([shift("cto", 0, 300)])
        let before = history.state
        history.restart(keeping: history.journal.count)
        #expect(history.state == before)
    }
}
