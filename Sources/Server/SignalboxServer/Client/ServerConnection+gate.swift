import FoundationEssentials
import NIOCore
import NIOHTTP1

/// What kind of change asks at the gate.
package enum GateChange: String, CaseIterable, Sendable {
    case normal
    case criticalFix = "critical-fix"
    case rollback
}

/// What the gate answered.
package struct GateAnswer: Sendable {
    /// As it came.
    package var json: String
    package var exitCode: Int32
    /// For people.
    package var text: String

    struct Body: Decodable {
        var decision: String
        var exitCode: Int32
        var reasons: [String]

        enum CodingKeys: String, CodingKey {
            case decision, reasons
            case exitCode = "exit_code"
        }
    }

    init(_ data: Data) throws {
        let body = try JSONDecoder().decode(Body.self, from: data)
        json = String(decoding: data, as: UTF8.self)
        exitCode = body.exitCode
        text = ([body.decision] + body.reasons.map { "  \($0)" }).joined(separator: "\n") + "\n"
    }
}

extension ServerConnection {
    /// A pipeline waits no longer for a server that is not there.
    private static let gateTimeout = TimeAmount.seconds(10)

    package func gate(
        service: String, environment: String, change: GateChange, reason: String?, summary: String?, dryRun: Bool
    ) async throws -> GateAnswer {
        let answer: ByteBuffer
        if dryRun {
            answer = try await send(
                .GET,
                "/ops/v1/gate?service=\(Self.encode(service))&environment=\(Self.encode(environment))"
                    + "&change=\(change.rawValue)", within: Self.gateTimeout)
        } else {
            var body = ["service": service, "environment": environment, "change": change.rawValue]
            body["reason"] = reason
            body["summary"] = summary
            answer = try await send(
                .POST, "/ops/v1/gate", json: ByteBuffer(bytes: try JSONEncoder().encode(body)),
                within: Self.gateTimeout)
        }
        return try GateAnswer(Data(answer.readableBytesView))
    }
}
