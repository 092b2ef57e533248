import SignalModel
import Testing

@testable import Pipeline

struct GrokBankTests {
    @Test(arguments: [true, false])
    func everyPatternCanBeUsed(isECS: Bool) throws {
        let bank = isECS ? GrokBank.ecs : GrokBank.legacy
        #expect(bank.names.count > 150)
        for name in bank.names { _ = try GrokExpression("%{\(name)}", bank: bank) }
    }

    /// A name, texts that it takes whole, texts that it does not.
    @Test(arguments: [
        ("INT", ["1", "-12", "+3"], ["", "x", "1.5"]), ("NUMBER", ["1", "-1.5", ".5", "+2"], ["x", "1.", "0x1"]),
        ("POSINT", ["1", "10"], ["0", "-1"]), ("NONNEGINT", ["0", "007"], ["-1"]),
        ("BASE16NUM", ["0xFF", "beef", "-1a"], ["0x", "g"]), ("WORD", ["abc", "größe", "a_1"], ["", "a b"]),
        ("NOTSPACE", ["a-b"], ["", "a b"]), ("SPACE", ["", " \t"], ["x"]), ("DATA", ["", "x y"], ["\n"]),
        ("QUOTEDSTRING", [#""a""#, #""""#, #"'b c'"#, #""a\"b""#], [#""a"#, "a"]),
        ("UUID", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567e89b12d3a456426614174000"]),
        ("URN", ["urn:isbn:0451450523"], ["urn:", "isbn:1"]),
        ("MAC", ["00:11:22:aa:BB:cc", "0011.22aa.bbcc", "00-11-22-aa-bb-cc"], ["00:11:22:aa:bb"]),
        ("IPV4", ["0.0.0.0", "255.255.255.255"], ["256.1.1.1", "1.2.3"]),
        (
            "IPV6",
            ["::", "::1", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "fe80::1%eth0", "1::"],
            ["1:2:3", ":::", "1:2:3:4:5:6:7:8:9", "12345::"]
        ),
        ("HOSTNAME", ["a", "www.example.com", "a-b.c"], ["-a", "a b", ""]),
        ("HOSTPORT", ["a.b:80", "10.0.0.1:1"], ["a", "a:"]),
        ("UNIXPATH", ["/", "/a/b.c", "/a//b"], ["a/b", ""]), ("WINPATH", [#"C:\a\b"#], ["/a"]),
        ("URIPATHPARAM", ["/a?b=c", "/"], ["?x"]),
        ("URI", ["http://a.b/c?d=e", "https://u:p@h:8080/", "file:///x"], ["a.b/c"]),
        ("EMAILADDRESS", ["a@b.c", "x.y+z@h-1.org"], ["@b", "a@"]), ("MONTH", ["Jan", "december", "Mar"], ["Foo"]),
        ("MONTHDAY", ["1", "01", "31"], ["0", "32"]), ("DAY", ["Mon", "Sunday"], ["Mo"]),
        ("YEAR", ["26", "2026"], ["2"]),
        ("TIME", ["10:00:00", "23:59:60", "01:02:03.123"], ["24:00:00", "1"]),
        (
            "TIMESTAMP_ISO8601", ["2026-11-23T10:00:00Z", "2026-11-23 10:00:00,123+0100", "2026-11-23T10:00"],
            ["2026-11-23", "x"]
        ),
        ("HTTPDATE", ["23/Nov/2026:10:00:00 +0100"], ["23/Nov/2026"]),
        ("SYSLOGTIMESTAMP", ["Nov  3 10:00:00"], ["Nov 10:00"]),
        ("DATESTAMP_RFC2822", ["Mon, 23 Nov 2026 10:00:00 +0100"], ["Mon 23"]),
        ("LOGLEVEL", ["INFO", "warn", "Error"], ["Foo"]),
        ("RUUID", [String(repeating: "0af9", count: 8)], [String(repeating: "0xyz", count: 8)]),
        ("JAVACLASS", ["com.example.Main$1"], ["1a"]), ("MAVEN_VERSION", ["1.2.3", "1.2-SNAPSHOT"], ["a"]),
        ("CISCOTAG", ["ASA-6-302015"], ["x"]), ("EXIM_MSGID", ["1a2B3c-000001-Xy"], ["x"]),
    ])
    func aNameTakesWhatItIsFor(name: String, taken: [String], refused: [String]) throws {
        for bank in [GrokBank.legacy, GrokBank.ecs] {
            let expression = try GrokExpression("\\A(?:%{\(name)})\\z", bank: bank)
            for text in taken { #expect(try expression.match(text) != nil, "\(name) on \(text)") }
            for text in refused { #expect(try expression.match(text) == nil, "\(name) on \(text)") }
        }
    }

    private func fields(_ pattern: String, _ text: String, _ bank: GrokBank) throws -> [String: String] {
        let values = try #require(try GrokExpression(pattern, bank: bank).match(text), "\(pattern) on \(text)")
        return Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value.javaText) })
    }

    @Test(arguments: [
        (
            "SYSLOGLINE", "Nov  3 10:00:00 web-1 sshd[42]: Accepted key",
            [
                "timestamp": "Nov  3 10:00:00", "logsource": "web-1", "program": "sshd", "pid": "42",
                "message": "Accepted key",
            ],
            [
                "timestamp": "Nov  3 10:00:00", "host.hostname": "web-1", "process.name": "sshd", "process.pid": "42",
                "message": "Accepted key",
            ]
        ),
        (
            "CRONLOG", "Nov  3 10:00:00 web-1 CRON[42]: (root) CMD (run-parts)",
            [
                "timestamp": "Nov  3 10:00:00", "logsource": "web-1", "program": "CRON", "pid": "42", "user": "root",
                "action": "CMD", "message": "run-parts",
            ],
            [
                "timestamp": "Nov  3 10:00:00", "host.hostname": "web-1", "process.name": "CRON", "process.pid": "42",
                "user.name": "root", "system.cron.action": "CMD", "message": "run-parts",
            ]
        ),
        (
            "SYSLOG5424LINE", "<34>1 2026-11-23T10:00:00.003Z host app 42 ID47 - hello",
            [
                "syslog5424_pri": "34", "syslog5424_ver": "1", "syslog5424_ts": "2026-11-23T10:00:00.003Z",
                "syslog5424_host": "host", "syslog5424_app": "app", "syslog5424_proc": "42",
                "syslog5424_msgid": "ID47", "syslog5424_msg": "hello",
            ],
            [
                "log.syslog.priority": "34", "system.syslog.version": "1", "timestamp": "2026-11-23T10:00:00.003Z",
                "host.hostname": "host", "process.name": "app", "process.pid": "42", "event.code": "ID47",
                "message": "hello",
            ]
        ),
        (
            "COMBINEDAPACHELOG",
            #"10.0.0.1 - bob [23/Nov/2026:10:00:00 +0100] "GET /x?y=1 HTTP/1.1" 200 123 "-" "curl/8""#,
            [
                "clientip": "10.0.0.1", "ident": "-", "auth": "bob", "timestamp": "23/Nov/2026:10:00:00 +0100",
                "verb": "GET", "request": "/x?y=1", "httpversion": "1.1", "response": "200", "bytes": "123",
                "referrer": "\"-\"", "agent": "\"curl/8\"",
            ],
            [
                "source.address": "10.0.0.1", "user.name": "bob", "timestamp": "23/Nov/2026:10:00:00 +0100",
                "http.request.method": "GET", "url.original": "/x?y=1", "http.version": "1.1",
                "http.response.status_code": "200", "http.response.body.bytes": "123",
                "user_agent.original": "curl/8",
            ]
        ),
        (
            "HTTPD_ERRORLOG",
            "[Mon Nov 23 10:00:00.123456 2026] [core:error] [pid 42:tid 7] [client 10.0.0.1:5000] AH00124: too many redirects",
            [
                "timestamp": "Mon Nov 23 10:00:00.123456 2026", "module": "core", "loglevel": "error", "pid": "42",
                "tid": "7", "clientip": "10.0.0.1", "clientport": "5000", "errorcode": "AH00124",
                "message": "too many redirects",
            ],
            [
                "timestamp": "Mon Nov 23 10:00:00.123456 2026", "apache.error.module": "core", "log.level": "error",
                "process.pid": "42", "process.thread.id": "7", "source.address": "10.0.0.1", "source.port": "5000",
                "error.code": "AH00124", "message": "too many redirects",
            ]
        ),
        (
            "JAVASTACKTRACEPART", "\tat com.example.Main.run(Main.java:42)",
            ["class": "com.example.Main", "method": "run", "file": "Main.java", "line": "42"],
            [
                "java.log.origin.class.name": "com.example.Main", "log.origin.function": "run",
                "log.origin.file.name": "Main.java", "log.origin.file.line": "42",
            ]
        ),
        (
            "CATALINALOG", "23-Nov-2026 10:00:00.123 INFO [main] org.apache.Catalina.start Server startup",
            [
                "timestamp": "23-Nov-2026 10:00:00.123", "level": "INFO", "thread": "main",
                "class": "org.apache.Catalina", "method": "start", "logmessage": "Server startup",
            ],
            [
                "timestamp": "23-Nov-2026 10:00:00.123", "log.level": "INFO", "java.log.origin.thread.name": "main",
                "java.log.origin.class.name": "org.apache.Catalina", "log.origin.function": "start",
                "message": "Server startup",
            ]
        ),
        (
            "NAGIOSLOGLINE", "[1795392000] SERVICE ALERT: web-1;HTTP;CRITICAL;HARD;3;Connection refused",
            [
                "nagios_epoch": "1795392000", "nagios_type": "SERVICE ALERT", "nagios_hostname": "web-1",
                "nagios_service": "HTTP", "nagios_state": "CRITICAL", "nagios_statelevel": "HARD",
                "nagios_attempt": "3", "nagios_message": "Connection refused",
            ],
            [
                "timestamp": "1795392000", "nagios.log.type": "SERVICE ALERT", "host.hostname": "web-1",
                "service.name": "HTTP", "service.state": "CRITICAL", "nagios.log.state_type": "HARD",
                "nagios.log.attempt": "3", "message": "Connection refused",
            ]
        ),
        (
            "MONGO3_LOG", "2026-11-23T10:00:00.123+0100 I NETWORK  [conn1] end connection",
            [
                "timestamp": "2026-11-23T10:00:00.123+0100", "severity": "I", "component": "NETWORK",
                "context": "conn1", "message": "end connection",
            ],
            [
                "timestamp": "2026-11-23T10:00:00.123+0100", "log.level": "I", "mongodb.component": "NETWORK",
                "mongodb.context": "conn1", "message": "end connection",
            ]
        ),
        (
            "REDISMONLOG", #"1795392000.123 [0 10.0.0.1:5000] "GET" "key""#,
            [
                "timestamp": "1795392000.123", "database": "0", "client": "10.0.0.1", "port": "5000",
                "command": "GET", "params": "\"key\"",
            ],
            [
                "timestamp": "1795392000.123", "redis.database.id": "0", "client.ip": "10.0.0.1",
                "client.port": "5000", "redis.command.name": "GET", "redis.command.args": "\"key\"",
            ]
        ),
        (
            "RUBY_LOGGER", "I, [2026-11-23T10:00:00.123456 #42]  INFO -- main: ready",
            [
                "timestamp": "2026-11-23T10:00:00.123456", "pid": "42", "loglevel": "INFO", "progname": "main",
                "message": "ready",
            ],
            [
                "timestamp": "2026-11-23T10:00:00.123456", "process.pid": "42", "log.level": "INFO",
                "process.name": "main", "message": "ready",
            ]
        ),
    ])
    func aLineIsTakenApart(name: String, line: String, legacy: [String: String], ecs: [String: String]) throws {
        #expect(try fields("%{\(name)}", line, .legacy) == legacy)
        #expect(try fields("%{\(name)}", line, .ecs) == ecs)
    }

    @Test func loadBalancersLinesAreTakenApart() throws {
        let elb =
            #"2026-11-23T10:00:00.123456Z my-lb 10.0.0.1:2817 10.1.0.1:80 0.000073 0.001048 0.000057 200 201 0 29 "GET http://www.example.com:80/a?b=c HTTP/1.1" "curl/8" - -"#
        let fields = try fields("%{ELB_ACCESS_LOG}", elb, .ecs)
        #expect(
            fields["aws.elb.name"] == "my-lb" && fields["source.ip"] == "10.0.0.1"
                && fields["url.domain"] == "www.example.com")
        #expect(
            fields["http.response.status_code"] == "200" && fields["url.query"] == "b=c"
                && fields["user_agent.original"] == "curl/8")
        let haproxy =
            #"Nov 23 10:00:00 lb haproxy[42]: 10.0.0.1:5000 [23/Nov/2026:10:00:00.123] front back/web-1 0/0/1/5/6 200 300 - - ---- 1/1/0/0/0 0/0 "GET /x HTTP/1.1""#
        let taken = try self.fields("%{HAPROXYHTTP}", haproxy, .ecs)
        #expect(taken["haproxy.frontend_name"] == "front" && taken["haproxy.server_name"] == "web-1")
        #expect(
            taken["http.response.status_code"] == "200" && taken["url.path"] == "/x" && taken["source.port"] == "5000"
        )
        #expect(try self.fields("%{HAPROXYHTTP}", haproxy, .legacy)["time_backend_response"] == "5")
        let s3 =
            #"owner bucket [23/Nov/2026:10:00:00 +0000] 10.0.0.1 user REQ REST.GET.OBJECT key.txt "GET /key.txt HTTP/1.1" 200 - 10 20 30 4 "-" "S3Console/0.4" -"#
        #expect(try self.fields("%{S3_ACCESS_LOG}", s3, .ecs)["aws.s3access.operation"] == "REST.GET.OBJECT")
        #expect(try self.fields("%{S3_ACCESS_LOG}", s3, .legacy)["request_time_ms"] == "30")
    }

    @Test func aDotTakesLineEndsOnlyWhereThePatternSaysSo() throws {
        #expect(try GrokExpression("(?m)a.b", bank: .legacy).match("a\nb") != nil)
        #expect(try GrokExpression("(?m:a.)b.c", bank: .legacy).match("a\nb\nc") == nil)
        #expect(try GrokExpression("a.b", bank: .legacy).match("a\nb") == nil)
        #expect(try GrokExpression("^b$", bank: .legacy).match("a\nb\nc") != nil)
    }

    @Test(arguments: [
        ("[[a]]", "a character class in a character class is not supported"),
        ("[a&&b]", "&& in a character class is not supported"),
        ("(?<n>a)\\g<n>", "\\g<name> is not supported"), ("(a", "missing closing parenthesis at position 2"),
        ("[a", "premature end of char-class"),
    ])
    func whatMeansSomethingElseIsRefused(pattern: String, message: String) {
        let error = #expect(throws: GrokExpression.Invalid.self) { try GrokExpression(pattern, bank: .legacy) }
        #expect(error?.description == message)
    }

    @Test func aDefinitionThatDoublesItselfIsRefused() throws {
        var definitions = ["D0": "xxxxxxxxxx"]
        for level in 1...40 { definitions["D\(level)"] = "%{D\(level - 1)}%{D\(level - 1)}" }
        #expect(throws: GrokExpression.Invalid.self) { try GrokBank(.legacy, definitions) }
    }
}

extension GrokExpression {
    /// With a budget of its own.
    fileprivate func match(_ text: String) throws -> [(name: String, value: DocumentValue)]? {
        var budget = MatchBudget()
        return try match(text, &budget)
    }
}
