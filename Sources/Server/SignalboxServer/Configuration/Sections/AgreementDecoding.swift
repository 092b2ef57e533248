import Response

extension AgreementTargets {
    /// `agreements:`. What is promised besides the objectives.
    static func decode(_ node: ConfigurationNode?) -> AgreementTargets {
        var targets = AgreementTargets()
        guard let node, var reader = node.mapping() else { return targets }
        let minimum = Duration.seconds(1)
        targets.p0Response = reader["p0_response"]?.duration(minimum: minimum) ?? targets.p0Response
        targets.p1Response = reader["p1_response"]?.duration(minimum: minimum) ?? targets.p1Response
        targets.p0Repair = reader["p0_repair"]?.duration(minimum: minimum) ?? targets.p0Repair
        targets.supportAnswer = reader["support_answer"]?.duration(minimum: minimum) ?? targets.supportAnswer
        reader.finish()
        return targets
    }
}
