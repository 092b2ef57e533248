import Alerting
import Basics
import Response
import SignalModel

extension JSONWriter {
    mutating func page(
        _ page: Page, _ configuration: PagingConfiguration, at now: Timestamp, withTimeline: Bool
    ) {
        object { json in
            for (key, value) in [
                ("id", page.id), ("severity", page.severity.rawValue), ("status", page.status.rawValue),
                ("title", page.title),
            ] {
                json.key(key)
                json.string(value)
            }
            json.key("opened")
            json.time(page.openedAtMilliseconds)
            for (key, time) in [
                ("closed", page.closedAtMilliseconds), ("acknowledged", page.acknowledgedAtMilliseconds),
                ("snoozed_until", page.snoozedUntilMilliseconds), ("next_level", page.nextLevelAtMilliseconds),
                ("lead", page.leadAtMilliseconds),
            ] {
                json.key(key)
                json.time(time)
            }
            json.key("acknowledge_by")
            json.time(page.acknowledgeBy(configuration)?.milliseconds)
            json.key("no_data_since")
            json.time(page.watch.silentSinceMilliseconds.values.min())
            json.key("held_until")
            json.time(page.watch.heldUntilMilliseconds)
            for (key, value) in [
                ("late", page.isLate(configuration, at: now)), ("flapping", page.watch.isFlapping),
                ("drill", page.watch.isDrill),
            ] {
                json.key(key)
                json.bool(value)
            }
            json.key("acknowledged_by")
            if let by = page.acknowledgedBy { json.string(by) } else { json.null() }
            json.key("level")
            json.integer(page.level)
            json.key("labels")
            json.strings(page.groupLabels)
            json.key("alerts")
            json.array { json in
                for alert in page.firing.values.sorted(by: { $0.fingerprint < $1.fingerprint }) {
                    json.alert(alert, isFiring: true)
                }
                for alert in page.ended { json.alert(alert, isFiring: false) }
            }
            guard withTimeline else { return }
            json.key("timeline")
            json.array { json in
                for entry in page.timeline {
                    json.object { json in
                        json.key("time")
                        json.time(entry.atMilliseconds)
                        for (key, value) in [
                            ("kind", entry.kind.rawValue), ("text", entry.text), ("actor", entry.actor),
                        ] {
                            json.key(key)
                            json.string(value)
                        }
                    }
                }
            }
        }
    }

    private mutating func alert(_ alert: AlertBook.Alert, isFiring: Bool) {
        object { json in
            json.key("fingerprint")
            json.string(alert.fingerprint)
            json.key("status")
            json.string(isFiring ? "firing" : "ended")
            json.key("labels")
            json.strings(alert.labels)
            json.key("annotations")
            json.strings(alert.annotations)
            json.key("started")
            json.time(alert.startsAtMilliseconds)
            json.key("ended")
            json.time(isFiring ? nil : alert.endsAtMilliseconds)
        }
    }

    mutating func strings(_ values: [String: String]) {
        object { json in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                json.string(value)
            }
        }
    }

    mutating func time(_ milliseconds: Int64?) {
        if let milliseconds { string(RFC3339.format(Timestamp(milliseconds: milliseconds))) } else { null() }
    }
}
