import EntitledCore
import EntitledService
import EntitledTestKit
import Synchronization
import Testing

/// The stores that must behave alike.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case postgres

    var testDescription: String { rawValue }

    /// A clerk with a tenant of its own.
    func clerk(zone: Zone = .utc) async throws -> Clerk { try await timed(zone: zone).clerk }

    /// A clerk with a tenant of its own, and the clock that its decisions read.
    func timed(zone: Zone = .utc) async throws -> (clerk: Clerk, clock: TestClock) {
        switch self {
        case .memory:
            let clock = TestClock { _ in }
            let store = MemoryStore(zone: zone) { clock.now }
            return (Clerk(store, tenant: try TenantSlug("memory")), clock)
        case .postgres:
            let installation = try await TestInstallation.shared
            let tenant = try await installation.makeTenant(zone: zone)
            let clock = TestClock { try await installation.putClock(of: tenant, ahead: $0) }
            return (Clerk(installation.store, tenant: tenant), clock)
        }
    }
}

/// A clock that goes on as the real one does, and can be put ahead.
final class TestClock: Sendable {
    private let ahead = Mutex(Duration.zero)
    private let set: @Sendable (Duration) async throws -> Void

    /// - Parameter set: tells the store how far it is ahead.
    init(_ set: @escaping @Sendable (Duration) async throws -> Void) {
        self.set = set
    }

    var now: Instant {
        let seconds = ahead.withLock { $0.components.seconds }
        return Instant(microseconds: Instant.systemNow.microseconds + seconds * 1_000_000)
    }

    /// In UTC.
    var today: CalendarDay { Zone.utc.day(at: now) }

    func pass(days: Int64) async throws {
        let time = ahead.withLock { ahead in
            ahead += .seconds(days * 86_400)
            return ahead
        }
        try await set(time)
    }
}
