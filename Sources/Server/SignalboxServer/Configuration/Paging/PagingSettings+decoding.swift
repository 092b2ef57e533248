import Basics
import Notifiers
import SignalModel

extension PagingSettings {
    /// More people, teams, channels or levels are refused; Signalbox is for one organisation.
    private static let entriesMax = 10_000
    /// All of them are in memory and in each snapshot of the operations state.
    private static let shiftsMax = 100_000

    static func decode(_ root: ConfigurationNode, _ files: ConfigurationFiles) -> PagingSettings {
        var settings = PagingSettings()
        guard var reader = root.mapping() else { return settings }
        var names = PagingNames()
        let channels = entries(reader["channels"])
        names.channels = Set(channels.map(\.name))
        for entry in channels {
            let channel = ChannelDecoding.channel(entry.value, files, names)
            settings.channels[entry.name] = channel.settings
            settings.fallbacks[entry.name] = channel.fallback
            if channel.settings?.isPersonal == true { names.personal.insert(entry.name) }
        }
        for entry in channels where isCircle(from: entry.name, settings.fallbacks) {
            entry.value.note("\(entry.value.path).fallback: leads back to \(entry.name)")
        }
        let people = entries(reader["people"])
        names.people = Set(people.map(\.name))
        settings.people = people.compactMap { person($0, names, settings.channels) }
        let schedules = entries(reader["schedules"])
        names.schedules = Set(schedules.map(\.name))
        settings.schedules = schedules.compactMap { ScheduleDecoding.schedule($0, names) }
        settings.teams = entries(reader["teams"]).compactMap { team($0, names) }
        noteSharedServices(settings.teams, reader["teams"])
        if settings.plannedShiftsCount > shiftsMax {
            reader["schedules"]?.note(
                "schedules: some \(settings.plannedShiftsCount) shifts in \(PagingSettings.horizonDays) days; at most \(shiftsMax)"
            )
        }
        decodeEscalation(&settings, reader["escalation"], names)
        settings.policy = decodePolicy(reader["policy"])
        settings.quotas = QuotaDecoding.quotas(reader["quotas"])
        settings.announce = names.channels(in: reader["announce"])
        settings.groupBy = reader["group_by"].map { node in
            node.list().compactMap { element in element.string().flatMap { element.isLabelName($0) ? $0 : nil } }
        }
        settings.maintenance = entries(reader["maintenance"]).compactMap(MaintenanceDecoding.window)
        if let node = reader["silences"], var inner = node.mapping() {
            settings.silencedAlertsMax = inner["alerts_max"]?.integer(in: 1...1_000_000)
            inner.finish()
        }
        settings.selfAlarm = names.channels(in: reader["self_alarm"])
        if let events = reader["events"] { settings.events = EventDecoding.events(events) }
        settings.watch = WatchDecoding.decode(&reader, names, files, &settings.events)
        for key in ["rotations", "overrides"] { reader.refuse(key, Unsupported.message) }
        reader.finish()
        return settings
    }

    private static func entries(_ node: ConfigurationNode?) -> [MappingReader.Entry] {
        guard let node, var reader = node.mapping() else { return [] }
        let entries = reader.all()
        if entries.count > entriesMax {
            node.note("\(node.path): at most \(entriesMax) entries, not \(entries.count)")
            return []
        }
        return entries
    }

    private static func isCircle(from name: String, _ fallbacks: [String: String]) -> Bool {
        var next = fallbacks[name]
        for _ in fallbacks {
            guard let channel = next, channel != name else { break }
            next = fallbacks[channel]
        }
        return next == name
    }

    private static func person(
        _ entry: MappingReader.Entry, _ names: PagingNames, _ channels: [String: ChannelSettings]
    ) -> Person? {
        guard var reader = entry.value.mapping() else { return nil }
        var person = Person(id: entry.name, name: entry.name, email: "", slack: "", phone: "", contacts: [])
        person.name = reader["name"]?.string() ?? person.name
        if let email = reader["email"], let text = email.string() {
            person.email = text
            if MailAddress(text) == nil { email.expected("a mail address") }
        }
        person.slack = reader["slack"]?.string() ?? ""
        if let phone = reader["phone"], let text = phone.string() {
            person.phone = text
            let digits = text.dropFirst()
            let isNumber =
                text.hasPrefix("+") && (8...15).contains(digits.count)
                && digits.allSatisfy { ("0"..."9").contains($0) }
            if !isNumber { phone.expected("a number such as +491701234567, in quotes") }
        }
        let contacts = reader["contacts"]
        for node in contacts?.list() ?? [] {
            if let contact = contact(node, person, names, channels) { person.contacts.append(contact) }
        }
        reader.finish()
        // P3 goes by mail whatever the contacts say.
        for severity in Severity.allCases where severity != .p3 && !person.isTriedAtOnce(severity) {
            contacts?.note("\(contacts?.path ?? ""): one of them must be tried at once for \(severity.rawValue)")
        }
        return person
    }

    /// A channel's name alone, or with an address, a time and severities of its own.
    private static func contact(
        _ node: ConfigurationNode, _ person: Person, _ names: PagingNames, _ channels: [String: ChannelSettings]
    ) -> Contact? {
        if node.scalarText != nil {
            guard let name = names.channel(node) else { return nil }
            return Contact(channel: name, address: address(of: person, in: channels[name], node))
        }
        guard var reader = node.mapping() else { return nil }
        let channel = reader.required("channel").flatMap(names.channel)
        let address = reader["address"]
        let after = reader["after"]?.duration(minimum: .seconds(1))
        let severities = reader["severities"].map { node in
            Set(node.list().compactMap { $0.choice(Severity.self) })
        }
        if let node = reader["severities"], node.isEmptyList { node.expected("a list such as [P0, P1]") }
        reader.finish()
        guard let channel else { return nil }
        return Contact(
            channel: channel,
            address: address.map { $0.string() ?? "" } ?? Self.address(of: person, in: channels[channel], node),
            after: after, severities: severities)
    }

    private static func address(
        of person: Person, in channel: ChannelSettings?, _ node: ConfigurationNode
    ) -> String {
        guard let channel else { return "" }
        if let address = person.address(in: channel) { return address }
        node.note("\(node.path): \(person.id) has no \(channel.addressKey), and no address is given")
        return ""
    }

    private static func team(_ entry: MappingReader.Entry, _ names: PagingNames) -> Team? {
        guard var reader = entry.value.mapping() else { return nil }
        let team = Team(
            id: entry.name, name: reader["name"]?.string() ?? entry.name,
            members: names.people(in: reader["members"]),
            lead: reader["lead"].flatMap(names.responder),
            services: (reader["services"]?.list() ?? []).compactMap { $0.string() })
        if let node = reader["services"], reader["lead"] == nil {
            node.note("\(node.path): services of a team need its lead")
        }
        reader.refuse("announce", Unsupported.message)
        reader.finish()
        return team
    }

    /// A service has one lead.
    private static func noteSharedServices(_ teams: [Team], _ node: ConfigurationNode?) {
        let all = teams.flatMap { team in Set(team.services) }
        for (service, teams) in Dictionary(grouping: all, by: { $0 }).sorted(by: { $0.key < $1.key })
        where teams.count > 1 {
            node?.note("teams: the service \(quoted(service)) belongs to \(teams.count) teams")
        }
    }

    private static func decodeEscalation(
        _ settings: inout PagingSettings, _ node: ConfigurationNode?, _ names: PagingNames
    ) {
        guard var reader = node?.mapping() else { return }
        settings.levels = (reader.required("levels")?.list() ?? []).compactMap { level in
            guard var inner = level.mapping() else { return nil }
            let people = inner.required("people")
            let result = Level(
                people: names.responders(in: people), wait: inner["wait"]?.duration(minimum: .seconds(10)))
            if let people, people.isEmptyList {
                people.note("\(people.path): a level without people pages nobody")
            }
            inner.finish()
            return result
        }
        settings.secondary = reader["secondary"].flatMap(names.responder)
        settings.lead = reader["lead"].flatMap(names.responder)
        settings.leadAfter = reader["lead_after"]?.duration(minimum: .seconds(60))
        settings.reopenAfter = reader["reopen_after"]?.duration(minimum: .seconds(60))
        reader.finish()
    }

    private static func decodePolicy(_ node: ConfigurationNode?) -> [Severity: SeverityPolicy] {
        guard var reader = node?.mapping() else { return [:] }
        var policy: [Severity: SeverityPolicy] = [:]
        for severity in Severity.allCases {
            guard let node = reader[severity.rawValue], var inner = node.mapping() else { continue }
            var override = SeverityPolicy()
            override.pageAfter = inner["page_after"]?.duration()
            override.levelWait = inner["level_wait"]?.duration(minimum: .seconds(10))
            override.announces = inner["announce"]?.bool()
            override.acknowledgeWithin = inner["acknowledge_within"]?.duration()
            inner.finish()
            policy[severity] = override
        }
        reader.finish()
        return policy
    }
}
