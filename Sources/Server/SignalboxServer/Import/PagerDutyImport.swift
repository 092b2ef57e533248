import Basics

/// Schedules, escalation policies and users as PagerDuty's REST API v2 answers them: `GET /schedules/{id}`,
/// `/escalation_policies`, `/users`, alone or as members of one object.
/// Source: https://developer.pagerduty.com/api-reference (schedule layers: the topmost comes first).
enum PagerDutyImport {
    static func read(_ json: JSONValue, now: Timestamp) -> ImportedPaging {
        var result = ImportedPaging(source: "PagerDuty")
        for user in json.all("user", "users") {
            guard let id = user["id"].text else { continue }
            _ = result.person(
                id, name: user["name"].text ?? user["summary"].text ?? id, email: user["email"].text ?? "")
        }
        var schedules: [String: String] = [:]
        for schedule in json.all("schedule", "schedules") {
            if let name = read(schedule, now: now, &result), let id = schedule["id"].text { schedules[id] = name }
        }
        let policies = json.all("escalation_policy", "escalation_policies")
        for (index, policy) in policies.enumerated() {
            let name = policy["name"].text ?? policy["summary"].text ?? "\(index + 1)"
            guard index == 0 else {
                result.left.append("escalation policy \(name): there is one list of levels here")
                continue
            }
            result.levels = levels(of: policy, schedules, &result)
            if !result.levels.isEmpty {
                result.carried.append("escalation policy \(name): \(result.levels.count) levels")
            }
            if let loops = policy["num_loops"].integer, loops > 0 {
                result.left.append("escalation policy \(name): \(loops) repetitions; the owners are told at the end")
            }
        }
        return result
    }

    private static func read(_ schedule: JSONValue, now: Timestamp, _ result: inout ImportedPaging) -> String? {
        let title = schedule["name"].text ?? schedule["summary"].text ?? "schedule"
        guard let zoneName = schedule["time_zone"].text, let zone = SystemZones.rules(zoneName) else {
            result.left.append("schedule \(title): its time zone \(schedule["time_zone"].text ?? "") is not known")
            return nil
        }
        var layers: [ImportedPaging.Layer] = []
        // The topmost comes first there, and last here.
        for layer in schedule["schedule_layers"].list.reversed() {
            let name = layer["name"].text ?? "layer"
            do throws(Unfit) {
                layers.append(try read(layer, name, title, zone, now: now, &result))
            } catch {
                result.left.append("schedule \(title), layer \(name): \(error.reason)")
            }
        }
        let overrides =
            schedule["overrides"].list.count
            + schedule["overrides_subschedule"]["rendered_schedule_entries"].list.count
        if overrides > 0 { result.left.append("schedule \(title): \(overrides) overrides; make them by the API") }
        return result.take(layers, of: title, zone: zoneName, what: "layer")
    }

    private typealias Unfit = ImportedPaging.Unfit

    private static func read(
        _ layer: JSONValue, _ name: String, _ schedule: String, _ zone: ZoneRules, now: Timestamp,
        _ result: inout ImportedPaging
    ) throws(Unfit) -> ImportedPaging.Layer {
        guard let turn = layer["rotation_turn_length_seconds"].integer.flatMap(ImportedPaging.Turn.init(seconds:))
        else {
            throw Unfit(reason: "its turns are no whole number of hours")
        }
        guard let anchor = layer["rotation_virtual_start"].text.flatMap({ RFC3339.parse($0) }) else {
            throw Unfit(reason: "rotation_virtual_start is no time")
        }
        let end = layer["end"].text.flatMap { RFC3339.parse($0) }
        if let end, end <= now { throw Unfit(reason: "it has ended") }
        if let start = layer["start"].text.flatMap({ RFC3339.parse($0) }), start > anchor, start > now {
            result.left.append(
                "schedule \(schedule), layer \(name): its beginning at \(RFC3339.format(start)); here it counts from "
                    + "the first turn on")
        }
        let people = layer["users"].list.compactMap { entry -> String? in
            let user = entry["user"].isNull ? entry : entry["user"]
            guard let id = user["id"].text else { return nil }
            return result.person(id, name: user["summary"].text ?? user["name"].text ?? id)
        }
        guard !people.isEmpty else { throw Unfit(reason: "it has no users") }
        let first = ImportedPaging.local(anchor, zone)
        var made = ImportedPaging.Layer(
            name: name, turn: turn, start: first.date, handOver: first.time, people: people,
            until: end.map { ImportedPaging.local($0, zone).date })
        for restriction in layer["restrictions"].list {
            guard let start = seconds(restriction["start_time_of_day"].text),
                let length = restriction["duration_seconds"].integer, length > 0
            else { throw Unfit(reason: "a restriction has no start or no duration") }
            if restriction["type"].text == "weekly_restriction" {
                let day = (restriction["start_day_of_week"].integer ?? 1) - 1
                let from = day * CivilWeek.daySeconds + start
                made.restrictions.append(
                    ImportedPaging.Restriction(
                        from: ImportedPaging.timeOfWeek(from), to: ImportedPaging.timeOfWeek(from + length)))
            } else if length < CivilWeek.daySeconds {
                made.restrictions.append(
                    ImportedPaging.daily(ImportedPaging.weekdays, from: start, length: length))
            }
        }
        return made
    }

    /// `09:00:00`, to the minute.
    private static func seconds(_ text: String?) -> Int64? {
        let parts = (text ?? "").split(separator: ":").compactMap { Int64($0) }
        guard parts.count >= 2, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]) else { return nil }
        return parts[0] * 3600 + parts[1] * 60
    }

    private static func levels(
        of policy: JSONValue, _ schedules: [String: String], _ result: inout ImportedPaging
    ) -> [ImportedPaging.Level] {
        var levels: [ImportedPaging.Level] = []
        for (index, rule) in policy["escalation_rules"].list.enumerated() {
            var people: [String] = []
            for target in rule["targets"].list {
                let id = target["id"].text ?? ""
                let name = target["summary"].text ?? target["name"].text ?? id
                if (target["type"].text ?? "").hasPrefix("schedule") {
                    if let schedule = schedules[id] {
                        people.append("schedule:" + schedule)
                    } else {
                        result.left.append("level \(index + 1): schedule \(name) is not in the export")
                    }
                } else {
                    people.append(result.person(id, name: name))
                }
            }
            if people.isEmpty {
                result.left.append("level \(index + 1): nobody is left of it")
            } else {
                levels.append(
                    ImportedPaging.Level(people: people, waitMinutes: rule["escalation_delay_in_minutes"].integer))
            }
        }
        return levels
    }
}
