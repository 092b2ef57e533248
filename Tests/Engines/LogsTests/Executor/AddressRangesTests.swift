import Basics
import SignalModel
import TestKit
import Testing

@testable import Logs

@Suite("Addresses are found by network and from one to another")
struct AddressRangesTests {
    private static let addresses = [
        "10.0.0.1", "10.0.0.9", "10.0.0.20", "10.0.1.3", "192.168.1.1", "::ffff:10.0.0.7", "2001:db8::1",
        "2001:DB8:0::ffff", "unknown", "10.0.0.0/24",
    ]

    private static func bound(_ text: String, _ isInclusive: Bool = true) -> ValueTest.Bound {
        .init(.string(text), isInclusive: isInclusive)
    }

    @Test(
        "a filter finds the addresses it means, in memory and on disk",
        arguments: [
            (.match(.string("10.0.0.0/24"), .anyWord), [0, 1, 2, 5, 9]),
            (.match(.string("10.0.0.77/24"), .phrase(slop: 0)), [0, 1, 2, 5]),
            (.match(.string("10.0.0.0/8"), .anyWord), [0, 1, 2, 3, 5]),
            (.match(.string("10.0.0.9/32"), .anyWord), [1]),
            (.match(.string("0.0.0.0/0"), .anyWord), [0, 1, 2, 3, 4, 5]),
            (.match(.string("2001:db8::/32"), .anyWord), [6, 7]),
            (.match(.string("10.0.0.0/33"), .anyWord), []),
            (.match(.string("10.0.0.9"), .anyWord), [1]),
            (.anyOf([.string("10.0.1.0/24"), .string("unknown"), .string("192.168.0.0/16")]), [3, 4, 8]),
            (.range(lower: bound("10.0.0.2"), upper: bound("10.0.0.20", false)), [1, 5]),
            (.range(lower: bound("10.0.0.20", false), upper: nil), [3, 4, 6, 7]),
            (.range(lower: nil, upper: bound("10.0.0.9")), [0, 1, 5]),
            (.range(lower: bound("10.0.0.9"), upper: bound("10.0.0.1")), []),
            (.range(lower: bound("2001:db8::1", false), upper: bound("2001:db8::ffff")), [7]),
        ] as [(ValueTest, [UInt64])])
    func found(test: ValueTest, expected: [UInt64]) throws {
        var fixture = LogFixture(from: 0)
        for (number, address) in Self.addresses.enumerated() {
            fixture.add(at: Int64(number), ["source.ip": .string(address), "port": 443])
        }
        let store = try LogStore(
            directory: "logs", fileSystem: MemoryFileSystem(randomness: SeededRandomness(seed: 1)))
        try store.append(fixture.batch, through: 10)
        for _ in 0..<2 {
            for selector in [FieldSelector.named("source.ip"), .matching("*.ip"), .any] {
                let rows = try store.snapshot().rows(
                    LogQuery(filter: .test(selector, test)), LogRowsRequest(limit: 100, fields: []))
                #expect(rows.map(\.place.sequence).sorted() == expected, "\(selector)")
            }
            try store.flush()
        }
    }
}
