package import Response

/// The gate's words in JSON.
extension JSONWriter {
    package mutating func decision(_ decision: GateDecision) {
        object { json in
            json.key("service")
            json.string(decision.question.service)
            json.key("environment")
            json.string(decision.question.environment)
            json.key("change")
            json.string(decision.question.change.rawValue)
            json.key("decision")
            json.string(decision.verdict.rawValue)
            json.key("exit_code")
            json.integer(decision.verdict.exitCode)
            json.key("reasons")
            json.array { json in for reason in decision.sentences { json.string(reason) } }
            json.key("policy")
            if let worst = decision.worst { json.string(worst.state.rawValue) } else { json.null() }
            json.key("budget_consumed_percent")
            if let worst = decision.worst { json.percent(worst.consumed) } else { json.null() }
            json.key("eases_at")
            json.time(decision.easesAtMilliseconds)
            json.key("break_glass")
            if let id = decision.breakGlass { json.string(id) } else { json.null() }
            json.key("objectives")
            json.array { json in for standing in decision.standings { json.standing(standing) } }
        }
    }

    private mutating func standing(_ standing: BudgetStanding) {
        object { json in
            json.key("objective")
            json.string(standing.objective)
            json.key("policy")
            json.string(standing.state.rawValue)
            json.key("since")
            json.time(standing.sinceMilliseconds)
            json.key("budget_consumed_percent")
            json.percent(standing.consumed)
            json.key("coverage_percent")
            json.percent(standing.coverage)
            json.key("eases_at")
            json.time(standing.easesAtMilliseconds)
            json.key("decides")
            json.bool(standing.decides)
            json.key("problem")
            if let problem = standing.problem { json.string(problem) } else { json.null() }
        }
    }

    mutating func record(_ record: GateRecord) {
        object { json in
            json.key("at")
            json.time(record.atMilliseconds)
            for (key, text) in [
                ("service", record.service), ("environment", record.environment), ("change", record.change.rawValue),
                ("decision", record.verdict.rawValue), ("reason", record.reason), ("summary", record.summary),
                ("by", record.by), ("source", record.source),
            ] {
                json.key(key)
                json.string(text)
            }
            json.key("passed")
            json.bool(record.passed)
            for (key, text) in [
                ("because", record.because), ("break_glass", record.breakGlass),
                ("workload", record.template?.workload),
            ] {
                json.key(key)
                if let text { json.string(text) } else { json.null() }
            }
        }
    }

    mutating func glass(_ glass: BreakGlass, at now: Int64) {
        object { json in
            for (key, text) in [
                ("id", glass.id), ("service", glass.service), ("environment", glass.environment), ("by", glass.by),
                ("reason", glass.reason),
            ] {
                json.key(key)
                json.string(text)
            }
            json.key("at")
            json.time(glass.atMilliseconds)
            json.key("expires_at")
            json.time(glass.expiresAtMilliseconds)
            json.key("in_force")
            json.bool(glass.isInForce(at: now))
            json.key("closed_at")
            json.time(glass.restoredAtMilliseconds)
            json.key("closed_by")
            if let by = glass.restoredBy { json.string(by) } else { json.null() }
        }
    }

    private mutating func percent(_ share: Double) {
        let percent = share * 100
        if percent.isFinite { number(percent) } else { null() }
    }
}
