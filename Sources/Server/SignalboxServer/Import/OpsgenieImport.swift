import Basics

/// Schedules with their rotations, escalations and users as Opsgenie's API v2 answers them: `GET /v2/schedules?expand=
/// rotation`, `/v2/escalations`, `/v2/users`, alone or as members `schedules`, `escalations`, `users` of one object.
///
/// All rotations of a schedule are on call together there; so each becomes a schedule here, and a level names them all.
enum OpsgenieImport {
    static func read(_ json: JSONValue, now: Timestamp) -> ImportedPaging {
        var result = ImportedPaging(source: "Opsgenie")
        let loose = json["data"].list + (json["data"]["id"].isNull ? [] : [json["data"]])
        for user in json.all("user", "users") + loose.filter({ !$0["username"].isNull }) {
            guard let id = user["id"].text else { continue }
            let email = user["username"].text ?? ""
            _ = result.person(id, name: user["fullName"].text ?? email, email: email)
        }
        var schedules: [String: [String]] = [:]
        for schedule in json.all("schedule", "schedules") + loose.filter({ !$0["rotations"].isNull }) {
            let names = read(schedule, now: now, &result)
            for key in [schedule["id"].text, schedule["name"].text] { if let key { schedules[key] = names } }
        }
        let escalations = json.all("escalation", "escalations") + loose.filter { !$0["rules"].isNull }
        for (index, escalation) in escalations.enumerated() {
            let name = escalation["name"].text ?? "\(index + 1)"
            guard index == 0 else {
                result.left.append("escalation \(name): there is one list of levels here")
                continue
            }
            result.levels = levels(of: escalation, schedules, &result)
            if !result.levels.isEmpty { result.carried.append("escalation \(name): \(result.levels.count) levels") }
            if !escalation["repeat"].isNull, escalation["repeat"]["count"].integer ?? 0 > 0 {
                result.left.append("escalation \(name): its repetitions; the owners are told at the end")
            }
        }
        return result
    }

    private static func read(_ schedule: JSONValue, now: Timestamp, _ result: inout ImportedPaging) -> [String] {
        let title = schedule["name"].text ?? "schedule"
        guard let zoneName = schedule["timezone"].text, let zone = SystemZones.rules(zoneName) else {
            result.left.append("schedule \(title): its time zone \(schedule["timezone"].text ?? "") is not known")
            return []
        }
        if case .bool(false) = schedule["enabled"] {
            result.left.append("schedule \(title): it is not enabled")
            return []
        }
        var names: [String] = []
        let rotations = schedule["rotations"].list
        for rotation in rotations {
            let own = rotation["name"].text ?? "rotation"
            guard let layer = layer(rotation, title, zone, now: now, &result) else { continue }
            let wish = rotations.count == 1 ? title : "\(title)-\(own)"
            let name = ImportedPaging.name(wish, unlike: result.schedules.map(\.name), fallback: "schedule")
            result.schedules.append(ImportedPaging.Schedule(name: name, zone: zoneName, layers: [layer]))
            result.carried.append("schedule \(title), rotation \(own), as \(name)")
            names.append(name)
        }
        return names
    }

    private static func layer(
        _ rotation: JSONValue, _ schedule: String, _ zone: ZoneRules, now: Timestamp, _ result: inout ImportedPaging
    ) -> ImportedPaging.Layer? {
        let name = rotation["name"].text ?? "rotation"
        let place = "schedule \(schedule), rotation \(name)"
        let unit: Int64? =
            switch rotation["type"].text {
            case "weekly": 7 * 86_400
            case "daily": 86_400
            case "hourly": 3600
            default: nil
            }
        let length = min(max(rotation["length"].integer ?? 1, 0), 1000)
        guard let unit, let turn = ImportedPaging.Turn(seconds: unit * length),
            let start = rotation["startDate"].text.flatMap({ RFC3339.parse($0) })
        else {
            result.left.append("\(place): its type, length or startDate has no like here")
            return nil
        }
        let end = rotation["endDate"].text.flatMap { RFC3339.parse($0) }
        if let end, end <= now {
            result.left.append("\(place): it has ended")
            return nil
        }
        var people: [String] = []
        for participant in rotation["participants"].list {
            guard participant["type"].text == "user", let id = participant["id"].text ?? participant["username"].text
            else {
                result.left.append("\(place): a participant of type \(participant["type"].text ?? "unknown")")
                continue
            }
            let email = participant["username"].text ?? ""
            people.append(result.person(id, name: email.isEmpty ? id : email, email: email))
        }
        guard !people.isEmpty else {
            result.left.append("\(place): no participant is left")
            return nil
        }
        let first = ImportedPaging.local(start, zone)
        var made = ImportedPaging.Layer(
            name: name, turn: turn, start: first.date, handOver: first.time, people: people,
            until: end.map { ImportedPaging.local($0, zone).date })
        made.restrictions = restrictions(rotation["timeRestriction"])
        return made
    }

    private static func restrictions(_ restriction: JSONValue) -> [ImportedPaging.Restriction] {
        func seconds(_ one: JSONValue, _ edge: String) -> Int64 {
            (one[edge + "Hour"].integer ?? 0) * 3600 + (one[edge + "Min"].integer ?? 0) * 60
        }
        if restriction["type"].text == "time-of-day" {
            let one = restriction["restriction"]
            guard !one.isNull else { return [] }
            let start = seconds(one, "start")
            var length = seconds(one, "end") - start
            if length <= 0 { length += CivilWeek.daySeconds }
            return [ImportedPaging.daily(ImportedPaging.weekdays, from: start, length: length)]
        }
        return restriction["restrictions"].list.compactMap { one in
            guard let startDay = one["startDay"].text?.lowercased(), let endDay = one["endDay"].text?.lowercased(),
                let from = ImportedPaging.weekdays.firstIndex(of: startDay),
                let to = ImportedPaging.weekdays.firstIndex(of: endDay)
            else { return nil }
            return ImportedPaging.Restriction(
                from: ImportedPaging.timeOfWeek(Int64(from) * CivilWeek.daySeconds + seconds(one, "start")),
                to: ImportedPaging.timeOfWeek(Int64(to) * CivilWeek.daySeconds + seconds(one, "end")))
        }
    }

    /// Delays count from the beginning there, from level to level here; rules of one delay are one level.
    private static func levels(
        of escalation: JSONValue, _ schedules: [String: [String]], _ result: inout ImportedPaging
    ) -> [ImportedPaging.Level] {
        var steps: [(delay: Int64, people: [String])] = []
        for rule in escalation["rules"].list {
            let recipient = rule["recipient"]
            let id = recipient["id"].text ?? recipient["username"].text ?? recipient["name"].text ?? ""
            var people: [String] = []
            switch recipient["type"].text {
            case "schedule":
                people = (schedules[id] ?? schedules[recipient["name"].text ?? ""] ?? []).map { "schedule:" + $0 }
                if people.isEmpty {
                    result.left.append("a rule for schedule \(recipient["name"].text ?? id): it is not carried over")
                }
            case "user": people = [result.person(id, name: recipient["username"].text ?? id)]
            default: result.left.append("a rule for a recipient of type \(recipient["type"].text ?? "unknown")")
            }
            let unit: Int64 = ["hours": 60, "days": 1440][rule["delay"]["timeUnit"].text ?? ""] ?? 1
            let delay = (rule["delay"]["timeAmount"].integer ?? 0) * unit
            if people.isEmpty { continue }
            if let index = steps.firstIndex(where: { $0.delay == delay }) {
                steps[index].people += people
            } else {
                steps.append((delay, people))
            }
        }
        steps.sort { $0.delay < $1.delay }
        return steps.enumerated().map { index, step in
            ImportedPaging.Level(
                people: step.people,
                waitMinutes: index + 1 < steps.count ? steps[index + 1].delay - step.delay : nil)
        }
    }
}
