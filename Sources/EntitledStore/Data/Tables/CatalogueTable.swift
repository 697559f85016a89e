import EntitledCore
import EntitledPostgres

/// A table of the catalogue, whatever its records are.
protocol CatalogueTable: Sendable {
    /// The step that loads what is needed; nil if nothing is.
    func loading(_ needs: Needs) -> PipelineStep?
    func read(_ rows: Rows, into catalogue: inout Catalogue) throws
    /// The steps that write what was added and what was replaced.
    func writing(_ changes: Changes) throws -> [PipelineStep]
}

/// How the records of one kind are kept.
struct RecordTable<Record: StoredRecord>: CatalogueTable {
    /// The ids that a statement is given, as one of its parameters.
    typealias Keys = @Sendable (Needs) -> [String]

    let listing: Statement
    let record: @Sendable (inout RowCursor) throws -> Record
    private let table: Table<Record>
    private let load: Statement
    private let keys: [Keys]
    // Looked up once: making a key path costs as much as a small batch's whole table.
    private let facts: Record.FactsPath

    /// - Parameters:
    ///   - columns: those between the id and the version, which every table of the catalogue has.
    ///   - load: SQL for what isn't found by the needed ids alone, with the columns as placeholders.
    ///   - keys: the parameters of `load`; nil are the needed ids.
    ///   - record: reads a record, the id first and the version last.
    init(
        _ name: String, _ columns: [Column<Record>], load: [UInt8] = Templates.loadRecords,
        keys: [Keys]? = nil,
        record: @escaping @Sendable (inout RowCursor) throws -> Record
    ) {
        let id = Column<Record>.text("id", .key) { $0.id.text }
        let version = Column<Record>.int8("version") { $0.version }
        table = Table(name, [id] + columns + [version])
        let placeholders = ["table": name, "columns": table.select(), "above": table.select(from: "above")]
        self.load = Statement(template: load, named: "load_\(name)", placeholders)
        listing = Statement(template: Templates.listRecords, named: "list_\(name)", placeholders)
        let needed = Record.needs
        self.keys = keys ?? [{ needs in needs[keyPath: needed].map { $0.text } }]
        facts = Record.facts
        self.record = record
    }

    /// Another statement that reads its records.
    /// - Parameter template: SQL with their columns as a placeholder.
    func statement(_ name: String, _ template: [UInt8]) -> Statement {
        Statement(template: template, named: name, ["columns": table.select()])
    }

    func loading(_ needs: Needs) -> PipelineStep? {
        let ids = keys.map { $0(needs) }
        guard ids.contains(where: { !$0.isEmpty }) else { return nil }
        var parameters = Parameters()
        for ids in ids { parameters.append(texts: ids) }
        return PipelineStep(load, parameters)
    }

    func read(_ rows: Rows, into catalogue: inout Catalogue) throws {
        for row in rows {
            var cursor = RowCursor(row)
            catalogue.insert(try record(&cursor))
        }
    }

    func writing(_ changes: Changes) throws -> [PipelineStep] {
        try table.inserting(sorted(changes.added)) + table.updating(sorted(changes.replaced))
    }

    private func sorted(_ catalogue: Catalogue) -> [Record] {
        let records = catalogue[keyPath: facts]
        return records.isEmpty ? [] : records.values.sorted { $0.id < $1.id }
    }
}
