import Basics
import Notifiers
import Response
import SignalModel

extension PagingSettings {
    /// The policy as the operations core journals it: the file's overrides on what ships.
    func configuration(externalURL: String) -> PagingConfiguration {
        var result = PagingConfiguration()
        for person in people {
            result.people[person.id] = PagingConfiguration.Person(
                name: person.name,
                contacts: person.contacts.map {
                    PagingConfiguration.Contact(
                        channel: $0.channel, address: $0.address, afterMilliseconds: $0.after?.milliseconds,
                        severities: $0.severities)
                },
                addresses: channels.compactMapValues { person.address(in: $0) })
        }
        result.delivery = delivery
        result.levels = levels.map {
            PagingConfiguration.Level(people: $0.people, waitMilliseconds: $0.wait?.milliseconds)
        }
        result.secondary = secondary
        result.lead = lead
        let leads = teams.flatMap { team in team.services.compactMap { service in team.lead.map { (service, $0) } } }
        if !leads.isEmpty { result.serviceLeads = Dictionary(leads) { first, _ in first } }
        result.announce = announce
        result.owners = selfAlarm
        result.mailChannels = Set(channels.filter { if case .email = $0.value { true } else { false } }.keys)
        if let groupBy { result.groupBy = groupBy }
        for (severity, override) in policy {
            guard var merged = result.policies[severity] else { continue }
            if let pageAfter = override.pageAfter { merged.pageAfterMilliseconds = pageAfter.milliseconds }
            if let levelWait = override.levelWait { merged.levelWaitMilliseconds = levelWait.milliseconds }
            if let announces = override.announces { merged.announces = announces }
            if let within = override.acknowledgeWithin { merged.acknowledgeWithinMilliseconds = within.milliseconds }
            result.policies[severity] = merged
        }
        if let leadAfter {
            for severity in result.policies.keys where result.policies[severity]?.leadAfterMilliseconds != nil {
                result.policies[severity]?.leadAfterMilliseconds = leadAfter.milliseconds
            }
        }
        if let reopenAfter { result.reopenAfterMilliseconds = reopenAfter.milliseconds }
        result.silencedAlertsMax = silencedAlertsMax
        result.externalURL = externalURL
        result.watch = watch.policy
        return result
    }

    private var delivery: DeliveryPolicy {
        var policy = DeliveryPolicy()
        for (name, settings) in channels {
            var channel = DeliveryPolicy.Channel(fallback: fallbacks[name])
            switch settings {
            case .voice:
                channel.meter = .voice
                channel.tellsEnd = false
            case .sms: channel.meter = .sms
            case .pagerDuty:
                channel.followsPage = true
                channel.opensIncidents = true
            case .slackApp: channel.followsPage = true
            case .webhook, .slack, .email, .teams, .push: break
            }
            policy.channels[name] = channel
        }
        for (meter, severities) in quotas { policy.quotas[meter, default: [:]].merge(severities) { $1 } }
        return policy
    }
}
