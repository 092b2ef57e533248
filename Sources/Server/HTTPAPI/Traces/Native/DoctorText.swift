import Traces

/// A finding in words: what it is, what shows it, what to change.
struct DoctorText {
    struct Advice {
        var text: String
        /// What to write where; empty when there is nothing to copy.
        var code = ""
    }

    let title: String
    let evidence: String
    let advice: [Advice]

    init(_ finding: TraceFinding) {
        let name = finding.service
        switch finding.kind {
        case .proxyApart:
            title = "\(name) and its proxy are never in one trace"
            evidence = Self.apart(finding)
            advice = [Self.sdkReadsBoth, Self.meshWritesW3C]
        case .proxyPartlyApart:
            title = "\(name) and its proxy are seldom in one trace"
            evidence = Self.apart(finding)
            advice = [
                Advice(
                    text: "Some instances or routes do it right: compare their configuration, and whether both sides"
                        + " follow the decision to sample that comes with a request.", code: Self.followParents),
                Self.sdkReadsBoth, Self.meshWritesW3C,
            ]
        case .halvedIDs:
            title = "Ids of traces are cut in half between \(name) and its proxy"
            evidence =
                Self.apart(finding) + " The lower half of an id on one side is the whole id on the other."
            advice = [
                Advice(
                    text: "Let the proxy make ids of 128 bits. Istio does by itself; Envoy is told so:",
                    code: "trace_id_128bit: true  # ZipkinConfig"),
                Advice(
                    text:
                        "Or let whatever begins the traces with short ids, such as an old B3 library, make long ones."
                ),
            ]
        case .contextDropped:
            title = "\(name) does not hand on the context of its requests"
            evidence =
                "Its proxy saw requests come in, in \(Self.traces(finding.first)), and go out, in "
                + "\(Self.traces(finding.second)); in \(Self.of(finding.joined)) both. A proxy cannot know which "
                + "outgoing request belongs to which incoming one."
            advice = [
                Advice(
                    text: "Instrument it: an OpenTelemetry SDK or an Elastic agent hands the context on by itself."),
                Advice(
                    text: "Or copy these headers from each request to those it makes:",
                    code: "traceparent, tracestate, b3, x-b3-traceid, x-b3-spanid, x-b3-parentspanid, "
                        + "x-b3-sampled, x-b3-flags, x-request-id"),
            ]
        case .callsApart:
            title = "\(name) asks \(finding.callee), and their traces never join"
            evidence =
                "\(Self.traces(finding.first)) of \(name) have calls to \(finding.callee), "
                + "\(Self.of(finding.joined)) of them its spans; it has \(Self.traces(finding.second)) of its own, and "
                + "\(finding.roots) of its \(finding.requests) requests begin one."
            advice = [
                Advice(
                    text: "Let both write and read the same formats, and see that nothing between them takes the "
                        + "headers away:", code: Self.propagators),
                Advice(
                    text:
                        "If \(finding.callee) is asked by messages: put the context into their headers, and take it "
                        + "out where they are read. Sampling by each for itself looks the same: let it follow its parent.",
                    code: Self.followParents),
            ]
        case .parentsMissing:
            title = "Parents of requests to \(name) never arrive"
            evidence =
                "Of \(finding.second) requests \(finding.first) name a parent that is not here."
            advice = [
                Advice(
                    text:
                        "Whoever asks \(name) hands the context on and sends no spans here: let it, or the proxy in "
                        + "front of \(name), send them."),
                Advice(
                    text: "Or it samples by itself: let each follow the decision that comes with a request.",
                    code: Self.followParents),
            ]
        }
    }

    private static let propagators = "OTEL_PROPAGATORS=tracecontext,baggage,b3multi"
    private static let followParents = "OTEL_TRACES_SAMPLER=parentbased_traceidratio"

    private static let sdkReadsBoth = Advice(
        text: "With an OpenTelemetry SDK, let it read and write B3 as well:", code: propagators)
    /// Agents of Elastic have no other way.
    private static let meshWritesW3C = Advice(
        text: "Or let the mesh write W3C, the only format that Elastic's agents read: trace by Istio's "
            + "OpenTelemetry provider rather than Zipkin's.",
        code: """
            # MeshConfig
            extensionProviders:
              - name: signalbox
                opentelemetry:
                  service: signalbox.observability.svc.cluster.local
                  port: 4317
            ---
            apiVersion: telemetry.istio.io/v1
            kind: Telemetry
            metadata: { name: traces, namespace: istio-system }
            spec:
              tracing:
                - providers: [{ name: signalbox }]
            """)

    private static func apart(_ finding: TraceFinding) -> String {
        var text =
            "Its proxy was in \(traces(finding.first)), it was in \(traces(finding.second)), both in "
            + "\(of(finding.joined))."
        if finding.splitRequests > 0 {
            text += " \(finding.splitRequests) requests have one x-request-id in two traces."
        }
        if finding.requests > 0, finding.roots * 2 >= finding.requests {
            text +=
                " \(finding.roots) of its \(finding.requests) requests begin a trace: it does not read what the "
                + "proxy writes."
        }
        return text
    }

    private static func traces(_ count: Int) -> String { count == 1 ? "1 trace" : "\(count) traces" }
    private static func of(_ count: Int) -> String { count == 0 ? "none" : "\(count)" }
}
