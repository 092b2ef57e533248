import Identity

extension IdentitySettings {
    /// `auth:`. `none` is allowed only where nobody else can reach the listener.
    static func decode(_ node: ConfigurationNode?, _ server: ServerSettings) -> IdentitySettings {
        var settings = IdentitySettings()
        guard var reader = node?.mapping() else { return settings }
        if let mode = reader["mode"] {
            settings.mode = mode.choice(Mode.self) ?? settings.mode
            if settings.mode == .none, !server.listen.isLoopback {
                mode.note(
                    "auth.mode none needs every listener on a loopback address; server.listen is \(server.listen)")
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
