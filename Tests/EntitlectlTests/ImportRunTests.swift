import EntitledClient
import EntitledCore
import Foundation
import Synchronization
import Testing

@testable import entitlectl

@Suite("An import is sent")
struct ImportRunTests {
    private static let families = "id,family\nlaser,printers\nprinters,\nlaser-9,laser\n"
    private static let sold =
        "id,customer,start_day,allocations,activate\nE1,acme,2026-01-01,main=5,true\nE2,acme,2026-01-01,main=5,\n"

    private static func run<Item: Importable>(
        _ kind: Item.Type, _ text: String, on server: RulesServer, activatesAll: Bool = false, isDryRun: Bool = false
    ) async throws -> ImportResult {
        try await ImportRun(server: server, activatesAll: activatesAll, isDryRun: isDryRun)
            .run(try ImportPlanTests.plan(kind, text)) { _ in }
    }

    /// `added unchanged repeated failed`, then what is wrong.
    private static func counts(_ result: ImportResult) -> [String] {
        ["\(result.added) \(result.unchanged) \(result.repeated) \(result.failures.count)"]
            + result.failures.map(\.description)
    }

    @Test("once: a second run gets the first answers and changes nothing")
    func twice() async throws {
        let server = try RulesServer()
        #expect(Self.counts(try await Self.run(Product.self, Self.families, on: server)) == ["3 0 0 0"])
        let lines = server.journalLines
        #expect(Self.counts(try await Self.run(Product.self, Self.families, on: server)) == ["0 0 3 0"])
        #expect(server.journalLines == lines)
        #expect(lines == 3)
    }

    @Test("and compared with what was made otherwise")
    func compared() async throws {
        let server = try RulesServer()
        try server.add(AddProduct(Product(id: ProductID("printers"))))
        try server.add(AddProduct(Product(id: ProductID("laser"), name: "Laser", family: ProductID("printers"))))
        #expect(
            Self.counts(try await Self.run(Product.self, Self.families, on: server)) == [
                "1 1 0 1",
                "line 2: id: 'laser' exists already and differs in name; it was left as it is",
            ])
        #expect(server.state.products[try ProductID("laser")]?.name == "Laser")
    }

    @Test("with what the server says of a line, by its number")
    func refused() async throws {
        let text = "id,product,customer\nSN-1,till,acme\nSN-2,,\nSN-3,till,nobody\n"
        let server = try RulesServer()
        try server.add(AddProduct(Product(id: ProductID("till"))))
        #expect(
            Self.counts(try await Self.run(Asset.self, text, on: server)) == [
                "1 0 0 1", "line 4: customer: there is no 'nobody'",
            ])
    }

    @Test("in force, where the line or the caller asks for it")
    func activated() async throws {
        let server = try RulesServer()
        #expect(Self.counts(try await Self.run(ImportedEntitlement.self, Self.sold, on: server)) == ["2 0 0 0"])
        #expect(server.states == ["E1": .activated, "E2": .draft])
        // What is left of the work counts as added.
        let again = try await Self.run(ImportedEntitlement.self, Self.sold, on: server, activatesAll: true)
        #expect(Self.counts(again) == ["1 0 1 0"])
        #expect(server.states == ["E1": .activated, "E2": .activated])
    }

    @Test("and completed by a second run, if putting it into force failed")
    func completed() async throws {
        let server = try RulesServer()
        server.refuses = .activateEntitlement
        #expect(
            Self.counts(try await Self.run(ImportedEntitlement.self, Self.sold, on: server)) == [
                "1 0 0 1", "line 2: activate: not today",
            ])
        server.refuses = nil
        #expect(Self.counts(try await Self.run(ImportedEntitlement.self, Self.sold, on: server)) == ["1 0 1 0"])
        #expect(Self.counts(try await Self.run(ImportedEntitlement.self, Self.sold, on: server)) == ["0 0 2 0"])
        #expect(server.states == ["E1": .activated, "E2": .draft])
    }

    @Test("and left alone, where it was put into force otherwise")
    func activatedOtherwise() async throws {
        let server = try RulesServer()
        let terms = EntitlementTerms(
            customer: try CustomerID("acme"), startDay: try #require(CalendarDay("2026-01-01")),
            service: ServiceTerms(allocations: [AllocationTerms(kind: .perIncident(cases: 5))]))
        try server.add(AddEntitlement(id: EntitlementID("E1"), terms: terms))
        try server.add(ActivateEntitlement(id: EntitlementID("E1")))
        #expect(Self.counts(try await Self.run(ImportedEntitlement.self, Self.sold, on: server)) == ["1 1 0 0"])
    }

    @Test("and what a line leaves to its plan may be as it was there")
    func plans() async throws {
        let server = try RulesServer()
        let pool = AllocationTerms(kind: .perIncident(cases: 9))
        let service = ServiceTerms(channels: try Scope([ChannelID("phone")]), allocations: [pool])
        try server.add(AddPlan(Plan(id: PlanID("gold"), service: service, months: 12)))
        let start = try #require(CalendarDay("2026-01-01"))
        for id in ["E1", "E2"] {
            let terms = EntitlementTerms(
                customer: try CustomerID("acme"), startDay: start, plan: try PlanID("gold"), service: ServiceTerms())
            try server.add(AddEntitlement(id: EntitlementID(id), terms: terms))
        }
        let text =
            "id,customer,start_day,plan,priority,channels\nE1,acme,2026-01-01,gold,,\n"
            + "E2,acme,2026-01-01,gold,1,email\n"
        #expect(
            Self.counts(try await Self.run(ImportedEntitlement.self, text, on: server)) == [
                "0 1 0 1",
                "line 3: id: 'E2' exists already and differs in priority, service.channels; it was left as it is",
            ])
    }

    @Test("for show: nothing is written, and what belongs to lines that aren't there yet is checked here only")
    func dryRun() async throws {
        let server = try RulesServer()
        let first = try await Self.run(Product.self, Self.families, on: server, isDryRun: true)
        #expect(Self.counts(first) == ["1 0 0 0"])
        #expect(first.onlyCheckedHere == 2)
        #expect(server.journalLines == 0)
        try server.add(AddProduct(Product(id: ProductID("printers"))))
        let second = try await Self.run(Product.self, Self.families, on: server, isDryRun: true)
        #expect(Self.counts(second) == ["1 1 0 0"])
        #expect(second.onlyCheckedHere == 1)
        #expect(server.journalLines == 1)
    }

    @Test("until something concerns all lines: then it stops and says so")
    func interrupted() async throws {
        let server = try RulesServer()
        server.isDown = true
        let result = try await Self.run(Product.self, Self.families, on: server)
        #expect(Self.counts(result) == ["0 0 0 0"])
        #expect(result.notDone == 3)
        #expect(result.interruption?.reason == .unavailable)
        #expect(server.calls == 1)
    }

    @Test("and reported in a last line, with a failure if a line failed")
    func reports() async throws {
        let server = try RulesServer()
        let plan = try ImportPlanTests.plan(Product.self, "id,family\na,\nb,nowhere\n,\n")
        #expect(plan.problems.count == 1)
        let unsent = ImportReport(file: "f.csv", plan: plan, result: nil, isDryRun: false)
        #expect(unsent.text.hasSuffix("\nimport: added=0 unchanged=0 repeated=0 failed=1"))
        #expect(unsent.text.contains("nothing was sent"))
        #expect(unsent.failure == CommandFailure("1 line could not be imported"))
        let result = try await ImportRun(server: server).run(plan) { _ in }
        let sent = ImportReport(file: "f.csv", plan: plan, result: result, isDryRun: false)
        #expect(
            sent.text.hasSuffix(
                "line 3: family: there is no 'nowhere'\nline 4: id: is missing; allowed: \(TextRule.id.allowed)\n"
                    + "import: added=1 unchanged=0 repeated=0 failed=2"))
        server.isDown = true
        let lost = try await ImportRun(server: server).run(plan) { _ in }
        let stopped = ImportReport(file: "f.csv", plan: plan, result: lost, isDryRun: true)
        #expect(stopped.text.hasSuffix("failed=3"))
        #expect(stopped.text.contains("dry run: nothing was written\nstopped: 2 lines not done\n"))
        #expect(stopped.failure?.description.hasSuffix("another run does what is left") == true)
        let fine = try ImportPlanTests.plan(Product.self, "id\n")
        #expect(ImportReport(file: "f.csv", plan: fine, result: ImportResult(), isDryRun: false).failure == nil)
    }
}

/// The rules themselves, over facts in memory: one tenant with the account `acme`.
private final class RulesServer: ImportServer {
    private struct State {
        var facts: WorkingSet
        var refuses: EntitledCore.Method?
        var isDown = false
        var calls = 0
    }

    private let guarded: Mutex<State>

    init() throws {
        var catalogue = Catalogue()
        catalogue.insert(Customer(id: try CustomerID("acme"), kind: .account, version: 1))
        // 2026-06-01
        guarded = Mutex(
            State(facts: WorkingSet(now: Instant(seconds: 1_780_272_000), zone: .utc, catalogue: catalogue)))
    }

    var state: WorkingSet { guarded.withLock { $0.facts } }
    var calls: Int { guarded.withLock { $0.calls } }
    var journalLines: Int { state.changes.entries.count }
    var states: [String: EntitlementState] {
        Dictionary(uniqueKeysWithValues: state.entitlements.all.map { ($0.id.text, $0.state) })
    }
    /// Commands that fail.
    var refuses: EntitledCore.Method? {
        get { guarded.withLock { $0.refuses } }
        set { guarded.withLock { $0.refuses = newValue } }
    }
    var isDown: Bool {
        get { guarded.withLock { $0.isDown } }
        set { guarded.withLock { $0.isDown = newValue } }
    }

    /// By other means than an import.
    func add(_ command: some DecidableCommand) throws {
        _ = try guarded.withLock { state in
            try state.facts.perform(command, Envelope(request: RequestID(), command: command, actor: "other"))
        }
    }

    func performAll<Content: Command>(
        _ commands: [Content], deadline: Duration?, isDryRun: Bool, requestID: (Content) -> RequestID?
    ) async throws(EntitledError) -> [Result<Reply<Content.Answer>, EntitledError>] {
        guarded.withLock { $0.calls += 1 }
        var results: [Result<Reply<Content.Answer>, EntitledError>] = []
        for command in commands {
            let id = requestID(command) ?? RequestID()
            results.append(
                Result { () throws(EntitledError) in
                    guard let decidable = command as? any DecidableCommand,
                        let reply = try perform(decidable, id, isDryRun) as? Reply<Content.Answer>
                    else { throw EntitledError(.internalError, "no command of ours") }
                    return reply
                })
        }
        return results
    }

    private func perform<Content: DecidableCommand>(
        _ command: Content, _ id: RequestID, _ isDryRun: Bool
    ) throws(EntitledError) -> any Sendable {
        do {
            return try guarded.withLock { state in
                if state.isDown { throw EntitledError(.unavailable, "the server can't be reached") }
                if state.refuses == Content.method { throw EntitledError(.invalidField, "not today") }
                let envelope = Envelope(request: id, command: command, actor: "import", isDryRun: isDryRun)
                return try state.facts.perform(command, envelope).reply(base: 1)
            }
        } catch let error as EntitledError {
            throw error
        } catch {
            throw EntitledError(.internalError, "\(error)")
        }
    }

    func existing<Item: Importable>(_ item: Item) async throws(EntitledError) -> Item {
        let facts = state
        let found: (any Importable)? =
            switch item {
            case let item as Product: facts.products[item.id]
            case let item as ImportedEntitlement:
                facts.entitlements[item.id].map {
                    ImportedEntitlement(id: $0.id, terms: $0.terms, isActivated: $0.state == .activated)
                }
            default: nil
            }
        guard let found = found as? Item else { throw .notFound("id", item.id.text) }
        return found
    }
}
