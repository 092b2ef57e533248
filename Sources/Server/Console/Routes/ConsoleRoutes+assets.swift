import HTTPAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// Styles, scripts, the icon and the manifest. Open to anybody: the sign-in page needs them.
extension ConsoleRoutes {
    func registerAssets(on router: Router<SignalboxRequestContext>) {
        router.get("assets/:version/:name") { request, context in
            let name = try context.parameters.require("name")
            // An old page in an open tab gets today's file, but no cache may keep that under the old name.
            let isCurrent = try context.parameters.require("version") == assets.version
            guard let file = assets.files[name] else { throw HTTPError(.notFound) }
            return ConsoleResponse.asset(
                file, cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-store")
        }
        router.get("favicon.ico") { _, _ in
            guard let icon = assets.files["icon.svg"] else { throw HTTPError(.notFound) }
            return ConsoleResponse.asset(icon, cacheControl: "public, max-age=86400")
        }
        // At the root, because a worker serves what lies below its own address.
        router.get("service-worker.js") { _, _ in
            guard let worker = assets.files["service-worker.js"] else { throw HTTPError(.notFound) }
            return ConsoleResponse.asset(worker, cacheControl: "no-cache")
        }
        router.get("manifest.webmanifest") { _, _ in
            ConsoleResponse.asset(
                ConsoleAssets.File(contentType: "application/manifest+json", bytes: ByteBuffer(string: manifest)),
                cacheControl: "no-cache")
        }
    }

    /// Lets a phone keep the console on its home screen.
    private var manifest: String {
        """
        {
          "name": "Signalbox", "short_name": "Signalbox", "id": "/", "start_url": "/", "scope": "/",
          "display": "standalone", "background_color": "#11161d", "theme_color": "#11161d",
          "icons": [
            { "src": "\(assets.prefix)icon.svg", "type": "image/svg+xml", "sizes": "any", "purpose": "any" },
            { "src": "\(assets.prefix)icon-maskable.svg", "type": "image/svg+xml", "sizes": "any",
              "purpose": "maskable" }
          ],
          "shortcuts": [
            { "name": "Alerts", "url": "/alerts" },
            { "name": "Explore", "url": "/explore" }
          ]
        }
        """
    }
}
