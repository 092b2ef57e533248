import Logs
import Testing
import Traces

@Suite("TraceQL's core")
struct TraceQLTests {
    private static func range(_ field: String, from value: QueryValue, _ isInclusive: Bool) -> LogFilter {
        .test(.named(field), .range(lower: .init(value, isInclusive: isInclusive), upper: nil))
    }

    @Test(
        "queries mean",
        arguments: [
            ("", .all), ("{}", .all), ("{ true }", .all),
            (
                #"{ resource.service.name = "x" && duration > 100ms && status = error }"#,
                .and([
                    .field("service.name", "x"), range("span.duration_ns", from: .integer(100_000_000), false),
                    .field("span.status", "error"),
                ])
            ),
            ("{ duration >= 1h30m }", range("span.duration_ns", from: .integer(5_400_000_000_000), true)),
            (
                #"{ name = `GET /` || kind = server }"#,
                .or([.field("span.name", "GET /"), .field("span.kind", "server")])
            ),
            ("{ status = unset }", .not(.test(.named("span.status"), .exists))),
            ("{ status != error }", .not(.field("span.status", "error"))),
            ("{ span.http.status_code >= 500 }", range("attributes.http.status_code", from: .integer(500), true)),
            (
                "{ !(span.cache.hit = true) }",
                .not(.test(.named("attributes.cache.hit"), .match(.bool(true), .phrase(slop: 0))))
            ),
            (
                "{ .foo = 1.5 }",
                .or([
                    .test(.named("attributes.foo"), .match(.double(1.5), .phrase(slop: 0))),
                    .test(.named("resource.foo"), .match(.double(1.5), .phrase(slop: 0))),
                ])
            ),
            (
                #"{ span."odd name" =~ "a.*" }"#,
                .test(.named("attributes.odd name"), .expression("a.*", ignoresCase: false))
            ),
            ("{ span.user != nil }", .test(.named("attributes.user"), .exists)),
            (
                #"{ span.user != "x" }"#,
                .and([.test(.named("attributes.user"), .exists), .not(.field("attributes.user", "x"))])
            ),
        ] as [(String, LogFilter)])
    func meaning(text: String, filter: LogFilter) throws { #expect(try TraceQLQuery.filter(text) == filter) }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("{", 2, "expected a field"), ("{ duration > }", 14, "expected a value"),
            ("{ duration > 5 }", 14, "duration is compared"),
            ("{ foo = 1 }", 3, "foo is no field"), ("{ status = broken }", 12, "status is ok, error or unset"),
            ("{ } | count() > 2", 5, "pipelines are not supported"), ("{ } >> { }", 5, "relations between sets"),
            ("{ traceDuration > 1s }", 3, "the whole trace"), ("{ duration > 5parsec }", 14, "is no unit"),
            (#"{ name = "x }"#, 10, "a string without an end"), ("{ name ? 1 }", 8, "has no meaning"),
            ("status = error", 1, "begins with '{'"), ("{ name = 1", 11, "expected '&&'"),
            ("{ name }", 8, "expected =, !="),
        ])
    func errors(text: String, column: Int, message: String) throws {
        let error = #expect(throws: LogQueryError.self) { try TraceQLQuery.filter(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.place?.column == column, "\(text)")
    }

    @Test("nesting has a bound")
    func depth() {
        let text = "{" + String(repeating: "(", count: 3000) + "true" + String(repeating: ")", count: 3000) + "}"
        #expect(throws: LogQueryError.self) { try TraceQLQuery.filter(text) }
    }
}
