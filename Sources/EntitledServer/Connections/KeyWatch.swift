package import EntitledService
package import Logging
import ServiceLifecycle

/// Ends open connections whose keys have been revoked, or whose tenants are no longer served.
package struct KeyWatch: Service {
    private let directory: any Directory
    private let connections: OpenConnections
    private let interval: Duration
    private let logger: Logger

    /// - Parameter interval: how often the keys are checked.
    package init(
        directory: any Directory, connections: OpenConnections, interval: Duration, logger: Logger
    ) {
        self.directory = directory
        self.connections = connections
        self.interval = interval
        self.logger = logger
    }

    /// Checks until a graceful shutdown or cancellation.
    package func run() async {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil {
                await check()
            }
        }
    }

    /// Checks once. When the directory can't be asked, connections stay open: calls need the same database, so nothing
    /// is done for anybody meanwhile.
    func check() async {
        let keys = connections.keys
        guard !keys.isEmpty else { return }
        do throws(StoreError) {
            let revoked = keys.subtracting(try await directory.valid(among: keys))
            guard !revoked.isEmpty else { return }
            logger.info(
                "keys were revoked", metadata: ["keys": "\(revoked.map { "\($0.uuid)" }.sorted())"])
            connections.revoke(revoked)
        } catch {
            logger.warning(
                "the keys of open connections can't be checked",
                metadata: ["failure": "\(error.failure)", "error": "\(error.message)"])
        }
    }
}
