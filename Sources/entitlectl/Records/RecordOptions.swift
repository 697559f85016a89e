import ArgumentParser
import EntitledClient

/// A kind of record as commands show it.
protocol PrintedRecord: CatalogueRecord {
    /// What commands call it: `customer`.
    static var commandName: String { get }
    /// Where a client has them.
    static func records(of client: EntitledClient) -> Records<Self>
    var name: String { get set }
    /// Headers of lists, between the id and the name.
    static var listColumns: [String] { get }
    /// As many as there are columns.
    var listCells: [String] { get }
    /// What is said of it beside its id, name and version.
    var details: [(String, String)] { get }
}

extension PrintedRecord {
    /// Everything that it says, one thing a line.
    var text: String {
        let named = name == id.text ? [] : [("name", name)]
        let lines = named + details.filter { !$0.1.isEmpty }
        return "\(Self.commandName) \(id), version \(version)" + (lines.isEmpty ? "" : "\n" + Lines.of(lines))
    }
}

/// The options by which one kind of record is written.
protocol RecordOptions: ParsableArguments {
    associatedtype Record: PrintedRecord
    associatedtype Field: ClearableField
    static var abstract: String { get }
    /// Further help for `add` and `update`.
    static var discussion: String { get }
    static var commands: [any ParsableCommand.Type] { get }

    /// A new record with what it can't be without.
    /// - Throws: `ValidationError` if an option is missing, ``EntitledError`` if it isn't allowed.
    func record(_ id: Identifier<Record>) throws -> Record
    /// Writes what the options give.
    /// - Throws: ``EntitledError`` `invalid_field`, `ValidationError`.
    func change(_ record: inout Record) throws
    static func clear(_ field: Field, in record: inout Record)
}

extension RecordOptions {
    static var discussion: String { "" }

    static var commands: [any ParsableCommand.Type] {
        [RecordAdd<Self>.self, RecordUpdate<Self>.self, RecordList<Record>.self, RecordShow<Record>.self]
    }
}

/// What an update can take away, each by a flag `--clear-…`.
protocol ClearableField: EnumerableFlag {
    var name: String { get }
}

extension ClearableField {
    static func name(for field: Self) -> NameSpecification { .customLong("clear-\(field.name)") }
    static func help(for field: Self) -> ArgumentHelp? { "Take away: \(field.name)." }
}

extension ClearableField where Self: RawRepresentable<String> {
    var name: String { rawValue }
}

/// The value of an option that can't be left out.
/// - Throws: `ValidationError`.
func required<Value>(_ value: Value?, _ option: String) throws -> Value {
    guard let value else { throw ValidationError("--\(option) is needed") }
    return value
}
