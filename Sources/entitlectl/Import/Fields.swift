import EntitledCore
import Foundation

/// Everything that is wrong with one line.
final class Faults {
    private(set) var errors: [EntitledError] = []

    func add(_ error: EntitledError) {
        errors.append(error)
    }
}

/// One field of a line.
struct Field {
    /// With the names of the objects that it stands in: `terms.service.products`.
    let path: String
    let value: FileValue
    let faults: Faults

    /// That its value is none of those allowed.
    func fault(allowed: String) -> EntitledError {
        .invalid(path, "is \(value.description)", allowed: allowed)
    }
}

/// What can be read from a field.
protocol FieldValue {
    static var allowed: String { get }
    /// Takes the place of what can't be read, so that the rest of the line is still read; never used otherwise.
    static var standIn: Self { get }
    /// - Throws: ``EntitledError`` `invalid_field`.
    init(reading field: Field) throws(EntitledError)
}

/// What has fields of its own.
protocol FieldGroup: FieldValue {
    init(reading fields: Fields)
}

extension FieldGroup {
    static var allowed: String { "an object" }
    static var standIn: Self { Self(reading: Fields([:], path: "", faults: Faults())) }

    init(reading field: Field) throws(EntitledError) {
        guard case .object(let values) = field.value else { throw field.fault(allowed: Self.allowed) }
        self.init(values, path: field.path + ".", faults: field.faults)
    }

    /// - Parameter path: what the paths of its fields begin with.
    init(_ values: [String: FileValue], path: String = "", faults: Faults) {
        let fields = Fields(values, path: path, faults: faults)
        self.init(reading: fields)
        fields.reportUnknown()
    }
}

/// Reads the fields of an object by their names. What is wrong goes to the faults, and reading goes on.
final class Fields {
    private let values: [String: FileValue]
    private let path: String
    private let faults: Faults
    private var known: Set<String> = []

    fileprivate init(_ values: [String: FileValue], path: String, faults: Faults) {
        self.values = values
        self.path = path
        self.faults = faults
    }

    /// Nil if the field isn't there, or null.
    func optional<Value: FieldValue>(_ name: String) -> Value? {
        field(name).map { read($0) }
    }

    func required<Value: FieldValue>(_ name: String) -> Value {
        guard let field = field(name) else {
            faults.add(.invalid(path + name, "is missing", allowed: Value.allowed))
            return .standIn
        }
        return read(field)
    }

    /// An object with fields of its own. A missing one is an empty one, which says itself what must be in it.
    func group<Value: FieldGroup>(_ name: String) -> Value {
        guard let field = field(name) else { return Value([:], path: path + name + ".", faults: faults) }
        return read(field)
    }

    /// The entries of a list; none if the field isn't there.
    /// - Parameter separator: what stands between them in a cell.
    func list<Value: FieldValue>(_ name: String, separator: Character = "|") -> [Value] {
        guard let field = field(name) else { return [] }
        let entries: [FileValue]
        switch field.value {
        case .list(let values): entries = values
        case .cell(let text):
            entries = text.split(separator: separator).map { .cell($0.trimmingCharacters(in: .whitespaces)) }
        case .null, .flag, .number, .fraction, .text, .object:
            faults.add(field.fault(allowed: "a list"))
            entries = []
        }
        return entries.map { read(Field(path: field.path, value: $0, faults: faults)) }
    }

    /// Nil, which covers everything, if the field isn't there.
    func scope<Record>(_ name: String) -> Scope<Identifier<Record>>? {
        let faultsBefore = faults.errors.count
        let members: [Identifier<Record>] = list(name)
        guard field(name) != nil, faults.errors.count == faultsBefore else { return nil }
        do throws(EntitledError) {
            return try Scope(members, field: path + name)
        } catch {
            faults.add(error)
            return nil
        }
    }

    /// Passes over a field that may be there.
    func ignore(_ name: String) {
        known.insert(name)
    }

    func fault(_ problem: String, allowed: String) {
        faults.add(.invalid(String(path.dropLast()), problem, allowed: allowed))
    }

    fileprivate func reportUnknown() {
        for name in values.keys.sorted() where !known.contains(name) {
            faults.add(.invalid(path + name, "is unknown", allowed: known.sorted().joined(separator: ", ")))
        }
    }

    private func field(_ name: String) -> Field? {
        known.insert(name)
        guard let value = values[name], value != .null else { return nil }
        return Field(path: path + name, value: value, faults: faults)
    }

    private func read<Value: FieldValue>(_ field: Field) -> Value {
        do throws(EntitledError) {
            return try Value(reading: field)
        } catch {
            faults.add(error)
            return .standIn
        }
    }
}
