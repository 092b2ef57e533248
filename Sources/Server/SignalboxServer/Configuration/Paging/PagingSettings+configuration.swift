import Basics
package import Response
import SignalModel

extension SignalboxConfiguration {
    /// For the operations core: the paging file with the standard policy behind it.
    package var pagingConfiguration: PagingConfiguration { paging.configuration(externalURL: server.externalURL) }
}

extension PagingSettings {
    func configuration(externalURL: String) -> PagingConfiguration {
        var result = PagingConfiguration()
        result.people = Dictionary(
            people.map { person in
                let contacts = person.contacts.map {
                    PagingConfiguration.Contact(channel: $0.channel, address: $0.address)
                }
                return (person.id, PagingConfiguration.Person(name: person.name, contacts: contacts))
            }, uniquingKeysWith: { first, _ in first })
        result.levels = levels.map {
            PagingConfiguration.Level(people: $0.people, waitMilliseconds: $0.wait?.milliseconds)
        }
        result.secondary = secondary
        result.lead = lead
        result.announce = announce
        result.owners = selfAlarm
        result.mailChannels = Set(channels.filter { $0.value.isMail }.keys)
        result.groupBy = groupBy ?? result.groupBy
        for severity in Severity.allCases { result.policies[severity] = policy(severity) }
        result.externalURL = externalURL
        return result
    }

    private func policy(_ severity: Severity) -> Response.SeverityPolicy {
        var result = Response.SeverityPolicy.standard[severity] ?? Response.SeverityPolicy()
        if let leadAfter, result.leadAfterMilliseconds != nil {
            result.leadAfterMilliseconds = leadAfter.milliseconds
        }
        guard let override = policy[severity] else { return result }
        if let wait = override.pageAfter { result.pageAfterMilliseconds = wait.milliseconds }
        if let wait = override.levelWait { result.levelWaitMilliseconds = wait.milliseconds }
        if let within = override.acknowledgeWithin { result.acknowledgeWithinMilliseconds = within.milliseconds }
        result.announces = override.announces ?? result.announces
        return result
    }
}
