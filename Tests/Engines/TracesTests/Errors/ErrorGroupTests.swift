import Basics
import Logs
import SignalModel
import TestKit
import Testing

@testable import Traces

@Suite("Errors of one cause are one group")
struct ErrorGroupTests {
    private static func key(_ type: String, _ message: String, _ stack: String = "") -> String {
        ErrorGroupKey(type: type, message: message, stack: StackText(text: stack)).text
    }

    @Test(
        "lines and numbers that move do not make another group",
        arguments: [
            (
                """
                java.net.SocketTimeoutException: Read timed out
                    at shop.Cart.load(Cart.java:17)
                    at shop.Cart.get(Cart.java:9)
                """,
                """
                java.net.SocketTimeoutException: Read timed out after 4711 ms
                    at shop.Cart.load(Cart.java:21)
                    at shop.Cart.get(Cart.java:10)
                """
            ),
            (
                """
                Traceback (most recent call last):
                  File "/srv/app/shop.py", line 10, in get
                    return load(1)
                  File "/srv/app/cart.py", line 4, in load
                    raise ValueError("1")
                """,
                """
                Traceback (most recent call last):
                  File "/opt/v2/shop.py", line 12, in get
                    return load(2)
                  File "/opt/v2/cart.py", line 6, in load
                    raise ValueError("2")
                """
            ),
            (
                "TypeError: x\\n    at load (/srv/cart.js:1:2)\\n    at /srv/a.js:3:4",
                "TypeError: x\\n    at load (/srv/cart.js:7:2)\\n    at /srv/a.js:9:4"
            ),
        ])
    func same(left: String, right: String) {
        let (left, right) = (left.replacing("\\n", with: "\n"), right.replacing("\\n", with: "\n"))
        #expect(StackText(text: left).frames.count == 2)
        #expect(Self.key("E", "a", left) == Self.key("E", "b", right))
        #expect(Self.key("E", "a", left) != Self.key("F", "a", left))
    }

    @Test(
        "without a stack the message decides, but for its numbers and identifiers",
        arguments: [
            ("Read timed out after 17 ms", "Read timed out after 4711 ms", true),
            ("user 8f14e45f-ceea-467f-a0e6-b1a5 is gone", "user 6512bd43-d9ca-a6e0-2c99-0b0a is gone", true),
            ("no such table", "no such column", false),
        ])
    func messages(left: String, right: String, isSame: Bool) {
        #expect((Self.key("E", left) == Self.key("E", right)) == isSame)
    }

    @Test("groups say how often, since when and since which release")
    func groups() throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let store = TraceStore(
            try LogStore(directory: "t", fileSystem: disk, settings: TraceStore.settings(retention: nil)))
        var fixture = SpanFixture()
        for number in 0..<10 {
            var error = ErrorOccurrence(
                trace: TraceID(high: 0, low: UInt64(number + 1)), span: 7, timeNanoseconds: Int64(number) * 100,
                resource: fixture.resource("shop", version: number < 3 ? "1.0" : "1.1"))
            error.type = fixture.batch.number(of: number % 5 == 4 ? "Rare" : "Often")
            error.message = fixture.batch.text("broken after \(number) s")
            error.handling = number == 0 ? .handled : .unhandled
            let first = fixture.batch.framesEnd
            for (function, isLibrary) in [("read", true), ("load", false)] {
                fixture.batch.append(
                    StackFrame(
                        function: fixture.batch.number(of: function), module: fixture.batch.number(of: "cart"),
                        file: 0, line: UInt32(number), column: 0, isLibrary: isLibrary))
            }
            error.frames = first..<fixture.batch.framesEnd
            fixture.batch.append(error)
        }
        try store.append(fixture.batch, through: 1)
        let reader = TraceReader(store)
        let groups = try reader.errorGroups(times: 200..<1000, steps: 2).groups
        #expect(groups.map(\.type) == ["Often", "Rare"])
        #expect(groups[0].count == 6 && groups[0].counts == [3, 3] && groups[0].unhandledCount == 6)
        #expect(groups[0].firstSeenNanoseconds == 0 && groups[0].firstVersion == "1.0")
        #expect(groups[0].lastSeenNanoseconds == 800 && groups[0].lastVersion == "1.1")
        #expect(groups[0].culprit == "cart.load" && groups[0].message == "broken after 8 s")
        #expect(groups[0].services == ["shop"] && groups[0].trace.low == 9)
        let first = try reader.errorGroups(times: 200..<1000, groupsMax: 1)
        #expect(first.isTruncated && first.groups.count == 1)
        // Groups of other times take no room.
        let early = try reader.errorGroups(times: 0..<400, groupsMax: 1)
        #expect(!early.isTruncated && early.groups.map(\.count) == [4])
        #expect(early.groups.map(\.lastSeenNanoseconds) == [800])
        let one = try reader.errors(of: TraceID(high: 0, low: 3))
        #expect(one.map(\.type) == ["Often"])
        #expect(one[0].stack == "  at cart.read\n  at cart.load")
        #expect(try reader.errors(filter: .field(SpanFields.errorGroup, groups[1].key), limit: 10).count == 2)
    }
}
