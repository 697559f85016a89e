import EntitledClient

/// An entitlement as a file has it: what is to be written down, and whether it is put into force.
struct ImportedEntitlement: Hashable {
    let id: EntitlementID
    let terms: EntitlementTerms
    let isActivated: Bool
}

extension ImportedEntitlement: Importable {
    static let noun = "entitlement"
    static let columns = ["id", "activate"] + EntitlementTerms.columns.map { "terms." + $0 }

    init(reading fields: Fields) {
        id = fields.required("id")
        terms = fields.group("terms")
        isActivated = fields.optional("activate") ?? false
    }

    var addition: AddEntitlement { AddEntitlement(id: id, terms: terms) }

    func validate() throws(EntitledError) {
        try addition.validate()
    }

    var activation: ActivateEntitlement? { ActivateEntitlement(id: id) }

    func existing(at client: EntitledClient) async throws(EntitledError) -> ImportedEntitlement {
        let entitlement = try await client.entitlement(id).entitlement
        return ImportedEntitlement(id: id, terms: entitlement.terms, isActivated: entitlement.state == .activated)
    }

    /// What its terms leave to a plan may be anything there: it was filled in when the entitlement was written down.
    func differences(from existing: ImportedEntitlement) -> [String] {
        let (own, other) = (terms.fields, existing.terms.fields)
        let differing = Set(own.keys).union(other.keys).filter { own[$0] != other[$0] }.sorted()
        guard terms.plan != nil else { return differing }
        return differing.filter { name in
            let isLeftOpen = own[name] == nil || own[name] == .flag(false) || own[name] == .list([])
            return !(isLeftOpen && (name == "end_day" || name.hasPrefix(Self.servicePrefix)))
        }
    }

    fileprivate static let servicePrefix = "service."
}

extension EntitlementTerms {
    /// Those of the service beside the others.
    fileprivate var fields: [String: FileValue] {
        var fields = FileValue.fields(of: self)
        fields["service"] = nil
        for (name, value) in FileValue.fields(of: service) {
            fields[ImportedEntitlement.servicePrefix + name] = value
        }
        return fields
    }
}
