import Basics
import TestKit
import Testing
import WireFormats

@Suite struct DNSMessageTests {
    private static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// An answer to `query` with records of (name, kind, data).
    private func answer(
        _ query: DNSQuery, flags: UInt16 = 0x8180, _ records: [(name: [UInt8], kind: UInt16, data: [UInt8])]
    ) -> [UInt8] {
        let questionCount = query.bytes.count - 12 - 11
        var bytes = Array(query.bytes[..<2]) + [UInt8(flags >> 8), UInt8(flags & 0xff), 0, 1]
        bytes += [0, UInt8(records.count), 0, 0, 0, 0] + query.bytes[12..<12 + questionCount]
        for record in records {
            bytes += record.name + [UInt8(record.kind >> 8), UInt8(record.kind & 0xff), 0, 1, 0, 0, 0, 60]
            bytes += [UInt8(record.data.count >> 8), UInt8(record.data.count & 0xff)] + record.data
        }
        return bytes
    }

    /// Points to the name in the question.
    private static let pointer: [UInt8] = [0xc0, 12]

    @Test("a question is what RFC 1035 says, with room for larger answers")
    func question() throws {
        let query = try DNSQuery("_http._tcp.shop.test.", .srv, id: 0xabcd)
        #expect(query.bytes.prefix(12) == [0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1])
        #expect(query.bytes.dropFirst(12).prefix(22) == (Self.name("_http._tcp.shop.test"))[...])
        #expect(query.bytes.suffix(11) == [0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0])
        #expect(try DNSQuery("a.test", .a, id: 1) == DNSQuery("a.test.", .a, id: 1))
    }

    @Test(
        "texts that are no names are refused",
        arguments: [
            "", ".", "a..b", String(repeating: "x", count: 64), "x." + String(repeating: "abcdefgh.", count: 30),
        ])
    func badNames(_ text: String) {
        #expect(throws: WireFormatError.self) { try DNSQuery(text, .a, id: 0) }
    }

    @Test("records of every kind are read, names put together from pointers")
    func records() throws {
        let query = try DNSQuery("shop.test", .srv, id: 7)
        let response = try DNSResponse(
            answer(
                query,
                [
                    (Self.pointer, 5, Self.name("alias.test")), (Self.pointer, 1, [10, 0, 0, 1]),
                    (Self.pointer, 28, Array(repeating: 0, count: 15) + [1]),
                    (Self.pointer, 33, [0, 1, 0, 2, 0x1f, 0x90, 3] + Array("web".utf8) + Self.pointer),
                    (Self.pointer, 15, [0, 10] + Self.name("mail.test")), (Self.pointer, 2, [0xc0, 12]),
                    (Self.name("other.test"), 33, [0, 1, 0, 2, 0, 80, 5] + Array("a.b\\c".utf8) + [1, 7, 0]),
                ]), to: query)
        #expect(response.code == .success)
        #expect(
            response.records.map(\.content) == [
                .other, .address([10, 0, 0, 1]), .address(Array(repeating: 0, count: 15) + [1]),
                .service(target: "web.shop.test.", port: 8080), .mailExchange("mail.test."),
                .nameServer("shop.test."), .service(target: #"a\.b\\c.\007."#, port: 80),
            ])
    }

    @Test("codes and truncation are told; what was cut is not read")
    func flags() throws {
        let query = try DNSQuery("a.test", .a, id: 7)
        #expect(try DNSResponse(answer(query, flags: 0x8183, []), to: query).code == .noSuchName)
        let cut = try DNSResponse(answer(query, flags: 0x8380, [(Self.pointer, 1, [10])]), to: query)
        #expect(cut.isTruncated && cut.records.isEmpty)
    }

    @Test("an answer to something else is none")
    func foreign() throws {
        let query = try DNSQuery("a.test", .a, id: 7)
        for other in [
            try DNSQuery("a.test", .a, id: 8), try DNSQuery("b.test", .a, id: 7), try DNSQuery("a.test", .ns, id: 7),
        ] {
            #expect(throws: WireFormatError.self) { try DNSResponse(answer(other, []), to: query) }
        }
        #expect(throws: WireFormatError.self) { try DNSResponse(query.bytes, to: query) }
        #expect(throws: Never.self) { try DNSResponse(answer(try DNSQuery("A.Test", .a, id: 7), []), to: query) }
    }

    @Test(
        "hostile names end the reading",
        arguments: [
            // To itself, forward, beyond the end, a length of no kind, a name that never ends.
            [0xc0, 24], [0xc0, 200], [0xff, 0xff], [0x80, 1], [5, 1, 2], Array(repeating: 0, count: 0),
        ] as [[UInt8]])
    func hostile(_ name: [UInt8]) throws {
        let query = try DNSQuery("a.test", .a, id: 7)
        let bytes = Array(answer(query, [(name, 1, [])]).prefix(answer(query, []).count + name.count))
        #expect(throws: WireFormatError.self) { try DNSResponse(bytes, to: query) }
    }

    @Test("any bytes in an answer are read or refused", arguments: [UInt64](1...20))
    func mutations(_ seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        let query = try DNSQuery("shop.test", .srv, id: 7)
        let good = answer(
            query,
            [
                (Self.pointer, 33, [0, 1, 0, 2, 0, 80, 3] + Array("web".utf8) + Self.pointer),
                (Self.pointer, 15, [0, 10] + Self.name("mail.test")),
            ])
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<3 {
                bytes[12 + Int(randomness.next() % UInt64(bytes.count - 12))] = UInt8(
                    truncatingIfNeeded: randomness.next())
            }
            if randomness.next() % 4 == 0 { bytes.removeLast(Int(randomness.next() % UInt64(bytes.count))) }
            if let response = try? DNSResponse(bytes, to: query) {
                for case .service(let target, _) in response.records.map(\.content) {
                    #expect(target.utf8.count <= 255 * 4)
                }
            }
        }
    }
}
