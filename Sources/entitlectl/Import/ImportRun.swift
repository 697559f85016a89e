import EntitledClient

/// Where imports go.
protocol ImportServer: Sendable {
    func performAll<Content: Command>(
        _ commands: [Content], deadline: Duration?, isDryRun: Bool, requestID: (Content) -> RequestID?
    ) async throws(EntitledError) -> [Result<Reply<Content.Answer>, EntitledError>]

    /// What is there under an item's id.
    func existing<Item: Importable>(_ item: Item) async throws(EntitledError) -> Item
}

extension EntitledClient: ImportServer {
    func existing<Item: Importable>(_ item: Item) async throws(EntitledError) -> Item {
        try await item.existing(at: self)
    }
}

/// Sends what a plan has, level by level. Each command's request id follows from its content: a second run changes
/// nothing, or completes what the first one left.
struct ImportRun<Item: Importable, Server: ImportServer> {
    typealias Line = ImportPlan<Item>.Line

    let server: Server
    /// Whether everything is put into force, or only what asks for it.
    var activatesAll = false
    var isDryRun = false

    /// The most lines that are sent before their outcomes are looked at: enough for some full calls in flight.
    static var linesAtOnce: Int { 4_000 }
    /// The most records in work at once that are read to be compared.
    static var readsInFlight: Int { 64 }

    /// - Parameter progress: told now and then how many lines are done.
    /// - Throws: ``EntitledError`` if a command is too long to be sent at all.
    func run(_ plan: ImportPlan<Item>, progress: (Int) -> Void) async throws -> ImportResult {
        var result = ImportResult()
        progress(result.done)
        // A dry run adds nothing: only lines whose superiors were there before can be asked about.
        var present: Set<Int> = []
        for level in plan.levels {
            for start in stride(from: 0, to: level.count, by: Self.linesAtOnce) where result.interruption == nil {
                let lines = level[start..<min(level.count, start + Self.linesAtOnce)]
                let sent = lines.filter { line in !isDryRun || line.superior.map(present.contains) ?? true }
                result.onlyCheckedHere += lines.count - sent.count
                for (line, outcome) in zip(sent, try await carryOut(sent)) {
                    result.count(outcome, of: line.number)
                    if outcome.wasThere { present.insert(line.number) }
                }
                progress(result.done)
            }
        }
        result.notDone = plan.count - result.done
        return result
    }

    private func carryOut(_ lines: [Line]) async throws -> [ImportOutcome] {
        let additions = try await perform(lines.map(\.item.addition))
        let added = try await Bounded.map(zip(lines, additions), limit: Self.readsInFlight) { line, addition in
            await outcome(of: line.item, addition)
        }
        let places = lines.indices.filter { place in
            (activatesAll || lines[place].item.isActivated)
                && (isDryRun ? added[place].wasThere : !added[place].isFailure)
        }
        let activations = try await perform(places.compactMap { lines[$0].item.activation })
        let settled = try await Bounded.map(zip(places, activations), limit: Self.readsInFlight) { place, activation in
            await outcome(of: lines[place].item, after: added[place], activation)
        }
        var outcomes = added
        for (place, outcome) in zip(places, settled) { outcomes[place] = outcome }
        return outcomes
    }

    private func outcome(
        of item: Item, _ addition: Result<Reply<Item.Addition.Answer>, EntitledError>
    ) async -> ImportOutcome {
        do throws(EntitledError) {
            switch addition {
            case .success(let reply): return reply.isRepeated ? .repeated : .added
            case .failure(let error):
                guard error.reason == .alreadyExists else { throw error }
                let differences = item.differences(from: try await server.existing(item))
                guard differences.isEmpty else { throw .exists(item.id.text, differingIn: differences) }
                return .unchanged
            }
        } catch {
            return ImportOutcome(error)
        }
    }

    /// - Parameter addition: what became of the item before it was to be put into force.
    private func outcome(
        of item: Item, after addition: ImportOutcome, _ activation: Result<Reply<Entitlement>, EntitledError>
    ) async -> ImportOutcome {
        do throws(EntitledError) {
            switch activation {
            case .success(let reply): return reply.isRepeated ? addition : .added
            case .failure(let error):
                // Somebody else may have put it into force; that is as good.
                guard error.reason == .wrongState, try await server.existing(item).isActivated else { throw error }
                return addition
            }
        } catch {
            return ImportOutcome(
                EntitledError(error.reason, status: error.status, error.message, details: ["field": "activate"]))
        }
    }

    private func perform<Content: Command>(
        _ commands: [Content]
    ) async throws(EntitledError) -> [Result<Reply<Content.Answer>, EntitledError>] {
        guard !commands.isEmpty else { return [] }
        return try await server.performAll(commands, deadline: nil, isDryRun: isDryRun) { command in
            RequestID(derivedFrom: command, purpose: "entitled import")
        }
    }
}
