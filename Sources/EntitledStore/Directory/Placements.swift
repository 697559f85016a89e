import EntitledCore
package import EntitledPostgres
package import EntitledService
package import Logging
import Synchronization

/// Where one tenant's data lives, and as whom it is reached.
struct Placement: Sendable {
    let cluster: String
    let login: String
    let schema: String
    let role: String
    /// The step that makes a transaction the tenant's.
    let enter: PipelineStep
    /// Kept as long as the placement is.
    let hints = LoadingHints()

    init(cluster: String, login: String, schema: String, role: String) {
        self.cluster = cluster
        self.login = login
        self.schema = schema
        self.role = role
        var parameters = Parameters()
        parameters.append(text: role)
        // A path is a list of identifiers: quoted, so that a schema's hyphens are part of its name.
        parameters.append(text: "\"" + schema.replacing("\"", with: "\"\"") + "\"")
        enter = PipelineStep(Statements.enterTenant, parameters)
    }
}

/// Names a way into a cluster: a login serves a bounded number of tenants.
package struct ClusterLogin: Hashable, Sendable {
    package let cluster: String
    package let login: String

    package init(cluster: String, login: String) {
        self.cluster = cluster
        self.login = login
    }

    /// What `database init` sets up.
    package static let main = ClusterLogin(cluster: "main", login: "entitled_server")
}

/// The connections of one server: to the control plane, and to each cluster by each login.
package final class Placements: Sendable {
    /// How long a placement that was looked up is used without asking again.
    private static let lifetime = Duration.seconds(5)
    /// The connections that the control plane gets: keys are looked up in bursts, when clients reconnect.
    private static let controlConnections = 2

    /// Every statement of the data path finds its rows by keys. The planner would rather read a whole table, or compile
    /// a statement, than believe it. Since no value can change such a plan, it is made once: planned afresh for each
    /// batch, a small one would spend most of its time on plans.
    static let planning = ["enable_seqscan": "off", "jit": "off", "plan_cache_mode": "force_generic_plan"]

    let control: PostgresPool
    private let pools: [ClusterLogin: PostgresPool]
    private let known = Mutex<[TenantSlug: (placement: Placement, until: ContinuousClock.Instant)]>([:])

    /// - Parameters:
    ///   - control: how to reach the control plane.
    ///   - clusters: how to reach the tenants' data.
    ///   - connections: to each of the clusters, at most.
    package init(
        control: PostgresConfiguration, clusters: [ClusterLogin: PostgresConfiguration], connections: Int,
        logger: Logger
    ) {
        func planned(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
            var configuration = configuration
            configuration.settings.merge(Self.planning) { given, _ in given }
            return configuration
        }
        self.control = PostgresPool(
            configuration: planned(control), limits: PostgresPool.Limits(connections: Self.controlConnections),
            logger: logger)
        pools = clusters.mapValues {
            PostgresPool(
                configuration: planned($0), limits: PostgresPool.Limits(connections: connections), logger: logger)
        }
    }

    /// Closes every connection, after the work that is under way.
    package func close() async {
        for pool in pools.values { await pool.close() }
        await control.close()
    }

    /// - Throws: ``StoreError`` `tenantUnavailable` if the tenant isn't active or lives where this server can't reach.
    func placement(of tenant: TenantSlug) async throws(StoreError) -> (pool: PostgresPool, placement: Placement) {
        let placement = try await find(tenant)
        guard let pool = pools[ClusterLogin(cluster: placement.cluster, login: placement.login)] else {
            throw StoreError(
                .tenantUnavailable, "no connection is configured to \(placement.cluster) as \(placement.login)")
        }
        return (pool, placement)
    }

    func forget(_ tenant: TenantSlug) {
        known.withLock { $0[tenant] = nil }
    }

    private func find(_ tenant: TenantSlug) async throws(StoreError) -> Placement {
        let now = ContinuousClock.now
        if let found = known.withLock({ $0[tenant] }), found.until > now { return found.placement }
        var parameters = Parameters()
        parameters.append(text: tenant.text)
        guard let row = try await ask(Statements.findPlacement, parameters).first else {
            throw StoreError(.tenantUnavailable, "there is no tenant \(tenant)")
        }
        do {
            guard try row.int2(4) == TenantStatus.active.rawValue else {
                throw StoreError(.tenantUnavailable, "tenant \(tenant) is not active")
            }
            let placement = Placement(
                cluster: try row.text(0), login: try row.text(1), schema: try row.text(2), role: try row.text(3))
            known.withLock { $0[tenant] = (placement, now + Self.lifetime) }
            return placement
        } catch {
            throw StoreError(of: error)
        }
    }

    /// Asks the control plane, as its reader.
    func ask(_ statement: Statement, _ parameters: Parameters) async throws(StoreError) -> Rows {
        do {
            return try await control.withSession(affinity: "entitled_directory") { session in
                let steps = [
                    PipelineStep(Statements.beginSnapshot), PipelineStep(Statements.enterDirectory),
                    PipelineStep(statement, parameters), PipelineStep(Statements.endSnapshot),
                ]
                do {
                    let answers = try session.flush(steps)
                    try session.requireOwnRole(asOf: answers[1])
                    return answers[2]
                } catch {
                    if session.transactionStatus != .idle { _ = try? session.flush([.rollback]) }
                    throw error
                }
            }
        } catch {
            throw StoreError(of: error)
        }
    }

    /// What makes a commit less than durable on any of the clusters: names of settings that are off.
    /// - Throws: ``StoreError``.
    package func undurableSettings() async throws(StoreError) -> Set<String> {
        var found: Set<String> = []
        for pool in pools.values {
            do {
                found.formUnion(
                    try await pool.withSession(affinity: "") { session in
                        let rows = try session.query(
                            "select name from pg_settings where name in ('fsync', 'synchronous_commit') "
                                + "and setting = 'off'")
                        return Set(try rows.map { try $0.text(0) })
                    })
            } catch {
                throw StoreError(of: error)
            }
        }
        return found
    }
}

/// What the control plane records of a tenant's life.
package enum TenantStatus: Int16, NamedValue {
    case provisioning = 1
    case active = 2
    case suspended = 3

    package var name: String {
        switch self {
        case .provisioning: "provisioning"
        case .active: "active"
        case .suspended: "suspended"
        }
    }
}
