import Basics
import SignalModel
import Testing
import WireFormats

@testable import Pipeline

/// The pipelines under `packs/pipelines`, on lines as their sources write them.
struct ReadyPipelinesTests {
    private func pipeline(_ name: String) throws -> PipelineSet {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(5)
        let path = (parts + ["packs", "pipelines", Substring(name + ".json")]).joined(separator: "/")
        let definition = try DocumentReader.object(try PosixFileSystem().read(path, bytesMax: 1 << 20))
        return try PipelineSet([name: definition], resources: ProcessorCase.resources)
    }

    /// Some fields of what becomes of a line.
    private func expect(_ name: String, _ line: String, _ fields: [String: String]) throws {
        var document = try ProcessorCase.document("{}")
        document.source["message"] = .string(line)
        let outcome = try pipeline(name).run(name, &document)
        #expect(outcome == .indexed)
        let error = document.find(try FieldPath("error.message"))
        #expect(error == nil, "\(DocumentWriter.string(of: .object(document.source)))")
        for (field, value) in fields {
            #expect(document.find(try FieldPath(field))?.javaText == value, "\(field) of \(line)")
        }
        #expect(document.source["_tmp"] == nil)
    }

    @Test func linesOfContainers() throws {
        try expect(
            "container-cri", "2026-11-23T10:00:00.123456789+01:00 stderr F hello world",
            ["message": "hello world", "stream": "stderr", "@timestamp": "2026-11-23T09:00:00.123456789Z"])
        try expect(
            "container-cri", "2026-11-23T10:00:00Z stdout P part", ["tags": "[partial_line]", "message": "part"])
        try expect("container-cri", "2026-11-23T10:00:00Z stdout F ", ["message": ""])
        try expect(
            "container-cri", #"2026-11-23T10:00:00Z stdout F {"log":{"level":"info"},"message":"x"}"#,
            ["log.level": "info", "message": "x"])
        try expect(
            "container-docker", #"{"log":"hello\n","stream":"stdout","time":"2026-11-23T10:00:00.5Z"}"#,
            ["message": "hello", "stream": "stdout", "@timestamp": "2026-11-23T10:00:00.500000000Z"])
        try expect(
            "container-docker", #"{"log":"part","stream":"stdout","time":"2026-11-23T10:00:00Z"}"#,
            ["tags": "[partial_line]"])
        try expect(
            "container-docker",
            #"{"log":"{\"log.level\":\"warn\",\"n\":1}\n","stream":"stdout","time":"2026-11-23T10:00:00Z"}"#,
            ["n": "1"])
    }

    @Test func linesOfNginx() throws {
        try expect(
            "nginx-access",
            #"203.0.113.9 - bob [23/Nov/2026:10:00:00 +0100] "GET /a/b.html?c=d HTTP/2.0" 404 153 "https://example.com/" "curl/8.5.0""#,
            [
                "source.ip": "203.0.113.9", "user.name": "bob", "@timestamp": "2026-11-23T09:00:00.000Z",
                "http.request.method": "GET", "url.path": "/a/b.html", "url.query": "c=d", "http.version": "2.0",
                "http.response.status_code": "404", "http.response.body.bytes": "153", "event.outcome": "failure",
                "http.request.referrer": "https://example.com/", "user_agent.name": "curl",
                "event.dataset": "nginx.access",
            ])
        try expect(
            "nginx-access",
            #"::1 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-" "10.0.0.1" 0.012 0.010"#,
            [
                "nginx.access.request_seconds": "0.012", "nginx.access.upstream_seconds": "0.01",
                "nginx.access.forwarded_for": "10.0.0.1",
            ])
        try expect(
            "nginx-access", #"10.0.0.1 - - [23/Nov/2026:10:00:00 +0000] "-" 400 0 "-" "-""#,
            ["http.response.status_code": "400"])
        try expect(
            "nginx-access", #"10.0.0.1 - - [23/Nov/2026:10:00:00 +0000] "\x16\x03\x01 x" 400 150 "-" "-""#,
            ["nginx.access.request": #"\x16\x03\x01 x"#])
        try expect(
            "nginx-error",
            #"2026/11/23 10:00:00 [error] 31#32: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: example.com, request: "GET /x HTTP/1.1", upstream: "http://127.0.0.1:8080/x", host: "example.com""#,
            [
                "@timestamp": "2026-11-23T10:00:00.000Z", "log.level": "error", "process.pid": "31",
                "process.thread.id": "32", "nginx.error.connection_id": "7", "source.ip": "10.0.0.1",
                "url.domain": "example.com", "url.original": "/x", "nginx.error.upstream": "http://127.0.0.1:8080/x",
            ])
        try expect(
            "nginx-error", "2026/11/23 10:00:00 [notice] 1#1: start worker processes",
            ["message": "start worker processes"])
    }

    @Test func linesOfEnvoy() throws {
        try expect(
            "envoy-access",
            #"[2026-11-23T10:00:00.123Z] "GET /status HTTP/1.1" 503 UF,URX upstream_reset - "reset" 0 95 4 - "-" "curl/8" "abc-1" "shop:80" "10.1.2.3:8080" outbound|80||shop 10.0.0.1:1 10.0.0.2:80 10.9.8.7:5555 - default"#,
            [
                "@timestamp": "2026-11-23T10:00:00.123Z", "http.response.status_code": "503",
                "url.original": "/status",
                "http.request.id": "abc-1", "source.ip": "10.9.8.7", "source.port": "5555",
                "destination.ip": "10.1.2.3",
                "envoy.response_flags": "[UF, URX]", "envoy.duration": "4", "http.response.body.bytes": "95",
                "event.outcome": "failure", "envoy.route_name": "default", "http.version": "1.1",
            ])
        try expect(
            "envoy-access",
            #"[2026-11-23T10:00:00.123Z] "POST /x HTTP/2" 200 - 10 20 30 29 "1.2.3.4" "ua" "id" "host" "10.0.0.1:80""#,
            ["http.response.status_code": "200", "envoy.upstream_service_time": "29", "event.outcome": "success"])
        try expect(
            "envoy-access",
            #"{"start_time":"2026-11-23T10:00:00.123Z","method":"GET","path":"/j","protocol":"HTTP/1.1","response_code":200,"bytes_sent":7,"duration":3,"authority":"shop"}"#,
            ["url.domain": "shop", "http.response.body.bytes": "7", "http.version": "1.1", "envoy.duration": "3"])
    }

    @Test func recordsOfAzure() throws {
        try expect(
            "azure-front-door-access",
            #"{"time":"2026-11-23T10:00:00.1234567Z","resourceId":"/SUB/X","category":"FrontDoorAccessLog","properties":{"trackingReference":"T1","httpMethod":"GET","httpVersion":"2.0.0.0","requestUri":"https://shop.example.com:443/a?b=c","requestBytes":"100","responseBytes":"2000","userAgent":"curl/8.5.0","clientIp":"203.0.113.9","clientPort":"5000","timeTaken":"0.120","securityProtocol":"TLS 1.3","httpStatusCode":"502","pop":"AMS","cacheStatus":"CONFIG_NOCACHE","errorInfo":"OriginError"}}"#,
            [
                "@timestamp": "2026-11-23T10:00:00.123Z", "url.domain": "shop.example.com", "url.path": "/a",
                "http.response.status_code": "502", "http.response.bytes": "2000", "source.ip": "203.0.113.9",
                "source.port": "5000", "azure.front_door.seconds": "0.12", "tls.version": "1.3",
                "http.request.id": "T1", "event.outcome": "failure", "error.code": "OriginError",
            ])
        try expect(
            "azure-application-gateway-access",
            #"{"timeStamp":"2026-11-23T10:00:00+00:00","resourceId":"/SUB/X","category":"ApplicationGatewayAccessLog","properties":{"instanceId":"i","clientIP":"203.0.113.9","httpMethod":"GET","requestUri":"/phpmyadmin","requestQuery":"x=1","userAgent":"curl/8.5.0","httpStatus":499,"httpVersion":"HTTP/1.1","receivedBytes":65,"sentBytes":553,"timeTaken":205,"sslEnabled":"off","host":"shop.example.com","serverRouted":"10.1.0.4:8080","serverStatus":"200","serverResponseLatency":"0.028"}}"#,
            [
                "http.response.status_code": "499", "url.path": "/phpmyadmin", "url.domain": "shop.example.com",
                "destination.port": "8080", "azure.application_gateway.server_status": "200",
                "azure.application_gateway.server_seconds": "0.028", "http.version": "1.1",
                "source.ip": "203.0.113.9",
            ])
        try expect(
            "azure-waf",
            #"{"timeStamp":"2026-11-23T10:00:00+00:00","category":"ApplicationGatewayFirewallLog","properties":{"clientIp":"203.0.113.9","clientPort":"5000","requestUri":"/?q=1'","ruleSetType":"OWASP_CRS","ruleSetVersion":"3.2","ruleId":"942100","message":"SQL Injection Attack","action":"Blocked","hostname":"shop.example.com","transactionId":"t1"}}"#,
            [
                "event.action": "blocked", "event.type": "[denied]", "rule.id": "942100",
                "message": "SQL Injection Attack",
                "source.ip": "203.0.113.9", "url.domain": "shop.example.com", "http.request.id": "t1",
            ])
        try expect(
            "azure-waf",
            #"{"time":"2026-11-23T10:00:00.1Z","category":"FrontDoorWebApplicationFirewallLog","properties":{"clientIP":"203.0.113.9","clientPort":"5000","socketIP":"203.0.113.9","requestUri":"https://shop.example.com:443/x?y","ruleName":"Microsoft_DefaultRuleSet-2.1-SQLI-942100","policy":"p","action":"Log","host":"shop.example.com","trackingReference":"T2","policyMode":"detection"}}"#,
            [
                "event.action": "log", "event.type": "[allowed]", "url.path": "/x",
                "rule.name": "Microsoft_DefaultRuleSet-2.1-SQLI-942100", "http.request.id": "T2",
            ])
    }

    @Test func aLineOfSomethingElseIsKeptAndMarked() throws {
        var document = try ProcessorCase.document(#"{"message":"what is this"}"#)
        let outcome = try pipeline("nginx-access").run("nginx-access", &document)
        let kind = document.find(try FieldPath("event.kind"))
        #expect(outcome == .indexed && kind == .string("pipeline_error"))
        #expect(document.source["message"] == .string("what is this"))
    }
}
