import Alerting
import Basics
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Response
import SignalModel

/// Alerts in and out.
extension AlertmanagerAPI {
    /// Prometheus sends 256 alerts at once; a larger body is refused with 413.
    private static let bodyBytesMax = 16 << 20
    /// Read in some milliseconds.
    private static let smallBodyBytes = 128 << 10

    // MARK: In

    func postAlerts(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        let forced = context.principal?.forcedLabels ?? .empty
        let (now, timeout) = (clock.now(), settings().resolveTimeout)
        // A small one, a P0 say, does not wait behind large ones for a thread.
        let read =
            body.readableBytes <= Self.smallBodyBytes
            ? PostedAlerts(body, forced: forced, resolveTimeout: timeout, at: now)
            : try await threads.run { PostedAlerts(body, forced: forced, resolveTimeout: timeout, at: now) }
        // The good ones are durable before anybody hears of the bad ones.
        try await core.observeDurably(read.alerts)
        if let problem = read.problem { return Self.refusal(problem) }
        return Response(status: .ok, headers: [.contentType: "application/json"])
    }

    // MARK: Out

    func alerts(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let filter: AlertFilter
        do { filter = try AlertFilter(query: request.uri.query ?? "") } catch let error as AlertFilter.Refusal {
            return Self.refusal(error.message)
        }
        let state = core.state
        return try await threads.run {
            var json = JSONWriter()
            json.array { json in
                for alert in state.alerts.firing.values.sorted(by: { $0.fingerprint < $1.fingerprint }) {
                    let receivers = state.routing.receivers(of: alert.labels)
                    if !receivers.contains(where: filter.takes(receiver:)), !filter.takes(receiver: "") { continue }
                    let suppression = state.routing.suppression(of: alert, at: state.now)
                    guard filter.takes(alert.labels, suppression) else { continue }
                    json.alert(alert, receivers, suppression)
                }
            }
            return .json(json)
        }
    }

    func groups(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let filter: AlertFilter
        do { filter = try AlertFilter(query: request.uri.query ?? "") } catch let error as AlertFilter.Refusal {
            return Self.refusal(error.message)
        }
        let state = core.state
        return try await threads.run {
            var json = JSONWriter()
            json.array { json in
                for group in state.routing.groupsInOrder(state.alerts, at: state.now)
                where filter.takes(receiver: group.receiver) && (filter.showsMuted || group.mutedBy.isEmpty) {
                    let alerts = group.alerts.map { ($0, state.routing.suppression(of: $0, at: state.now)) }
                        .filter { filter.takes($0.0.labels, $0.1) }
                    if alerts.isEmpty { continue }
                    json.object { json in
                        json.key("alerts")
                        json.array { json in
                            for (alert, suppression) in alerts {
                                let receivers = state.routing.receivers(of: alert.labels).filter(
                                    filter.takes(receiver:))
                                json.alert(alert, receivers.sorted(), suppression)
                            }
                        }
                        json.key("labels")
                        json.labels(group.labels)
                        json.key("receiver")
                        json.object { json in
                            json.key("name")
                            json.string(group.receiver)
                        }
                        json.key("routeLabels")
                        json.labels([:])
                    }
                }
            }
            return .json(json)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func alert(_ alert: AlertBook.Alert, _ receivers: [String], _ suppression: Suppression) {
        object { json in
            json.key("annotations")
            json.labels(alert.annotations)
            json.key("endsAt")
            json.string(AlertmanagerTime.text(alert.endsAtMilliseconds))
            json.key("fingerprint")
            json.string(alert.fingerprint)
            json.key("receivers")
            json.array { json in
                for name in receivers {
                    json.object { json in
                        json.key("name")
                        json.string(name)
                    }
                }
            }
            json.key("startsAt")
            json.string(AlertmanagerTime.text(alert.startsAtMilliseconds))
            json.key("status")
            json.object { json in
                for (name, ids) in [
                    ("inhibitedBy", suppression.inhibitedBy), ("mutedBy", suppression.mutedBy),
                    ("silencedBy", suppression.silencedBy),
                ] {
                    json.key(name)
                    json.array { json in
                        for id in ids { json.string(id) }
                    }
                }
                json.key("state")
                json.string(suppression.isSuppressed ? "suppressed" : "active")
            }
            json.key("updatedAt")
            json.string(AlertmanagerTime.text(alert.updatedAtMilliseconds ?? alert.startsAtMilliseconds))
            json.key("generatorURL")
            json.string(alert.generatorURL)
            json.key("labels")
            json.labels(alert.labels)
        }
    }

    mutating func labels(_ labels: [String: String]) {
        object { json in
            for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                json.string(value)
            }
        }
    }
}
