import Alerting
import SignalModel
import Testing

@Suite("The routing tree")
struct RouteTreeTests {
    private static func route(
        _ receiver: String?, _ matchers: String, continues: Bool = false, _ children: [RouteSettings] = []
    ) throws -> RouteSettings {
        var settings = RouteSettings()
        settings.receiver = receiver
        settings.matchers = try MatcherParser.parse(matchers)
        settings.continues = continues
        settings.routes = children
        return settings
    }

    private static func tree() throws -> RouteTree {
        RouteTree(
            try route(
                "root", "",
                [
                    try route(
                        "a", #"owner="a""#,
                        [
                            try route("testing", #"env="testing""#), try route("production", #"env="production""#),
                            try route("all", #"env=~"production|testing""#, continues: true),
                        ]),
                    try route("b-first", #"owner="b""#, continues: true), try route("b-second", #"owner="b""#),
                    try route(nil, #"owner="c",team!="x""#),
                ]))
    }

    @Test(
        "depth first, the first child unless it continues, the node where no child matches",
        arguments: [
            (["owner": "z"], ["root"]),
            (["owner": "a"], ["a"]),
            (["owner": "a", "env": "testing"], ["testing"]),
            (["owner": "a", "env": "production"], ["production"]),
            (["owner": "b"], ["b-first", "b-second"]),
            (["owner": "c"], ["root"]),
            (["owner": "c", "team": "x"], ["root"]),
            ([:], ["root"]),
        ])
    func matching(labels: [String: String], receivers: [String]) throws {
        #expect(try Self.tree().match(labels).map(\.receiver) == receivers)
    }

    @Test("what is not said is inherited, but mute times are not")
    func inheritance() throws {
        var root = try Self.route("root", "")
        root.groupBy = ["b", "a", "a"]
        root.groupWaitMilliseconds = 1
        root.muteTimeIntervals = ["nights"]
        var child = try Self.route(nil, "x=y")
        child.groupIntervalMilliseconds = 2
        var every = try Self.route(nil, "x=z")
        every.groupBy = ["..."]
        root.routes = [child, every]
        let routes = RouteTree(root).routes
        #expect(routes[0].groupIntervalMilliseconds == 300_000 && routes[0].repeatIntervalMilliseconds == 14_400_000)
        #expect(routes[1].groupBy == ["a", "b"] && routes[1].groupWaitMilliseconds == 1)
        #expect(routes[1].groupIntervalMilliseconds == 2 && routes[1].muteTimeIntervals.isEmpty)
        #expect(routes[1].key == #"{}/{x="y"}"#)
        #expect(routes[2].groupsByAll && routes[2].groupLabels(["q": "1", "x": "z"]) == ["q": "1", "x": "z"])
        #expect(routes[1].groupLabels(["a": "1", "x": "y"]) == ["a": "1"])
    }
}
