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
        /// The calls that were decided before, and the cases that were opened: there is more to be read of them.
        var knownRequests: Set<RequestID> = []
        var knownCases: Set<CaseID> = []
        var decided: [RequestID: Decided] = [:]
        var catalogue = Catalogue()
        var channels: [Channel] = []
        var entitlements: [Entitlement] = []
        var locked: Set<EntitlementID> = []
        var cases: [Case] = []

        /// Those from which something is still to be carried over, and which weren't loaded.
        var predecessors: Set<EntitlementID> {
            Set(entitlements.compactMap(\.life.carriesFrom)).subtracting(entitlements.map(\.id))
        }
    }

    /// Locks and loads in one round trip, which is also the transaction's last if nothing is locked. What only few
    /// batches meet takes another one.
    func load(_ transaction: TenantTransaction) throws -> WorkingSet {
        var loaded = Loaded()
        try perform(steps, transaction, &loaded)
        if locks {
            try perform(detailSteps(requests: loaded.knownRequests, cases: loaded.knownCases), transaction, &loaded)
        } else {
            // A command that waits for a predecessor comes again and names it; a query can't.
            var more = needs
            more.entitlements.formUnion(loaded.predecessors)
            if more.entitlements != needs.entitlements {
                // Its snapshot is gone: all of it is read again, of another one.
                return try FactLoader(needs: more, locks: false).load(transaction)
            }
        }
        return WorkingSet(
            now: loaded.now, zone: loaded.zone, settings: loaded.settings, catalogue: loaded.catalogue,
            channels: loaded.channels, entitlements: loaded.entitlements, locked: loaded.locked,
            cases: loaded.cases, decided: loaded.decided)
    }

    private func perform(_ steps: [Step], _ transaction: TenantTransaction, _ loaded: inout Loaded) throws {
        guard !steps.isEmpty else { return }
        let statements = steps.map(\.statement)
        let answers = locks ? try transaction.flush(statements) : try transaction.commit(statements)
        for (step, rows) in zip(steps, answers) { try step.read(rows, &loaded) }
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
        // Nearly all requests and cases of a batch are new; a read names what there is.
        var steps = [clockStep]
        if !locks { steps += detailSteps(requests: needs.requests, cases: needs.cases) }
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
        return steps
    }

    private var clockStep: Step {
        var parameters = Parameters()
        parameters.append(uuids: locks ? needs.requests.map(\.bytes) : [])
        parameters.append(texts: locks ? needs.cases.map(\.text) : [])
        return (PipelineStep(Statements.loadClock, parameters), Self.readClock)
    }

    private func detailSteps(requests: Set<RequestID>, cases: Set<CaseID>) -> [Step] {
        var steps: [Step] = []
        if !requests.isEmpty {
            var parameters = Parameters()
            parameters.append(uuids: requests.map(\.bytes))
            steps.append(
                (PipelineStep(Statements.loadDecided, parameters), { $1.decided = try JournalReading.decided($0) }))
        }
        if !cases.isEmpty {
            steps.append((Self.step(CaseTables.load, cases), { $1.cases = try CaseTables.read($0) }))
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
        loaded.knownRequests = try cursor.requests()
        loaded.knownCases = try cursor.ids()
    }

    private static func readEntitlements(_ rows: Rows, _ loaded: inout Loaded) throws {
        let (entitlements, calendars) = try EntitlementTables.read(rows)
        loaded.entitlements = entitlements
        for calendar in calendars { loaded.catalogue.insert(calendar) }
    }
}
