import Logs
import SignalModel
import Testing

@Suite("Records are found by what they say")
struct LogSnapshotTests {
    private static func store() throws -> LogStore {
        var fixture = LogFixture()
        fixture.add(
            at: 10,
            [
                "message": "GET /cart failed: timeout after 30 ms", "log.level": "error", "status": 503,
                "service.name": "cart",
            ])
        fixture.add(
            at: 11, index: "logs-web-test",
            ["message": "Größe geändert für user_7", "log.level": "info", "status": "503", "service.name": "Cart"])
        fixture.batch.add(field: "tags", "a", isElement: true)
        fixture.batch.add(field: "tags", "b", isElement: true)
        fixture.add(at: 11, ["message": "third", "log.level": "info", "status": 200, "service.name": "search"])
        fixture.add(at: 5, ["message": "early", "took": .double(1.5), "ok": .bool(true), "gone": .null])
        let store = LogStore()
        try store.append(fixture.batch, through: 4)
        return store
    }

    @Test(
        "a filter finds the records it means, by sequence",
        arguments: [
            (.all, [1, 2, 3, 4]),
            (.test(.named("status"), .match(.integer(503), .anyWord)), [1, 2]),
            (.test(.named("status"), .match(.string("503"), .anyWord)), [1, 2]),
            (.test(.named("message"), .match(.string("Timeout AFTER"), .phrase(slop: 0))), [1]),
            (.test(.named("message"), .match(.string("after timeout"), .phrase(slop: 0))), []),
            (.test(.named("message"), .match(.string("after timeout"), .phrase(slop: 2))), [1]),
            (.test(.named("message"), .match(.string("after timeout third"), .anyWord)), [1, 3]),
            (.test(.named("message"), .match(.string("failed time"), .phrasePrefix)), [1]),
            (.test(.named("message"), .match(.string("GRÖSSE grösse größe"), .anyWord)), [2]),
            (.test(.named("message"), .prefix("USER_", ignoresCase: false)), [2]),
            (.test(.named("message"), .expression("t.*d", ignoresCase: false)), [3]),
            (.test(.named("service.name"), .match(.string("cart"), .anyWord)), [1]),
            (.test(.named("service.name"), .wildcard("?ART", ignoresCase: true)), [1, 2]),
            (.test(.named("service.name.keyword"), .anyOf([.string("search"), .string("Cart")])), [2, 3]),
            (.test(.named("service.name"), .fuzzy("serach", edits: 1, prefixCount: 1)), [3]),
            (.test(.named("took"), .range(lower: .init(.integer(1), isInclusive: false), upper: nil)), [4]),
            (
                .test(
                    .named("status"),
                    .range(
                        lower: .init(.integer(200), isInclusive: false),
                        upper: .init(.integer(503), isInclusive: true)
                    )),
                [1, 2]
            ),
            (.test(.named("gone"), .exists), []),
            (.test(.named("tags"), .match(.string("b"), .anyWord)), [3]),
            (.test(.any, .match(.string("info"), .anyWord)), [2, 3]),
            (.test(.matching("service.*"), .match(.string("cart"), .anyWord)), [1]),
            (.test(.named("_index"), .prefix("logs-web", ignoresCase: false)), [2]),
            (.test(.named("_id"), .match(.string("~0000000000000003"), .anyWord)), [3]),
            (
                .test(
                    .named("@timestamp"),
                    .range(lower: .init(.time(nanoseconds: 11_000_000_000), isInclusive: true), upper: nil)),
                [2, 3]
            ),
            (.not(.test(.named("status"), .exists)), [4]),
            (
                .atLeast(
                    2,
                    [
                        .test(.named("status"), .exists), .test(.named("tags"), .exists),
                        .test(.named("log.level"), .match(.string("error"), .anyWord)),
                    ]), [1, 3]
            ),
        ] as [(LogFilter, [UInt64])])
    func filters(filter: LogFilter, expected: [UInt64]) throws {
        let snapshot = try Self.store().snapshot()
        let query = LogQuery(filter: filter)
        let rows = try snapshot.rows(query, LogRowsRequest(limit: 10))
        #expect(rows.map(\.place.sequence).sorted() == expected)
        #expect(try snapshot.count(query) == expected.count)
    }

    @Test("rows come by time, then sequence, and go on behind a cursor")
    func order() throws {
        let snapshot = try Self.store().snapshot()
        let down = try snapshot.rows(LogQuery(), LogRowsRequest(limit: 3))
        #expect(down.map(\.place.sequence) == [3, 2, 1])
        let next = try snapshot.rows(LogQuery(), LogRowsRequest(limit: 3, after: down[1].place))
        #expect(next.map(\.place.sequence) == [1, 4])
        let up = try snapshot.rows(LogQuery(), LogRowsRequest(isDescending: false, limit: 2))
        #expect(up.map(\.place.sequence) == [4, 1])
    }

    @Test("a record becomes the document it was")
    func source() throws {
        let rows = try Self.store().snapshot().rows(LogQuery(), LogRowsRequest(isDescending: false, limit: 10))
        var bytes: [UInt8] = []
        rows[0].appendSource(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"@timestamp":"1970-01-01T00:00:05.000Z","message":"early","took":1.5,"ok":true,"gone":null}"#)
        bytes = []
        rows[3].appendSource(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"@timestamp":"1970-01-01T00:00:11.000Z","message":"third","log":{"level":"info"},"status":200,"#
                + #""service":{"name":"search"},"tags":["a","b"]}"#)
    }

    @Test("who may see little sees little, by whatever way")
    func access() throws {
        let snapshot = try Self.store().snapshot()
        let access = LogAccess(
            indices: ["logs-app-*"], restriction: .test(.named("status"), .exists),
            maskedFields: ["status", "service"])
        var query = LogQuery(access: access)
        let rows = try snapshot.rows(query, LogRowsRequest(limit: 10))
        #expect(rows.map(\.place.sequence) == [3, 1])
        #expect(rows.allSatisfy { $0["status"] == nil && $0["service.name"] == nil })
        #expect(try snapshot.fieldNames(query).map(\.name) == ["log.level", "message", "tags"])
        #expect(try snapshot.topValues(query, of: "service.name", limit: 5).values.isEmpty)
        #expect(try snapshot.facets(query).map(\.field) == ["log.level", "message", "tags"])
        query.filter = .test(.named("service.name"), .match(.string("cart"), .anyWord))
        #expect(try snapshot.count(query) == 0)
        query.filter = .test(.any, .match(.string("cart"), .phrase(slop: 0)))
        #expect(try snapshot.count(query) == 1)
    }

    @Test("counts over time, broken down by a field")
    func histogram() throws {
        let snapshot = try Self.store().snapshot()
        let query = LogQuery(times: 0..<20_000_000_000)
        let histogram = try snapshot.histogram(query, stepNanoseconds: 10_000_000_000, by: "log.level")
        #expect(histogram.series.count == 3)
        #expect(histogram.series.first?.value == "info")
        #expect(histogram.series.first?.counts == [0, 2])
        #expect(histogram.series.first { $0.value == nil }?.counts == [1, 0])
        let top = try snapshot.topValues(query, of: "status", limit: 1)
        #expect(top.values.map(\.count) == [2])
        #expect(top.valueCount == 2)
    }

    @Test("a query that was cancelled says so")
    func cancellation() throws {
        let query = LogQuery()
        query.cancellation.cancel()
        let snapshot = try Self.store().snapshot()
        #expect(throws: LogQueryError(.cancelled, "the query was cancelled")) {
            try snapshot.rows(query, LogRowsRequest(limit: 1))
        }
    }
}
