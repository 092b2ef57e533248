import Identity

extension IdentitySettings {
    /// `auth:`. `none` is allowed only where nobody else can reach the listener.
    static func decode(
        _ node: ConfigurationNode?, _ server: ServerSettings, _ listeners: ListenerSettings
    ) -> IdentitySettings {
        var settings = IdentitySettings()
        guard var reader = node?.mapping() else { return settings }
        if let mode = reader["mode"] {
            settings.mode = mode.choice(Mode.self) ?? settings.mode
            let all = [("server.listen", server.listen)] + listeners.all.map { ("listeners.\($0.key)", $0.address) }
            for (key, address) in all where settings.mode == .none && !address.isLoopback {
                mode.note("auth.mode none needs every listener on a loopback address; \(key) is \(address)")
            }
        }
        let minute = Duration.seconds(60)
        settings.sessionIdleMax = reader["session_idle_max"]?.duration(minimum: minute) ?? settings.sessionIdleMax
        settings.sessionAgeMax = reader["session_age_max"]?.duration(minimum: minute) ?? settings.sessionAgeMax
        for key in ["ldap", "oidc"] { reader.refuse(key, Unsupported.message) }
        reader.finish()
        return settings
    }
}
