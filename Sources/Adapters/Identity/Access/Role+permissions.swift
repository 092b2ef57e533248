extension Role {
    /// The one place that says which role may do what.
    package var permissions: Set<Permission> {
        switch self {
        case .viewer: Self.viewerPermissions
        case .editor: Self.editorPermissions
        case .responder: Self.responderPermissions
        case .admin: Self.adminPermissions
        }
    }

    private static let viewerPermissions: Set<Permission> = [.queryTelemetry, .viewOperations, .greet]
    private static let editorPermissions = viewerPermissions.union([
        .editDashboards, .editSilences, .editRules, .editPipelines, .editSampling,
    ])
    private static let responderPermissions = editorPermissions.union([
        .respond, .breakGlass, .endQueries, .sendEvents,
    ])
    private static let adminPermissions = Set(Permission.allCases)
}
