import FoundationEssentials
import NIOCore
import NIOHTTP1

/// What would happen to an alert, as the server tells it.
package struct ExplainedAlert: Decodable, Sendable {
    package struct Silence: Decodable, Sendable {
        package var id: String
        package var comment: String
        package var createdBy: String
        package var endsAt: String
    }

    package struct Inhibitor: Decodable, Sendable {
        package var labels: [String: String]
    }

    package struct Route: Decodable, Sendable {
        package var receiver: String
        package var groupKey: String
        package var groupSize: Int
        package var tellsAt: String?
        package var repeatsEvery: String
        package var mutedBy: [String]
        package var why: String
        package var integrations: [String]
    }

    package struct Step: Decodable, Sendable {
        package var at: String
        package var what: String
    }

    package var at: String
    package var severity: String
    package var severityAssumed: Bool
    package var suppressed: Bool
    package var silencedBy: [Silence]
    package var idleSilences: [String: String]
    package var inhibitedBy: [Inhibitor]
    package var routes: [Route]
    package var page: String?
    package var steps: [Step]
}

extension ExplainedAlert {
    /// For people: what keeps it quiet, who hears of it, who is woken, each with its time.
    package var text: String {
        var lines = ["at \(at), severity \(severity)" + (severityAssumed ? " (assumed: the label says none)" : "")]
        for silence in silencedBy {
            lines.append(
                "silenced by \(silence.id) of \(silence.createdBy) until \(silence.endsAt): \(silence.comment)")
        }
        for (id, why) in idleSilences.sorted(by: { $0.key < $1.key }) { lines.append("silence \(id) \(why)") }
        for one in inhibitedBy {
            let labels = one.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
            lines.append("inhibited by {\(labels.joined(separator: ", "))}")
        }
        for route in routes {
            lines.append("receiver \(route.receiver) (\(route.integrations.joined(separator: ", ")))")
            lines.append("  group \(route.groupKey), \(route.groupSize) firing")
            if !route.mutedBy.isEmpty { lines.append("  muted by \(route.mutedBy.joined(separator: ", "))") }
            lines.append("  told \(route.tellsAt ?? "not now"): \(route.why); repeated every \(route.repeatsEvery)")
        }
        if suppressed { lines.append("no page while it is suppressed") }
        for step in steps { lines.append("\(step.at)  \(step.what)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ServerConnection {
    /// The answer itself, and read.
    package func explain(_ labels: [String: String]) async throws -> (json: String, explained: ExplainedAlert) {
        let body = try JSONEncoder().encode(["labels": labels])
        let answer = try await send(.POST, "/ops/v1/explain", json: ByteBuffer(bytes: body))
        let data = Data(answer.readableBytesView)
        return (String(decoding: data, as: UTF8.self), try JSONDecoder().decode(ExplainedAlert.self, from: data))
    }
}
