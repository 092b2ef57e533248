import Basics

/// Schedules, shifts, users and escalation policies as Grafana OnCall's API answers them (`/api/v1/schedules`,
/// `/on_call_shifts`, `/users`, `/escalation_policies`), as members of one object or as one `results` list.
/// Source: https://grafana.com/docs/oncall/latest/oncall-api-reference/
enum GrafanaOnCallImport {
    static func read(_ json: JSONValue, now: Timestamp) -> ImportedPaging {
        var result = ImportedPaging(source: "Grafana OnCall")
        let loose = json["results"].list
        for user in json.all("user", "users") + loose.filter({ !$0["username"].isNull }) {
            guard let id = user["id"].text else { continue }
            _ = result.person(
                id, name: user["name"].text ?? user["username"].text ?? id, email: user["email"].text ?? "")
        }
        let shifts =
            json.all("on_call_shift", "on_call_shifts")
            + loose.filter { !$0["duration"].isNull && !$0["start"].isNull }
        var schedules: [String: String] = [:]
        for schedule in json.all("schedule", "schedules") + loose.filter({ !$0["on_call_now"].isNull }) {
            if let name = read(schedule, shifts, now: now, &result), let id = schedule["id"].text {
                schedules[id] = name
            }
        }
        let steps =
            json.all("escalation_policy", "escalation_policies")
            + loose.filter { !$0["escalation_chain_id"].isNull && !$0["position"].isNull }
        readLevels(steps, schedules, &result)
        return result
    }

    private static func read(
        _ schedule: JSONValue, _ shifts: [JSONValue], now: Timestamp, _ result: inout ImportedPaging
    ) -> String? {
        let title = schedule["name"].text ?? "schedule"
        if schedule["type"].text == "ical" {
            result.left.append("schedule \(title): it comes from a calendar; write its rotations here")
            return nil
        }
        let wanted = schedule["shifts"].list.compactMap(\.text)
        let own = wanted.compactMap { id in shifts.first { $0["id"].text == id } }
        if own.count < wanted.count {
            result.left.append("schedule \(title): \(wanted.count - own.count) shifts that are not in the export")
        }
        let zoneName = schedule["time_zone"].text ?? own.lazy.compactMap { $0["time_zone"].text }.first ?? "UTC"
        guard let zone = SystemZones.rules(zoneName) else {
            result.left.append("schedule \(title): its time zone \(zoneName) is not known")
            return nil
        }
        // The higher level wins.
        let ordered = own.enumerated().sorted {
            ($0.element["level"].integer ?? 0, $0.offset) < ($1.element["level"].integer ?? 0, $1.offset)
        }
        var layers: [ImportedPaging.Layer] = []
        for (_, shift) in ordered {
            let name = shift["name"].text ?? "shift"
            do throws(Unfit) {
                layers.append(try layer(shift, name, title, zone, now: now, &result))
            } catch { result.left.append("schedule \(title), shift \(name): \(error.reason)") }
        }
        return result.take(layers, of: title, zone: zoneName, what: "shift")
    }

    private typealias Unfit = ImportedPaging.Unfit

    private static func layer(
        _ shift: JSONValue, _ name: String, _ schedule: String, _ zone: ZoneRules, now: Timestamp,
        _ result: inout ImportedPaging
    ) throws(Unfit) -> ImportedPaging.Layer {
        let type = shift["type"].text
        guard type == "rolling_users" || type == "recurrent_event" else {
            throw Unfit(reason: "a shift of type \(type ?? "unknown") is an override here; make it by the API")
        }
        let units: [String: Int64] = ["hourly": 3600, "daily": 86_400, "weekly": 7 * 86_400]
        let interval = min(max(shift["interval"].integer ?? 1, 1), 1000)
        guard let unit = units[shift["frequency"].text ?? ""] else {
            throw Unfit(reason: "its frequency \(shift["frequency"].text ?? "") has no like here")
        }
        if !shift["by_month"].list.isEmpty || !shift["by_monthday"].list.isEmpty {
            throw Unfit(reason: "days of the month have no like here")
        }
        guard let duration = shift["duration"].integer, duration > 0,
            let start = instant(shift["start"].text, shift["time_zone"].text, zone),
            let turn = ImportedPaging.Turn(seconds: unit * interval)
        else { throw Unfit(reason: "its start or duration is no such thing") }
        let until = instant(shift["until"].text, shift["time_zone"].text, zone)
        if let until, until <= now { throw Unfit(reason: "it has ended") }
        let groups =
            type == "rolling_users"
            ? shift["rolling_users"].list.map { $0.list.compactMap(\.text) }
            : [shift["users"].list.compactMap(\.text)]
        var people: [String] = []
        for group in groups {
            guard let first = group.first else { continue }
            people.append(result.person(first, name: first))
            if group.count > 1 {
                result.left.append(
                    "schedule \(schedule), shift \(name): \(group.count - 1) people beside \(first), for a turn has one person"
                )
            }
        }
        guard !people.isEmpty else { throw Unfit(reason: "it has no users") }
        let first = Int(shift["start_rotation_from_user_index"].integer ?? 0) % people.count
        people = Array(people[first...] + people[..<first])
        let local = ImportedPaging.local(start, zone)
        var made = ImportedPaging.Layer(
            name: name, turn: turn, start: local.date, handOver: local.time, people: people,
            until: until.map { ImportedPaging.local($0, zone).date })
        let localSeconds = zone.localSeconds(at: start)
        try restrict(&made, shift, unit: unit, interval: interval, duration: duration, localSeconds: localSeconds)
        return made
    }

    /// Where a shift is shorter than its turn.
    private static func restrict(
        _ layer: inout ImportedPaging.Layer, _ shift: JSONValue, unit: Int64, interval: Int64, duration: Int64,
        localSeconds: Int64
    ) throws(Unfit) {
        let codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        let days = shift["by_day"].list.compactMap { $0.text.flatMap(codes.firstIndex) }.sorted()
        let ofDay = floorModulo(localSeconds, CivilWeek.daySeconds)
        if days.isEmpty {
            if duration >= unit * interval { return }
            guard interval == 1 else {
                throw Unfit(reason: "it leaves out some of the \(unit == 86_400 ? "days" : "weeks")")
            }
            if unit == 86_400 {
                layer.restrictions = [ImportedPaging.daily(ImportedPaging.weekdays, from: ofDay, length: duration)]
            } else if unit == 7 * 86_400 {
                let ofWeek = localSeconds - CivilWeek.start(ofWeekAt: localSeconds)
                layer.restrictions = [
                    ImportedPaging.Restriction(
                        from: ImportedPaging.timeOfWeek(ofWeek), to: ImportedPaging.timeOfWeek(ofWeek + duration))
                ]
            } else {
                throw Unfit(reason: "it is shorter than its hours")
            }
            return
        }
        guard unit == 7 * 86_400 || layer.people.count == 1 else {
            throw Unfit(reason: "turns by the day on some days of the week only have no like here")
        }
        guard duration <= CivilWeek.daySeconds, interval == 1 || layer.people.count > 1 else {
            throw Unfit(reason: "its days of the week run into each other or leave out weeks")
        }
        layer.restrictions = [
            ImportedPaging.daily(days.map { ImportedPaging.weekdays[$0] }, from: ofDay, length: duration)
        ]
        // People change with the week, whatever its first shift.
        layer.handOver = "00:00"
        let weekStart = shift["week_start"].text.flatMap(codes.firstIndex) ?? 6
        if unit == 7 * 86_400 { layer.weekday = ImportedPaging.weekdays[weekStart] }
    }

    /// Times have no offset there; they are of the shift's zone, or of the schedule's.
    private static func instant(_ text: String?, _ zoneName: String?, _ zone: ZoneRules) -> Timestamp? {
        guard let text else { return nil }
        if let time = RFC3339.parse(text) { return time }
        guard let local = RFC3339.parse(text + "Z") else { return nil }
        let own = zoneName.flatMap(SystemZones.rules) ?? zone
        return own.instant(ofLocalSeconds: local.wholeSeconds)
    }

    private static func readLevels(
        _ steps: [JSONValue], _ schedules: [String: String], _ result: inout ImportedPaging
    ) {
        guard let chain = steps.first?["escalation_chain_id"].text else { return }
        for other in Set(steps.compactMap { $0["escalation_chain_id"].text }).subtracting([chain]).sorted() {
            result.left.append("escalation chain \(other): there is one list of levels here")
        }
        let own = steps.filter { $0["escalation_chain_id"].text == chain }
            .sorted { ($0["position"].integer ?? 0) < ($1["position"].integer ?? 0) }
        for step in own {
            switch step["type"].text {
            case "wait":
                let minutes = ((step["duration"].integer ?? 0) + 59) / 60
                if !result.levels.isEmpty {
                    result.levels[result.levels.count - 1].waitMinutes =
                        (result.levels[result.levels.count - 1].waitMinutes ?? 0) + minutes
                } else {
                    result.left.append(
                        "a wait of \(minutes) min before the first level; policy.P1.page_after says that here")
                }
            case "notify_persons", "notify_person_next_each_time":
                let people = step["persons_to_notify"].list.compactMap(\.text).map { result.person($0, name: $0) }
                if !people.isEmpty { add(people, &result) }
            case "notify_on_call_from_schedule":
                let id = step["notify_on_call_from_schedule"].text ?? ""
                if let name = schedules[id] {
                    add(["schedule:" + name], &result)
                } else {
                    result.left.append("a step for schedule \(id): it is not carried over")
                }
            case let type: result.left.append("an escalation step of type \(type ?? "unknown")")
            }
        }
        if !result.levels.isEmpty {
            result.carried.append("escalation chain \(chain): \(result.levels.count) levels")
        }
    }

    /// Steps without a wait between them are one level.
    private static func add(_ people: [String], _ result: inout ImportedPaging) {
        if let last = result.levels.last, last.waitMinutes == nil {
            result.levels[result.levels.count - 1].people += people
        } else {
            result.levels.append(ImportedPaging.Level(people: people))
        }
    }
}
