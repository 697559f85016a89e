import EntitledCore
import EntitledPostgres
import EntitledService

/// Turns what a batch needs into the statements that lock and load it, and their answers into a working set.
struct FactLoader {
    /// How long after its last day an entitlement is still locked for decisions: the widest time zone and more, so that
    /// clocks and zones never matter here. What the rules say of its end is decided later, exactly.
    private static let lockedDaysAfterEnd = 2

    private var needs: Needs
    /// Whether rows are locked; a read takes no lock.
    private let locks: Bool
    private let hints: LoadingHints
    /// Whether the customers are taken to stand alone (``Loaded/standAlone(_:)``): then their lines needn't be walked.
    /// Whether they do is looked up all the same.
    private let presumesAlone: Bool
    /// The customers whose candidates are needed, as statements take them.
    private let candidates: [String]
    /// What is asked for in one round trip. What only few batches meet takes another one.
    private(set) var steps: [Step] = []

    /// - Parameter walksLines: whatever the hints say.
    init(needs: Needs, locks: Bool, hints: LoadingHints, walksLines: Bool = false) {
        // Entitlements that are named may be anybody's.
        presumesAlone =
            !walksLines && !needs.candidates.isEmpty && needs.entitlements.isEmpty && hints.haveCustomersStoodAlone
        // A key path of a generic type would be made anew each time.
        candidates = needs.candidates.map { $0.text }
        self.needs = needs
        self.needs.calendars.formUnion(hints.calendars)
        self.locks = locks
        self.hints = hints
        steps = firstSteps
    }

    /// A statement, and how its answer is read.
    typealias Step = (statement: PipelineStep, read: @Sendable (Rows, inout Loaded) throws -> Void)

    struct Loaded {
        var now = Instant(microseconds: 0)
        var zone = Zone.utc
        var settings = Settings()
        /// Whether one of the customers has something above it, or a default of its own.
        var isAnyoneInTree = false
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
            let carriedFrom = Set(entitlements.compactMap(\.life.carriesFrom))
            return carriedFrom.isEmpty ? [] : carriedFrom.subtracting(entitlements.map(\.id))
        }

        /// Whether nothing but their own entitlements can cover cases of these customers: nothing stands above them,
        /// and there is no default. Each has an entitlement, so there is such a customer, and its record says no more.
        func standAlone(_ customers: Set<CustomerID>) -> Bool {
            guard !isAnyoneInTree, settings.defaultEntitlement == nil, !customers.isEmpty else { return false }
            // By their places: each would be copied otherwise.
            return customers.isSubset(of: entitlements.indices.lazy.map { entitlements[$0].terms.customer })
        }

        /// Those that entitlements name.
        var calendars: Set<CalendarID> { Set(entitlements.compactMap(\.terms.service.calendar)) }
    }

    /// Sends what ``load(_:)`` is going to ask for; waits for nothing.
    @Sendable func sendAhead(_ transaction: TenantTransaction) {
        transaction.sendAhead(steps.map(\.statement), commits: !locks)
    }

    /// Locks and loads; if nothing is locked, the transaction is over then.
    func load(_ transaction: TenantTransaction) throws -> WorkingSet {
        var loaded = Loaded()
        try perform(steps, transaction, &loaded)
        let standAlone = loaded.standAlone(needs.candidates)
        if !needs.candidates.isEmpty { hints.learn(haveStoodAlone: standAlone) }
        if presumesAlone && !standAlone {
            // Others are to be locked, and before those that are.
            transaction.abandon()
            return try FactLoader(needs: needs, locks: locks, hints: hints, walksLines: true).load(transaction)
        }
        let missed = loaded.calendars.subtracting(needs.calendars)
        if !missed.isEmpty { hints.learn(missed: missed) }
        if locks {
            var more = Needs()
            more.calendars = missed
            let details = detailSteps(requests: loaded.knownRequests, cases: loaded.knownCases)
            try perform(details + catalogueSteps(more), transaction, &loaded)
        } else {
            // A command that waits for a predecessor comes again and names it; a query can't.
            let predecessors = loaded.predecessors.subtracting(needs.entitlements)
            if !missed.isEmpty || !predecessors.isEmpty {
                // Its snapshot is gone: all of it is read again, of another one.
                var more = needs
                more.calendars.formUnion(missed)
                more.entitlements.formUnion(predecessors)
                return try FactLoader(needs: more, locks: false, hints: hints).load(transaction)
            }
        }
        let facts = WorkingSet(
            now: loaded.now, zone: loaded.zone, settings: loaded.settings, catalogue: loaded.catalogue,
            channels: loaded.channels, entitlements: loaded.entitlements, locked: loaded.locked,
            cases: loaded.cases, decided: loaded.decided, alone: presumesAlone ? needs.candidates : [])
        guard facts.entitlements.count == loaded.entitlements.count else {
            throw PostgresError(.protocolViolation, "the rows of an entitlement are scattered")
        }
        return facts
    }

    private func perform(_ steps: [Step], _ transaction: TenantTransaction, _ loaded: inout Loaded) throws {
        guard !steps.isEmpty else { return }
        let statements = steps.map(\.statement)
        let answers = locks ? try transaction.flush(statements) : try transaction.commit(statements)
        for (step, rows) in zip(steps, answers) { try step.read(rows, &loaded) }
    }

    /// The locks come first: what is read after them sees what they waited for. The lines come even before them,
    /// because they say what is to be locked; nobody locks what stands in them, but whoever changes it.
    private var firstSteps: [Step] {
        var steps: [Step] = []
        if locks && needs.structure { steps.append((PipelineStep(Statements.lockStructure), { _, _ in })) }
        steps += lineSteps
        if locks { steps += lockSteps }
        return steps + loadSteps
    }

    private var wantsEntitlements: Bool { !needs.candidates.isEmpty || !needs.entitlements.isEmpty }

    private var lineSteps: [Step] {
        guard !needs.candidates.isEmpty, !presumesAlone else { return [] }
        return [
            (
                Self.step(CatalogueTables.loadLines, candidates),
                { try CatalogueTables.customers.read($0, into: &$1.catalogue) }
            )
        ]
    }

    private var lockSteps: [Step] {
        guard wantsEntitlements else { return [] }
        var parameters = entitlementKeys
        // The server's own clock will do: the day only bounds what is locked.
        let today = Zone.utc.day(at: .systemNow)
        parameters.append(date: today.advanced(days: -Self.lockedDaysAfterEnd).daysSince1970)
        // Ids that were looked for in vain count: whoever adds one meets the unique key.
        return [
            (
                PipelineStep(presumesAlone ? Statements.lockOwnEntitlements : Statements.lockEntitlements, parameters),
                { [needs] in
                    $1.locked = needs.entitlements.union(try $0.map { EntitlementID(stored: try $0.text(0)) })
                }
            )
        ]
    }

    private var loadSteps: [Step] {
        // Nearly all requests and cases of a batch are new; a read names what there is.
        var steps = [clockStep]
        if !locks { steps += detailSteps(requests: needs.requests, cases: needs.cases) }
        var records = needs
        // Those whose lines were walked aren't read again: by now they may stand below others, whose entitlements
        // nobody has looked for.
        if !presumesAlone { records.customers.subtract(records.candidates) }
        steps += catalogueSteps(records)
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
                (
                    PipelineStep(presumesAlone ? EntitlementTables.loadOwn : EntitlementTables.load, entitlementKeys),
                    { $1.entitlements = try EntitlementTables.read($0) }
                ))
        }
        return steps
    }

    private func catalogueSteps(_ needs: Needs) -> [Step] {
        CatalogueTables.all.compactMap { table in
            table.loading(needs).map { ($0, { try table.read($0, into: &$1.catalogue) }) }
        }
    }

    private var clockStep: Step {
        var parameters = Parameters()
        parameters.append(uuids: locks ? needs.requests.map(\.bytes) : [])
        parameters.append(texts: locks ? needs.cases.map(\.text) : [])
        parameters.append(texts: candidates)
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

    /// What entitlements are found by: their owners, or their own ids besides those owners whom the walk found.
    private var entitlementKeys: Parameters {
        var parameters = Parameters()
        parameters.append(texts: presumesAlone ? candidates : needs.entitlements.map { $0.text })
        return parameters
    }

    private static func step<Record>(_ statement: Statement, _ ids: Set<Identifier<Record>>) -> PipelineStep {
        // A key path of a generic type would be made anew each time.
        step(statement, ids.map { $0.text })
    }

    private static func step(_ statement: Statement, _ ids: [String]) -> PipelineStep {
        var parameters = Parameters()
        parameters.append(texts: ids)
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
        loaded.isAnyoneInTree = try cursor.bool()
    }
}
