import EntitledCore
import EntitledPostgres
import EntitledService

/// Turns what a batch needs into the statements that lock and load it, and their answers into a working set.
struct FactLoader {
    /// How long after its last day an entitlement is still locked for decisions: the widest time zone and more, so that
    /// clocks and zones never matter here. What the rules say of its end is decided later, exactly.
    private static let lockedDaysAfterEnd = 2

    let needs: Needs
    /// Whether rows are locked; a read takes no lock.
    let locks: Bool

    /// A statement, and how its answer is read.
    typealias Step = (statement: PipelineStep, read: (Rows, inout Loaded) throws -> Void)

    struct Loaded {
        var now = Instant(microseconds: 0)
        var zone = Zone.utc
        var settings = Settings()
        var decided: [RequestID: Decided] = [:]
        var catalogue = Catalogue()
        var channels: [Channel] = []
        var entitlements: [Entitlement] = []
        var locked: Set<EntitlementID> = []
        var cases: [Case] = []
    }

    /// Locks and loads in one round trip, which is also the transaction's last if nothing is locked.
    func load(_ transaction: TenantTransaction) throws -> WorkingSet {
        let steps = steps
        let statements = steps.map(\.statement)
        let answers = locks ? try transaction.flush(statements) : try transaction.commit(statements)
        var loaded = Loaded()
        for (step, rows) in zip(steps, answers) { try step.read(rows, &loaded) }
        return WorkingSet(
            now: loaded.now, zone: loaded.zone, settings: loaded.settings, catalogue: loaded.catalogue,
            channels: loaded.channels, entitlements: loaded.entitlements, locked: loaded.locked, cases: loaded.cases,
            decided: loaded.decided)
    }

    /// The locks come first: what is read after them sees what they waited for.
    var steps: [Step] { (locks ? lockSteps : []) + loadSteps }

    private var wantsEntitlements: Bool { !needs.candidates.isEmpty || !needs.entitlements.isEmpty }

    private var lockSteps: [Step] {
        var steps: [Step] = []
        if needs.structure { steps.append((PipelineStep(Statements.lockStructure), { _, _ in })) }
        if wantsEntitlements {
            var parameters = entitlementParameters
            // The server's own clock will do: the day only bounds what is locked.
            let today = Zone.utc.day(at: .systemNow)
            parameters.append(date: today.advanced(days: -Self.lockedDaysAfterEnd).daysSince1970)
            // Ids that were looked for in vain count: whoever adds one meets the unique key.
            steps.append(
                (
                    PipelineStep(Statements.lockEntitlements, parameters),
                    { [needs] in
                        $1.locked = needs.entitlements.union(try $0.map { EntitlementID(stored: try $0.text(0)) })
                    }
                ))
        }
        return steps
    }

    private var loadSteps: [Step] {
        var steps: [Step] = [(PipelineStep(Statements.loadClock), Self.readClock)]
        if !needs.requests.isEmpty {
            var parameters = Parameters()
            parameters.append(uuids: needs.requests.map(\.bytes))
            steps.append(
                (
                    PipelineStep(Statements.loadDecided, parameters),
                    { $1.decided = try JournalReading.decided($0) }
                ))
        }
        for table in CatalogueTables.all {
            guard let statement = table.loading(needs) else { continue }
            steps.append((statement, { try table.read($0, into: &$1.catalogue) }))
        }
        let channels = needs.channels.subtracting(Channel.standard)
        if !channels.isEmpty {
            steps.append(
                (
                    Self.step(Statements.loadChannels, channels),
                    { $1.channels = try $0.map { Channel(id: ChannelID(stored: try $0.text(0))) } }
                ))
        }
        if wantsEntitlements {
            steps.append(
                (PipelineStep(EntitlementTables.load, entitlementParameters), Self.readEntitlements))
        }
        if !needs.cases.isEmpty {
            steps.append((Self.step(CaseTables.load, needs.cases), { $1.cases = try CaseTables.read($0) }))
        }
        return steps
    }

    private var entitlementParameters: Parameters {
        var parameters = Parameters()
        parameters.append(texts: needs.candidates.map(\.text))
        parameters.append(texts: needs.entitlements.map(\.text))
        return parameters
    }

    private static func step<Record>(_ statement: Statement, _ ids: Set<Identifier<Record>>) -> PipelineStep {
        var parameters = Parameters()
        parameters.append(texts: ids.map(\.text))
        return PipelineStep(statement, parameters)
    }

    private static func readClock(_ rows: Rows, _ loaded: inout Loaded) throws {
        // Without a zone no day has a beginning: better no answer than a wrong one.
        guard let row = rows.first else { throw StoreError(.tenantUnavailable, "the tenant has no settings") }
        var cursor = RowCursor(row)
        loaded.now = try cursor.instant()
        loaded.zone = Zone(stored: try cursor.text())
        loaded.settings = Settings(
            fallsThrough: try cursor.bool(), defaultEntitlement: try cursor.optionalID(),
            closingDays: try cursor.int4(), version: try cursor.int8())
    }

    private static func readEntitlements(_ rows: Rows, _ loaded: inout Loaded) throws {
        let (entitlements, calendars) = try EntitlementTables.read(rows)
        loaded.entitlements = entitlements
        for calendar in calendars { loaded.catalogue.insert(calendar) }
    }
}
