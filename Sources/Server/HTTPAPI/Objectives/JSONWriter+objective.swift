import Basics
package import Rules
import SignalModel

extension JSONWriter {
    private mutating func field(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    private mutating func field(_ name: String, _ value: Double) {
        key(name)
        number(value)
    }

    private mutating func field(_ name: String, _ value: some BinaryInteger) {
        key(name)
        integer(value)
    }

    private mutating func field(_ name: String, _ value: Timestamp?) {
        key(name)
        time(value?.milliseconds)
    }

    /// The fields of an object about how an objective stands.
    package mutating func standing(_ standing: ObjectiveStanding) {
        field("name", standing.objective)
        field("service", standing.service)
        field("kind", standing.kind.rawValue)
        field("target", standing.target)
        field("version", standing.version)
        field("version_since", standing.versionSince)
        field("at", standing.at)
        field("window", standing.window.text)
        field("window_start", standing.windowStart)
        field("window_end", standing.windowEnd)
        field("good", standing.goodCount)
        field("bad", standing.badCount)
        field("total", standing.totalCount)
        field("consumed", standing.consumed)
        field("remaining", standing.remaining)
        field("remaining_events", standing.remainingEvents)
        field("coverage", standing.coverage)
        field("excluded_minutes", standing.excludedMinutes)
        field("policy", standing.policyState.rawValue)
        field("policy_since", standing.policySince)
        key("decides_deployments")
        bool(standing.decides)
        field("eases_at", standing.easesAt)
        key("burn_rates")
        array { json in
            for burn in standing.burnRates {
                json.object { json in
                    json.field("window", DurationText.text(milliseconds: burn.window.milliseconds))
                    json.field("rate", burn.rate)
                    json.field("bad", burn.badCount)
                    json.field("total", burn.totalCount)
                }
            }
        }
        key("problem")
        if let problem = standing.problem { string(problem) } else { null() }
    }

    /// The same of one that was not judged yet.
    mutating func unjudged(_ objective: Objective) {
        field("name", objective.name)
        field("service", objective.service)
        field("kind", objective.kind.rawValue)
        field("target", objective.target)
        field("problem", "not judged yet: at the end of the minute")
    }

    mutating func definition(_ objective: Objective) {
        field("display_name", objective.displayName)
        field("description", objective.description)
        field("counted", objective.countedText)
        field("place", objective.place)
        field("minimum_bad_events", objective.minimumBadEvents)
        key("labels")
        strings(Dictionary(objective.labels.pairs.map { ($0.name, $0.value) }) { first, _ in first })
        key("burn_alerts")
        array { json in
            for alert in objective.burnAlerts {
                json.object { json in
                    json.field("severity", alert.severity.rawValue)
                    json.field("factor", alert.factor)
                    json.field("long_window", DurationText.text(milliseconds: alert.long.milliseconds))
                    json.key("short_window")
                    if let short = alert.short {
                        json.string(DurationText.text(milliseconds: short.milliseconds))
                    } else {
                        json.null()
                    }
                    json.field("threshold", alert.threshold(target: objective.target))
                }
            }
        }
    }

    mutating func record(_ record: ObjectiveBook.Record, _ readings: [ObjectiveReading]) {
        key("versions")
        array { json in
            for reading in readings {
                json.object { json in
                    json.field("version", reading.definition.version)
                    json.field("since", Timestamp(milliseconds: reading.definition.sinceMilliseconds))
                    json.field("promise", reading.definition.promise)
                    json.field("bad", reading.badCount)
                    json.field("total", reading.totalCount)
                    json.field("consumed", reading.consumed)
                    json.key("recount")
                    if let recount = reading.definition.recount { json.recount(recount) } else { json.null() }
                }
            }
        }
        key("corrections")
        array { json in for correction in record.corrections { json.correction(correction) } }
        key("transitions")
        array { json in
            for transition in record.transitions {
                json.object { json in
                    json.field("at", Timestamp(milliseconds: transition.atMilliseconds))
                    json.field("from", transition.from.rawValue)
                    json.field("to", transition.to.rawValue)
                    json.field("consumed", transition.consumed)
                }
            }
        }
    }

    mutating func recount(_ recount: ObjectiveRecount) {
        object { json in
            json.key("from")
            json.time(recount.fromMilliseconds)
            json.key("counts_of_version")
            if let version = recount.version { json.integer(version) } else { json.null() }
            json.field("by", recount.by)
            json.field("reason", recount.reason)
        }
    }

    mutating func correction(_ correction: ObjectiveCorrection) {
        object { json in
            json.field("id", correction.id)
            json.field("from", Timestamp(milliseconds: correction.fromMilliseconds))
            json.field("to", Timestamp(milliseconds: correction.toMilliseconds))
            json.field("reason", correction.reason)
            json.field("by", correction.by)
            json.field("at", Timestamp(milliseconds: correction.atMilliseconds))
            json.key("revoked")
            if let revoked = correction.revoked { json.string(revoked) } else { json.null() }
        }
    }

    mutating func history(_ points: [ObjectivePoint]) {
        key("history")
        array { json in
            for point in points {
                json.object { json in
                    json.field("start", point.start)
                    json.field("end", point.end)
                    json.field("good", point.totalCount - point.badCount)
                    json.field("bad", point.badCount)
                    json.field("total", point.totalCount)
                    json.field("minutes", point.minutes)
                    json.field("consumed", point.consumed)
                }
            }
        }
    }
}
